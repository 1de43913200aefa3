using System.Globalization;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>
/// The experiments of the multi-marginal paper (Mehta, Kline, Lokhande, Fung and Singh, ICLR 2023) that need no data of others: E1 to E4 and figure 1.
/// </summary>
internal sealed class MultiMarginalExperiment : Experiment
{
    // Of E1 the paper's figure shows this many bins.
    private const int ShownBins = 10;
    private const int ShownGroups = 10;

    public override string Name => "mmot";

    public override string Summary => "the multi-marginal distance: gradients, other solvers, training, barycentres";

    public override ExperimentResult Run(ExperimentContext context)
    {
        ShapeSections shapes = new(context);
        return new(
            "Multi-marginal transport of histograms",
            [
                "The distance between d histograms on n bins is the least cost of bringing their mass together, where a unit of mass that lies in the bins "
                + "i_1, ..., i_d costs max i - min i. For two histograms it is W1. These are the experiments of the paper on efficient discrete multi-marginal "
                + "transport that need no data of others, with the settings of its published code. Its own tables are not at hand: what follows repeats "
                + "protocols, and claims no number of the paper.",
                $"All histograms are drawn from {context.SeedText}. Times are the least of many rounds"
                + (context.IsQuick ? ", few and short ones here: this is the quick run, of small sizes." : ".")
                + (context.SeedCount > 1 ? " Tables have means and deviations over the seeds; pictures show the first one." : ""),
            ],
            [
                shapes.Figure(),
                Gradients(context),
                Solvers(context),
                Training(context),
                shapes.Barycentres(),
            ]);
    }

    private static ExperimentSection Gradients(ExperimentContext context)
    {
        // Differences of 1e-8 ask for float64, and the loop runs on one thread: whatever the engine, so do all routes.
        using ComputeEngine host = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        GradientRoutes routes = new(context with { Engine = host });
        TrialTable<HistogramSize> times = routes.Run();
        HistogramSize[] shown = [.. times.Settings.Where(size => size.Bins == ShownBins)];
        string[] names = GradientRoutes.Names;
        return new(
            "E1: routes to the gradient",
            [
                "Histograms are uniform numbers, normalised; ten seeds, of which the mean is told. Finite differences (forward, step 1e-8) take one value more than "
                + "there are masses, by the closed form, the fastest way to a value. The loop is the published greedy one, corrected so that its duals are "
                + "feasible: its gradient is found backwards through its steps, as automatic differentiation does it, or read off its duals. All four are compiled "
                + "code in float64 on one thread, so that backwards and duals lie nearer to each other here than under a framework, where each step of a loop is a "
                + "dispatch. The closed form is this library's.",
                FixedCase(routes),
            ])
        {
            Pictures =
            [
                new(
                    "Value and gradient",
                    $"{ShownBins} bins, logarithmic axes",
                    LineChart.Draw(
                        "Time of value and gradient",
                        new("histograms d", PlotScale.Log2),
                        new("time, µs a problem", PlotScale.Log2),
                        [.. names.Select((name, route) => new ChartLine(
                            name, [.. shown.Select(size => new PlotPoint(size.Histograms, Micros(size, GradientRoutes.Total, route).Mean))])
                        { HasDots = true })])),
            ],
            Tables =
            [
                new(
                    "e1",
                    "Value and gradient, microseconds a problem",
                    ["bins", "histograms", .. names, "worst deviation of a gradient"],
                    [.. times.Settings.Select(size => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(size.Bins), ExperimentCell.Of(size.Histograms),
                        .. names.Select((_, route) => ExperimentCell.Of(Micros(size, GradientRoutes.Total, route), 3)),
                        ExperimentCell.Of(times[size].Max(trial => trial.Row(GradientRoutes.Difference).Max()), 2),
                    ])]),
                new(
                    "e1-parts",
                    "Value, and gradient after it",
                    ["bins", "histograms", "route", "value, µs", "gradient, µs", "both, µs", "deviation"],
                    [.. times.Settings.SelectMany(_ => Enumerable.Range(0, names.Length), (size, route) => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(size.Bins), ExperimentCell.Of(size.Histograms), ExperimentCell.Of(names[route]),
                        ExperimentCell.Of(Micros(size, GradientRoutes.Forward, route)),
                        ExperimentCell.Of(times.Spread(size, trial => 1e6 * (trial.Row(GradientRoutes.Total)[route] - trial.Row(GradientRoutes.Forward)[route]))),
                        ExperimentCell.Of(Micros(size, GradientRoutes.Total, route)),
                        ExperimentCell.Of(times[size].Max(trial => trial.Row(GradientRoutes.Difference)[route])),
                    ])])
                { IsForFileOnly = true },
            ],
        };

        Spread Micros(HistogramSize size, string name, int route) => times.Spread(size, trial => 1e6 * trial.Row(name)[route]);
    }

    private static string FixedCase(GradientRoutes routes)
    {
        var found = routes.FixedCase();
        string gradient = string.Join(", ", found[^1].Gradient.Select(slope => slope.ToString("0", CultureInfo.InvariantCulture)));
        double worst = found.Max(route => route.Gradient.Zip(found[^1].Gradient, (x, y) => Math.Abs(x - y)).Max());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The fixed case (.1, .1, .2, .5, .1) and (.2, .1, .3, .1, .3) has the value {found[^1].Value:0.######} and the gradient ({gradient}); the four routes differ by at most {worst:0.0e0} there. ")
            + "Deviations in the table are from the closed form's gradient, up to a constant a histogram, which does not matter where totals stay.";
    }

    private static ExperimentSection Solvers(ExperimentContext context)
    {
        TrialTable<HistogramSize> results = new SolverComparison(context).Run();
        return new(
            "E2: beside other solvers",
            [
                "Bells of deviation 5 bins whose means are n/2 times a uniform number, times 1 or 2. The whole linear program has n to the power of d variables. It is solved as "
                + "one only for two histograms, by the network simplex; beyond that no general solver is run. It is not needed as a check: value and duals of the "
                + "multi-marginal solution agree (the gap), and duals prove that no plan costs less. The barycentre by linear programming on the bins for W1 is "
                + "the median one, exact in closed form; for W2 its place is taken by the quantile barycentre, exact without bins and then put on them. The entropic one is the "
                + $"iteration of Bregman projections at epsilon {SolverComparison.Epsilon.ToString(CultureInfo.InvariantCulture)} of the largest cost; it has no value here, for it "
                + "minimises something else. W1 and W2² tell how far each barycentre lies from the histograms, on the mean.",
            ])
        {
            Tables =
            [
                new(
                    "e2",
                    "One problem, all methods",
                    ["method", "bins", "histograms", "value", "mean W1 to it", "mean W2² to it", "µs", "certificate, or effort"],
                    [.. results.Settings.SelectMany(size => SolverComparison.MethodsOf(size.Histograms).Select((method, place) => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(method), ExperimentCell.Of(size.Bins), ExperimentCell.Of(size.Histograms), Number(size, SolverComparison.Value, place, 6),
                        Number(size, SolverComparison.W1, place, 5), Number(size, SolverComparison.SquaredW2, place, 5),
                        ExperimentCell.Of(1e6 * results.Spread(size, trial => trial.Row(SolverComparison.Seconds)[place]), 3),
                        ExperimentCell.Of(SolverComparison.Note(method, results.First(size).Row(SolverComparison.Effort)[place])),
                    ]))]),
            ],
        };

        ExperimentCell Number(HistogramSize size, string name, int place, int digits) =>
            ExperimentCell.Of(results.Spread(size, trial => trial.Row(name)[place]), digits);
    }

    private static ExperimentSection Training(ExperimentContext context)
    {
        LossEpochs epochs = new(context);
        TrialTable<GroupLoss> results = epochs.Run();
        string[] names = LossEpochs.Names;
        int shown = results.Settings.Any(setting => setting.Groups == ShownGroups) ? ShownGroups : results.Settings[^1].Groups;
        return new(
            "E3: training by the distance and by pairs",
            [
                $"Each of d groups has {LossEpochs.Samples} samples, normal around a mean of its own. An epoch makes soft histograms of {LossEpochs.Bins} bins of them (the "
                + "paper's triangles, logistic squashing), takes a loss of the histograms and its gradient, takes that back to the samples, and moves them by "
                + $"{LossEpochs.Rate.ToString(CultureInfo.InvariantCulture)} against it; {epochs.Epochs} epochs. The losses are the multi-marginal distance for the range cost, and "
                + "the sum of W1 over all pairs of groups: each pair by itself, and all pairs in one walk of the pairwise cost, which has the same value. "
                + "The gradient of the distance moves only the groups that attain an extremum of the cumulative sums, by one bin a cut; that of the pairs moves all, "
                + "by up to d - 1. At the same rate the pairs move faster, then; so the distance is also run at d times the rate. The curves show the multi-marginal "
                + "distance under all of them. Epochs have the soft histograms in common, which are most of the time for few groups.",
            ])
        {
            Pictures =
            [
                new(
                    "Time of an epoch",
                    $"{LossEpochs.Bins} bins, least of {epochs.Epochs} epochs, logarithmic axes",
                    LineChart.Draw(
                        "Time of an epoch",
                        new("groups d", PlotScale.Log2),
                        new("time, µs an epoch", PlotScale.Log2),
                        [.. names.Select((name, loss) => new ChartLine(
                            name,
                            [.. results.Settings.Where(setting => setting.Loss == loss)
                                .Select(setting => new PlotPoint(setting.Groups, 1e6 * results.Spread(setting, LossEpochs.Epoch).Mean))])
                        { HasDots = true })])),
                new(
                    $"Distance of {shown} groups",
                    "the multi-marginal distance, whatever the loss",
                    LineChart.Draw(
                        "Distance while training",
                        new("epoch", PlotScale.Linear),
                        new("distance, bins", PlotScale.Linear),
                        [.. names.Select((name, loss) => new ChartLine(
                            name, Thinned(results.First(new(shown, loss)).Row(LossEpochs.Distances))))])),
            ],
            Tables =
            [
                new(
                    "e3",
                    "Epochs",
                    ["loss", "groups", "µs an epoch", "distance before", "distance after"],
                    [.. results.Settings.Select(setting => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(names[setting.Loss]), ExperimentCell.Of(setting.Groups),
                        ExperimentCell.Of(1e6 * results.Spread(setting, LossEpochs.Epoch), 3),
                        ExperimentCell.Of(results.Spread(setting, trial => trial.Row(LossEpochs.Distances)[0])),
                        ExperimentCell.Of(results.Spread(setting, trial => trial.Row(LossEpochs.Distances)[^1])),
                    ])]),
            ],
        };
    }

    /// <summary>As many points of a curve as a picture has room for, the last one among them.</summary>
    internal static IReadOnlyList<PlotPoint> Thinned(IReadOnlyList<double> values)
    {
        const int Most = 300;
        int step = Math.Max(1, (values.Count + Most - 1) / Most);
        List<PlotPoint> points = [];
        for (int i = 0; i < values.Count; i += step)
        {
            points.Add(new(i, values[i]));
        }

        if ((values.Count - 1) % step != 0)
        {
            points.Add(new(values.Count - 1, values[^1]));
        }

        return points;
    }
}
