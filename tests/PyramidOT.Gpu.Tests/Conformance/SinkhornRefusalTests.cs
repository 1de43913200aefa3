namespace PyramidOT.Tests.Conformance;

/// <summary>What the Sinkhorn family refuses, and how it says so.</summary>
public class SinkhornRefusalTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly SinkhornSettings s_settings = new() { Epsilon = 0.5 };

    [Theory]
    [MemberData(nameof(All))]
    public void A_number_that_is_no_cost_is_refused_by_its_place(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([3, 0, 5], [3, 4, 17]);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1100);
        foreach (float bad in Some(engine, [float.NaN, float.NegativeInfinity, 1.1e30f, -1.1e30f]))
        {
            float[] spoilt = [.. costs];
            spoilt[9 + (2 * 17) + 16] = bad;
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => SinkhornRun.Of(Engine(engine), problems, spoilt, s_settings));
            Assert.Matches(@"\bproblem 2\b.*\brow 2\b.*\bcolumn 16\b", exception.Message);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_that_are_none_are_refused_by_their_place(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([2, 3], [2, 1]);
        float[] costs = new float[7];
        float[] a = [1, 1, 1, 1, 1];
        float[] b = [1, 1, 3];
        SinkhornRun.Of(Engine(engine), problems, costs, s_settings, a, b);
        foreach (float bad in new[] { -1, float.NaN, float.PositiveInfinity })
        {
            Assert.Matches(@"problem 1\b.*\brow 2\b", Refusal([1, 1, 1, 1, bad], b, s_settings));
            Assert.Matches(@"problem 0\b.*\bcolumn 1\b", Refusal(a, [1, bad, 3], s_settings));
        }

        Assert.Matches("problem 1.*all 0", Refusal([1, 1, 0, 0, 0], b, s_settings));
        Assert.Matches(@"problem 1.*3.*3\.25", Refusal(a, [1, 1, 3.25f], s_settings));
        SinkhornRun.Of(Engine(engine), problems, costs, s_settings with { MarginalPenalty = 1 }, a, [1, 1, 3.25f]);

        string Refusal(float[] rows, float[] columns, SinkhornSettings settings) =>
            Assert.ThrowsAny<ArgumentException>(() => SinkhornRun.Of(Engine(engine), problems, costs, settings, rows, columns)).Message;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Settings_out_of_range_and_sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problems = BatchLayout.Uniform(1, 2, 3);
        foreach (SinkhornSettings settings in new[]
        {
            s_settings with { Epsilon = 0 }, s_settings with { Epsilon = -1 }, s_settings with { Epsilon = double.NaN },
            s_settings with { Epsilon = double.PositiveInfinity }, s_settings with { MarginalPenalty = 0 }, s_settings with { Tolerance = 0 },
            s_settings with { MaximumIterations = 0 }, s_settings with { EpsilonScaling = 0 }, s_settings with { EpsilonScaling = 1.5 },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => SinkhornRun.Of(at, problems, new float[6], settings));
        }

        using EngineBuffer<float> costs = at.Upload(new float[6]);
        using EngineBuffer<float> weights = at.Upload(new float[] { 1, 1, 1 });
        using SinkhornBuffers result = new(at, problems);
        using SinkhornBuffers other = new(at, BatchLayout.Uniform(1, 3, 3));
        Refused(() => at.Sinkhorn.Solve(problems, costs.Slice(0, 5), default, default, s_settings, result));
        Refused(() => at.Sinkhorn.Solve(problems, costs, weights, default, s_settings, result));
        Refused(() => at.Sinkhorn.Solve(problems, costs, default, default, s_settings, other));
        Refused(() => at.Sinkhorn.Solve(problems, costs, default, default, null!, result));
        Refused(() => at.Sinkhorn.Solve(null!, costs, default, default, s_settings, result));

        static void Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action);
    }
}
