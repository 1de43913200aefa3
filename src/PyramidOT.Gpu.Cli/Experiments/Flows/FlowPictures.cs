using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Flows;

/// <summary>Pictures of the distance that is left, a line a scheme.</summary>
internal static class FlowPictures
{
    /// <summary>One picture a batch size: what is left against something that grows from pass to pass.</summary>
    /// <param name="table">The flows; their first seed is drawn.</param>
    /// <param name="axis">What is along the horizontal axis, which is logarithmic.</param>
    /// <param name="place">Where a residual stands along it.</param>
    public static IReadOnlyList<ExperimentPicture> Courses(
        TrialTable<FlowSetting> table, string axis, Func<(double Pass, double Seconds, double Residual), double> place) =>
    [
        .. FlowTrials.BatchSizes.Select(size => new ExperimentPicture(
            $"Batches of {size}",
            $"W2 that is left against {axis}",
            LineChart.Draw(
                $"W2 that is left, batches of {size}",
                new(axis, PlotScale.Log10),
                new("W2", PlotScale.Log10),
                [
                    .. table.Settings.Where(setting => setting.BatchSize == size || setting.Scheme == FlowScheme.Global).Select(setting => new ChartLine(
                        setting.Name, [.. FlowTrials.Course(table, setting).Select(point => new PlotPoint(place(point), Math.Max(point.Residual, 1e-9)))])
                    { HasDots = true, Look = LookOf(setting) }),
                ]))),
    ];

    /// <summary>What is left after a pass against the batch size.</summary>
    /// <param name="table">The flows.</param>
    /// <param name="pass">The pass.</param>
    public static ExperimentPicture Sizes(TrialTable<FlowSetting> table, int pass) => new(
        pass == 1 ? "After one pass" : $"After {pass} passes",
        "W2 that is left against the batch size",
        LineChart.Draw(
            $"W2 that is left after pass {pass}",
            new("batch size, pairs", PlotScale.Log10),
            new("W2", PlotScale.Log10),
            [.. FlowTrials.Schemes.Select(scheme => Line(table, scheme, pass))]));

    private static ChartLine Line(TrialTable<FlowSetting> table, FlowScheme scheme, int pass)
    {
        FlowSetting[] settings = [.. table.Settings.Where(setting => setting.Scheme == scheme)];

        // The matching of the whole is the same whatever the batches.
        IEnumerable<PlotPoint> points = scheme == FlowScheme.Global
            ? FlowTrials.BatchSizes.Select(size => new PlotPoint(size, FlowTrials.Residual(table, settings[0], pass).Mean))
            : settings.Select(setting => new PlotPoint(setting.BatchSize, FlowTrials.Residual(table, setting, pass).Mean));
        return new(settings[0].Name, [.. points.Select(point => point with { Y = Math.Max(point.Y, 1e-9) })]) { HasDots = true, Look = LookOf(settings[0]) };
    }

    private static int LookOf(FlowSetting setting) => FlowTrials.Schemes.ToList().IndexOf(setting.Scheme);
}
