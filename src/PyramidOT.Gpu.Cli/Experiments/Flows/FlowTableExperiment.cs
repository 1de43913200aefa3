using System.Globalization;

namespace PyramidOT.Cli.Experiments.Flows;

/// <summary>Table 3 of the paper on pyramid mini-batches: what distance flows between mixtures leave.</summary>
/// <param name="points">Points of a cloud; null for as many as are wanted.</param>
internal sealed class FlowTableExperiment(int? points = null) : Experiment
{
    private static readonly int[] s_centres = [10, 100, 1000];

    // The distances at the start, and the paper's table 3: for each number of centres a row a scheme.
    private static readonly double[] s_paperStart = [79.29, 74.07, 70.81];

    private static readonly double[][][] s_paper =
    [
        [[35.81, 21.62, 16.24], [19.36, 14.13, 4.50], [15.96, 10.58, 2.79]],
        [[50.36, 34.60, 20.875], [22.18, 12.71, 4.27], [18.54, 9.16, 3.57]],
        [[53.64, 48.24, 31.86], [37.65, 18.63, 8.82], [32.86, 15.29, 4.98]],
    ];

    public override string Name => "table3";

    public override string TrialsName => "flows";

    public override string Summary => "what distance gradient flows between mixtures leave";

    public override ExperimentResult Run(ExperimentContext context)
    {
        FlowTrials trials = new(context, points);
        TrialTable<FlowSetting> table = trials.Measure([.. s_centres.SelectMany(trials.SettingsOf)]);
        return new(
            "Table 3: the distance that flows leave",
            trials.Introduction(table),
            [Start(table), .. s_centres.Select(centres => Section(table, centres))]);
    }

    private static ExperimentSection Start(TrialTable<FlowSetting> table) => new(
        "At the start",
        ["The distance before the first pass: the check of the data, as the paper does not tell the mixtures' deviation."])
    {
        Tables =
        [
            new(
                "start",
                "W2 before the first pass",
                ["centres", .. PaperNumber.Columns("W2")],
                [.. s_centres.Select((centres, row) => (IReadOnlyList<ExperimentCell>)
                [
                    ExperimentCell.Of(centres),
                    .. PaperNumber.Cells(FlowTrials.Residual(table, table.Settings.First(setting => setting.Centres == centres), 0), s_paperStart[row]),
                ])]),
        ],
    };

    private static ExperimentSection Section(TrialTable<FlowSetting> table, int centres)
    {
        FlowSetting[] settings = [.. table.Settings.Where(setting => setting.Centres == centres)];
        string number = centres.ToString("N0", CultureInfo.InvariantCulture);
        return new($"{number} centres", [])
        {
            Pictures = [.. new[] { 5, 50 }.Select(pass => FlowPictures.Sizes(Part(table, settings), pass))],
            Tables =
            [
                new(
                    $"{centres}-centres",
                    $"W2 that is left, {number} centres",
                    ["scheme", "batch size", "after pass 1", "after pass 5", .. PaperNumber.Columns("after pass 50"), "seconds"],
                    [.. settings.Select(setting => (IReadOnlyList<ExperimentCell>)
                    [
                        ExperimentCell.Of(setting.Name),
                        setting.BatchSize > 0 ? ExperimentCell.Of(setting.BatchSize) : ExperimentCell.None,
                        ExperimentCell.Of(FlowTrials.Residual(table, setting, 1)),
                        ExperimentCell.Of(FlowTrials.Residual(table, setting, 5)),
                        .. PaperNumber.Cells(FlowTrials.Residual(table, setting, FlowTrials.Passes), PaperOf(setting)),
                        ExperimentCell.Of(FlowTrials.Time(table, setting), 3),
                    ])]),
            ],
        };
    }

    private static TrialTable<FlowSetting> Part(TrialTable<FlowSetting> table, FlowSetting[] settings) =>
        new(settings, settings.ToDictionary(setting => setting, setting => table[setting]));

    private static double? PaperOf(FlowSetting setting) => setting.Scheme == FlowScheme.Global ? null
        : s_paper[Array.IndexOf(s_centres, setting.Centres)][FlowTrials.Schemes.ToList().IndexOf(setting.Scheme)][FlowTrials.BatchSizes.ToList().IndexOf(setting.BatchSize)];
}
