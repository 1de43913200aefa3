namespace PyramidOT.Tests.Conformance;

/// <summary>Calls of the histogram family, on guarded windows.</summary>
internal static class HistogramRun
{
    /// <summary>Histograms and totals.</summary>
    public static (float[] Histograms, float[] Totals, long FirstBad) Forward(
        ComputeEngine engine, HistogramShape shape, SoftHistogramOptions options, float[] activations, int[] groups)
    {
        using Guarded<float> samples = Guarded<float>.Of(engine, activations);
        using Guarded<int> own = Guarded<int>.Of(engine, groups);
        using Guarded<int> counts = Guarded<int>.Of(engine, Counts(shape, groups));
        using Guarded<float> histograms = Guarded<float>.Output(engine, shape.Histograms * options.Bins);
        using Guarded<float> totals = Guarded<float>.Output(engine, shape.Histograms);
        using Guarded<long> bad = Guarded<long>.Output(engine, 1);
        engine.Histograms.Forward(shape, options, samples.View, own.View, counts.View, histograms.View, totals.View, bad.View);
        return (histograms.ToArray(), totals.ToArray(), bad.ToArray()[0]);
    }

    /// <summary>The gradient in the activations of what has a given gradient in the histograms.</summary>
    public static float[] Backward(
        ComputeEngine engine,
        HistogramShape shape,
        SoftHistogramOptions options,
        float[] activations,
        int[] groups,
        (float[] Histograms, float[] Totals, long) forward,
        float[] histogramGradients,
        float factor = 1)
    {
        using Guarded<float> samples = Guarded<float>.Of(engine, activations);
        using Guarded<int> own = Guarded<int>.Of(engine, groups);
        using Guarded<float> histograms = Guarded<float>.Of(engine, forward.Histograms);
        using Guarded<float> totals = Guarded<float>.Of(engine, forward.Totals);
        using Guarded<float> slopes = Guarded<float>.Of(engine, histogramGradients);
        using Guarded<float> gradients = Guarded<float>.Output(engine, activations.Length);
        engine.Histograms.Backward(
            shape, options, samples.View, own.View, histograms.View, totals.View, slopes.View, factor, gradients.View);
        return gradients.ToArray();
    }

    /// <summary>The samples of each group.</summary>
    public static int[] Counts(HistogramShape shape, int[] groups) =>
        [.. Enumerable.Range(0, shape.Groups).Select(group => groups.Count(own => own == group))];

    /// <summary>The kinds, squashed or not, in several sizes.</summary>
    public static IReadOnlyList<(HistogramShape Shape, SoftHistogramOptions Options)> Cases { get; } =
    [
        (new(1, 1, 1), new() { Bins = 1 }),
        (new(30, 3, 2), new() { Kind = SoftHistogramKind.Centred, Bins = 1 }),
        (new(60, 1, 3), new() { Kind = SoftHistogramKind.Centred, Bins = 2, Squash = true }),
        (new(50, 5, 4), new() { Bins = 3, Squash = false, Low = -1, High = 1.5f }),
        (new(45, 3, 3), new() { Kind = SoftHistogramKind.Gaussian, Bins = 12, Low = -2, High = 2 }),
        (new(40, 3, 3), new() { Kind = SoftHistogramKind.SigmoidDifference, Bins = 9, Low = -2, High = 2, Temperature = 0.1 }),
        (new(35, 4, 3), new() { Kind = SoftHistogramKind.Gaussian, Bins = 5, Squash = true, Bandwidth = 1.2 }),
        (new(35, 4, 3), new() { Kind = SoftHistogramKind.SigmoidDifference, Bins = 6, Squash = true }),
        (new(40, 4, 3), new() { Kind = SoftHistogramKind.Centred, Bins = 7, Low = -2, High = 2 }),
        (new(60, 5, 4), new() { Bins = 10 }),
    ];

    /// <summary>Groups of samples: some left out, and the second-last group without any where there are three or more.</summary>
    public static int[] DrawGroups(HistogramShape shape, int seed)
    {
        Draws draws = new(seed);
        return [.. Enumerable.Range(0, shape.Samples).Select(i =>
        {
            int group = draws.Below(shape.Groups);
            return i < 1 ? 0 : draws.Uniform() < 0.1 ? -1 : shape.Groups > 2 && group == shape.Groups - 2 ? 0 : group;
        })];
    }
}
