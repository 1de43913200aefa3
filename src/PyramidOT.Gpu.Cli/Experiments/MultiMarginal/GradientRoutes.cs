namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>The time that a route takes to value and gradient of one problem.</summary>
/// <param name="Bins">n.</param>
/// <param name="Histograms">d.</param>
/// <param name="Route">The route's place in <see cref="GradientRoutes.Names"/>.</param>
/// <param name="Forward">The value alone, in seconds.</param>
/// <param name="Total">Value and gradient, in seconds.</param>
/// <param name="Deviation">The largest difference from the closed form's gradient, up to a constant a histogram.</param>
internal sealed record RouteTime(int Bins, int Histograms, int Route, double Forward, double Total, double Deviation);

/// <summary>Experiment E1: four routes to the gradient of the range distance, timed on random histograms.</summary>
internal sealed class GradientRoutes
{
    /// <summary>The routes.</summary>
    public static readonly string[] Names = ["finite differences", "backwards through the loop", "duals of the loop", "closed form"];

    private const double Step = 1e-8;
    private const int Seeds = 10;

    // So many masses make differences slow: fewer seeds will do, as their times differ little.
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

    /// <summary>The times of all sizes and routes.</summary>
    public IReadOnlyList<RouteTime> Run()
    {
        // What is timed first would be compiled on the way.
        foreach (int warm in new[] { 5, 10 })
        {
            Time(warm, warm, _context.Budget(60, 150));
        }

        List<RouteTime> times = [];
        _context.Phases.Begin("E1, gradients", _sizes.Length * _sizes.Length);
        foreach (int bins in _sizes)
        {
            foreach (int count in _sizes)
            {
                times.AddRange(Time(bins, count, _budget));
                _context.Phases.Reach(times.Count / Names.Length);
            }
        }

        return times;
    }

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

    private RouteTime[] Time(int bins, int count, TimeSpan budget)
    {
        Problem problem = new(_context.Engine, count, bins);
        RouteTime[] times = new RouteTime[Names.Length];
        double[] closed = new double[count * bins];
        double[] gradient = new double[count * bins];
        for (int route = Names.Length - 1; route >= 0; route--)
        {
            int own = route;
            int seeds = route == 0 && count * bins > ManyMasses ? 1 : Seeds;
            double[][] histograms = [.. Enumerable.Range(0, seeds).Select(i => DrawnHistograms.Uniform(count, bins, _context.Seed + (ulong)i))];
            double forward = ShortestTime.Of(() => All([]), budget, _context.Cancellation);
            double total = ShortestTime.Of(() => All(gradient), budget, _context.Cancellation);
            double deviation = 0;
            foreach (double[] masses in histograms)
            {
                problem.Evaluate(Names.Length - 1, masses, closed);
                problem.Evaluate(own, masses, gradient);
                deviation = Math.Max(deviation, Deviation(closed, gradient, bins));
            }

            times[route] = new(bins, count, route, forward / seeds, total / seeds, deviation);

            void All(double[] to)
            {
                foreach (double[] masses in histograms)
                {
                    problem.Evaluate(own, masses, to);
                }
            }
        }

        return times;
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
