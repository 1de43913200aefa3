namespace PyramidOT.Cli.Experiments.Flows;

/// <summary>Figure 4 of the paper on pyramid mini-batches: what distance is left, pass by pass.</summary>
/// <param name="points">Points of a cloud; null for as many as are wanted.</param>
internal sealed class FlowPassExperiment(int? points = null) : Experiment
{
    private static readonly int[] s_paperPasses = [1, 5, 50];

    public override string Name => "figure4";

    public override string TrialsName => "flows";

    public override string Summary => "the distance that flows leave, pass by pass";

    public override ExperimentResult Run(ExperimentContext context)
    {
        FlowTrials trials = new(context, points);
        TrialTable<FlowSetting> table = trials.Measure(trials.SettingsOf(FlowTrials.FigureCentres));
        IReadOnlyList<int> passes = [.. FlowTrials.ResidualAt(table.Settings[0]).Skip(1)];
        return new(
            "Figure 4: flows pass by pass",
            [.. trials.Introduction(table), "Mixtures of 1,000 centres. The paper shows what is left after 1, 5 and 50 passes, without numbers, and says that pyramids leave over 70 % less."],
            [
                new("Against the batch size", ["As the paper's figure has it."])
                {
                    Pictures = [.. s_paperPasses.Select(pass => FlowPictures.Sizes(table, pass))],
                },
                new("Against passes", ["After the first pass the schemes hardly differ; the gap opens as the clouds come to overlap."])
                {
                    Pictures = FlowPictures.Courses(table, "passes", point => point.Pass),
                    Tables =
                    [
                        new(
                            "passes",
                            "W2 that is left, by pass",
                            ["scheme", "batch size", .. passes.Select(pass => $"pass {pass}"), "less than Random"],
                            [.. table.Settings.Select(setting => (IReadOnlyList<ExperimentCell>)
                            [
                                ExperimentCell.Of(setting.Name),
                                setting.BatchSize > 0 ? ExperimentCell.Of(setting.BatchSize) : ExperimentCell.None,
                                .. passes.Select(pass => ExperimentCell.Of(FlowTrials.Residual(table, setting, pass))),
                                Gain(table, setting),
                            ])]),
                    ],
                },
            ]);
    }

    /// <summary>How much less is left at the end than by random batches of the same size.</summary>
    private static ExperimentCell Gain(TrialTable<FlowSetting> table, FlowSetting setting)
    {
        FlowSetting random = setting with { Scheme = FlowScheme.Random };
        if (setting.Scheme == FlowScheme.Random || setting.BatchSize == 0)
        {
            return ExperimentCell.None;
        }

        double gain = 1 - (FlowTrials.Residual(table, setting, FlowTrials.Passes).Mean / FlowTrials.Residual(table, random, FlowTrials.Passes).Mean);
        return new(
            gain.ToString("P0", System.Globalization.CultureInfo.InvariantCulture), gain.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
    }
}
