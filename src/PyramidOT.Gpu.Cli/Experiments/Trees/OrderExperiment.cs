using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli.Experiments.Trees;

/// <summary>Figure 2 of the paper on pyramid mini-batches: in which order the cells of a small tree give their pairs to batches.</summary>
internal sealed class OrderExperiment : Experiment
{
    private static readonly int[] s_batchSizes = [2, 5, 8];

    public override string Name => "figure2";

    public override string Summary => "the order in which the cells of a small tree give pairs to batches";

    public override ExperimentResult Run(ExperimentContext context)
    {
        context.Phases.Begin("figure 2");
        (PointCloud source, PointCloud target) = ClusteredPoints.Draw(context.Seed);
        using PyramidPair pyramid = PyramidPair.Build(
            context.Engine, source, target, new() { Branching = 2, Seed = context.Seed }, cancellation: context.Cancellation);
        MeetingTree tree = new(pyramid, pyramid.Order(context.Seed));
        (PlotRange x, PlotRange y) = ClusteredPoints.AxesOf(source, target);
        return new(
            "Figure 2: the order of visits",
            [
                $"{ClusteredPoints.Count} source points (a, round) and as many target points (b, square), two draws of one mixture in the plane, are encoded in one tree: the scheme is "
                + "Interleaving, and a cell is cut in two until it has no more than one point of each side, or none of one. The walk is post-order, with children in random order. At a cell, the points "
                + "that met no partner further down are paired at random; what is left of the longer side goes up to the cell above. Each cell that gives pairs is a step.",
                $"A batch is a stretch of the order of pairs: the first one of {string.Join(", ", s_batchSizes.SkipLast(1))} or {s_batchSizes[^1]} pairs are so many pairs from the first step on. As in the paper's figure, points "
                + "have the colour of their step, and cells that give no pair are small and grey. The points of the paper's figure are not published; these are drawn from the seed "
                + $"{context.Seed}{(context.SeedCount > 1 ? ", the first one" : "")}.",
            ],
            [
                new("The tree", ["Children stand from left to right in the order in which the walk comes to them, those in which no points meet last. The number in a cell is its step; below a leaf stand its points."])
                {
                    Pictures = [new("Steps of the walk", "the pairs of a step stand beside it", Tree(tree)) { IsWide = true }],
                },
                new("The clouds", ["Number and colour tell the step at which a point meets its partner."])
                {
                    Pictures =
                    [
                        new("Source", "a number is the point's step", Cloud("Source points", "a", source, tree, pair => pair.Source, x, y, PageStyle.Dots)),
                        new("Target", "a number is the point's step", Cloud("Target points", "b", target, tree, pair => pair.Target, x, y, PageStyle.Squares)),
                    ],
                    Tables = [Table(tree)],
                },
            ]);
    }

    private static System.Xml.Linq.XElement Tree(MeetingTree tree) => TreePicture.Draw(
        "Tree with the steps of the walk",
        tree.Draw((meeting, sources, targets, children) => new(children)
        {
            Text = meeting?.Step.ToString(),
            Look = (meeting?.Step ?? 1) - 1,
            Remark = meeting is null ? "" : string.Join(", ", meeting.Pairs.Select(NameOf)),
            SourceLines = children.Count > 0 || sources.Count == 0 ? [] : [Names("a", sources)],
            TargetLines = children.Count > 0 || targets.Count == 0 ? [] : [Names("b", targets)],
        }),
        "step: pairs are made");

    private static System.Xml.Linq.XElement Cloud(
        string title, string letter, PointCloud cloud, MeetingTree tree, Func<(int Source, int Target), int> side, PlotRange x, PlotRange y, string shape)
    {
        PlotPoint[] places = ClusteredPoints.PlacesOf(cloud);
        return ScatterPicture.Draw(title, x, y, [.. tree.Meetings.Select(meeting =>
        {
            int[] rows = [.. meeting.Pairs.Select(side)];
            return new ScatterDots(
                $"{PageStyle.Line(meeting.Step - 1)} {shape} {PageStyle.Large}",
                meeting.Step == 1 ? $"{title.ToLowerInvariant()}, by step" : null,
                [.. rows.Select(row => places[row])])
            {
                Labels = [.. rows.Select(row => $"{letter}{row + 1}: {meeting.Step}")],
            };
        })]);
    }

    private static ExperimentTable Table(MeetingTree tree) => new(
        "steps",
        "Steps of the walk, and what they give to the first batch",
        ["step", "level", "pairs", "source and target points", .. s_batchSizes.Select(size => $"to a batch of {size}")],
        [.. tree.Meetings.Select(meeting => (IReadOnlyList<ExperimentCell>)
        [
            ExperimentCell.Of(meeting.Step), ExperimentCell.Of(meeting.Level), ExperimentCell.Of(meeting.Pairs.Count),
            ExperimentCell.Of(string.Join(", ", meeting.Pairs.Select(NameOf))),
            .. s_batchSizes.Select(size => ExperimentCell.Of(Math.Clamp(size - meeting.First, 0, meeting.Pairs.Count))),
        ])]);

    private static string NameOf((int Source, int Target) pair) => $"a{pair.Source + 1}–b{pair.Target + 1}";

    private static string Names(string letter, IEnumerable<int> rows) => string.Join(' ', rows.Order().Select(row => $"{letter}{row + 1}"));
}
