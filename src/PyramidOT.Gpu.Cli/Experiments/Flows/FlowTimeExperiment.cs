namespace PyramidOT.Cli.Experiments.Flows;

/// <summary>Figure 5 of the paper on pyramid mini-batches: what distance is left, by the time that it took.</summary>
/// <param name="points">Points of a cloud; null for as many as are wanted.</param>
internal sealed class FlowTimeExperiment(int? points = null) : Experiment
{
    public override string Name => "figure5";

    public override string TrialsName => "flows";

    public override string Summary => "the distance that flows leave, by the time that they take";

    public override ExperimentResult Run(ExperimentContext context)
    {
        FlowTrials trials = new(context, points);
        TrialTable<FlowSetting> table = trials.Measure(trials.SettingsOf(FlowTrials.FigureCentres));
        return new(
            "Figure 5: flows against the clock",
            [
                .. trials.Introduction(table),
                "Mixtures of 1,000 centres. Seconds are those of the passes, pyramids and matchings included, residuals not, on all cores of this machine, whatever else it did; the paper does not tell its machine.",
            ],
            [
                new("Against seconds", ["Random batches cost least a pass, and stop gaining; a pyramid a pass costs more than its batches where they are small."])
                {
                    Pictures = FlowPictures.Courses(table, "seconds", point => Math.Max(point.Seconds, 1e-6)),
                    Tables =
                    [
                        new(
                            "seconds",
                            "W2 that is left, and the seconds that it took",
                            ["scheme", "batch size", "pass", "seconds", "W2"],
                            [.. table.Settings.SelectMany(setting => FlowTrials.Course(table, setting).Select(point => (IReadOnlyList<ExperimentCell>)
                            [
                                ExperimentCell.Of(setting.Name),
                                setting.BatchSize > 0 ? ExperimentCell.Of(setting.BatchSize) : ExperimentCell.None,
                                ExperimentCell.Of((long)point.Pass),
                                ExperimentCell.Of(point.Seconds, 3),
                                ExperimentCell.Of(point.Residual),
                            ]))]),
                    ],
                },
            ]);
    }
}
