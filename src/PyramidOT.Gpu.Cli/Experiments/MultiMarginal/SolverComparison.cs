namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>What a method makes of one problem.</summary>
/// <param name="Bins">n.</param>
/// <param name="Histograms">d.</param>
/// <param name="Method">What it is called.</param>
/// <param name="Value">The distance, or what the barycentre minimises; NaN where it tells none.</param>
/// <param name="Barycentre">The barycentre; null where there is none.</param>
/// <param name="Time">How long it took, in seconds.</param>
/// <param name="Note">Its certificate, or what it took.</param>
internal sealed record MethodResult(int Bins, int Histograms, string Method, double Value, double[]? Barycentre, double Time, string Note)
{
    /// <summary>The mean of the distances W_1 from the barycentre to the histograms; NaN where there is none.</summary>
    public double MeanW1 { get; init; } = double.NaN;

    /// <summary>The mean of the distances W_2² from the barycentre to the histograms; NaN where there is none.</summary>
    public double MeanSquaredW2 { get; init; } = double.NaN;
}

/// <summary>Experiment E2: the multi-marginal distance beside pairs of histograms and barycentres, on the same bells.</summary>
internal sealed class SolverComparison(ExperimentContext context)
{
    /// <summary>The strength of the entropy, in units of the largest cost.</summary>
    public const double Epsilon = 1e-2;

    private const int MostIterations = 2000;
    private const double Tolerance = 1e-6;

    private readonly TimeSpan _budget = context.Budget(5, 50);

    /// <summary>All methods on all sizes.</summary>
    public IReadOnlyList<MethodResult> Run()
    {
        (int Bins, int Histograms)[] sizes = context.IsQuick ? [(10, 2), (10, 4)] : [(10, 2), (10, 4), (10, 10), (50, 4), (50, 50)];
        context.Phases.Begin("E2, other solvers", sizes.Length);

        // Once unseen: what is timed first would be compiled on the way.
        Compare(10, 3, context.Budget(50, 100));
        List<MethodResult> results = [];
        for (int i = 0; i < sizes.Length; i++)
        {
            results.AddRange(Compare(sizes[i].Bins, sizes[i].Histograms, _budget));
            context.Phases.Reach(i + 1);
        }

        return results;
    }

    private List<MethodResult> Compare(int bins, int count, TimeSpan budget)
    {
        double[] rows = DrawnHistograms.Bells(count, bins, context.Seed);
        MarginalHistograms histograms = MarginalHistograms.Create(rows, MarginalLayout.Uniform(1, count, bins));
        MultiMarginalOptions walk = new() { Method = MultiMarginalMethod.Walk };
        List<MethodResult> results = [];
        Add("d-MMOT, closed form", () => MultiMarginalTransport.Solve(context.Engine, histograms), r => r.Values[0], _ => null, r => Gap(r.GapOf(0)));
        Add("d-MMOT, greedy walk", () => MultiMarginalTransport.Solve(context.Engine, histograms, walk), r => r.Values[0], _ => null, r => Gap(r.GapOf(0)));
        Add("pairs one by one, W1", () => PairwiseTransport.Sum(rows, count), sum => sum, _ => null, _ => count == 2 ? "1 pair" : $"{count * (count - 1) / 2} pairs");
        if (count == 2)
        {
            float[] costs = [.. Enumerable.Range(0, bins * bins).Select(cell => (float)Math.Abs((cell / bins) - (cell % bins)))];
            TransportProblem full = TransportProblem.FromCosts(
                costs, bins, bins, [.. rows.Take(bins).Select(mass => (float)mass)], [.. rows.Skip(bins).Select(mass => (float)mass)]);
            Add(
                "all n² cells, network simplex", () => ExactTransport.Default.Solve(context.Engine, full)[0], r => r.Value, _ => null, r => Gap(r.Gap));
        }

        Add("quantile barycentre (W2, free support)", () => QuantileBarycentre.Of(rows, count), b => b.Value, b => b.ToHistogram(bins), b => $"{b.Masses.Length} points");
        Add("median barycentre (W1, on the bins)", () => MedianBarycentre.Of(rows, count), b => b.Value, b => b.Histogram.ToArray(), _ => "exact");
        EntropicBarycentreOptions options = new() { Epsilon = Epsilon, MaximumIterations = MostIterations, Tolerance = Tolerance };
        Add(
            "entropic barycentre (W2, on the bins)",
            () => EntropicBarycentre.Of(rows, count, options, cancellation: context.Cancellation),
            _ => double.NaN,
            b => b.Histogram.ToArray(),
            b => b.HasConverged ? $"{b.Iterations} iterations" : $"stopped after {b.Iterations} iterations");
        return results;

        void Add<T>(string method, Func<T> solve, Func<T, double> value, Func<T, double[]?> barycentre, Func<T, string> note)
        {
            T result = solve();
            double time = ShortestTime.Of(() => solve(), budget, context.Cancellation);
            MethodResult found = new(bins, count, method, value(result), barycentre(result), time, note(result));
            results.Add(found.Barycentre is null ? found : found with
            {
                MeanW1 = MeanDistance(found.Barycentre, rows, bins, 1),
                MeanSquaredW2 = MeanDistance(found.Barycentre, rows, bins, 2),
            });
        }
    }

    /// <summary>The mean of W_p^p from a histogram to others.</summary>
    public static double MeanDistance(double[] from, double[] rows, int bins, double p)
    {
        double sum = 0;
        for (int start = 0; start < rows.Length; start += bins)
        {
            sum += PairwiseTransport.Sum([.. from, .. rows.AsSpan(start, bins)], 2, p);
        }

        return sum / (rows.Length / bins);
    }

    private static string Gap(double gap) => $"gap {ExperimentCell.Of(gap, 2).Text}";
}
