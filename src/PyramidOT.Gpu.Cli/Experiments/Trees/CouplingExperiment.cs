using System.Globalization;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Trees;

/// <summary>Mini-batches of one scheme and size on the points of figure 3.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="BatchSize">Pairs of a batch.</param>
internal sealed record SchemeBatch(PyramidScheme Scheme, int BatchSize);

/// <summary>Figure 3 of the paper on pyramid mini-batches: couplings and plans of few points, averaged over passes.</summary>
internal sealed class CouplingExperiment : Experiment
{
    private const int Passes = 10;
    private const string Plan = "plan";
    private const string Distance = "W2";
    private const string Exact = "exact W2";
    private const string Shared = "shared";
    private const string Inside = "inside";

    private static readonly PyramidScheme[] s_schemes = [PyramidScheme.Random, PyramidScheme.Interleaving, PyramidScheme.Joint];
    private static readonly int[] s_batchSizes = [2, 8, ClusteredPoints.Count];

    // All pairs in one batch: the exact problem, whatever the scheme.
    private static readonly SchemeBatch s_exact = new(PyramidScheme.Random, ClusteredPoints.Count);

    public override string Name => "figure3";

    public override string Summary => "couplings and plans of 10 + 10 points, averaged over 10 passes";

    public override ExperimentResult Run(ExperimentContext context)
    {
        TrialTable<SchemeBatch> table = context.Measure(
            "figure 3", [.. s_schemes.SelectMany(_ => s_batchSizes, (scheme, size) => new SchemeBatch(scheme, size))], (setting, trial) => Measure(context.Engine, setting, trial));
        (PointCloud source, PointCloud target) = ClusteredPoints.Draw(context.Seed);
        return new(
            "Figure 3: couplings and plans of a few points",
            [
                $"Two draws of {ClusteredPoints.Count} points of one mixture of three Gaussians in the plane (deviation 2, centres uniform in [-10, 10]²), in the order of their clusters. For each scheme and batch "
                + $"size the plan is the mean over {Passes} passes, each with a pyramid (two children a cell) and an order of its own; every batch is solved exactly. A line is the more opaque, the larger "
                + $"the share of the passes in which its points were coupled. A batch of {ClusteredPoints.Count} is the whole problem, so that all schemes give the exact plan there.",
                $"The paper's points are not published; these are drawn from {context.SeedText}.{(context.SeedCount > 1 ? " The pictures show the first seed." : "")}",
            ],
            [
                new("Distances and plans", [
                    "W2 is the root of the mean squared distance over all passes (pooled: an upper bound). The mass in place is the share of mass that lies where the exact plan has it; the mass inside clusters goes "
                    + "between points of one cluster, which the exact plan cannot always have either, for the two clouds need not have equally many points in each.",
                ])
                {
                    Tables = [Table(table)],
                },
                .. s_batchSizes.Select(size => Section(table, size, source, target)),
            ]);
    }

    private static TrialNumbers Measure(ComputeEngine engine, SchemeBatch setting, Trial trial)
    {
        (PointCloud source, PointCloud target) = ClusteredPoints.Draw(trial.Seed);
        double[] plan = new double[source.Count * target.Count];
        double cost = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            cost += Pass(engine, source, target, setting, (Passes * trial.Seed) + (ulong)pass, plan) / Passes;
        }

        double[] exact = new double[plan.Length];
        double least = Pass(engine, source, target, s_exact, 0, exact);
        double shared = plan.Zip(exact, (mass, other) => Math.Min(mass / Passes, other)).Sum();
        double inside = Enumerable.Range(0, plan.Length)
            .Where(cell => source.Labels[cell / target.Count] == target.Labels[cell % target.Count]).Sum(cell => plan[cell] / Passes);
        return new()
        {
            { Plan, plan.Select(mass => mass / Passes) }, { Distance, Math.Sqrt(cost) }, { Exact, Math.Sqrt(least) }, { Shared, shared }, { Inside, inside },
        };
    }

    /// <summary>One pass: its mean cost; its coupling is added to a plan.</summary>
    private static double Pass(ComputeEngine engine, PointCloud source, PointCloud target, SchemeBatch setting, ulong seed, double[] plan)
    {
        using PyramidPair pyramid = PyramidPair.Build(engine, source, target, new() { Scheme = setting.Scheme, Branching = 2, Seed = seed });
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, setting.BatchSize);
        Coupling coupling = estimate.Coupling;
        for (int pair = 0; pair < coupling.Count; pair++)
        {
            plan[(coupling.SourceRows[pair] * target.Count) + coupling.TargetRows[pair]] += 1.0 / coupling.Count;
        }

        return estimate.PooledCost;
    }

    private static ExperimentTable Table(TrialTable<SchemeBatch> table) => new(
        "plans",
        $"{ClusteredPoints.Count} + {ClusteredPoints.Count} points, {Passes} passes",
        ["scheme", "batch size", "W2", "× exact", "mass in place", "mass inside clusters"],
        [.. table.Settings.Select(setting => (IReadOnlyList<ExperimentCell>)
        [
            ExperimentCell.Of(setting.Scheme.ToString()), ExperimentCell.Of(setting.BatchSize), ExperimentCell.Of(table.Spread(setting, Distance)),
            ExperimentCell.Of(table.Spread(setting, trial => trial[Distance] / trial[Exact])),
            ExperimentCell.Of(table.Spread(setting, Shared), 3), ExperimentCell.Of(table.Spread(setting, Inside), 3),
        ])]);

    private static ExperimentSection Section(TrialTable<SchemeBatch> table, int size, PointCloud source, PointCloud target)
    {
        (PlotRange x, PlotRange y) = ClusteredPoints.AxesOf(source, target);
        double most = 1.0 / ClusteredPoints.Count;
        SchemeBatch[] settings = [.. table.Settings.Where(setting => setting.BatchSize == size)];
        return new($"Batches of {size}", size == ClusteredPoints.Count ? ["The exact plan, three times."] : [])
        {
            Pictures =
            [
                .. settings.Select(setting => new ExperimentPicture(
                    $"{setting.Scheme}: coupling",
                    $"W2 {Number(table.First(setting)[Distance])}, exact {Number(table.First(setting)[Exact])}",
                    Couplings($"{setting.Scheme}, batches of {size}", source, target, table.First(setting).Row(Plan), x, y))),
                .. settings.Select(setting => new ExperimentPicture(
                    $"{setting.Scheme}: plan",
                    $"{Percent(table.First(setting)[Shared])} of the mass in place",
                    HeatMap.Draw(
                        $"Plan of {setting.Scheme}, batches of {size}", "source point", "target point", "mass, share of the whole", table.First(setting).Row(Plan), target.Count, most))),
            ],
        };
    }

    private static System.Xml.Linq.XElement Couplings(string title, PointCloud source, PointCloud target, IReadOnlyList<double> plan, PlotRange x, PlotRange y)
    {
        PlotPoint[] from = ClusteredPoints.PlacesOf(source);
        PlotPoint[] to = ClusteredPoints.PlacesOf(target);

        // Masses are whole multiples of a pass's: pairs of the same mass are one layer.
        var ties = Enumerable.Range(0, plan.Count).Where(cell => plan[cell] > 0)
            .GroupBy(cell => (int)Math.Round(plan[cell] * ClusteredPoints.Count * Passes)).OrderBy(group => group.Key).ToArray();
        return ScatterPicture.Draw(
            title,
            x,
            y,
            [
                .. ties.Select(group => new ScatterLines(
                    PageStyle.Tie,
                    group.Key == ties[^1].Key ? $"coupled in {group.Key} of {Passes} passes, paler in fewer" : null,
                    [.. group.Select(cell => (from[cell / target.Count], to[cell % target.Count]))])
                { Opacity = (double)group.Key / Passes }),
                new ScatterDots($"{PageStyle.Source} {PageStyle.Large}", "source", from),
                new ScatterDots($"{PageStyle.Target} {PageStyle.Large}", "target", to),
            ]);
    }

    private static string Number(double value) => ExperimentCell.Of(value).Text;

    private static string Percent(double share) => share.ToString("0%", CultureInfo.InvariantCulture);
}
