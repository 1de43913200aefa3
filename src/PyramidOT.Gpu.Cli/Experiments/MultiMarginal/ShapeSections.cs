using System.Globalization;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>What the page says of figure 1 and of E4.</summary>
internal sealed class ShapeSections(ExperimentContext context)
{
    private readonly BarycentreShapes _shapes = new(context);

    /// <summary>Figure 1: the first and the last state of a minimisation, and the way between.</summary>
    public ExperimentSection Figure()
    {
        TrialTable<string> table = _shapes.Figure();
        TrialNumbers[] descents = [.. table.Settings.Select(table.First)];
        int steps = descents[0].Row(BarycentreShapes.Trace).Count - 1;
        IReadOnlyList<double> first = descents[0].Row(BarycentreShapes.First);
        PlotRange masses = PlotRange.Of([0, first.Max(), .. descents.SelectMany(descent => descent.Row(BarycentreShapes.Last))]);
        return new(
            "Figure 1: minimising the distance",
            [
                $"{BarycentreShapes.FigureHistograms} bells on {BarycentreShapes.Bins} bins. Each step finds the distance and its gradient, moves every histogram against it, and leads back "
                + "to histograms in one of three ways: by the exact projection (gradient centred, ties shared evenly); by the shift and division of the published "
                + "code; or by a step times the mass, as the published pictures are made. Rates are "
                + Rates()
                + ". The distance has kinks, so that a step may raise it: hence the decay.",
            ])
        {
            Pictures =
            [
                new("Before", $"distance {Value(descents[0].Row(BarycentreShapes.Trace)[0])} bins", Histograms("Before", first, masses)),
                .. descents.Select((descent, way) => new ExperimentPicture(
                    $"After {steps} steps: {BarycentreShapes.Ways[way]}",
                    $"distance {Value(descent.Row(BarycentreShapes.Trace)[^1])} bins",
                    Histograms(BarycentreShapes.Ways[way], descent.Row(BarycentreShapes.Last), masses))),
                new(
                    "The way down",
                    "the vertical axis is logarithmic",
                    LineChart.Draw(
                        "Distance by step",
                        new("step", PlotScale.Linear),
                        new("distance, bins", PlotScale.Log10),
                        [.. descents.Select((descent, way) => new ChartLine(BarycentreShapes.Ways[way], MultiMarginalExperiment.Thinned(descent.Row(BarycentreShapes.Trace))))])),
            ],
            Tables =
            [
                new(
                    "figure1",
                    "Distance by step",
                    ["step", .. BarycentreShapes.Ways],
                    [.. Enumerable.Range(0, steps + 1).Select(step => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(step),
                        .. table.Settings.Select(way => ExperimentCell.Of(table.Spread(way, trial => trial.Row(BarycentreShapes.Trace)[step]))),
                    ])])
                { IsForFileOnly = true },
            ],
        };
    }

    /// <summary>E4: the shape that the histograms take, beside barycentres.</summary>
    public ExperimentSection Barycentres()
    {
        TrialTable<int> table = _shapes.Shapes();
        TrialNumbers descent = _shapes.Snapshots();
        PlotRange masses = PlotRange.Of([0, .. descent.Row(BarycentreShapes.SnapshotName(0))]);
        return new(
            "E4: the shape of the barycentre",
            [
                $"Bells on {BarycentreShapes.Bins} bins, {BarycentreShapes.Steps} steps at the paper's constant rate of "
                + $"{BarycentreShapes.Rate.ToString("0e0", CultureInfo.InvariantCulture)}. That rate is small for many histograms: a good part of the distance is left then. With a larger rate "
                + "that decays they become one. What they become is not unique, and no Wasserstein barycentre: steps along the gradient move mass up and down rather "
                + "than along the bins, so that it stays nearer to the plain mean of the histograms. The last columns tell how far, in W1, it lies from that mean, from "
                + "the median (W1) and from the quantile (W2) barycentre.",
            ])
        {
            Pictures =
            [
                .. BarycentreShapes.SnapshotSteps.Select(step => new ExperimentPicture(
                    $"Step {step}",
                    $"distance {Value(descent.Row(BarycentreShapes.Trace)[step])} bins",
                    Histograms($"Step {step}", descent.Row(BarycentreShapes.SnapshotName(step)), masses))),
                Comparison(descent, masses),
            ],
            Tables =
            [
                new(
                    "e4",
                    $"Distance before and after the steps, {BarycentreShapes.Bins} bins",
                    ["histograms", .. BarycentreShapes.ShapeColumns],
                    [.. table.Settings.Select(count => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(count),
                        .. BarycentreShapes.ShapeColumns.Select((column, i) => ExperimentCell.Of(table.Spread(count, column), i < 4 ? 4 : 3)),
                    ])]),
            ],
        };
    }

    private static string Rates() =>
        "1e-4 for the first two, which decay by 0.997 a step, and 0.1 for the third, which decays by 0.995 from step 250 on (in the quick run the first two begin at 1e-3 and decay by 0.97)";

    private static ExperimentPicture Comparison(TrialNumbers snapshots, PlotRange masses)
    {
        PlotRange range = PlotRange.Of([masses.Low, .. BarycentreShapes.Compared.SelectMany(snapshots.Row)]);
        return new(
            "Barycentres of the same histograms",
            $"{BarycentreShapes.SnapshotHistograms} histograms, as in the pictures before",
            LineChart.Draw(
                "Barycentres",
                new("bin", PlotScale.Linear),
                new("mass", PlotScale.Linear) { Places = range },
                [.. BarycentreShapes.Compared.Select(name => new ChartLine(name, Curve(snapshots.Row(name))))]));
    }

    private static System.Xml.Linq.XElement Histograms(string title, IReadOnlyList<double> rows, PlotRange masses) => LineChart.Draw(
        title,
        new("bin", PlotScale.Linear),
        new("mass", PlotScale.Linear) { Places = masses },
        [.. rows.Chunk(BarycentreShapes.Bins).Select((row, j) => new ChartLine((j + 1).ToString(CultureInfo.InvariantCulture), Curve(row)))]);

    private static PlotPoint[] Curve(IReadOnlyList<double> masses) => [.. masses.Select((mass, bin) => new PlotPoint(bin, mass))];

    private static string Value(double value) => ExperimentCell.Of(value).Text;
}
