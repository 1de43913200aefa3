using System.Globalization;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>What the page says of figure 1 and of E4.</summary>
internal sealed class ShapeSections(ExperimentContext context)
{
    private static readonly int[] s_snapshots = [0, 10, 50, 100, 200, 500, 1000];

    private readonly BarycentreShapes _shapes = new(context);

    /// <summary>Figure 1: the first and the last state of a minimisation, and the way between.</summary>
    public ExperimentSection Figure()
    {
        IReadOnlyList<MultiMarginalDescentResult> descents = _shapes.Figure();
        int steps = descents[0].Trace.Length - 1;
        double[] first = descents[0].Snapshots[0].Masses.ToArray();
        PlotRange masses = PlotRange.Of([0, first.Max(), .. descents.SelectMany(descent => descent.Masses.ToArray())]);
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
                new("Before", $"distance {Value(descents[0].Trace[0])} bins", Histograms("Before", first, masses)),
                .. descents.Select((descent, way) => new ExperimentPicture(
                    $"After {steps} steps: {BarycentreShapes.Ways[way]}",
                    $"distance {Value(descent.Values[0])} bins",
                    Histograms(BarycentreShapes.Ways[way], descent.Masses.ToArray(), masses))),
                new(
                    "The way down",
                    "the vertical axis is logarithmic",
                    LineChart.Draw(
                        "Distance by step",
                        new("step", PlotScale.Linear),
                        new("distance, bins", PlotScale.Log10),
                        [.. descents.Select((descent, way) => new ChartLine(BarycentreShapes.Ways[way], MultiMarginalExperiment.Thinned(descent.Trace)))])),
            ],
            Tables =
            [
                new(
                    "figure1",
                    "Distance by step",
                    ["step", .. BarycentreShapes.Ways],
                    [.. Enumerable.Range(0, steps + 1).Select(step => (IReadOnlyList<ExperimentCell>)
                        [ExperimentCell.Of(step), .. descents.Select(descent => ExperimentCell.Of(descent.Trace[step]))])])
                { IsForFileOnly = true },
            ],
        };
    }

    /// <summary>E4: the shape that the histograms take, beside barycentres.</summary>
    public ExperimentSection Barycentres()
    {
        int[] counts = context.IsQuick ? [2, 4] : [2, 4, 5, 10, 20];
        context.Phases.Begin("E4, barycentres", counts.Length);
        List<IReadOnlyList<ExperimentCell>> rows = [];
        foreach (int count in counts)
        {
            rows.Add(Row(count));
            context.Phases.Reach(rows.Count);
        }

        MultiMarginalDescentResult descent = _shapes.Descend(BarycentreShapes.SnapshotHistograms, DescentStep.PaperShift, s_snapshots);
        PlotRange masses = PlotRange.Of([0, .. descent.Snapshots[0].Masses.ToArray()]);
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
                .. descent.Snapshots.Select(snapshot => new ExperimentPicture(
                    $"Step {snapshot.Step}",
                    $"distance {Value(descent.Trace[snapshot.Step])} bins",
                    Histograms($"Step {snapshot.Step}", snapshot.Masses.ToArray(), masses))),
                Comparison(masses),
            ],
            Tables =
            [
                new(
                    "e4",
                    $"Distance before and after the steps, {BarycentreShapes.Bins} bins",
                    [
                        "histograms", "before", "shift and divide", "exact projection", "larger rate, decaying", "W1 to mean", "W1 to median", "W1 to quantile",
                    ],
                    rows),
            ],
        };
    }

    private static string Rates() =>
        "1e-4 for the first two, which decay by 0.997 a step, and 0.1 for the third, which decays by 0.995 from step 250 on (in the quick run the first two begin at 1e-3 and decay by 0.97)";

    private IReadOnlyList<ExperimentCell> Row(int count)
    {
        MultiMarginalDescentResult shift = _shapes.Descend(count, DescentStep.PaperShift);
        MultiMarginalDescentResult projected = _shapes.Descend(count, DescentStep.Projected);
        MultiMarginalDescentResult full = _shapes.DescendFully(count);
        double[] start = _shapes.Start(count);
        double[] found = Mean(full.Masses, BarycentreShapes.Bins);
        return
        [
            ExperimentCell.Of(count), ExperimentCell.Of(shift.Trace[0]), ExperimentCell.Of(shift.Values[0]), ExperimentCell.Of(projected.Values[0]),
            ExperimentCell.Of(full.Values[0]),
            .. new[] { Mean(start, BarycentreShapes.Bins), Median(start, count), Quantile(start, count) }.Select(other =>
                ExperimentCell.Of(SolverComparison.MeanDistance(found, other, BarycentreShapes.Bins, 1), 3)),
        ];
    }

    private ExperimentPicture Comparison(PlotRange masses)
    {
        int count = BarycentreShapes.SnapshotHistograms;
        double[] start = _shapes.Start(count);
        double[] entropic = EntropicBarycentre.Of(
            start, count, new() { Epsilon = SolverComparison.Epsilon, Tolerance = 1e-6 }, cancellation: context.Cancellation).Histogram.ToArray();
        (string Name, double[] Masses)[] shapes =
        [
            ("made alike (larger rate)", Mean(_shapes.DescendFully(count).Masses, BarycentreShapes.Bins)),
            ("mean", Mean(start, BarycentreShapes.Bins)),
            ("median, W1", Median(start, count)),
            ("quantile, W2", Quantile(start, count)),
            ("entropic, W2", entropic),
        ];
        PlotRange range = PlotRange.Of([masses.Low, .. shapes.SelectMany(shape => shape.Masses)]);
        return new(
            "Barycentres of the same histograms",
            $"{count} histograms, as in the pictures before",
            LineChart.Draw(
                "Barycentres",
                new("bin", PlotScale.Linear),
                new("mass", PlotScale.Linear) { Places = range },
                [.. shapes.Select(shape => new ChartLine(shape.Name, Curve(shape.Masses)))]));
    }

    private static System.Xml.Linq.XElement Histograms(string title, double[] rows, PlotRange masses) => LineChart.Draw(
        title,
        new("bin", PlotScale.Linear),
        new("mass", PlotScale.Linear) { Places = masses },
        [.. rows.Chunk(BarycentreShapes.Bins).Select((row, j) => new ChartLine((j + 1).ToString(CultureInfo.InvariantCulture), Curve(row)))]);

    private static PlotPoint[] Curve(double[] masses) => [.. masses.Select((mass, bin) => new PlotPoint(bin, mass))];

    private static double[] Mean(ReadOnlySpan<double> rows, int bins)
    {
        double[] mean = new double[bins];
        for (int i = 0; i < rows.Length; i++)
        {
            mean[i % bins] += rows[i] / (rows.Length / bins);
        }

        return mean;
    }

    private static double[] Median(double[] rows, int count) => MedianBarycentre.Of(rows, count).Histogram.ToArray();

    private static double[] Quantile(double[] rows, int count) => QuantileBarycentre.Of(rows, count).ToHistogram(rows.Length / count);

    private static string Value(double value) => ExperimentCell.Of(value).Text;
}
