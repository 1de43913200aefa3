namespace PyramidOT.Tests.Conformance;

/// <summary>Entropic transport against a plain float64 iteration, and against what is known of its limits.</summary>
public class SinkhornTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly MatrixKind[] s_kinds =
    [
        MatrixKind.Uniform, MatrixKind.Normal, MatrixKind.SmallIntegers, MatrixKind.AllEqual, MatrixKind.AllZero, MatrixKind.Negative,
        MatrixKind.Clustered, MatrixKind.FarDimensions,
    ];

    public static TheoryData<string, MatrixKind> Cases => Crossed.With(EnginesAtHand.Names, s_kinds);

    private static IReadOnlyList<(int Rows, int Columns)> SmallShapes { get; } =
        [(1, 1), (1, 7), (9, 1), (2, 2), (0, 0), (5, 3), (8, 8), (7, 16), (16, 16), (17, 9), (3, 33), (20, 20)];

    internal static double SlackOf(ComputeEngine engine) => engine.Info.Kind == EngineKind.Host ? 1e-9 : 1.5e-6;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plans_are_those_of_the_plain_iteration(string engine, MatrixKind kind)
    {
        BatchLayout problems = Shapes.Layout(SmallShapes);
        float[] costs = CostMatrices.Batch(kind, problems, seed: 900);
        foreach (bool isWeighted in new[] { false, true })
        {
            (float[] a, float[] b) = isWeighted ? Weights(problems, seed: 901) : ([], []);
            SinkhornSettings settings = new() { Epsilon = 0.2, IsRelativeEpsilon = true };
            SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, settings, a, b);
            for (int p = 0; p < problems.Count; p++)
            {
                Assert.Equal(SolveStatus.Optimal, run.Status[p]);
                if (problems.RowsOf(p) == 0)
                {
                    continue;
                }

                run.AssertConsistent(p, SlackOf(Engine(engine)));
                float[] own = Shapes.Part(costs, problems.CostOffsets, p);
                double mean = own.Average(c => Math.Abs((double)c));
                SinkhornRun.AssertNear(0.2 * (mean > 0 ? mean : 1), run.Epsilon[p], 1e-6 * run.Epsilon[p], "Epsilon");
                double[] expected = ReferenceSinkhorn.Plan(own, run.RowsOf(p), run.ColumnsOf(p), run.Epsilon[p]);
                double[] actual = run.PlanOf(p);
                double distance = expected.Zip(actual, (x, y) => Math.Abs(x - y)).Sum();
                Assert.True(distance <= 2e-5 * run.RowsOf(p).Sum(), $"{kind}, problem {p}: plans differ by {distance}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_small_epsilon_gives_the_least_cost_and_a_large_one_the_product(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(6, 6, 6);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 910);
        SinkhornRun sharp = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.01, Tolerance = 1e-4 });
        SinkhornRun blunt = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 1e4 });
        IReadOnlyList<AssignmentSolution> exact = LinearAssignment.SolveBatch(Engine(engine), costs, problems);
        for (int p = 0; p < problems.Count; p++)
        {
            double least = exact[p].Cost / 6;
            Assert.InRange(sharp.TransportCost[p], least - 2e-4, least + (0.01 * Math.Log(6)) + 2e-4);
            Assert.All(Shapes.Part(blunt.Plan, problems.CostOffsets, p), mass => Assert.InRange(mass, 0.9995f / 36, 1.0005f / 36));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Points_without_weight_have_potentials_and_no_mass(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([4, 9], [5, 3]);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 920);
        float[] a = [0, 1, 0, 2, 0, 0, 0, 1, 0, 1, 1, 0, 0];
        float[] b = [1.5f, 0, 0, 1.5f, 0, 0, 3, 0];
        SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.3 }, a, b);
        for (int p = 0; p < 2; p++)
        {
            Assert.Equal(SolveStatus.Optimal, run.Status[p]);
            run.AssertConsistent(p, SlackOf(Engine(engine)));
            double[] rows = run.RowsOf(p);
            double[] columns = run.ColumnsOf(p);
            double[] f = Shapes.Part(run.RowPotentials, problems.RowOffsets, p);
            double[] g = Shapes.Part(run.ColumnPotentials, problems.ColumnOffsets, p);
            float[] own = Shapes.Part(costs, problems.CostOffsets, p);
            int m = g.Length;
            for (int i = 0; i < f.Length; i++)
            {
                double soft = -0.3 * Math.Log(Enumerable.Range(0, m).Sum(j => columns[j] * Math.Exp((g[j] - own[(i * m) + j]) / 0.3)));
                SinkhornRun.AssertNear(soft, f[i], 2e-5, $"Row potential {i}");
            }

            for (int j = 0; j < m; j++)
            {
                double soft = -0.3 * Math.Log(Enumerable.Range(0, f.Length).Sum(i => rows[i] * Math.Exp((f[i] - own[(i * m) + j]) / 0.3)));
                SinkhornRun.AssertNear(soft, g[j], 2e-5, $"Column potential {j}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Forbidden_pairs_take_no_mass(string engine)
    {
        // The diagonals are allowed, so that there is a plan.
        BatchLayout problems = BatchLayout.Uniform(4, 10, 10);
        float[] costs = CostMatrices.Batch(MatrixKind.Forbidden, problems, seed: 930);
        for (int k = 0; k < 40; k++)
        {
            costs[((k / 10) * 100) + ((k % 10) * 11)] = 0.5f;
        }

        SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.2 });
        for (int p = 0; p < 4; p++)
        {
            run.AssertConsistent(p, SlackOf(Engine(engine)));
            Assert.All(Enumerable.Range(p * 100, 100), k => Assert.True(float.IsFinite(costs[k]) || run.Plan[k] == 0));
            double[] expected = ReferenceSinkhorn.Plan(Shapes.Part(costs, problems.CostOffsets, p), run.RowsOf(p), run.ColumnsOf(p), 0.2);
            Assert.True(expected.Zip(run.PlanOf(p), (x, y) => Math.Abs(x - y)).Sum() <= 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_stranded_point_makes_a_problem_infeasible_and_leaves_its_neighbours_alone(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([5, 5, 5, 3, 0, 5], [4, 4, 4, 0, 2, 4]);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 940);
        SinkhornSettings settings = new() { Epsilon = 0.1 };
        SinkhornRun free = SinkhornRun.Of(Engine(engine), problems, costs, settings);
        for (int k = 0; k < 4; k++)
        {
            costs[8 + k] = float.PositiveInfinity;
        }

        for (int k = 0; k < 5; k++)
        {
            costs[40 + (4 * k) + 1] = float.PositiveInfinity;
        }

        SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, settings);
        Assert.Equal([SolveStatus.Infeasible, 0, SolveStatus.Infeasible, SolveStatus.Infeasible, SolveStatus.Infeasible, 0], run.Status);
        Assert.All(run.RowPotentials[..5], potential => Assert.Equal(double.NaN, potential));
        Assert.All(run.Plan[..20], mass => Assert.Equal(0, mass));
        Assert.Equal(double.PositiveInfinity, run.Primal[2]);
        Assert.Equal(free.Primal[1], run.Primal[1]);
        Assert.Equal(free.Primal[5], run.Primal[5]);
        Bits.AssertSame(free.RowPotentials[^5..], run.RowPotentials[^5..], "Neighbour");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_largest_costs_neither_overflow_nor_lie(string engine)
    {
        float[] costs = [1e30f, -1e30f, 0, 1e30f, 1e30f, 1e30f, 1e30f, 1e30f];
        SinkhornRun run = SinkhornRun.Of(Engine(engine), BatchLayout.Uniform(2, 2, 2), costs, new() { Epsilon = 0.5, IsRelativeEpsilon = true });
        Assert.All(run.Status, status => Assert.Equal(SolveStatus.Optimal, status));
        run.AssertConsistent(0, SlackOf(Engine(engine)));
        SinkhornRun.AssertNear(1e30, run.TransportCost[1], 1e24, "Equal costs");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_iteration_limit_is_told(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(2, 12, 12);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 950);
        IReadOnlyList<AssignmentSolution> exact = LinearAssignment.SolveBatch(Engine(engine), costs, problems);
        foreach (double epsilon in new[] { 0.01, 1e-12 })
        {
            SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = epsilon, MaximumIterations = 5 });
            for (int p = 0; p < 2; p++)
            {
                // Optimal only where luck has it: a plan that fits is the best one.
                bool isLucky = run.Error[p] <= 1e-6;
                Assert.Equal(isLucky ? SolveStatus.Optimal : SolveStatus.IterationLimit, run.Status[p]);
                Assert.True(double.IsFinite(run.Error[p]));
                Assert.False(isLucky && Math.Abs(run.TransportCost[p] - (exact[p].Cost / 12)) > 0.03, $"{run.TransportCost[p]}, {exact[p].Cost / 12}");
            }

            Assert.Contains(SolveStatus.IterationLimit, run.Status);
            Assert.All(run.Iterations, iterations => Assert.InRange(iterations, 1, 5));
            Assert.All(run.RowPotentials, potential => Assert.True(double.IsFinite(potential)));
            Assert.All(run.Plan, mass => Assert.InRange(mass, 0, 2));
        }
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Larger_problems_meet_the_tolerance(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([130, 100], [120, 140]);
        float[] costs = CostMatrices.Batch(MatrixKind.Clustered, problems, seed: 960);
        (float[] a, float[] b) = Weights(problems, seed: 961);
        SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.1, IsRelativeEpsilon = true }, a, b);
        for (int p = 0; p < 2; p++)
        {
            Assert.Equal(SolveStatus.Optimal, run.Status[p]);
            run.AssertConsistent(p, SlackOf(Engine(engine)));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_host_goes_as_far_as_float64_does(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([40, 7], [30, 9]);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 970);
        SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.05, Tolerance = 1e-12 });
        for (int p = 0; p < 2; p++)
        {
            Assert.Equal(SolveStatus.Optimal, run.Status[p]);
            run.AssertConsistent(p, 1e-12);
            double[] expected = ReferenceSinkhorn.Plan(Shapes.Part(costs, problems.CostOffsets, p), run.RowsOf(p), run.ColumnsOf(p), 0.05);
            Assert.True(expected.Zip(run.PlanOf(p), (x, y) => Math.Abs(x - y)).Sum() <= 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Threads_do_not_change_a_bit(string engine)
    {
        BatchLayout problems = Shapes.Layout(Enumerable.Range(0, 60).Select(k => ((k * 7) % 23, (k * 5) % 19)));
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 980);
        foreach (SinkhornSettings settings in new SinkhornSettings[] { new() { Epsilon = 0.05 }, new() { Epsilon = 0.1, MarginalPenalty = 0.5 } })
        {
            SinkhornRun one = SinkhornRun.Of(Engine("host, 1 thread"), problems, costs, settings);
            SinkhornRun.AssertSame(one, SinkhornRun.Of(Engine(engine), problems, costs, settings), $"{settings}");
        }
    }

    /// <summary>Weights of totals that agree, some of them tiny.</summary>
    internal static (float[] Rows, float[] Columns) Weights(BatchLayout problems, int seed)
    {
        Draws draws = new(seed);
        float[] rows = Draws.Fill((int)problems.Rows, () => Math.Pow(10, -3 * draws.Uniform()));
        float[] columns = Draws.Fill((int)problems.Columns, () => Math.Pow(10, -3 * draws.Uniform()));
        for (int p = 0; p < problems.Count; p++)
        {
            Span<float> own = columns.AsSpan((int)problems.ColumnOffsets[p], problems.ColumnsOf(p));
            double scale = Shapes.Part(rows, problems.RowOffsets, p).Sum(w => (double)w) / Shapes.Part(columns, problems.ColumnOffsets, p).Sum(w => (double)w);
            foreach (ref float weight in own)
            {
                weight = (float)(weight * scale);
            }
        }

        return (rows, columns);
    }
}
