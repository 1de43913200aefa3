using System.Globalization;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Intensities;

/// <summary>A flow of one image towards the other.</summary>
/// <param name="Images">The images' fingerprint.</param>
/// <param name="Scheme">The scheme.</param>
internal sealed record AlignmentSetting(string Images, PyramidScheme Scheme);

/// <summary>The alignment of two images' intensities that the paper tells of beside its table 1: a flow along mini-batches.</summary>
internal sealed class IntensityAlignment(ExperimentContext context, IntensityImages images)
{
    private const int BatchSize = 100;
    private const int Passes = 50;
    private const double Rate = 0.05;
    private const string Left = "W2 by pass";
    private const string Moved = "moved";

    // By how much the distance falls, as the paper tells it.
    private static readonly (PyramidScheme Scheme, double Paper)[] s_schemes =
        [(PyramidScheme.Random, 0.88), (PyramidScheme.Interleaving, 0.99), (PyramidScheme.Joint, 0.99)];

    /// <summary>Measures it, and tells of it.</summary>
    public ExperimentSection Run()
    {
        TrialTable<AlignmentSetting> table = context.Measure(
            "alignment", [.. s_schemes.Select(row => new AlignmentSetting(images.Fingerprint, row.Scheme))], (setting, trial) => Measure(setting, trial));
        return new(
            "Alignment of the intensities",
            [
                $"One image's intensities flow towards the other's along batches of {BatchSize}: {Passes} passes, each with a pyramid and an order of its own, in which a point moves by a tenth of the way to its match (a rate of "
                + $"{Rate.ToString(CultureInfo.InvariantCulture)}; passes and rate are inferred). Points that always moved straight to where they belong would have {Percent(Math.Pow(1 - (2 * Rate), Passes), 2)} of the distance left. The distance that is left is the exact one.",
                "The paper tells reductions of 88%, 99% and 99%, to the full per cent, of two images that are not at hand. How much batches at random leave depends on the images.",
            ])
        {
            Pictures =
            [
                new(
                    "Distance that is left",
                    "a share of the first, the vertical axis is logarithmic",
                    LineChart.Draw(
                        "Distance by pass",
                        new("pass", PlotScale.Linear),
                        new("W2, share of the first", PlotScale.Log10),
                        [.. table.Settings.Select(setting => new ChartLine(
                            setting.Scheme.ToString(), [.. Enumerable.Range(0, Passes + 1).Select(pass => new PlotPoint(pass, ShareLeft(table, setting, pass).Mean))]))])),
                .. Histograms(table),
            ],
            Tables =
            [
                new(
                    "alignment",
                    $"Batches of {BatchSize}, {Passes} passes",
                    ["scheme", "W2 before", "after 1 pass", "after 5", $"after {Passes}", "less by", "paper", "difference, points"],
                    [.. table.Settings.Select((setting, row) => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(setting.Scheme.ToString()),
                        .. new[] { 0, 1, 5, Passes }.Select(pass => ExperimentCell.Of(table.Spread(setting, trial => trial.Row(Left)[pass]), 5)),
                        .. Reduction(table, setting, s_schemes[row].Paper),
                    ])]),
                new(
                    "alignment-passes",
                    "Distance by pass",
                    ["pass", .. table.Settings.Select(setting => $"{setting.Scheme}, W2")],
                    [.. Enumerable.Range(0, Passes + 1).Select(pass => (IReadOnlyList<ExperimentCell>)
                        [ExperimentCell.Of(pass), .. table.Settings.Select(setting => ExperimentCell.Of(table.Spread(setting, trial => trial.Row(Left)[pass])))])])
                { IsForFileOnly = true },
            ],
        };
    }

    private TrialNumbers Measure(AlignmentSetting setting, Trial trial)
    {
        (PointCloud moved, PointCloud target) = images.Draw(trial.Seed);
        List<double> left = [Distance(moved, target)];
        for (int pass = 0; pass < Passes; pass++)
        {
            moved = GradientFlow.Run(
                context.Engine,
                moved,
                target,
                new() { Pyramid = new() { Scheme = setting.Scheme }, BatchSize = BatchSize, Passes = 1, Rate = Rate, Seed = (Passes * trial.Seed) + (ulong)pass },
                cancellation: trial.Cancellation).Moved;
            left.Add(Distance(moved, target));
            trial.Reach((pass + 1.0) / Passes);
        }

        return new() { { Left, left }, { Moved, moved.Points.ToArray().Select(x => (double)x) } };
    }

    private double Distance(PointCloud source, PointCloud target) =>
        Math.Sqrt(Transport1D.Solve(context.Engine, source.Points, target.Points).Value);

    private IEnumerable<ExperimentPicture> Histograms(TrialTable<AlignmentSetting> table)
    {
        (PointCloud source, PointCloud target) = images.Draw(context.Seed);
        float[] goal = target.Points.ToArray();
        (string Name, string Remark, float[] Numbers)[] charts =
        [
            ("Before", "the first seed's images", source.Points.ToArray()),
            .. table.Settings.Select(setting => (
                $"After {Passes} passes: {setting.Scheme}",
                $"{Percent(ShareLeftOf(table.First(setting), Passes), 2)} of the distance is left",
                table.First(setting).Row(Moved).Select(x => (float)x).ToArray())),
        ];
        PlotRange range = PlotRange.Of([.. source.Points, .. goal]);
        double most = charts.Select(chart => chart.Numbers).Append(goal).Max(numbers => HistogramChart.MostOf(numbers, range));
        return charts.Select(chart => new ExperimentPicture(
            chart.Name,
            chart.Remark,
            HistogramChart.Draw(chart.Name, "intensity", range, most, new ChartSample("source, moved", chart.Numbers), new ChartSample("target", goal))));
    }

    private static ExperimentCell[] Reduction(TrialTable<AlignmentSetting> table, AlignmentSetting setting, double paper)
    {
        Spread less = table.Spread(setting, trial => 1 - ShareLeftOf(trial, Passes));
        string deviation = double.IsFinite(less.Deviation) ? $" ± {Percent(less.Deviation, 2)}" : "";
        double difference = 100 * (less.Mean - paper);
        return
        [
            new($"{Percent(less.Mean, 2)}{deviation}", less.Mean.ToString("R", CultureInfo.InvariantCulture)),
            new(Percent(paper, 0), paper.ToString("R", CultureInfo.InvariantCulture)),
            new(difference.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture), difference.ToString("R", CultureInfo.InvariantCulture)),
        ];
    }

    private static Spread ShareLeft(TrialTable<AlignmentSetting> table, AlignmentSetting setting, int pass) => table.Spread(setting, trial => ShareLeftOf(trial, pass));

    private static double ShareLeftOf(TrialNumbers trial, int pass) => trial.Row(Left)[pass] / trial.Row(Left)[0];

    private static string Percent(double share, int decimals) => (100 * share).ToString($"F{decimals}", CultureInfo.InvariantCulture) + "%";
}
