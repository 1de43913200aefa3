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

    /// <summary>The distance before each step and after the last.</summary>
    public const string Trace = "trace";

    /// <summary>The histograms before the first step.</summary>
    public const string First = "first";

    /// <summary>The histograms after the last step.</summary>
    public const string Last = "last";

    /// <summary>The columns of E4's table but for the number of histograms.</summary>
    public static readonly string[] ShapeColumns =
        ["before", "shift and divide", "exact projection", "larger rate, decaying", "W1 to mean", "W1 to median", "W1 to quantile"];

    /// <summary>What the histograms of the snapshots are compared with.</summary>
    public static readonly string[] Compared = ["made alike (larger rate)", "mean", "median, W1", "quantile, W2", "entropic, W2"];

    /// <summary>Steps whose histograms are shown.</summary>
    public static readonly int[] SnapshotSteps = [0, 10, 50, 100, 200, 500, 1000];

    /// <summary>The ways of figure 1.</summary>
    public static readonly string[] Ways = ["exact projection", "shift and divide (paper)", "multiplicative"];

    /// <summary>The descents of figure 1, by way: <see cref="Trace"/>, <see cref="First"/> and <see cref="Last"/>.</summary>
    public TrialTable<string> Figure()
    {
        int steps = context.IsQuick ? 300 : 3000;
        double decay = context.IsQuick ? 0.97 : 0.997;
        MultiMarginalDescentOptions options = new() { Steps = steps, Rate = context.IsQuick ? 1e-3 : 1e-4, Decay = decay, Snapshots = [0] };
        MultiMarginalDescentOptions[] ways =
        [
            options,
            options with { Step = DescentStep.PaperShift },
            options with { Step = DescentStep.Multiplicative, Rate = 0.1, Decay = 0.995, DecayFrom = 250 },
        ];
        return context.Measure("figure 1", Ways, (way, trial) =>
        {
            MultiMarginalDescentResult result = Minimise(FigureHistograms, ways[Array.IndexOf(Ways, way)], trial);
            return new()
            {
                { Trace, result.Trace.ToArray() },
                { First, result.Snapshots[0].Masses.ToArray() },
                { Last, result.Masses.ToArray() },
            };
        });
    }

    /// <summary>E4 by number of histograms: <see cref="ShapeColumns"/>.</summary>
    public TrialTable<int> Shapes()
    {
        int[] counts = context.IsQuick ? [2, 4] : [2, 4, 5, 10, 20];
        return context.Measure("E4, barycentres", counts, Shape, effort: count => count);
    }

    /// <summary>The snapshots of E4: <see cref="Trace"/>, the histograms by step, and those of <see cref="Compared"/>.</summary>
    public TrialNumbers Snapshots() => context.Measure("E4, snapshots", [SnapshotHistograms], (count, trial) =>
    {
        MultiMarginalDescentResult descent = Descend(count, DescentStep.PaperShift, trial, SnapshotSteps);
        double[] start = Start(count, trial.Seed);
        EntropicBarycentreOptions options = new() { Epsilon = SolverComparison.Epsilon, Tolerance = 1e-6 };
        TrialNumbers numbers = new()
        {
            { Trace, descent.Trace.ToArray() },
            { Compared[0], MeanOf(DescendFully(count, trial).Masses) },
            { Compared[1], MeanOf(start) },
            { Compared[2], MedianBarycentre.Of(start, count).Histogram.ToArray() },
            { Compared[3], QuantileBarycentre.Of(start, count).ToHistogram(Bins) },
            { Compared[4], EntropicBarycentre.Of(start, count, options, cancellation: trial.Cancellation).Histogram.ToArray() },
        };
        foreach (var snapshot in descent.Snapshots)
        {
            numbers.Add(SnapshotName(snapshot.Step), snapshot.Masses.ToArray());
        }

        return numbers;
    }).First(SnapshotHistograms);

    /// <summary>The name of a step's histograms among the numbers of <see cref="Snapshots"/>.</summary>
    public static string SnapshotName(int step) => $"step {step}";

    private TrialNumbers Shape(int count, Trial trial)
    {
        MultiMarginalDescentResult shift = Descend(count, DescentStep.PaperShift, trial);
        MultiMarginalDescentResult projected = Descend(count, DescentStep.Projected, trial);
        MultiMarginalDescentResult full = DescendFully(count, trial);
        double[] start = Start(count, trial.Seed);
        double[] found = MeanOf(full.Masses);
        double[] numbers =
        [
            shift.Trace[0], shift.Values[0], projected.Values[0], full.Values[0],
            .. new[] { MeanOf(start), MedianBarycentre.Of(start, count).Histogram.ToArray(), QuantileBarycentre.Of(start, count).ToHistogram(Bins) }
                .Select(other => SolverComparison.MeanDistance(found, other, Bins, 1)),
        ];
        TrialNumbers named = [];
        for (int i = 0; i < numbers.Length; i++)
        {
            named.Add(ShapeColumns[i], numbers[i]);
        }

        return named;
    }

    private MultiMarginalDescentResult Descend(int count, DescentStep step, Trial trial, params IReadOnlyList<int> snapshots) =>
        Minimise(count, new() { Steps = Steps, Rate = Rate, Step = step, Snapshots = snapshots }, trial);

    /// <summary>A descent that goes on until the histograms are alike: a large rate that decays.</summary>
    private MultiMarginalDescentResult DescendFully(int count, Trial trial) =>
        Minimise(count, new() { Steps = context.IsQuick ? 600 : 4000, Rate = 1e-3, Decay = context.IsQuick ? 0.98 : 0.997 }, trial);

    private MultiMarginalDescentResult Minimise(int count, MultiMarginalDescentOptions options, Trial trial) => MultiMarginalDescent.Minimise(
        context.Engine,
        MarginalHistograms.Create(Start(count, trial.Seed), MarginalLayout.Uniform(1, count, Bins)),
        options,
        cancellation: trial.Cancellation);

    private static double[] Start(int count, ulong seed) => DrawnHistograms.Bells(count, Bins, seed);

    private static double[] MeanOf(ReadOnlySpan<double> rows)
    {
        double[] mean = new double[Bins];
        for (int i = 0; i < rows.Length; i++)
        {
            mean[i % Bins] += rows[i] / (rows.Length / Bins);
        }

        return mean;
    }
}
