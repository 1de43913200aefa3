namespace PyramidOT.Tests.Conformance;

/// <summary>Transport problems that have made solvers slow, wrong or endless.</summary>
public class TransportHardTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Equal_costs_and_degenerate_masses_end(string engine)
    {
        int n = EnginesAtHand.IsInterpreted(engine) ? 24 : EnginesAtHand.IsReduced(engine) ? 60 : 300;
        foreach (float value in Some(engine, [0, 1, -7.3f, 1e30f, -1e30f, float.Epsilon, 0.1f]))
        {
            foreach ((int rows, int columns) in Some(engine, [(n, n / 2), (n / 3, n), (n, n)]))
            {
                float[] costs = new float[rows * columns];
                Array.Fill(costs, value);

                // One weight differs, so that squares are no assignments; all others tie.
                float[] a = Equal(rows, 1f / rows);
                float[] b = Equal(columns, 1f / columns);
                (a[0], a[1]) = (1.5f / rows, 0.5f / rows);
                SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, a, b);
                solved.AssertOptimal($"All {value}");
                solved.AssertCost(value * a.Sum(weight => (double)weight), $"All {value}", 1e-13);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Duplicates_in_small_integers_end_and_are_exact(string engine)
    {
        int n = EnginesAtHand.IsInterpreted(engine) ? 20 : EnginesAtHand.IsReduced(engine) ? 60 : 250;
        foreach (int values in Some(engine, [2, 3, 10, 1000]))
        {
            Draws draws = new(values);
            float[] costs = Draws.Fill(n * 2 * n, () => draws.Below(values) - (values / 2));
            SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, Equal(n, 2), Equal(2 * n, 1));
            solved.AssertOptimal($"{values} values");
            Assert.Equal(solved.Primal, solved.Dual);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_clouds_cost_nothing(string engine)
    {
        int n = EnginesAtHand.IsInterpreted(engine) ? 20 : 80;
        (float[] x, _) = Clouds.Pair(CloudKind.Clustered, n, 1, 3, seed: 5);
        float[] costs = [.. ReferenceCosts.Grounds(GroundDistance.Euclidean, x, x, 3).Select(ground => (float)(ground * ground))];
        foreach (MassKind kind in new[] { MassKind.Random, MassKind.Uniform, MassKind.TinyNextToLarge })
        {
            (float[] weights, _) = TransportMasses.Make(kind, n, n, seed: 6);
            SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, weights, weights);
            solved.AssertOptimal($"{kind}");
            Assert.Equal(0, solved.Primal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Huge_and_tiny_costs_in_one_matrix_are_solved(string engine)
    {
        foreach (int n in Some(engine, [2, 5, 16, 40, 20]))
        {
            Draws draws = new(n);
            long[] masses = [.. Enumerable.Range(0, n).Select(_ => 1L + draws.Below(5))];
            float[] weights = [.. masses.Select(mass => (float)mass)];

            // Tiny costs on the diagonal and in a tenth of the other places, huge ones elsewhere: the tiny ones suffice.
            int at = 0;
            float[] costs = Draws.Fill(n * n, () => at / n == at++ % n || draws.Below(10) == 0 ? 1e-30 * (1 + draws.Below(100)) : 1e30);
            SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, weights, weights);
            solved.AssertOptimal($"Tiny among huge, n = {n}");
            solved.AssertCost(ReferenceTransport.ShortestPaths(costs, masses, masses), $"Tiny among huge, n = {n}");

            // Huge ones of both signs.
            costs = Draws.Fill(n * n, () => draws.Below(3) switch { 0 => 1e30, 1 => -1e30, _ => 1e-30 * draws.Normal() });
            solved = SolvedTransports.Of(Engine(engine), costs, weights, weights);
            solved.AssertOptimal($"Both signs, n = {n}");
            solved.AssertCost(ReferenceTransport.ShortestPaths(costs, masses, masses), $"Both signs, n = {n}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Forbidden_pairs_leave_the_only_plan(string engine)
    {
        // A staircase: row i may serve columns i and i + 1 only, so the masses of the cells follow one from the other.
        foreach (int n in Some(engine, [2, 9, 40, 17]))
        {
            float[] costs = new float[n * n];
            Array.Fill(costs, float.PositiveInfinity);
            float[] a = Equal(n, 3);
            float[] b = Equal(n, 3);
            (b[0], b[n - 1]) = (1, 5);
            for (int i = 0; i < n; i++)
            {
                costs[(i * n) + i] = 1;
                if (i + 1 < n)
                {
                    costs[(i * n) + i + 1] = 10;
                }
            }

            SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, a, b);
            solved.AssertOptimal($"n = {n}");
            Assert.Equal(((n - 1) * (1 + (2 * 10))) + 3, solved.Primal);

            // More is wanted on one side of a step than may come there.
            (b[0], b[n - 1]) = (4, 2);
            SolvedTransports.Of(Engine(engine), costs, a, b).AssertInfeasible($"n = {n}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Parts_that_may_not_trade_are_solved_each_by_itself(string engine)
    {
        // Two blocks of equal totals, all else forbidden; and the same with totals that differ.
        const int N = 12;
        Draws draws = new(8);
        float[] costs = Draws.Fill(4 * N * N, () => 0);
        for (int i = 0; i < 2 * N; i++)
        {
            for (int j = 0; j < 2 * N; j++)
            {
                costs[(i * 2 * N) + j] = i < N == j < N ? 100 + draws.Below(50) : float.PositiveInfinity;
            }
        }

        float[] a = [.. Enumerable.Range(0, 2 * N).Select(i => i % 2 == 0 ? 2f : 1f)];
        float[] b = [.. Enumerable.Range(0, 2 * N).Select(i => i % 3 == 0 ? 2.5f : 1f)];
        SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, a, b);
        solved.AssertOptimal("Blocks");
        long[] halves = [.. a.Select(weight => (long)(2 * weight))];
        long[] wanted = [.. b.Select(weight => (long)(2 * weight))];
        solved.AssertCost(ReferenceTransport.ShortestPaths(costs, halves, wanted) / 2, "Blocks", 1e-14);
        Assert.All(solved.RowDuals.Concat(solved.ColumnDuals), dual => Assert.InRange(dual, -1000, 1000));
        (b[0], b[2 * N - 2]) = (b[0] + 1, b[2 * N - 2] - 0.5f);
        b[2 * N - 1] -= 0.5f;
        SolvedTransports.Of(Engine(engine), costs, a, b).AssertInfeasible("Blocks");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Masses_beyond_float32s_digits_reach_their_columns(string engine)
    {
        // A weight of 1e-12 of the others has its own column, and is not lost in theirs.
        float[] a = [1, 1e-12f, 3e-12f, 2];
        float[] b = [1e-12f, 2, 1, 3e-12f];
        float[] costs = [9, 9, 1, 9, 1, 9, 9, 9, 9, 9, 9, 1, 9, 1, 9, 9];
        SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, a, b);
        solved.AssertOptimal("Tiny");
        Assert.Equal([(0, 2), (1, 0), (2, 3), (3, 1)], solved.Plan.Select(cell => (cell.Row, cell.Column)).Order());
        Assert.Equal(1e-12, solved.Plan.Single(cell => cell.Row == 1).Mass, 1e-18);
    }

    private static float[] Equal(int count, float weight)
    {
        float[] weights = new float[count];
        Array.Fill(weights, weight);
        return weights;
    }
}
