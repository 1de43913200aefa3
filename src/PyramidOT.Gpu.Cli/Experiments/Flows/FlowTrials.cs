using System.Globalization;

namespace PyramidOT.Cli.Experiments.Flows;

/// <summary>A flow between two mixtures.</summary>
/// <param name="Points">Points of a cloud.</param>
/// <param name="Centres">Centres of a mixture.</param>
/// <param name="Scheme">What couples the points.</param>
/// <param name="BatchSize">Pairs of a batch; 0 where there are none.</param>
internal sealed record FlowSetting(int Points, int Centres, FlowScheme Scheme, int BatchSize)
{
    /// <summary>The scheme, for people.</summary>
    public string Name => Scheme == FlowScheme.Global ? "Global (ours)" : Scheme.ToString();
}

/// <summary>The flows of table 3 and figures 4 and 5 of the paper on pyramid mini-batches. They share them: where one has measured, the others read.</summary>
/// <param name="context">What they work with.</param>
/// <param name="points">Points of a cloud; null for as many as the context wants.</param>
internal sealed class FlowTrials(ExperimentContext context, int? points)
{
    /// <summary>Passes of a flow.</summary>
    public const int Passes = 50;

    /// <summary>Centres of the figures' mixtures.</summary>
    public const int FigureCentres = 1000;

    private const double Rate = 0.05;
    private const int Dimensions = 100;
    private const int FullPoints = 10_000;
    private const int QuickPoints = 2_000;
    private const string Residuals = "residuals";
    private const string Gaps = "gaps";
    private const string Seconds = "seconds";

    private static readonly int[] s_residualAt = [0, 1, 5, 50];
    private static readonly int[] s_figureResidualAt = [0, 1, 2, 5, 10, 20, 30, 40, 50];

    private readonly int _points = points ?? (context.IsQuick ? QuickPoints : FullPoints);

    /// <summary>The schemes, those of the paper first.</summary>
    public static IReadOnlyList<FlowScheme> Schemes { get; } = [FlowScheme.Random, FlowScheme.Interleaving, FlowScheme.Joint, FlowScheme.Global];

    /// <summary>Pairs of a batch.</summary>
    public static IReadOnlyList<int> BatchSizes { get; } = [10, 100, 1000];

    /// <summary>What was done, in words.</summary>
    public IReadOnlyList<string> Introduction(TrialTable<FlowSetting> table) =>
    [
        $"Two independent mixtures of {_points.ToString("N0", CultureInfo.InvariantCulture)} points in {Dimensions} dimensions{(_points == FullPoints ? "" : " (the paper has 10,000)")}: centres uniform in [-10, 10]^{Dimensions}, deviation 2, the centre of each point drawn. "
        + $"The source flows towards the target in {Passes} passes; in each, a point goes a tenth of its way to its match (rate {Rate.ToString(CultureInfo.InvariantCulture)}). The paper does not tell deviation, step and number of passes: these were inferred from its distances at the start "
        + "and its numbers for random batches with 10 and 100 centres. Those with 1,000 centres had no part in that, nor had any pyramid's.",
        "Pyramids are built anew for each pass, with this library's defaults: eight children a cell by k-means, down to single points; the paper does not tell its own. Random meets points at random. Global, which the paper does not have, follows the "
        + "matching of the whole clouds, found once: what mini-batches stand in for.",
        $"The distance W2 that is left is {(LargestGap(table) < 1e-5 ? "exact" : $"proven to within {LargestGap(table).ToString("P2", CultureInfo.InvariantCulture)} of itself")}. Measured with {context.SeedText}; a seed draws the clouds and the flow.",
    ];

    /// <summary>The settings with one number of centres.</summary>
    public IReadOnlyList<FlowSetting> SettingsOf(int centres) =>
    [
        .. Schemes.SelectMany(
            scheme => scheme == FlowScheme.Global ? [0] : BatchSizes,
            (scheme, size) => new FlowSetting(_points, centres, scheme, size)),
    ];

    /// <summary>Measures flows, but for those that are kept.</summary>
    public TrialTable<FlowSetting> Measure(IReadOnlyList<FlowSetting> settings) => context.Measure(
        "flows", settings, (setting, trial) => Measure(context.Engine, setting, trial), EffortOf, WarmUp);

    /// <summary>The passes after which a setting's residuals were measured.</summary>
    public static IReadOnlyList<int> ResidualAt(FlowSetting setting) => setting.Centres == FigureCentres ? s_figureResidualAt : s_residualAt;

    /// <summary>The distance that is left after a pass.</summary>
    public static Spread Residual(TrialTable<FlowSetting> table, FlowSetting setting, int pass)
    {
        int place = PlaceOf(setting, pass);
        return table.Spread(setting, trial => trial.Row(Residuals)[place]);
    }

    /// <summary>What the passes took.</summary>
    public static Spread Time(TrialTable<FlowSetting> table, FlowSetting setting) => table.Spread(setting, trial => trial.Row(Seconds)[^1]);

    /// <summary>The first seed's residuals against passes, or against the seconds that passes took; without the start.</summary>
    public static IEnumerable<(double Pass, double Seconds, double Residual)> Course(TrialTable<FlowSetting> table, FlowSetting setting)
    {
        TrialNumbers first = table.First(setting);
        IReadOnlyList<int> passes = ResidualAt(setting);
        for (int k = 1; k < passes.Count; k++)
        {
            yield return (passes[k], first.Row(Seconds)[k], first.Row(Residuals)[k]);
        }
    }

    /// <summary>The largest gap between a residual and its bound.</summary>
    private static double LargestGap(TrialTable<FlowSetting> table) => table.Settings.Max(setting => table[setting].Max(trial => trial.Row(Gaps).Max()));

    private static int PlaceOf(FlowSetting setting, int pass)
    {
        IReadOnlyList<int> passes = ResidualAt(setting);
        return Enumerable.Range(0, passes.Count).First(k => passes[k] == pass);
    }

    private static TrialNumbers Measure(ComputeEngine engine, FlowSetting setting, Trial trial)
    {
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.Mixture, setting.Points, Dimensions, trial.Seed, setting.Centres);
        GradientFlowResult result = GradientFlow.Run(
            engine,
            source,
            target,
            OptionsOf(setting, trial.Seed),
            new Reports<GradientFlowProgress>(progress => trial.Reach((double)progress.Pass / Passes)),
            trial.Cancellation);
        return new()
        {
            { Residuals, result.Residuals.Select(residual => residual.Distance) },
            { Gaps, result.Residuals.Select(residual => residual.Gap) },
            { Seconds, result.Residuals.Select(residual => residual.Pass == 0 ? 0 : result.Times[residual.Pass - 1].TotalSeconds) },
        };
    }

    private static GradientFlowOptions OptionsOf(FlowSetting setting, ulong seed) => new()
    {
        Coupling = setting.Scheme == FlowScheme.Global ? FlowCoupling.Global : FlowCoupling.MiniBatches,
        Pyramid = new()
        {
            Scheme = setting.Scheme switch
            {
                FlowScheme.Joint => PyramidScheme.Joint,
                FlowScheme.Random => PyramidScheme.Random,
                _ => PyramidScheme.Interleaving,
            },
        },
        BatchSize = Math.Max(1, setting.BatchSize),
        Passes = Passes,
        Rate = Rate,
        ResidualAt = [.. ResidualAt(setting)],
        Seed = seed,
    };

    /// <summary>Seconds, about, that a flow of 10,000 points takes on two cores, with its residuals.</summary>
    private static double EffortOf(FlowSetting setting)
    {
        double passes = (setting.Scheme, setting.BatchSize) switch
        {
            (FlowScheme.Random, 10) => 1,
            (FlowScheme.Random, 100) => 2,
            (FlowScheme.Random, _) => 6,
            (FlowScheme.Global, _) => 4,
            (_, 10) => 5,
            (_, 100) => 7,
            _ => 11,
        };
        return passes + (1.5 * ResidualAt(setting).Count);
    }

    // The seconds of figure 5 are those of compiled code.
    private void WarmUp()
    {
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.Mixture, 500, Dimensions, 0, 10);
        foreach (FlowSetting setting in SettingsOf(10))
        {
            int passes = context.Patience > 0 ? 5 : 0;
            GradientFlow.Run(
                context.Engine, source, target, OptionsOf(setting, 0) with { Passes = passes, ResidualAt = [] }, cancellation: context.Cancellation);
        }
    }
}
