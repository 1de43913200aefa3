using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Trees of clouds of every kind, and the orders read off them, held against the counts of paper A.</summary>
public class PyramidTreeTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void Trees_and_orders_of_every_kind_of_cloud_hold_together(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (CloudKind kind in Enum.GetValues<CloudKind>())
        {
            foreach (int dimensions in new[] { 1, 2, 10 })
            {
                (float[] source, float[] target) = Clouds.Pair(kind, 90, 90, dimensions, seed: 11 + dimensions);
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, dimensions, TestPyramids.Ways[way]);
                TreeChecks.Check(pyramid);
                if (pyramid.Options.Scheme != PyramidScheme.Random)
                {
                    TreeChecks.CheckLeavesAreDone(pyramid, source, target);
                }

                OrderChecks.CheckPairs(pyramid, pyramid.Order(seed: 5));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Sizes_around_one_and_around_the_branching_hold_together(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        int[] sizes = [1, 2, 3, 7, 8, 9, 65];
        foreach (int sources in sizes)
        {
            foreach (int targets in sizes)
            {
                (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, sources, targets, 3, seed: sources + (100 * targets));
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, TestPyramids.Ways[way]);
                TreeChecks.Check(pyramid);
                OrderChecks.CheckPairs(pyramid, pyramid.Order(2, UnpairedPoints.Drop));
                Assert.Equal(sources != targets, pyramid.IsUneven);
                PairOrder carried = pyramid.Order(2);
                if (sources == targets)
                {
                    OrderChecks.CheckPairs(pyramid, carried);
                }
                else
                {
                    OrderChecks.CheckMasses(pyramid, carried, Uniform(sources), Uniform(targets));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void Leaf_size_and_depth_end_the_tree_where_they_say(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 300, 260, 2, seed: 21);
        foreach (int leaf in new[] { 1, 2, 10, 299, 300 })
        {
            foreach (int? depth in new int?[] { null, 0, 1, 3 })
            {
                using PyramidPair pyramid = TestPyramids.Build(
                    engine, source, target, 2, TestPyramids.Ways[way] with { LeafSize = leaf, MaxDepth = depth });
                TreeChecks.Check(pyramid);
                OrderChecks.CheckPairs(pyramid, pyramid.Order(1, UnpairedPoints.Drop));
                Assert.Equal(leaf == 300 || depth == 0, pyramid.Levels.Count == 1);
                if (depth is null && pyramid.Options.Scheme != PyramidScheme.Source)
                {
                    // These points all differ: only small or one-sided cells are leaves.
                    Assert.All(Leaves(pyramid), cell => Assert.True(
                        cell.Sources == 0 || cell.Targets == 0 || Math.Max(cell.Sources, cell.Targets) <= leaf,
                        $"A leaf has {cell.Sources} and {cell.Targets} points where {leaf} are allowed."));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void Geometric_scales_part_to_the_last_point(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        float[] source = [.. Enumerable.Range(-60, 121).Select(i => MathF.ScaleB(1, i))];
        float[] target = [.. source.Reverse()];
        using PyramidPair pyramid = TestPyramids.Build(
            engine, source, target, 1, TestPyramids.Ways[way] with { Branching = 2 });
        TreeChecks.Check(pyramid);
        TreeChecks.CheckLeavesAreDone(pyramid, source, target);
        PairOrder order = pyramid.Order(1);
        OrderChecks.CheckPairs(pyramid, order);
        for (int i = 0; i < order.Count; i++)
        {
            Assert.Equal(source[order.SourceRows[i]], target[order.TargetRows[i]]);
        }
    }

    [Fact]
    public void Points_that_are_all_equally_far_apart_are_peeled_off_one_by_one()
    {
        // All other corners of a simplex are as near to one of two centres as to the other: ties go to the first.
        using ComputeEngine engine = TestPyramids.Host(2);
        const int Count = 200;
        float[] points = new float[Count * Count];
        for (int i = 0; i < Count; i++)
        {
            points[(i * Count) + i] = 1;
        }

        using PyramidPair pyramid = TestPyramids.Build(engine, points, points, Count, new() { Branching = 2, LloydRounds = 0 });
        TreeChecks.Check(pyramid);
        Assert.Equal(Count, pyramid.Levels.Count);
        PairOrder order = pyramid.Order(1);
        OrderChecks.CheckPairs(pyramid, order);
        Assert.Equal(order.SourceRows.ToArray(), order.TargetRows.ToArray());
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void One_point_among_thousands_of_equal_ones_is_found(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        float[] source = new float[2 * 3000];
        float[] target = new float[2 * 3000];
        Array.Fill(source, 0.1f);
        Array.Fill(target, 0.1f);
        (source[4000], target[777]) = (0.3f, 0.3f);
        PyramidOptions options = TestPyramids.Ways[way] with { SampleSize = 20 };
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, options);
        TreeChecks.Check(pyramid);
        TreeChecks.CheckLeavesAreDone(pyramid, source, target);
        PairOrder order = pyramid.Order(1);
        OrderChecks.CheckPairs(pyramid, order);

        // Where the centres come from the source, its odd point parts from the rest; the target's odd point differs from that one.
        if (options.Scheme != PyramidScheme.Source)
        {
            Assert.True(pyramid.Levels.Count > 1);
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void More_centres_than_points_are_no_matter(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 5, 5, 2, seed: 31);
        PyramidOptions options = TestPyramids.Ways[way] with { Branching = 1000, SampleSize = 3 };
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, options);
        TreeChecks.Check(pyramid);
        TreeChecks.CheckLeavesAreDone(pyramid, source, target);
        OrderChecks.CheckPairs(pyramid, pyramid.Order(1));
    }

    [Fact]
    public void Interleaving_takes_its_centres_from_the_two_sides_in_turn()
    {
        // Two distinct source points and many distinct target points: centres of the source make two cells, those of the target more.
        using ComputeEngine engine = TestPyramids.Host();
        float[] target = Clouds.Make(CloudKind.Uniform, 100, 1, seed: 41);
        float[] source = new float[100];
        Array.Fill(source, 1f, 50, 50);
        PyramidOptions options = new() { Centres = CentreSelection.Sample, Branching = 100 };
        using PyramidPair fromSource = TestPyramids.Build(engine, source, target, 1, options);
        using PyramidPair fromTarget = TestPyramids.Build(engine, source, target, 1, options with { StartsWithTarget = true });
        Assert.Equal(2, fromSource.Levels[1].Count);
        Assert.Equal(100, fromTarget.Levels[1].Count);

        // And at the next level it is the other side's turn.
        Assert.Equal(100, fromSource.Levels[2].Count);
        TreeChecks.Check(fromSource);
        TreeChecks.Check(fromTarget);
    }

    [Fact]
    public void A_grid_halves_at_most_one_coordinate_a_level()
    {
        // The corners of a cube in 3 dimensions: three halvings, one for each coordinate, and every corner has a cell of its own.
        using ComputeEngine engine = TestPyramids.Host();
        float[] points = new float[8 * 3];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = (i / 3 >> (i % 3)) & 1;
        }

        for (ulong seed = 0; seed < 20; seed++)
        {
            using PyramidPair pyramid = TestPyramids.Build(engine, points, points, 3, new() { Scheme = PyramidScheme.Grid, Seed = seed });
            Assert.Equal([1, 2, 4, 8], pyramid.Levels.Select(level => level.Count));
            PairOrder order = pyramid.Order(seed);
            Assert.Equal(order.SourceRows.ToArray(), order.TargetRows.ToArray());
        }
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    public static TheoryData<int> TreeWays => TestPyramids.Trees;

    private static double[] Uniform(int count) => [.. Enumerable.Repeat(1.0 / count, count)];

    private static IEnumerable<(int Sources, int Targets)> Leaves(PyramidPair pyramid) =>
        from level in pyramid.Levels
        from c in Enumerable.Range(0, level.Count)
        where level.ChildCount[c] == 0
        select (level.SourceEnd[c] - level.SourceStart[c], level.TargetEnd[c] - level.TargetStart[c]);
}
