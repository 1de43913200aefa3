namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>Experiment E4 and figure 1: what histograms become when their distance is minimised, and how that compares with barycentres.</summary>
internal sealed class BarycentreShapes(ExperimentContext context)
{
    /// <summary>Bins of the histograms.</summary>
    public const int Bins = 50;

    /// <summary>Histograms of figure 1, as many as the published script has.</summary>
    public const int FigureHistograms = 7;

    /// <summary>Histograms of the snapshots.</summary>
    public const int SnapshotHistograms = 4;

    /// <summary>Steps of E4.</summary>
    public const int Steps = 1000;

    /// <summary>The rate of E4, the paper's.</summary>
    public const double Rate = 1e-5;

    /// <summary>The ways of figure 1.</summary>
    public static readonly string[] Ways = ["exact projection", "shift and divide (paper)", "multiplicative"];

    /// <summary>The descents of figure 1, one a way, with their first and last histograms.</summary>
    public IReadOnlyList<MultiMarginalDescentResult> Figure()
    {
        int steps = context.IsQuick ? 300 : 3000;
        double decay = context.IsQuick ? 0.97 : 0.997;
        MultiMarginalDescentOptions options = new() { Steps = steps, Rate = context.IsQuick ? 1e-3 : 1e-4, Decay = decay, Snapshots = [0, steps] };
        context.Phases.Begin("figure 1", Ways.Length);
        return [.. new[]
        {
            options,
            options with { Step = DescentStep.PaperShift },
            options with { Step = DescentStep.Multiplicative, Rate = 0.1, Decay = 0.995, DecayFrom = 250 },
        }.Select((way, i) =>
        {
            MultiMarginalDescentResult result = Minimise(FigureHistograms, way);
            context.Phases.Reach(i + 1);
            return result;
        })];
    }

    /// <summary>The descent of E4 on a number of histograms, in a way.</summary>
    /// <param name="count">d.</param>
    /// <param name="step">The way.</param>
    /// <param name="snapshots">Steps at which histograms are kept.</param>
    public MultiMarginalDescentResult Descend(int count, DescentStep step, params IReadOnlyList<int> snapshots) =>
        Minimise(count, new() { Steps = Steps, Rate = Rate, Step = step, Snapshots = snapshots });

    /// <summary>A descent that goes on until the histograms are alike: a large rate that decays.</summary>
    public MultiMarginalDescentResult DescendFully(int count) =>
        Minimise(count, new() { Steps = context.IsQuick ? 600 : 4000, Rate = 1e-3, Decay = context.IsQuick ? 0.98 : 0.997 });

    /// <summary>The histograms that a descent began with.</summary>
    public double[] Start(int count) => DrawnHistograms.Bells(count, Bins, context.Seed);

    private MultiMarginalDescentResult Minimise(int count, MultiMarginalDescentOptions options) => MultiMarginalDescent.Minimise(
        context.Engine, MarginalHistograms.Create(Start(count), MarginalLayout.Uniform(1, count, Bins)), options, cancellation: context.Cancellation);
}
