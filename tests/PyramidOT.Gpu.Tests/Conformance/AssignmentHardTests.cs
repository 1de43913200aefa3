namespace PyramidOT.Tests.Conformance;

/// <summary>Costs that have made solvers slow, wrong or endless.</summary>
public class AssignmentHardTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Nothing here takes more than a second; a solver that loops on ties must not hang the tests.
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_costs_end(string engine)
    {
        int n = EnginesAtHand.IsInterpreted(engine) ? 50 : 500;
        foreach (float value in new[] { 0, 1, 0.1f, -7.3f, 1e30f, -1e30f, 1e-30f, float.Epsilon })
        {
            foreach ((int rows, int columns) in new[] { (n, n), (n / 5, n), (n, n / 5), (16, 16), (17, 17) })
            {
                float[] costs = new float[rows * columns];
                Array.Fill(costs, value);
                SolvedProblem solved = Solve(engine, rows, columns, costs);
                solved.AssertOptimal($"All {value}");
                solved.AssertCost(Math.Min(rows, columns) * (double)value, $"All {value}", gap: 1e-14);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ties_end_and_integers_are_exact(string engine)
    {
        int n = EnginesAtHand.IsInterpreted(engine) ? 40 : EnginesAtHand.IsReduced(engine) ? 100 : 300;
        foreach (int values in new[] { 2, 3, 5, 100, 10_000 })
        {
            foreach ((int rows, int columns) in new[] { (n, n), (n, n + 50), (n + 1, n) })
            {
                Draws draws = new(values);
                SolvedProblem solved = Solve(engine, rows, columns, Draws.Fill(rows * columns, () => draws.Below(values) - (values / 2)));
                solved.AssertOptimal($"{values} values", gap: 0);
                Assert.Equal(solved.Primal, solved.Dual);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Products_of_ranks_pair_the_largest_with_the_least(string engine)
    {
        foreach (int n in Some(engine, Shapes.SizesFor(engine)))
        {
            // Every row and column prefers the same partners, so that almost every row travels a long path.
            double least = Enumerable.Range(1, n).Sum(i => (double)i * (n + 1 - i));
            Check("i j", (i, j) => (i + 1.0) * (j + 1));
            Check("(n - i)(n - j)", (i, j) => (double)(n - i) * (n - j));

            void Check(string what, Func<int, int, double> cost)
            {
                int at = 0;
                SolvedProblem solved = Solve(engine, n, n, Draws.Fill(n * n, () => cost(at / n, at++ % n)));
                solved.AssertOptimal($"{what}, n = {n}", gap: 0);
                Assert.Equal(least, solved.Primal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void On_a_line_the_sorted_matching_is_optimal(string engine)
    {
        int n = EnginesAtHand.IsInterpreted(engine) ? 60 : EnginesAtHand.IsReduced(engine) ? 150 : 500;
        Draws draws = new(14);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => draws.Normal()).Order()];
        double[] y = [.. Enumerable.Range(0, n).Select(_ => 3 + (2 * draws.Normal())).Order()];
        float[] costs = [.. x.SelectMany(a => y.Select(b => (float)((a - b) * (a - b))))];
        SolvedProblem solved = Solve(engine, n, n, costs);
        solved.AssertOptimal("Sorted");
        solved.AssertCost(Enumerable.Range(0, n).Sum(i => (double)costs[(i * n) + i]), "Sorted");

        // The same with rows and columns in opposite orders, so that what stands nearest is seen last.
        solved = Solve(engine, n, n, [.. x.Reverse().SelectMany(a => y.Select(b => (float)((a - b) * (a - b))))]);
        solved.AssertOptimal("Reversed");
        solved.AssertCost(Enumerable.Range(0, n).Sum(i => (double)costs[(i * n) + i]), "Reversed");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Forbidden_pairs_leave_the_only_assignment(string engine)
    {
        foreach (int n in Some(engine, Shapes.SizesFor(engine)))
        {
            // One permutation in a triangle: each row may take its own column or later ones, so the last row settles all others.
            Draws draws = new(n);
            int[] rowAt = draws.Permutation(n);
            float[] costs = new float[n * n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    costs[(rowAt[i] * n) + j] = j >= i ? j == i ? 5 : (float)-draws.Uniform() : float.PositiveInfinity;
                }
            }

            SolvedProblem solved = Solve(engine, n, n, costs);
            solved.AssertOptimal($"Triangle, n = {n}");
            Assert.Equal(5.0 * n, solved.Primal);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(i, solved.ColumnOfRow[rowAt[i]]);
            }

            // Without the last row's only pair there is no assignment at all.
            costs[(rowAt[n - 1] * n) + n - 1] = float.PositiveInfinity;
            Solve(engine, n, n, costs).AssertInfeasible($"Triangle, n = {n}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Too_few_columns_for_some_rows_are_infeasible(string engine)
    {
        foreach ((int rows, int columns) in new[] { (3, 3), (8, 16), (16, 16), (17, 17), (40, 64), (64, 40), (100, 100) })
        {
            // By Hall's theorem: k + 1 of the shorter side share k partners. Every row and column has a finite cost.
            int shorter = Math.Min(rows, columns);
            int k = (shorter / 2) - (shorter == 3 ? 0 : 1);
            Draws draws = new(rows);
            float[] costs = Draws.Fill(rows * columns, draws.Uniform);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    (int few, int partner) = rows <= columns ? (i, j) : (j, i);
                    if (few <= k && partner >= k)
                    {
                        costs[(i * columns) + j] = float.PositiveInfinity;
                    }
                }
            }

            Solve(engine, rows, columns, costs).AssertInfeasible("Hall");
            float[] none = new float[rows * columns];
            Array.Fill(none, float.PositiveInfinity);
            Solve(engine, rows, columns, none).AssertInfeasible("All forbidden");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Huge_and_tiny_costs_in_one_matrix_are_solved(string engine)
    {
        foreach (int n in new[] { 2, 5, 16, 17, 40, 100 })
        {
            Draws draws = new(n);

            // Tiny costs on a hidden permutation and in a tenth of the other places, huge ones elsewhere: the tiny ones suffice.
            int[] hidden = draws.Permutation(n);
            int at = 0;
            float[] costs = Draws.Fill(n * n, () =>
            {
                int i = at / n;
                int j = at++ % n;
                return hidden[i] == j || draws.Below(10) == 0 ? 1e-30 * (1 + draws.Below(100)) : 1e30;
            });
            SolvedProblem solved = Solve(engine, n, n, costs);
            solved.AssertOptimal($"Tiny among huge, n = {n}");
            solved.AssertCost(ReferenceAssignment.Hungarian(costs, n, n), $"Tiny among huge, n = {n}");

            // Huge ones of both signs.
            costs = Draws.Fill(n * n, () => draws.Below(3) switch { 0 => 1e30, 1 => -1e30, _ => 1e-30 * draws.Normal() });
            solved = Solve(engine, n, n, costs);
            solved.AssertOptimal($"Both signs, n = {n}");
            solved.AssertCost(ReferenceAssignment.Hungarian(costs, n, n), $"Both signs, n = {n}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Scaling_by_powers_of_two_scales_the_result(string engine)
    {
        foreach ((int rows, int columns) in new[] { (7, 7), (40, 40), (20, 33), (33, 20) })
        {
            float[] costs = CostMatrices.Make(MatrixKind.Normal, rows, columns, seed: 15);
            SolvedProblem solved = Solve(engine, rows, columns, costs);
            foreach (int power in new[] { -60, -1, 10, 95 })
            {
                SolvedProblem scaled = Solve(engine, rows, columns, [.. costs.Select(cost => MathF.ScaleB(cost, power))]);
                scaled.AssertOptimal($"Scaled by 2^{power}");
                Bits.AssertSame(solved.ColumnOfRow, scaled.ColumnOfRow, $"Scaled by 2^{power}");
                Assert.Equal(Math.ScaleB(solved.Primal, power), scaled.Primal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Nearly_equal_costs_on_a_large_offset_are_optimal(string engine)
    {
        // One ulp of 1e6 is 1/16: differences are a few ulps, and sums of two costs are not exact in float32.
        foreach (int n in new[] { 5, 16, 33, 100 })
        {
            Draws draws = new(n);
            float[] costs = Draws.Fill(n * n, () => 1e6 + (draws.Below(50) / 16.0));
            SolvedProblem solved = Solve(engine, n, n, costs);
            solved.AssertOptimal($"n = {n}");
            solved.AssertCost(ReferenceAssignment.Hungarian(costs, n, n), $"n = {n}");
        }
    }

    private SolvedProblem Solve(string engine, int rows, int columns, float[] costs)
    {
        Task<SolvedBatch> solve = Task.Run(() => SolvedBatch.Of(Engine(engine), rows, columns, costs));
        Assert.True(((IAsyncResult)solve).AsyncWaitHandle.WaitOne(s_hang), $"{rows} x {columns}: the solve does not end.");
        return solve.GetAwaiter().GetResult()[0];
    }
}
