using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Trees;

/// <summary>A scheme on clouds that lie apart.</summary>
/// <param name="Data">Which clouds, a name of <see cref="DisjointExperiment"/>.</param>
/// <param name="Points">Points of each.</param>
/// <param name="Scheme">The scheme.</param>
internal sealed record DisjointSetting(string Data, int Points, PyramidScheme Scheme);

/// <summary>Figure 14 of the paper on pyramid mini-batches: the trees of two disjoint clouds, Source against Interleaving.</summary>
internal sealed class DisjointExperiment : Experiment
{
    private const int Drawn = 12;
    private const int Measured = 2000;
    private const int QuicklyMeasured = 500;
    private const int BatchSize = 10;
    private const int DrawnLevels = 3;
    private const double Shift = 2;
    private const int ShownLevels = 4;
    private const string Plane = "squares apart, d = 2";
    private const string Mixture = "mixtures, d = 100";
    private const string Pairs = "pairs by level";
    private const string Pooled = "W2";
    private const string Exact = "exact W2";

    private static readonly PyramidScheme[] s_drawn = [PyramidScheme.Source, PyramidScheme.Interleaving];
    private static readonly PyramidScheme[] s_measured = [PyramidScheme.Random, PyramidScheme.Source, PyramidScheme.Interleaving, PyramidScheme.Joint];

    public override string Name => "figure14";

    public override string Summary => "the trees of two disjoint clouds, Source against Interleaving";

    public override ExperimentResult Run(ExperimentContext context)
    {
        int points = context.IsQuick ? QuicklyMeasured : Measured;
        TrialTable<DisjointSetting> table = context.Measure(
            "figure 14",
            [.. new[] { Plane, Mixture }.SelectMany(_ => s_measured, (data, scheme) => new DisjointSetting(data, points, scheme))],
            (setting, trial) => Measure(context, setting, trial),
            effort: setting => setting.Data == Plane ? 1 : 3);
        return new(
            "Figure 14: trees of two disjoint clouds",
            [
                "Where two clouds lie apart, cells that are made from the source alone (Source, the classic vocabulary-guided pyramid) divide the source and leave the target together: its points all go to the cells nearest to them, level after level. "
                + "What points of both sides meet in a cell is then left to chance. Interleaving takes centres from the source at one level and from the target at the next, so that the target is divided as well.",
                $"The paper's figure is in its appendix, which is not at hand; this shows what its text says of it. Clouds are drawn from {context.SeedText}.",
            ],
            [
                .. s_drawn.Select(scheme => Section(context, scheme)),
                new("Where pairs meet", [
                    $"{points:N0} points a side, in the plane as above and as the paper's mixtures (100 clusters, deviation 2), eight children a cell. The deeper a pair meets, the smaller is the cell that it shares. W2 is that of batches of {BatchSize}, pooled; at Random, all pairs "
                    + "meet at the root. That pairs meet deeper does not by itself make them shorter: where clouds lie apart, all of one's points are about equally far from the other's, and in one pass a pyramid may gain little, or lose. "
                    + "Joint makes cells of one cloud alone, where clouds lie far enough apart. "
                    + "What a pyramid gains over many passes, as the clouds come together, is the matter of table 3.",
                ])
                {
                    Pictures =
                    [
                        .. new[] { Plane, Mixture }.Select(data => new ExperimentPicture(
                            data, "share of the pairs that meet at a level", Levels(table, data))),
                    ],
                    Tables = [Table(table)],
                },
            ]);
    }

    private static TrialNumbers Measure(ExperimentContext context, DisjointSetting setting, Trial trial)
    {
        (PointCloud source, PointCloud target) = setting.Data == Plane
            ? SampleClouds.ShiftedSquares(setting.Points, 2, trial.Seed, Shift)
            : SampleClouds.Mixture(setting.Points, 100, 100, trial.Seed);
        using PyramidPair pyramid = PyramidPair.Build(
            context.Engine, source, target, new() { Scheme = setting.Scheme, Seed = trial.Seed }, cancellation: trial.Cancellation);
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, BatchSize, cancellation: trial.Cancellation);
        trial.Reach(0.3);
        double exact = MiniBatchTransport.Estimate(pyramid, setting.Points, cancellation: trial.Cancellation).PooledDistance;
        PairOrder order = pyramid.Order(trial.Seed);
        double[] pairs = new double[pyramid.Levels.Count];
        foreach (int level in order.Levels)
        {
            pairs[level]++;
        }

        return new() { { Pairs, pairs }, { Pooled, estimate.PooledDistance }, { Exact, exact } };
    }

    private static ExperimentTable Table(TrialTable<DisjointSetting> table) => new(
        "levels",
        "Share of the pairs that meet at a level, and what batches cost",
        ["clouds", "scheme", .. Enumerable.Range(0, ShownLevels).Select(level => $"level {level}"), "deeper", "W2", "× exact"],
        [.. table.Settings.Select(setting => (IReadOnlyList<ExperimentCell>)
        [
            ExperimentCell.Of(setting.Data), ExperimentCell.Of(setting.Scheme.ToString()),
            .. Enumerable.Range(0, ShownLevels + 1).Select(level => ExperimentCell.Of(table.Spread(setting, trial => ShareAt(trial, level)), 3)),
            ExperimentCell.Of(table.Spread(setting, Pooled)), ExperimentCell.Of(table.Spread(setting, trial => trial[Pooled] / trial[Exact])),
        ])]);

    /// <summary>The share of the pairs at a level; at the one behind the last that is shown, of all deeper ones.</summary>
    private static double ShareAt(TrialNumbers trial, int level)
    {
        IReadOnlyList<double> pairs = trial.Row(Pairs);
        return (level == ShownLevels ? pairs.Skip(level).Sum() : pairs.ElementAtOrDefault(level)) / pairs.Sum();
    }

    private static System.Xml.Linq.XElement Levels(TrialTable<DisjointSetting> table, string data)
    {
        DisjointSetting[] settings = [.. table.Settings.Where(setting => setting.Data == data && setting.Scheme is not PyramidScheme.Random)];
        int deepest = settings.Max(setting => table[setting].Max(trial => trial.Row(Pairs).Count)) - 1;
        return LineChart.Draw(
            $"Pairs by level, {data}",
            new("level, the root's is 0", PlotScale.Linear),
            new("share of the pairs", PlotScale.Linear) { Places = PlotRange.Of([0, 1]) },
            [.. settings.Select(setting => new ChartLine(
                setting.Scheme.ToString(),
                [.. Enumerable.Range(0, deepest + 1).Select(level => new PlotPoint(
                    level, table.Spread(setting, trial => trial.Row(Pairs).ElementAtOrDefault(level) / trial.Row(Pairs).Sum()).Mean))])
            { HasDots = true })]);
    }

    private static ExperimentSection Section(ExperimentContext context, PyramidScheme scheme)
    {
        (PointCloud source, PointCloud target) = SampleClouds.ShiftedSquares(Drawn, 2, context.Seed, Shift);
        using PyramidPair pyramid = PyramidPair.Build(
            context.Engine, source, target, new() { Scheme = scheme, Branching = 2, MaxDepth = DrawnLevels, Seed = context.Seed }, cancellation: context.Cancellation);
        MeetingTree tree = new(pyramid, pyramid.Order(context.Seed));
        int atRoot = tree.Meetings.Where(meeting => meeting.Level == 0).Sum(meeting => meeting.Pairs.Count);
        return new(
            scheme.ToString(),
            [
                $"{Drawn} points a side, two children a cell, no more than {DrawnLevels} levels below the root: {atRoot} of {Drawn} pairs meet at the root. In the tree, the number in a cell is that of the pairs that meet in it, and the two beside it are "
                + "its source and target points. Outlines hold the points of a cell.",
            ])
        {
            Pictures =
            [
                new($"{scheme}: tree", "pairs in a cell; source | target points beside it", Tree(scheme, tree)),
                new($"{scheme}: cells", "the cells of the first two levels", Cells(pyramid, source, target)),
                new($"{scheme}: pairs", "a line's look tells the level at which its points meet", Meetings(tree, source, target)),
            ],
        };
    }

    private static System.Xml.Linq.XElement Tree(PyramidScheme scheme, MeetingTree tree) => TreePicture.Draw(
        $"Tree of {scheme}",
        tree.Draw((meeting, sources, targets, children) => new(children) { Text = meeting?.Pairs.Count.ToString(), Remark = $"{sources.Count} | {targets.Count}" }),
        "number of pairs that meet");

    private static System.Xml.Linq.XElement Cells(PyramidPair pyramid, PointCloud source, PointCloud target)
    {
        PlotPoint[] from = ClusteredPoints.PlacesOf(source);
        PlotPoint[] to = ClusteredPoints.PlacesOf(target);
        (PlotRange x, PlotRange y) = ClusteredPoints.AxesOf(source, target);
        return ScatterPicture.Draw(
            "Cells",
            x,
            y,
            [
                .. Enumerable.Range(1, Math.Min(2, pyramid.Levels.Count - 1)).Select(level => new ScatterOutlines(PageStyle.Line(level + 1), $"cells of level {level}", Outlines(level))),
                new ScatterDots($"{PageStyle.Source} {PageStyle.Large}", "source", from),
                new ScatterDots($"{PageStyle.Target} {PageStyle.Large}", "target", to),
            ]);

        IReadOnlyList<PlotPoint>[] Outlines(int number)
        {
            PyramidLevel level = pyramid.Levels[number];
            return
            [
                .. Enumerable.Range(0, level.Count).Select(cell => ConvexHull.Of(
                [
                    .. pyramid.SourceOrder[level.SourceStart[cell]..level.SourceEnd[cell]].ToArray().Select(row => from[row]),
                    .. pyramid.TargetOrder[level.TargetStart[cell]..level.TargetEnd[cell]].ToArray().Select(row => to[row]),
                ])),
            ];
        }
    }

    private static System.Xml.Linq.XElement Meetings(MeetingTree tree, PointCloud source, PointCloud target)
    {
        PlotPoint[] from = ClusteredPoints.PlacesOf(source);
        PlotPoint[] to = ClusteredPoints.PlacesOf(target);
        (PlotRange x, PlotRange y) = ClusteredPoints.AxesOf(source, target);
        return ScatterPicture.Draw(
            "Pairs by level",
            x,
            y,
            [
                .. tree.Meetings.GroupBy(meeting => meeting.Level).OrderBy(level => level.Key).Select(level => new ScatterLines(
                    PageStyle.Line(level.Key + 2),
                    level.Key == 0 ? "met at the root" : $"at level {level.Key}",
                    [.. level.SelectMany(meeting => meeting.Pairs).Select(pair => (from[pair.Source], to[pair.Target]))])),
                new ScatterDots($"{PageStyle.Source} {PageStyle.Large}", "source", from),
                new ScatterDots($"{PageStyle.Target} {PageStyle.Large}", "target", to),
            ]);
    }
}
