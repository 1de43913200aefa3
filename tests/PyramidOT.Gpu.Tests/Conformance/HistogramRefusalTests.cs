namespace PyramidOT.Tests.Conformance;

/// <summary>Wrong calls of the histogram family are refused in the same words on every engine.</summary>
public class HistogramRefusalTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Options_out_of_range_are_refused(string engine)
    {
        (SoftHistogramOptions Options, string Name)[] wrong =
        [
            (new() { Bins = 0 }, nameof(SoftHistogramOptions.Bins)),
            (new() { Bins = (1 << 16) + 1 }, nameof(SoftHistogramOptions.Bins)),
            (new() { Kind = (SoftHistogramKind)9 }, nameof(SoftHistogramOptions.Kind)),
            (new() { Bandwidth = 0 }, nameof(SoftHistogramOptions.Bandwidth)),
            (new() { Temperature = double.NaN }, nameof(SoftHistogramOptions.Temperature)),
            (new() { Squash = false, Low = 1, High = 1 }, nameof(SoftHistogramOptions.High)),
            (new() { Squash = false, Low = float.NaN }, nameof(SoftHistogramOptions.High)),
            (new() { Squash = false, High = float.PositiveInfinity }, nameof(SoftHistogramOptions.High)),
            (new() { Squash = false, Low = 0, High = 1e-42f }, nameof(SoftHistogramOptions.High)),
        ];
        foreach ((SoftHistogramOptions options, string name) in wrong)
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
                () => HistogramRun.Forward(Engine(engine), new(2, 1, 1), options with { }, new float[2], new int[2]));
            Assert.Equal(name, exception.ParamName);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        SoftHistogramOptions options = new();
        Assert.Throws<ArgumentException>("activations", () => HistogramRun.Forward(at, new(3, 2, 1), options, new float[5], new int[3]));
        Assert.Throws<ArgumentException>("groups", () => HistogramRun.Forward(at, new(3, 2, 1), options, new float[6], new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => HistogramRun.Forward(at, new(3, 0, 1), options, [], new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => HistogramRun.Forward(at, new(3, 1, 0), options, new float[3], new int[3]));
        Assert.Throws<ArgumentException>(
            "histogramGradients",
            () => HistogramRun.Backward(at, new(1, 1, 1), options, [0], [0], (new float[10], [1f], 0), new float[9]));
        Assert.Throws<ArgumentException>(
            "factor", () => HistogramRun.Backward(at, new(1, 1, 1), options, [0], [0], (new float[10], [1f], 0), new float[10], float.NaN));
        using EngineBuffer<int> labels = at.Upload([1, 2]);
        using EngineBuffer<int> none = at.Allocate<int>(0);
        Assert.Throws<ArgumentException>("known", () => at.Histograms.Encode(labels, none, labels, none));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Groups_that_are_none_are_refused(string engine)
    {
        foreach (int wrong in new[] { 2, -2, int.MaxValue, int.MinValue })
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
                () => HistogramRun.Forward(Engine(engine), new(4, 1, 2), new(), new float[4], [0, 1, wrong, -1]));
            Assert.Equal("groups", exception.ParamName);
            Assert.Contains("sample 2", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_samples_give_no_histograms(string engine)
    {
        var forward = HistogramRun.Forward(Engine(engine), new(0, 2, 3), new(), [], []);
        Assert.All(forward.Histograms, share => Assert.Equal(0, share));
        Assert.All(forward.Totals, total => Assert.Equal(0, total));
        Assert.Equal(long.MaxValue, forward.FirstBad);
        Assert.Empty(HistogramRun.Backward(Engine(engine), new(0, 2, 3), new(), [], [], forward, new float[60]));
    }
}
