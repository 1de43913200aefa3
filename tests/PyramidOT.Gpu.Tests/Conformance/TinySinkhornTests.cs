namespace PyramidOT.Tests.Conformance;

/// <summary>
/// Tiny problems, which the Host solves side by side: against the search for single problems, and each as if it were alone. A problem with
/// enough points of weight 0 is not tiny any more, and still the same.
/// </summary>
public class TinySinkhornTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // More rows and columns than a tiny problem has.
    private const int NotTiny = 34;

    private static readonly (int Rows, int Columns)[] s_shapes =
        [(10, 10), (1, 1), (10, 10), (3, 7), (16, 5), (32, 32), (2, 31), (10, 10), (17, 17), (1, 12), (8, 8), (5, 5), (24, 20), (9, 9)];

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(10)]
    public void Are_solved_like_larger_ones(double epsilon)
    {
        BatchLayout problems = Shapes.Layout(s_shapes);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1000);
        (float[] a, float[] b) = SinkhornTests.Weights(problems, seed: 1001);
        (BatchLayout larger, float[] largerCosts, float[] largerA, float[] largerB) = WithWeightlessPoints(problems, costs, a, b);
        foreach (double? penalty in new double?[] { null, 0.3 })
        {
            // What has not converged may be anywhere.
            SinkhornSettings settings = new() { Epsilon = epsilon / 2, MarginalPenalty = penalty, MaximumIterations = 100_000 };
            SinkhornRun tiny = SinkhornRun.Of(Engine("host, 1 thread"), problems, costs, settings, a, b);
            SinkhornRun large = SinkhornRun.Of(Engine("host, 1 thread"), larger, largerCosts, settings, largerA, largerB);
            for (int p = 0; p < problems.Count; p++)
            {
                string what = $"Problem {p}, {settings}";
                Assert.True(tiny.Status[p] == SolveStatus.Optimal, $"{what}: {tiny.Status[p]}, {tiny.Error[p]}");
                Assert.Equal(SolveStatus.Optimal, large.Status[p]);
                tiny.AssertConsistent(p, 1e-9);
                double mass = tiny.RowsOf(p).Sum();
                double slack = 2e-5 * mass;
                SinkhornRun.AssertNear(large.TransportCost[p], tiny.TransportCost[p], slack, $"{what}: cost");
                SinkhornRun.AssertNear(large.Primal[p], tiny.Primal[p], slack, $"{what}: primal");
                SinkhornRun.AssertNear(large.Dual[p], tiny.Dual[p], slack, $"{what}: dual");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Depend_on_no_neighbour(string engine)
    {
        BatchLayout problems = Shapes.Layout([.. s_shapes, .. s_shapes.Reverse(), (40, 3), (0, 0)]);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1010);
        (float[] a, float[] b) = SinkhornTests.Weights(problems, seed: 1011);

        // One that is infeasible, one whose scalings grow, one that is done at once.
        costs.AsSpan((int)problems.CostOffsets[2] + 30, 10).Fill(float.PositiveInfinity);
        RaiseColumns(costs.AsSpan((int)problems.CostOffsets[7], 100), 10, 400);
        costs.AsSpan((int)problems.CostOffsets[10], 64).Fill(1);
        foreach (SinkhornSettings settings in new SinkhornSettings[]
        {
            new() { Epsilon = 0.002, MaximumIterations = 300 },
            new() { Epsilon = 0.05, IsRelativeEpsilon = true },
            new() { Epsilon = 0.01, EpsilonScaling = 1, MaximumIterations = 100, Tolerance = 1e-12 },
            new() { Epsilon = 0.02, MarginalPenalty = 0.5 },
        })
        {
            SinkhornRun all = SinkhornRun.Of(Engine(engine), problems, costs, settings, a, b);
            for (int p = 0; p < problems.Count - 2; p++)
            {
                foreach (int copies in new[] { 1, 3 })
                {
                    BatchLayout same = BatchLayout.Uniform(copies, problems.RowsOf(p), problems.ColumnsOf(p));
                    SinkhornRun alone = SinkhornRun.Of(
                        Engine(engine),
                        same,
                        Repeat(Shapes.Part(costs, problems.CostOffsets, p), copies),
                        settings,
                        Repeat(Shapes.Part(a, problems.RowOffsets, p), copies),
                        Repeat(Shapes.Part(b, problems.ColumnOffsets, p), copies));
                    for (int copy = 0; copy < copies; copy++)
                    {
                        AssertSame(all, p, alone, copy, $"Problem {p} of {copies}, {settings}");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Lose_no_column_that_is_far_away(string engine)
    {
        // What all pairs of a column cost more changes no plan, but for its potential. All numbers are exact in float32.
        BatchLayout problems = BatchLayout.Uniform(11, 9, 9);
        Draws draws = new(1020);
        float[] costs = Draws.Fill((int)problems.Costs, () => draws.Below(1024) / 1024.0);
        float[] raised = [.. costs];
        for (int p = 0; p < problems.Count; p++)
        {
            RaiseColumns(raised.AsSpan(p * 81, 81), 9, 1 << p);
        }

        foreach (double scaling in new[] { 0.25, 1 })
        {
            SinkhornSettings settings = new() { Epsilon = 0.05, Tolerance = 1e-9, EpsilonScaling = scaling };
            SinkhornRun expected = SinkhornRun.Of(Engine(engine), problems, costs, settings);
            SinkhornRun actual = SinkhornRun.Of(Engine(engine), problems, raised, settings);
            for (int p = 0; p < problems.Count; p++)
            {
                Assert.Equal(SolveStatus.Optimal, expected.Status[p]);
                Assert.Equal(SolveStatus.Optimal, actual.Status[p]);
                actual.AssertConsistent(p, 1e-9);
                double distance = expected.PlanOf(p).Zip(actual.PlanOf(p), (x, y) => Math.Abs(x - y)).Sum();
                Assert.True(distance <= 1e-6, $"Problem {p}: plans differ by {distance}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Bear_any_costs(string engine)
    {
        foreach (float unit in new[] { 1e-30f, 1e-12f, 1e12f, 1e30f })
        {
            BatchLayout problems = BatchLayout.Uniform(9, 6, 6);
            float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1030);
            float[] scaled = Array.ConvertAll(costs, cost => cost * unit);
            SinkhornSettings settings = new() { Epsilon = 0.02, IsRelativeEpsilon = true };
            SinkhornRun expected = SinkhornRun.Of(Engine(engine), problems, costs, settings);
            SinkhornRun actual = SinkhornRun.Of(Engine(engine), problems, scaled, settings);
            for (int p = 0; p < problems.Count; p++)
            {
                Assert.Equal(SolveStatus.Optimal, actual.Status[p]);
                SinkhornRun.AssertNear(expected.TransportCost[p], actual.TransportCost[p] / unit, 2e-5, $"{unit}, problem {p}");
            }
        }

        // Far apart in one problem: the pairs of -1e30 are all there is, and no epsilon near 1 tells the others apart.
        float[] wide = [-1e30f, 1e30f, 1, 1e30f, -1e30f, 1e-30f, 3, 0, -1e30f];
        SinkhornRun run = SinkhornRun.Of(Engine(engine), BatchLayout.Uniform(1, 3, 3), wide, new() { Epsilon = 1 });
        Assert.Equal(SolveStatus.Optimal, run.Status[0]);
        Assert.Equal([1f / 3, 0, 0, 0, 1f / 3, 0, 0, 0, 1f / 3], run.Plan);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Are_infeasible_whatever_the_limit(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(10, 4, 4);
        float[] a = [.. Enumerable.Repeat(0.25f, 40)];
        float[] b = [.. a];
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1040);
        for (int k = 0; k < 4; k++)
        {
            costs[16 + 4 + k] = float.PositiveInfinity;
            costs[(3 * 16) + (4 * k) + 2] = float.PositiveInfinity;

            // The same where nothing is to go or to come from.
            costs[(5 * 16) + 4 + k] = float.PositiveInfinity;
            costs[(5 * 16) + (4 * k) + 2] = float.PositiveInfinity;
        }

        (a[20], a[21], b[22], b[23]) = (0.5f, 0, 0, 0.5f);
        foreach (int limit in new[] { 1, 2, 500 })
        {
            SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.2, MaximumIterations = limit }, a, b);
            Assert.Equal([1, 3], Enumerable.Range(0, 10).Where(p => run.Status[p] == SolveStatus.Infeasible));
            Assert.All(run.Iterations, iterations => Assert.InRange(iterations, 0, limit));
            for (int p = 0; p < 10; p++)
            {
                if (run.Status[p] != SolveStatus.Infeasible)
                {
                    run.AssertConsistent(p, 1e-9);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Iterate_as_often_as_they_may(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(20, 10, 10);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1050);
        RaiseColumns(costs.AsSpan(300, 100), 10, 700);
        foreach (int limit in new[] { 1, 2, 3, 40, 41 })
        {
            foreach (double scaling in new[] { 0.25, 1 })
            {
                SinkhornSettings settings = new() { Epsilon = 0.003, Tolerance = 1e-14, MaximumIterations = limit, EpsilonScaling = scaling };
                SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, settings);
                Assert.All(run.Iterations, iterations => Assert.Equal(limit, iterations));
                Assert.All(run.Status, status => Assert.Equal(SolveStatus.IterationLimit, status));
                for (int p = 0; p < problems.Count; p++)
                {
                    run.AssertConsistent(p, 1e-9);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Bear_weights_that_lie_far_apart(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(12, 5, 7);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1060);
        Draws draws = new(1061);
        float[] a = new float[60];
        float[] b = new float[84];
        for (int p = 0; p < 12; p++)
        {
            // One point that has all, some with next to nothing, some with nothing.
            (a[5 * p], b[(7 * p) + 3]) = (2, 2);
            a[(5 * p) + 1 + draws.Below(4)] = (float)Math.Pow(10, -3 * p);
            b[(7 * p) + 4 + draws.Below(3)] = (float)Math.Pow(10, -3 * p);
        }

        foreach (double? penalty in new double?[] { null, 2 })
        {
            SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.1, MarginalPenalty = penalty }, a, b);
            for (int p = 0; p < 12; p++)
            {
                Assert.Equal(SolveStatus.Optimal, run.Status[p]);
                run.AssertConsistent(p, 1e-9);
                Assert.All(run.RowPotentials, potential => Assert.True(double.IsFinite(potential)));
                Assert.All(run.ColumnPotentials, potential => Assert.True(double.IsFinite(potential)));
            }
        }
    }

    /// <summary>Makes column j of a matrix dearer by j steps.</summary>
    private static void RaiseColumns(Span<float> costs, int columns, float step)
    {
        for (int k = 0; k < costs.Length; k++)
        {
            costs[k] += step * (k % columns);
        }
    }

    private static float[] Repeat(float[] numbers, int times) => [.. Enumerable.Repeat(numbers, times).SelectMany(all => all)];

    private static (BatchLayout Problems, float[] Costs, float[] A, float[] B) WithWeightlessPoints(
        BatchLayout problems, float[] costs, float[] a, float[] b)
    {
        BatchLayout larger = BatchLayout.Uniform(problems.Count, NotTiny, NotTiny);
        float[] largerCosts = new float[larger.Costs];
        float[] largerA = new float[larger.Rows];
        float[] largerB = new float[larger.Columns];
        Array.Fill(largerCosts, 0.5f);
        for (int p = 0; p < problems.Count; p++)
        {
            Shapes.Part(a, problems.RowOffsets, p).CopyTo(largerA, NotTiny * p);
            Shapes.Part(b, problems.ColumnOffsets, p).CopyTo(largerB, NotTiny * p);
            int columns = problems.ColumnsOf(p);
            for (int i = 0; i < problems.RowsOf(p); i++)
            {
                costs.AsSpan((int)problems.CostOffsets[p] + (i * columns), columns).CopyTo(largerCosts.AsSpan(((p * NotTiny) + i) * NotTiny));
            }
        }

        return (larger, largerCosts, largerA, largerB);
    }

    private static void AssertSame(SinkhornRun expected, int p, SinkhornRun actual, int q, string what)
    {
        Assert.Equal(expected.Iterations[p], actual.Iterations[q]);
        Assert.Equal(expected.Status[p], actual.Status[q]);
        Same(PotentialsOf(expected, p), PotentialsOf(actual, q));
        Same(
            [expected.TransportCost[p], expected.Primal[p], expected.Dual[p], expected.Error[p]],
            [actual.TransportCost[q], actual.Primal[q], actual.Dual[q], actual.Error[q]]);
        Bits.AssertSame(Shapes.Part(expected.Plan, expected.Problems.CostOffsets, p), Shapes.Part(actual.Plan, actual.Problems.CostOffsets, q), what);

        void Same(double[] x, double[] y) => Bits.AssertSame(x, y, what);
    }

    private static double[] PotentialsOf(SinkhornRun run, int p) =>
        [.. Shapes.Part(run.RowPotentials, run.Problems.RowOffsets, p), .. Shapes.Part(run.ColumnPotentials, run.Problems.ColumnOffsets, p)];
}
