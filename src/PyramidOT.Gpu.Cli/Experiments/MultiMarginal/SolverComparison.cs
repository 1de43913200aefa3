namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>Experiment E2: the multi-marginal distance beside pairs of histograms and barycentres, on the same bells.</summary>
internal sealed class SolverComparison(ExperimentContext context)
{
    /// <summary>The strength of the entropy, in units of the largest cost.</summary>
    public const double Epsilon = 1e-2;

    /// <summary>The distance, or what the barycentre minimises; NaN where a method tells none.</summary>
    public const string Value = "value";

    /// <summary>Seconds.</summary>
    public const string Seconds = "seconds";

    /// <summary>The gap of value and duals, pairs, points or iterations (below 0 where they did not do), as <see cref="Note"/> tells them.</summary>
    public const string Effort = "effort";

    /// <summary>The mean of the distances W_1 from the barycentre to the histograms; NaN where there is none.</summary>
    public const string W1 = "W1";

    /// <summary>The mean of the distances W_2² from the barycentre to the histograms; NaN where there is none.</summary>
    public const string SquaredW2 = "W2²";

    private const string ClosedForm = "d-MMOT, closed form";
    private const string GreedyWalk = "d-MMOT, greedy walk";
    private const string Pairs = "pairs one by one, W1";
    private const string Simplex = "all n² cells, network simplex";

    private const int MostIterations = 2000;
    private const double Tolerance = 1e-6;

    private readonly TimeSpan _budget = context.Budget(5, 50);

    /// <summary>All methods on all sizes: rows of <see cref="Value"/> and so on, in the order of <see cref="MethodsOf"/>.</summary>
    public TrialTable<HistogramSize> Run() => context.Measure(
        "E2, other solvers",
        [.. (context.IsQuick ? [(10, 2), (10, 4)] : new[] { (10, 2), (10, 4), (10, 10), (50, 4), (50, 50) }).Select(size => new HistogramSize(size.Item1, size.Item2))],
        (size, trial) => Compare(size, trial.Seed, _budget),

        // Once unseen: what is timed first would be compiled on the way.
        before: () => Compare(new(10, 3), context.Seed, context.Budget(50, 100)));

    /// <summary>The methods for so many histograms.</summary>
    public static IReadOnlyList<string> MethodsOf(int histograms) =>
    [
        ClosedForm, GreedyWalk, Pairs, .. histograms == 2 ? new[] { Simplex } : [], "quantile barycentre (W2, free support)",
        "median barycentre (W1, on the bins)", "entropic barycentre (W2, on the bins)",
    ];

    /// <summary>A method's certificate, or what it took.</summary>
    /// <param name="method">The method.</param>
    /// <param name="effort">Its <see cref="Effort"/>.</param>
    public static string Note(string method, double effort)
    {
        string number = ExperimentCell.Of(Math.Abs(effort), 2).Text;
        return method switch
        {
            ClosedForm or GreedyWalk or Simplex => $"gap {number}",
            Pairs => effort == 1 ? "1 pair" : $"{Whole(effort)} pairs",
            _ when method.StartsWith("quantile", StringComparison.Ordinal) => $"{Whole(effort)} points",
            _ when method.StartsWith("median", StringComparison.Ordinal) => "exact",
            _ => effort < 0 ? $"stopped after {Whole(-effort)} iterations" : $"{Whole(effort)} iterations",
        };

        static string Whole(double number) => ExperimentCell.Of((long)Math.Round(number)).Text;
    }

    private TrialNumbers Compare(HistogramSize size, ulong seed, TimeSpan budget)
    {
        (int bins, int count) = (size.Bins, size.Histograms);
        double[] rows = DrawnHistograms.Bells(count, bins, seed);
        MarginalHistograms histograms = MarginalHistograms.Create(rows, MarginalLayout.Uniform(1, count, bins));
        MultiMarginalOptions walk = new() { Method = MultiMarginalMethod.Walk };
        List<(double Value, double Time, double Effort, double[]? Barycentre)> found = [];
        Add(() => MultiMarginalTransport.Solve(context.Engine, histograms), r => r.Values[0], r => r.GapOf(0));
        Add(() => MultiMarginalTransport.Solve(context.Engine, histograms, walk), r => r.Values[0], r => r.GapOf(0));
        Add(() => PairwiseTransport.Sum(rows, count), sum => sum, _ => count * (count - 1) / 2);
        if (count == 2)
        {
            float[] costs = [.. Enumerable.Range(0, bins * bins).Select(cell => (float)Math.Abs((cell / bins) - (cell % bins)))];
            TransportProblem full = TransportProblem.FromCosts(
                costs, bins, bins, [.. rows.Take(bins).Select(mass => (float)mass)], [.. rows.Skip(bins).Select(mass => (float)mass)]);
            Add(() => ExactTransport.Default.Solve(context.Engine, full)[0], r => r.Value, r => r.Gap);
        }

        Add(() => QuantileBarycentre.Of(rows, count), b => b.Value, b => b.Masses.Length, b => b.ToHistogram(bins));
        Add(() => MedianBarycentre.Of(rows, count), b => b.Value, _ => 0, b => b.Histogram.ToArray());
        EntropicBarycentreOptions options = new() { Epsilon = Epsilon, MaximumIterations = MostIterations, Tolerance = Tolerance };
        Add(
            () => EntropicBarycentre.Of(rows, count, options, cancellation: context.Cancellation),
            _ => double.NaN,
            b => b.HasConverged ? b.Iterations : -b.Iterations,
            b => b.Histogram.ToArray());
        return new()
        {
            { Value, found.Select(method => method.Value) },
            { Seconds, found.Select(method => method.Time) },
            { Effort, found.Select(method => method.Effort) },
            { W1, found.Select(method => Distance(method.Barycentre, 1)) },
            { SquaredW2, found.Select(method => Distance(method.Barycentre, 2)) },
        };

        void Add<T>(Func<T> solve, Func<T, double> value, Func<T, double> effort, Func<T, double[]>? barycentre = null)
        {
            T result = solve();
            double time = ShortestTime.Of(() => solve(), budget, context.Cancellation);
            found.Add((value(result), time, effort(result), barycentre?.Invoke(result)));
        }

        double Distance(double[]? barycentre, double p) => barycentre is null ? double.NaN : MeanDistance(barycentre, rows, bins, p);
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
}
