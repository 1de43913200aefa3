namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>A size of problem.</summary>
/// <param name="Bins">n.</param>
/// <param name="Histograms">d.</param>
internal sealed record HistogramSize(int Bins, int Histograms);

/// <summary>Experiment E1: four routes to the gradient of the range distance, timed on random histograms.</summary>
internal sealed class GradientRoutes
{
    /// <summary>The routes.</summary>
    public static readonly string[] Names = ["finite differences", "backwards through the loop", "duals of the loop", "closed form"];

    /// <summary>Seconds of the value alone, by route.</summary>
    public const string Forward = "forward";

    /// <summary>Seconds of value and gradient, by route.</summary>
    public const string Total = "total";

    /// <summary>The largest difference from the closed form's gradient, up to a constant a histogram, by route.</summary>
    public const string Difference = "deviation";

    private const double Step = 1e-8;
    private const int Draws = 10;

    // So many masses make differences slow: fewer draws will do, as their times differ little.
    private const int ManyMasses = 1000;

    private readonly ExperimentContext _context;
    private readonly int[] _sizes;
    private readonly TimeSpan _budget;

    public GradientRoutes(ExperimentContext context)
    {
        _context = context;
        _sizes = context.IsQuick ? [2, 10] : [2, 5, 10, 20, 50, 100];
        _budget = context.Budget(5, 30);
    }

    /// <summary>Times and differences of all sizes and routes.</summary>
    public TrialTable<HistogramSize> Run() => _context.Measure(
        "E1, gradients",
        [.. _sizes.SelectMany(_ => _sizes, (bins, histograms) => new HistogramSize(bins, histograms))],
        (size, trial) => Time(size, trial.Seed, _budget),
        before: () =>
        {
            // What is timed first would be compiled on the way.
            foreach (int warm in new[] { 5, 10 })
            {
                Time(new(warm, warm), _context.Seed, _context.Budget(60, 150));
            }
        });

    /// <summary>Value and gradient of the repository's fixed case on all routes.</summary>
    public IReadOnlyList<(string Route, double Value, double[] Gradient)> FixedCase()
    {
        double[] masses = [.1, .1, .2, .5, .1, .2, .1, .3, .1, .3];
        Problem problem = new(_context.Engine, 2, 5);
        return [.. Names.Select((name, route) =>
        {
            double[] gradient = new double[10];
            double value = problem.Evaluate(route, masses, gradient);
            for (int i = gradient.Length - 1; i >= 0; i--)
            {
                // Any route, with the convention of duals: 0 at first bins.
                gradient[i] -= gradient[i - (i % 5)];
            }

            return (name, value, gradient);
        })];
    }

    private TrialNumbers Time(HistogramSize size, ulong seed, TimeSpan budget)
    {
        (int bins, int count) = (size.Bins, size.Histograms);
        Problem problem = new(_context.Engine, count, bins);
        double[] forward = new double[Names.Length];
        double[] total = new double[Names.Length];
        double[] deviation = new double[Names.Length];
        double[] closed = new double[count * bins];
        double[] gradient = new double[count * bins];
        for (int route = Names.Length - 1; route >= 0; route--)
        {
            int own = route;
            int draws = route == 0 && count * bins > ManyMasses ? 1 : Draws;
            double[][] histograms = [.. Enumerable.Range(0, draws).Select(i => DrawnHistograms.Uniform(count, bins, (Draws * seed) + (ulong)i))];
            forward[route] = ShortestTime.Of(() => All([]), budget, _context.Cancellation) / draws;
            total[route] = ShortestTime.Of(() => All(gradient), budget, _context.Cancellation) / draws;
            foreach (double[] masses in histograms)
            {
                problem.Evaluate(Names.Length - 1, masses, closed);
                problem.Evaluate(own, masses, gradient);
                deviation[route] = Math.Max(deviation[route], Deviation(closed, gradient, bins));
            }

            void All(double[] to)
            {
                foreach (double[] masses in histograms)
                {
                    problem.Evaluate(own, masses, to);
                }
            }
        }

        return new() { { Forward, forward }, { Total, total }, { Difference, deviation } };
    }

    private static double Deviation(double[] expected, double[] actual, int bins)
    {
        double worst = 0;
        for (int start = 0; start < expected.Length; start += bins)
        {
            double constant = expected.AsSpan(start, bins).ToArray().Zip(actual.Skip(start), (x, y) => x - y).Average();
            for (int i = start; i < start + bins; i++)
            {
                worst = Math.Max(worst, Math.Abs(expected[i] - actual[i] - constant));
            }
        }

        return worst;
    }

    /// <summary>One shape of problem, with what the routes keep between calls.</summary>
    private sealed class Problem(ComputeEngine engine, int count, int bins)
    {
        private readonly MarginalLayout _layout = MarginalLayout.Uniform(1, count, bins);
        private readonly GreedyLoop _loop = new(count, bins);
        private readonly double[] _moved = new double[count * bins];
        private readonly double[] _value = new double[1];

        /// <summary>Value and, unless it is empty, gradient by a route.</summary>
        public double Evaluate(int route, double[] masses, double[] gradient)
        {
            switch (route)
            {
                case 0:
                    return Differences(masses, gradient);
                case 1:
                    double value = _loop.Value(masses, []);
                    if (gradient.Length > 0)
                    {
                        _loop.Backwards(gradient);
                    }

                    return value;
                case 2:
                    return _loop.Value(masses, gradient);
                default:
                    return Closed(masses, gradient);
            }
        }

        private double Closed(double[] masses, double[] gradient)
        {
            MultiMarginalTransport.Range(engine, _layout, masses, [], TieRule.FirstLast, _value, gradient);
            return _value[0];
        }

        private double Differences(double[] masses, double[] gradient)
        {
            double value = Closed(masses, []);
            masses.CopyTo(_moved, 0);
            for (int i = 0; i < gradient.Length; i++)
            {
                _moved[i] = masses[i] + Step;
                gradient[i] = (Closed(_moved, []) - value) / Step;
                _moved[i] = masses[i];
            }

            return value;
        }
    }
}
