using System.CommandLine;
using System.Globalization;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Intensities;

/// <summary>Mini-batches of one scheme and size on two images.</summary>
/// <param name="Images">The images' fingerprint.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="BatchSize">Pairs of a batch.</param>
internal sealed record IntensitySetting(string Images, PyramidScheme Scheme, int BatchSize);

/// <summary>Table 1 of the paper on pyramid mini-batches: intensities of two images as clouds on a line.</summary>
internal sealed class IntensityExperiment : Experiment
{
    private const string Pooled = "pooled";
    private const string Mean = "mean of batches";
    private const string MeanOfFull = "mean of full batches";
    private const string Exact = "exact";

    private static readonly PyramidScheme[] s_schemes = [PyramidScheme.Random, PyramidScheme.Interleaving, PyramidScheme.Joint];
    private static readonly int[] s_batchSizes = [10, 100, 1000];

    // The paper's table 1, a row for each scheme.
    private static readonly double[][] s_paper =
    [
        [25639.1, 18636.8, 17690.5],
        [19076.4, 17987.6, 14654.8],
        [19210.4, 17969.4, 14616.7],
    ];

    public override string Name => "table1";

    public override string Summary => "intensities of two images as clouds on a line";

    public override IReadOnlyList<Option> Options => [IntensityImages.Files];

    // Of random batches on a line the squares exceed the exact one by a constant over the batch size: the last two numbers of the row tell both.
    private static double PaperExact => Math.Sqrt(Square(s_paper[0][2]) - ((Square(s_paper[0][1]) - Square(s_paper[0][2])) / 9));

    public override void Check(ExperimentChoices choices) => IntensityImages.Of(choices, isQuick: true);

    public override ExperimentResult Run(ExperimentContext context)
    {
        IntensityImages images = IntensityImages.Of(context.Choices, context.IsQuick);
        TrialTable<IntensitySetting> table = context.Measure(
            "table 1",
            [.. s_schemes.SelectMany(_ => s_batchSizes, (scheme, size) => new IntensitySetting(images.Fingerprint, scheme, size))],
            (setting, trial) => Measure(context.Engine, images, setting, trial),
            effort: setting => setting.BatchSize);
        return new(
            "Table 1: intensities of two images",
            [
                $"The images are {images.Description}. Each is a cloud on the line: a point a pixel, at its intensity. That reading of the table, raw intensities and the mean of the batches' distances, is inferred: no "
                + "distance between pixels' places can be as large as the table's numbers, and its row of random batches falls with the batch size as it must on a line.",
                $"Measured with {context.SeedText}; a seed draws pyramid and order{(images.AreFiles ? "" : ", and the images")}. Pyramids have this library's defaults: eight children a cell by k-means, down to single points; the paper does not tell its own.",
            ],
            [Estimates(context, images, table), new IntensityAlignment(context, images).Run()]);
    }

    private static TrialNumbers Measure(ComputeEngine engine, IntensityImages images, IntensitySetting setting, Trial trial)
    {
        (PointCloud source, PointCloud target) = images.Draw(trial.Seed);
        using PyramidPair pyramid = PyramidPair.Build(engine, source, target, new() { Scheme = setting.Scheme, Seed = trial.Seed }, cancellation: trial.Cancellation);
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, setting.BatchSize, cancellation: trial.Cancellation);
        return new()
        {
            { Pooled, estimate.PooledDistance }, { Mean, estimate.MeanOfBatchDistance },

            // A single batch is full, however few its pairs.
            { MeanOfFull, estimate.BatchCosts[..Math.Max(1, source.Count / setting.BatchSize)].ToArray().Average(Math.Sqrt) },
            { Exact, Math.Sqrt(Transport1D.Solve(engine, source.Points, target.Points).Value) },
        };
    }

    private static ExperimentSection Estimates(ExperimentContext context, IntensityImages images, TrialTable<IntensitySetting> table)
    {
        Spread exact = table.Spread(table.Settings[0], Exact);
        Spread law = table.Spread(table.Settings[0], MeanOfFull);
        double excess = (Square(law.Mean) - Square(MeanAt(PyramidScheme.Random, 100))) / (Square(MeanAt(PyramidScheme.Random, 100)) - Square(MeanAt(PyramidScheme.Random, 1000)));
        (PointCloud source, PointCloud target) = images.Draw(context.Seed);
        return new(
            "Estimates of the distance",
            [
                $"The exact distance is {ExperimentCell.Of(exact, 6).Text}. Pooled is the root of the mean squared distance over all pairs: the cost of a coupling that exists, and an upper bound. The mean of the batches' own distances is what the paper seems to print; it is "
                + "no bound, and off a pyramid it falls below the exact distance, as the paper's own numbers do for batches of 1,000. The last batch of a pass is short, and off a pyramid it holds what met last, at the root: it counts as much as any "
                + "other in that mean, and much where there are few batches. The paper does not tell whether it counts; the mean of the full batches leaves it out.",
                $"The paper does not print the exact distance of its images. Its row of random batches gives {PaperExact:N0}, for on a line the squares exceed the exact one by a constant over the batch size: of the excess, (W(10)² - W(100)²) / (W(100)² - W(1000)²) "
                + $"should be 10; it is 9.0 in the paper and {excess.ToString("0.0", CultureInfo.InvariantCulture)} here. {(images.AreFiles ? "The paper's images are others of the same collection" : "The images are not the paper's")}, so that only multiples of the exact distance can be compared.",
            ])
        {
            Pictures =
            [
                new("Intensities", $"the first seed's images, histograms of {source.Count:N0} and {target.Count:N0} pixels", Histograms(source, target)),
                new("Pooled", "as a multiple of the exact distance", Lines("Pooled distance", table, Pooled, isWithPaper: false)),
                new("Mean of full batches", "as a multiple of the exact distance", Lines("Mean of the full batches' distances", table, MeanOfFull, isWithPaper: true)),
            ],
            Tables =
            [
                new(
                    "estimates",
                    "W2 between the intensities",
                    ["scheme", "batch size", "pooled W2", "× exact", "mean of batches", "× exact", "mean of full batches", "× exact"],
                    [.. table.Settings.Select(setting => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(setting.Scheme.ToString()), ExperimentCell.Of(setting.BatchSize),
                        .. new[] { Pooled, Mean, MeanOfFull }.SelectMany(name => new[] { ExperimentCell.Of(table.Spread(setting, name), 6), ExperimentCell.Of(Ratio(setting, name)) }),
                    ])]),
                new(
                    "paper",
                    "The mean of batches beside the paper's, as multiples of the exact distance",
                    ["scheme", "batch size", "paper, W2", "× its exact", "mean of batches", "difference", "mean of full batches", "difference"],
                    [.. table.Settings.Select(setting => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(setting.Scheme.ToString()), ExperimentCell.Of(setting.BatchSize),
                        ExperimentCell.Of(PaperOf(setting), 6), ExperimentCell.Of(PaperOf(setting) / PaperExact),
                        .. new[] { Mean, MeanOfFull }.SelectMany(name =>
                            PaperNumber.Cells(Ratio(setting, name), PaperOf(setting) / PaperExact) is [ExperimentCell ours, _, ExperimentCell difference] ? new[] { ours, difference } : []),
                    ])]),
            ],
        };

        double MeanAt(PyramidScheme scheme, int size) => table.Spread(new(images.Fingerprint, scheme, size), MeanOfFull).Mean;

        Spread Ratio(IntensitySetting setting, string name) => table.Spread(setting, trial => trial[name] / trial[Exact]);
    }

    private static System.Xml.Linq.XElement Histograms(PointCloud source, PointCloud target) => HistogramChart.Draw(
        "Histograms of intensities",
        "intensity",
        PlotRange.Of([.. source.Points, .. target.Points]),
        null,
        new ChartSample("source image", source.Points.ToArray()),
        new ChartSample("target image", target.Points.ToArray()));

    private static System.Xml.Linq.XElement Lines(string title, TrialTable<IntensitySetting> table, string name, bool isWithPaper) => LineChart.Draw(
        title,
        new("batch size, pairs", PlotScale.Log10),
        new("W2 as a multiple of the exact", PlotScale.Linear),
        [
            .. s_schemes.Select(scheme => new ChartLine(
                scheme.ToString(),
                [.. table.Settings.Where(setting => setting.Scheme == scheme)
                    .Select(setting => new PlotPoint(setting.BatchSize, table.Spread(setting, trial => trial[name] / trial[Exact]).Mean))])
            { HasDots = true }),
            .. s_schemes.Take(isWithPaper ? s_schemes.Length : 0).Select((scheme, row) => new ChartLine(
                $"{scheme}, paper", [.. s_batchSizes.Select((size, i) => new PlotPoint(size, s_paper[row][i] / PaperExact))])),
        ]);

    private static double PaperOf(IntensitySetting setting) => s_paper[Array.IndexOf(s_schemes, setting.Scheme)][Array.IndexOf(s_batchSizes, setting.BatchSize)];

    private static double Square(double x) => x * x;
}
