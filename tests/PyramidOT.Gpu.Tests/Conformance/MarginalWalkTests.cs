using PyramidOT.Engines;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Kernels;
using PyramidOT.Tests.MultiMarginal;

namespace PyramidOT.Tests.Conformance;

/// <summary>The greedy walk on every engine, on float32 masses, against the walk by sorted events; a caller's own costs included.</summary>
public class MarginalWalkTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly string[] s_costs = ["range", "pair^2.2", "huber 1.5", "median", "max", "product"];

    // Nothing, one of something, and more problems than a group has lanes.
    private static readonly (int Histograms, int Bins)[] s_shapes =
    [
        (0, 4), (3, 0), (1, 1), (1, 6), (4, 1), (2, 2), (3, 7), (6, 5), (5, 12), (2, 40), .. Enumerable.Range(0, 60).Select(i => (2 + (i % 3), 2 + (i % 4))), (7, 3), (3, 9),
    ];

    public static TheoryData<string, string> Cases => Crossed.With(EnginesAtHand.Names, s_costs);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Walk_is_the_event_sorted_walk(string engine, string cost)
    {
        (int Histograms, int Bins)[] shapes = [.. Some(engine, s_shapes)];
        MarginalLayout layout = MarginalLayout.Ragged([.. shapes.Select(shape => shape.Histograms)], [.. shapes.Select(shape => shape.Bins)]);
        Draws draws = new(560);
        float[] masses = Masses(draws, shapes);
        float[] positions = Positions(draws, shapes);
        foreach (float[] at in new[] { [], positions })
        {
            Run run = Walk(engine, layout, masses, at, cost, TieRule.FirstLast);
            for (int b = 0; b < shapes.Length; b++)
            {
                AssertWalked(run, layout, b, masses, at.Length == 0 ? null : Part(at, layout.BinOffsets, b), cost);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shared_positions_are_those_of_all(string engine)
    {
        Draws draws = new(561);
        (int, int)[] shapes = [.. Enumerable.Repeat((3, 5), 9)];
        MarginalLayout layout = MarginalLayout.Uniform(9, 3, 5);
        float[] masses = Masses(draws, shapes);
        float[] positions = [-1.5f, -1, 0.25f, 4, 4.5f];
        Run run = Walk(engine, layout, masses, positions, "pair^2.2", TieRule.FirstLast);
        for (int b = 0; b < 9; b++)
        {
            AssertWalked(run, layout, b, masses, positions, "pair^2.2");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Averaged_duals_are_those_of_the_host(string engine)
    {
        (int Histograms, int Bins)[] shapes = [.. Some(engine, s_shapes)];
        MarginalLayout layout = MarginalLayout.Ragged([.. shapes.Select(shape => shape.Histograms)], [.. shapes.Select(shape => shape.Bins)]);
        float[] masses = Masses(new(562), shapes);
        Run run = Walk(engine, layout, masses, [], "median", TieRule.Averaged);
        Run host = Walk("host, 1 thread", layout, masses, [], "median", TieRule.Averaged);
        Run first = Walk(engine, layout, masses, [], "median", TieRule.FirstLast);
        Assert.Equal(first.Values, run.Values);
        Assert.All(Enumerable.Range(0, host.Gradients.Length), i => Assert.Equal(host.Gradients[i], run.Gradients[i], 1e-6));
        for (int b = 0; b < shapes.Length; b++)
        {
            Assert.Equal(host.Values[b], run.Values[b], 1e-12);
            Assert.Equal(host.DualValues[b], run.DualValues[b], 1e-12);
            int steps = Math.Max(0, shapes[b].Histograms * (shapes[b].Bins - 1));
            Range own = (int)layout.ElementOffsets[b]..((int)layout.ElementOffsets[b] + steps);
            Assert.Equal(first.Movers[own], run.Movers[own]);
        }

        Assert.NotEqual(first.Gradients, run.Gradients);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Histograms_beyond_shared_memory_are_walked(string engine)
    {
        // A lane alone would fit in with more histograms than a test has time for.
        int d = EnginesAtHand.HostNames.Contains(engine) || engine.Contains("groups of 1,", StringComparison.Ordinal) ? 50 : 440;
        (int, int)[] shapes = [(d, 2), (2, 3)];
        MarginalLayout layout = MarginalLayout.Ragged([d, 2], [2, 3]);
        float[] masses = Masses(new(563), shapes);
        Run run = Walk(engine, layout, masses, [], "range", TieRule.FirstLast);
        double[] ends = [.. Enumerable.Range(0, d).Select(j => (double)masses[2 * j])];
        Assert.Equal(ends.Max() - ends.Min(), run.Values[0], 1e-12);
        Assert.Equal(ends.Max() - ends.Min(), run.DualValues[0], 1e-12);
        AssertWalked(run, layout, 1, masses, null, "range");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Masses_that_are_no_numbers_spoil_their_problem_alone(string engine)
    {
        MarginalLayout layout = MarginalLayout.Uniform(6, 2, 3);
        float[] masses = Masses(new(564), [.. Enumerable.Repeat((2, 3), 6)]);
        float[] spoilt = [.. masses];
        spoilt[6 + 0] = float.NaN;
        spoilt[12 + 4] = float.PositiveInfinity;
        spoilt[24 + 5] = float.NaN;
        spoilt[30 + 2] = float.PositiveInfinity;
        Run run = Walk(engine, layout, spoilt, [], "range", TieRule.FirstLast);
        foreach (int b in new[] { 1, 2, 4, 5 })
        {
            Assert.True(double.IsNaN(run.Values[b]) && double.IsNaN(run.DualValues[b]), $"Problem {b}: {run.Values[b]}, {run.DualValues[b]}");
        }

        AssertWalked(run, layout, 0, spoilt, null, "range");
        AssertWalked(run, layout, 3, spoilt, null, "range");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Totals_that_differ_by_rounding_lose_no_mass(string engine)
    {
        MarginalLayout layout = MarginalLayout.Uniform(1, 3, 8);
        Draws draws = new(565);
        float[] masses = Draws.Fill(24, () => draws.Uniform());
        for (int j = 0; j < 3; j++)
        {
            float total = masses.AsSpan(8 * j, 8).ToArray().Sum() * (1 + (j * 1e-7f));
            for (int i = 0; i < 8; i++)
            {
                masses[(8 * j) + i] /= total;
            }
        }

        Run run = Walk(engine, layout, masses, [], "pair^2.2", TieRule.FirstLast);
        Assert.Equal(run.Values[0], run.DualValues[0], 1e-13);
        Assert.Equal(Enumerable.Range(0, 3).Max(j => masses.AsSpan(8 * j, 8).ToArray().Sum(mass => (double)mass)), run.Masses[..22].Sum(), 1e-13);
        MarginalPlan plan = MarginalPlan.Of(3, 8, run.Movers, run.Masses);
        for (int j = 0; j < 3; j++)
        {
            double[] marginal = plan.MarginalOf(j, 8);
            Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(masses[(8 * j) + i], marginal[i], 1e-6));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_callers_own_cost_is_solved_with_plans(string engine)
    {
        Draws draws = new(566);
        double[][][] problems = [WalkHistograms.Problem(draws, 3, 4, 0), WalkHistograms.Problem(draws, 2, 6, 1), WalkHistograms.Problem(draws, 4, 3, 3)];
        AssertSolved(Engine(engine), problems);
    }

    [Fact]
    public void Devices_without_float64_leave_the_walk_to_the_host()
    {
        using IlgpuEngine engine = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1) { WithoutDoubles = true }, new());
        Draws draws = new(567);
        AssertSolved(engine, [WalkHistograms.Problem(draws, 3, 4, 0), WalkHistograms.Problem(draws, 5, 2, 2)]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        MarginalLayout layout = MarginalLayout.Uniform(2, 2, 3);
        using EngineBuffer<float> twelve = at.Allocate<float>(12);
        using EngineBuffer<int> movers = at.Allocate<int>(12);
        using EngineBuffer<double> masses = at.Allocate<double>(12);
        MarginalSteps steps = new() { Movers = movers, Masses = masses };
        double[] two = new double[2];
        void Run(EngineView<float> histograms, EngineView<float> positions, double[] values, double[] duals, EngineView<float> gradients, MarginalSteps way, TieRule ties = default) =>
            at.MultiMarginal.Walk<RangeCost, EvaluatedSteps<RangeCost>>(layout, histograms, positions, default, ties, values, duals, gradients, way);
        EngineView<float> some = twelve.Slice(0, 5);
        Assert.Equal("histograms", Assert.ThrowsAny<ArgumentException>(() => Run(some, default, two, two, default, default)).ParamName);
        Assert.Equal("positions", Assert.ThrowsAny<ArgumentException>(() => Run(twelve, some, two, two, default, default)).ParamName);
        Assert.Equal("values", Assert.ThrowsAny<ArgumentException>(() => Run(twelve, default, [1], two, default, default)).ParamName);
        Assert.Equal("dualValues", Assert.ThrowsAny<ArgumentException>(() => Run(twelve, default, two, [1], default, default)).ParamName);
        Assert.Equal("gradients", Assert.ThrowsAny<ArgumentException>(() => Run(twelve, default, two, two, some, default)).ParamName);
        Assert.Equal("steps", Assert.ThrowsAny<ArgumentException>(() => Run(twelve, default, two, two, default, new() { Movers = movers })).ParamName);
        Assert.ThrowsAny<ArgumentException>(() => Run(twelve, default, two, two, default, new() { Movers = movers.Slice(0, 3), Masses = masses.Slice(0, 3) }));
        Assert.Equal("ties", Assert.Throws<ArgumentOutOfRangeException>(() => Run(twelve, default, two, two, default, steps, (TieRule)9)).ParamName);
    }

    private static void AssertSolved(ComputeEngine engine, double[][][] problems)
    {
        MultiMarginalOptions options = new() { Cost = MultiMarginalCost.Of(new ProductCost(0.25)), WithPlans = true };
        MultiMarginalResult result = MultiMarginalTransport.Solve(engine, MarginalHistograms.OfProblems(problems), options);
        Assert.Equal(MongeProof.Exhaustive, result.Monge.Proof);
        for (int b = 0; b < problems.Length; b++)
        {
            EventSortedWalk expected = EventSortedWalk.Solve(problems[b], null, x => WalkCosts.Formula("product", x));
            Assert.Equal(expected.Value, result.Values[b], 1e-10);
            Assert.Equal(0, result.GapOf(b), 1e-10);
            Assert.Equal(SolveStatus.Optimal, result.Status[b]);
            Assert.Equal(expected.Plan.SelectMany(cell => cell.Cell), result.Plans[b].Bins.ToArray());
            double[] duals = [.. expected.Duals.SelectMany(dual => dual)];
            Assert.All(Enumerable.Range(0, duals.Length), i => Assert.Equal(duals[i], result.GradientOf(b)[i], 1e-6 * (1 + Math.Abs(duals[i]))));
        }
    }

    private static void AssertWalked(Run run, MarginalLayout layout, int b, float[] masses, float[]? positions, string cost)
    {
        int d = layout.HistogramsOf(b);
        int n = layout.BinsOf(b);
        if (d == 0 || n == 0)
        {
            Assert.Equal(0, run.Values[b]);
            Assert.Equal(0, run.DualValues[b]);
            return;
        }

        int first = (int)layout.ElementOffsets[b];
        double[][] rows = [.. Enumerable.Range(0, d).Select(j => masses.AsSpan(first + (j * n), n).ToArray().Select(mass => (double)mass).ToArray())];
        double[]? at = positions is null ? null : [.. positions.Select(position => (double)position)];
        EventSortedWalk expected = EventSortedWalk.Solve(rows, at, x => WalkCosts.Formula(cost, x));
        double scale = 1 + expected.Duals.Max(dual => dual.Max(Math.Abs));
        Assert.Equal(expected.Value, run.Values[b], 1e-12 * scale);
        Assert.Equal(expected.Value, run.DualValues[b], 1e-12 * scale);
        double[] duals = [.. expected.Duals.SelectMany(dual => dual)];
        for (int i = 0; i < duals.Length; i++)
        {
            Assert.Equal(duals[i], run.Gradients[first + i], 1e-7 * scale);
        }

        MarginalPlan plan = MarginalPlan.Of(d, n, run.Movers.AsSpan(first, d * n), run.Masses.AsSpan(first, d * n));
        Assert.Equal(expected.Plan.SelectMany(cell => cell.Cell), plan.Bins.ToArray());
        Assert.Equal(-1, run.Movers[first + (d * (n - 1))]);
    }

    private static float[] Part(float[] all, ReadOnlySpan<long> offsets, int b) => all[(int)offsets[b]..(int)offsets[b + 1]];

    // Sums of these are exact in float32, so that every engine sees the same ties.
    private static float[] Masses(Draws draws, (int Histograms, int Bins)[] shapes) =>
    [
        .. shapes.SelectMany((shape, b) => shape.Bins == 0 ? [] : WalkHistograms.Problem(draws, shape.Histograms, shape.Bins, b % (WalkHistograms.Kinds + 1)))
            .SelectMany(row => row).Select(mass => (float)mass),
    ];

    private static float[] Positions(Draws draws, (int Histograms, int Bins)[] shapes) =>
    [
        .. shapes.SelectMany(shape =>
        {
            double at = draws.Uniform();
            return Enumerable.Range(0, shape.Bins).Select(_ => (float)(at += 0.05 + draws.Uniform()));
        }),
    ];

    private Run Walk(string engine, MarginalLayout layout, float[] masses, float[] positions, string cost, TieRule ties) => cost switch
    {
        "range" => Walk<RangeCost, EvaluatedSteps<RangeCost>>(engine, layout, masses, positions, default, ties),
        "pair^2.2" => Walk<PairwiseCost, PairwiseSteps>(engine, layout, masses, positions, new(new(2.2)), ties),
        "huber 1.5" => Walk<HuberCost, HuberSteps>(engine, layout, masses, positions, new(1.5), ties),
        "median" => Walk<MedianCost, MedianSteps>(engine, layout, masses, positions, default, ties),
        "max" => Walk<LargestCost, EvaluatedSteps<LargestCost>>(engine, layout, masses, positions, default, ties),
        _ => Walk<ProductCost, EvaluatedSteps<ProductCost>>(engine, layout, masses, positions, new(0.25), ties),
    };

    private Run Walk<TCost, TSteps>(string engine, MarginalLayout layout, float[] masses, float[] positions, TCost cost, TieRule ties)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> from = at.Upload(masses);
        using EngineBuffer<float> x = at.Upload(positions);
        using EngineBuffer<float> gradients = at.Allocate<float>(layout.Elements);
        using EngineBuffer<int> movers = at.Allocate<int>(layout.Elements);
        using EngineBuffer<double> cells = at.Allocate<double>(layout.Elements);
        double[] values = new double[layout.Count];
        double[] duals = new double[layout.Count];
        at.MultiMarginal.Walk<TCost, TSteps>(layout, from, x, cost, ties, values, duals, gradients, new() { Movers = movers, Masses = cells });

        // The value alone is the same.
        double[] alone = new double[layout.Count];
        at.MultiMarginal.Walk<TCost, TSteps>(layout, from, x, cost, ties, alone, default, default, default);
        Assert.Equal(values, alone);
        return new(values, duals, gradients.ToArray(), movers.ToArray(), cells.ToArray());
    }

    private sealed record Run(double[] Values, double[] DualValues, float[] Gradients, int[] Movers, double[] Masses);
}
