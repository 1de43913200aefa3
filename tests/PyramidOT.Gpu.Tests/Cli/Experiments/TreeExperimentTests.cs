using System.Globalization;
using PyramidOT.Cli.Experiments.Trees;

namespace PyramidOT.Tests.Cli.Experiments;

public class TreeExperimentTests
{
    [Fact]
    public void Figure_2_tells_a_step_for_each_cell_that_gives_pairs()
    {
        using QuickRun run = new(new OrderExperiment());
        string[][] steps = run.Rows("steps");

        Assert.Equal(Enumerable.Range(1, steps.Length).Select(step => step.ToString(CultureInfo.InvariantCulture)), steps.Select(row => row[0]));
        string[] pairs = [.. steps.SelectMany(row => row[3].Split(", "))];
        Assert.Equal(10, pairs.Length);
        Assert.Equal(10, pairs.Select(pair => pair.Split('–')[0]).Distinct().Count());
        Assert.Equal(10, pairs.Select(pair => pair.Split('–')[1]).Distinct().Count());
        Assert.Equal([2, 5, 8], Enumerable.Range(4, 3).Select(column => steps.Sum(row => int.Parse(row[column], CultureInfo.InvariantCulture))));

        // Steps fill a batch one after the other.
        Assert.All(Enumerable.Range(4, 3), column => Assert.Equal(
            steps.TakeWhile(row => row[column] == row[2]).Count(), steps.Count(row => row[column] == row[2])));

        // The last step is the root's, if the root has one; a step's pairs stand beside its cell, and its number in it.
        Assert.DoesNotContain(steps.SkipLast(1), row => row[1] == "0");
        Assert.All(steps, row => Assert.Contains(row[3], run.Texts("small")));
        Assert.Equal(3, run.PictureCount);
        Assert.Equal(10, run.Texts("source-text").SelectMany(text => text.Split(' ')).Distinct().Count());
        Assert.Equal(10, run.Texts("target-text").SelectMany(text => text.Split(' ')).Distinct().Count());
    }

    [Fact]
    public void Steps_of_a_tree_are_its_order_cell_by_cell()
    {
        (PointCloud source, PointCloud target) = SampleClouds.ShiftedSquares(200, 2, 5, 0.3);
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using PyramidPair pyramid = PyramidPair.Build(engine, source, target, new() { Branching = 3, Seed = 2 });
        PairOrder order = pyramid.Order(9);
        Meeting[] meetings = [.. new MeetingTree(pyramid, order).Meetings];

        Assert.Equal(order.SourceRows.ToArray(), meetings.SelectMany(meeting => meeting.Pairs).Select(pair => pair.Source));
        Assert.Equal(order.TargetRows.ToArray(), meetings.SelectMany(meeting => meeting.Pairs).Select(pair => pair.Target));
        Assert.Equal(order.Levels.ToArray(), meetings.SelectMany(meeting => meeting.Pairs.Select(_ => meeting.Level)));
        Assert.All(meetings, meeting =>
        {
            PyramidLevel level = pyramid.Levels[meeting.Level];
            int[] sources = pyramid.SourceOrder[level.SourceStart[meeting.Cell]..level.SourceEnd[meeting.Cell]].ToArray();
            int[] targets = pyramid.TargetOrder[level.TargetStart[meeting.Cell]..level.TargetEnd[meeting.Cell]].ToArray();
            Assert.All(meeting.Pairs, pair => Assert.True(sources.Contains(pair.Source) && targets.Contains(pair.Target)));
        });
    }

    [Fact]
    public void Figure_3_has_the_exact_plan_for_batches_of_all_points_and_bounds_otherwise()
    {
        using QuickRun run = new(new CouplingExperiment(), seedCount: 2);
        string[][] plans = run.Rows("plans");

        Assert.Equal(9, plans.Length);
        Assert.All(plans, row =>
        {
            Assert.InRange(QuickRun.Number(row[3]), 1 - 1e-6, double.MaxValue);
            Assert.InRange(QuickRun.Number(row[4]), 0, 1 + 1e-9);
            Assert.InRange(QuickRun.Number(row[5]), 0, 1 + 1e-9);
        });
        Assert.All(plans.Where(row => row[1] == "10"), row =>
        {
            Assert.Equal(1, QuickRun.Number(row[3]), 1e-9);
            Assert.Equal(1, QuickRun.Number(row[4]), 1e-9);
        });
        Assert.True(Mass("Interleaving") > Mass("Random"), "Where clouds overlap, a pyramid gains.");
        Assert.Equal(18, run.PictureCount);

        // A column for the deviation of each number that was found twice.
        Assert.StartsWith("scheme,batch size,W2,\"W2, deviation\",", File.ReadLines(run.Files[2]).First(), StringComparison.Ordinal);

        // Heat maps: no cell is darker than the scale, and the darkest of the exact plan are.
        string[] shades = [.. run.Page.Descendants().Where(e => (string?)e.Attribute("class") == "shade").Select(e => e.Attribute("fill-opacity")!.Value)];
        Assert.Contains("1", shades);
        Assert.All(shades, shade => Assert.InRange(QuickRun.Number(shade), 0, 1));

        double Mass(string scheme) => QuickRun.Number(plans.Single(row => row[0] == scheme && row[1] == "2")[4]);
    }

    [Fact]
    public void Figure_14_shows_where_pairs_meet()
    {
        using QuickRun run = new(new DisjointExperiment());
        string[][] levels = run.Rows("levels");

        Assert.Equal(8, levels.Length);
        Assert.All(levels, row =>
        {
            Assert.Equal(1, row[2..7].Sum(QuickRun.Number), 1e-9);
            Assert.InRange(QuickRun.Number(row[8]), 1 - 1e-6, double.MaxValue);
            Assert.True(row[1] != "Random" || row[2] == "1", "At Random all pairs meet at the root.");
        });
        Assert.Equal((2 * 3) + 2, run.PictureCount);
        Assert.Equal(2, run.Texts("small").Count(text => text == "12 | 12"));
    }
}
