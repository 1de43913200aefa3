namespace PyramidOT.Cli;

/// <summary>Checks of soft histograms.</summary>
internal sealed partial class BenchChecks
{
    // Shares of a histogram, a bin: a sample's place is counted in bins, in float32.
    private const double ShareTolerance = 2e-7;

    private const double SlopeTolerance = 1e-4;

    private void Histograms()
    {
        foreach (SoftHistogramKind kind in Enum.GetValues<SoftHistogramKind>())
        {
            Histograms(kind, new(quick ? 300 : 700, 37, 5), 10);
        }

        // More bins than shared memory has room for.
        Histograms(SoftHistogramKind.Centred, new(quick ? 100 : 1000, 3, 30), 400);
    }

    private void Histograms(SoftHistogramKind kind, HistogramShape shape, int bins)
    {
        string name = $"{kind}, {shape.Features} features, {shape.Groups} x {bins}";
        SoftHistogramOptions options = new() { Kind = kind, Bins = bins, Squash = true };
        float[] activations = BenchClouds.Normal(shape.Activations, 81);
        int[] groups = [.. BenchClouds.Below(shape.Groups + 1, shape.Samples, 82).Select(group => group - 1)];
        float[] slopes = BenchClouds.Normal(shape.Histograms * options.Bins, 83);
        Compare($"soft histograms, {name}", ShareTolerance * options.Bins, at =>
        {
            float[] histograms = new float[slopes.Length];
            using SoftHistograms of = new(at, shape.Features, shape.Groups, options);
            of.Forward(activations, groups, histograms);
            return histograms;
        }, scale: 1);

        // Without squashing and in the middle of segments, since rounding may bring a sample to the other side of a kink.
        float[] even = [.. BenchClouds.Below(options.Bins, (int)shape.Activations, 84).Select(k => k + 0.25f)];
        SoftHistogramOptions straight = options with { Squash = false, High = options.Bins };
        Compare($"gradients of soft histograms, {name}", SlopeTolerance, at =>
        {
            float[] gradients = new float[even.Length];
            using SoftHistograms of = new(at, shape.Features, shape.Groups, straight);
            of.Forward(even, groups, new float[slopes.Length]);
            of.Backward(even, groups, slopes, gradients);
            return gradients;
        }, scale: 1);
        Compare($"regularizer, {name}", SlopeTolerance, at =>
        {
            using MultiMarginalRegularizer loss = new(at, shape.Features, new() { Histograms = options });
            return new[] { (float)loss.Evaluate(activations, groups, default) };
        });
    }
}
