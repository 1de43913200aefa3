using System.CommandLine;
using System.Xml.Linq;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>Table 2 of the paper on pyramid mini-batches: how often a coupling of two domains joins equal labels.</summary>
internal sealed class LabelExperiment : Experiment
{
    public override string Name => "table2";

    public override string Summary => "labels that couplings of two domains agree on";

    public override IReadOnlyList<Option> Options => LabelSources.Options;

    public override void Check(ExperimentChoices choices) => LabelSources.Of(choices, isQuick: true);

    public override ExperimentResult Run(ExperimentContext context)
    {
        IReadOnlyList<LabelData> all = LabelSources.Of(context.Choices, context.IsQuick);
        return new(
            "Table 2: labels across two domains",
            [
                "Two clouds of features, a label a point, from two domains. One pass of mini-batches couples all points, and what is told is the share of the pairs whose labels agree: labels are never "
                + "used to couple. Beside the paper's three ways stands the matching of the whole clouds, proven to lie within 0.1% of the optimal distance. What the features tell of labels shows a classifier that takes "
                + "the nearest class mean: learned on a random half of the source, tried on the other half and on the target. The paper has a deep network's accuracies there.",
                "The paper's data, a network's features of ImageNet's validation images and of the same images blurred, are not at hand. Generated features have its points a class"
                + (context.IsQuick ? ", but fewer classes here, in the quick run, so that random pairs agree more often" : ", its points and its classes")
                + "; deviation and shift were chosen once, so that the classifier is right about as often as the paper's network, and 16 coordinates among 16, 32 and 64, in the last of which small batches off a pyramid agree "
                + "far less than the paper's. Nothing else was fitted, and real features are not as simple: differences to the paper's rows are expected.",
                $"Measured with {context.SeedText}; a seed draws data, pyramid and order. Pyramids have this library's defaults.",
            ],
            [.. all.Select(data => Section(data, context))]);
    }

    private static ExperimentSection Section(LabelData data, ExperimentContext context)
    {
        AgreementTrials trials = new(data, context);
        return new(data.Heading, [data.Text])
        {
            Pictures =
            [
                new("Agreement", "the share of pairs of equal labels", Chart(trials)),
                .. data.IsBesidePaper ? [new ExperimentPicture("The paper's", "real features: not the same data", PaperChart())] : Array.Empty<ExperimentPicture>(),
            ],
            Tables = [Shares(data, trials), References(data, trials), Details(data, trials)],
        };
    }

    private static ExperimentTable Shares(LabelData data, AgreementTrials trials) => new(
        data.Name,
        "Share of pairs of equal labels",
        ["batch size", .. AgreementTrials.Schemes.SelectMany(scheme => data.IsBesidePaper ? PaperNumber.Columns(scheme.ToString()) : [scheme.ToString()])],
        [.. trials.BatchSizes.Select(size => (IReadOnlyList<ExperimentCell>)
        [
            ExperimentCell.Of(size),
            .. AgreementTrials.Schemes.SelectMany(scheme => Beside(
                data,
                trials.Table.Spread(trials.Setting(scheme, size), AgreementTrials.Agreement),
                data.IsBesidePaper ? PaperAgreement.Of(AgreementTrials.SchemeOf(scheme), size) : null)),
        ])]);

    private static ExperimentTable References(LabelData data, AgreementTrials trials)
    {
        AgreementSetting classifier = trials.Setting(AgreementMethod.NearestMean);
        List<IReadOnlyList<ExperimentCell>> rows = [];
        if (trials.HasMatching)
        {
            Add("pairs of the whole matching", trials.Setting(AgreementMethod.Matching), AgreementTrials.Agreement, null);
        }

        Add("nearest mean, source (paper: network)", classifier, AgreementTrials.SourceAccuracy, PaperAgreement.SourceAccuracy);
        Add("nearest mean, target (paper: network)", classifier, AgreementTrials.TargetAccuracy, PaperAgreement.TargetAccuracy);
        return new(
            $"{data.Name}-reference",
            "To compare with: share of right labels",
            ["", .. data.IsBesidePaper ? PaperNumber.Columns("share") : ["share"]],
            rows);

        void Add(string name, AgreementSetting setting, string number, double? paper) => rows.Add(
        [
            ExperimentCell.Of(data.IsBesidePaper ? name : name.Split(" (")[0]), .. Beside(data, trials.Table.Spread(setting, number), paper),
        ]);
    }

    private static ExperimentCell[] Beside(LabelData data, Spread ours, double? paper) =>
        data.IsBesidePaper ? PaperNumber.Cells(ours, paper, 3) : [ExperimentCell.Of(ours, 3)];

    /// <summary>All that was measured, for the file: with the coupling's distance, which tells how far it is from optimal.</summary>
    private static ExperimentTable Details(LabelData data, AgreementTrials trials) => new(
        $"{data.Name}-all",
        "All couplings",
        ["method", "batch size", .. PaperNumber.Columns("agreement"), "distance", "gap", "seconds"],
        [.. trials.Table.Settings.Where(setting => setting.Method != AgreementMethod.NearestMean).Select(setting => (IReadOnlyList<ExperimentCell>)
        [
            ExperimentCell.Of(setting.Method.ToString()), setting.BatchSize > 0 ? ExperimentCell.Of(setting.BatchSize) : ExperimentCell.None,
            .. PaperNumber.Cells(
                trials.Table.Spread(setting, AgreementTrials.Agreement),
                data.IsBesidePaper && setting.BatchSize > 0 ? PaperAgreement.Of(AgreementTrials.SchemeOf(setting.Method), setting.BatchSize) : null),
            ExperimentCell.Of(trials.Table.Spread(setting, AgreementTrials.Distance)), ExperimentCell.Of(trials.Table.Spread(setting, AgreementTrials.Gap)),
            ExperimentCell.Of(trials.Table.Spread(setting, AgreementTrials.Seconds), 3),
        ])])
    {
        IsForFileOnly = true,
    };

    private static XElement Chart(AgreementTrials trials)
    {
        AgreementSetting classifier = trials.Setting(AgreementMethod.NearestMean);
        return Draw(
            "Agreement of labels by batch size",
            [
                .. AgreementTrials.Schemes.Select(scheme => new ChartLine(
                    scheme.ToString(),
                    [.. trials.BatchSizes.Select(size => new PlotPoint(size, Mean(trials.Setting(scheme, size), AgreementTrials.Agreement)))])
                { HasDots = true }),
                .. trials.HasMatching ? [Level("whole matching", trials.BatchSizes, Mean(trials.Setting(AgreementMethod.Matching), AgreementTrials.Agreement))] : Array.Empty<ChartLine>(),
                Level("nearest mean, source", trials.BatchSizes, Mean(classifier, AgreementTrials.SourceAccuracy)) with { Look = 4 },
                Level("nearest mean, target", trials.BatchSizes, Mean(classifier, AgreementTrials.TargetAccuracy)) with { Look = 5 },
            ]);

        double Mean(AgreementSetting setting, string name) => trials.Table.Spread(setting, name).Mean;
    }

    private static XElement PaperChart() => Draw(
        "Agreement of labels by batch size in the paper",
        [
            .. AgreementTrials.Schemes.Select(scheme => new ChartLine(
                scheme.ToString(),
                [.. PaperAgreement.BatchSizes.Select(size => new PlotPoint(size, PaperAgreement.Of(AgreementTrials.SchemeOf(scheme), size)))])
            { HasDots = true }),
            Level("network, source", PaperAgreement.BatchSizes, PaperAgreement.SourceAccuracy) with { Look = 4 },
            Level("network, target", PaperAgreement.BatchSizes, PaperAgreement.TargetAccuracy) with { Look = 5 },
        ]);

    private static XElement Draw(string title, IReadOnlyList<ChartLine> lines) => LineChart.Draw(
        title,
        new("batch size, pairs", PlotScale.Log10),
        new("share of equal labels", PlotScale.Linear) { Places = PlotRange.Of([0, 1]) },
        lines);

    private static ChartLine Level(string name, IReadOnlyList<int> sizes, double share) => new(name, [new(sizes[0], share), new(sizes[^1], share)]);
}
