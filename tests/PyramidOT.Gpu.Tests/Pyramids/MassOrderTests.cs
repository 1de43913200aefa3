using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Orders of clouds that do not pair one to one: nothing of their mass is lost or gained.</summary>
public class MassOrderTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void Unequal_clouds_carry_equal_shares(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach ((int sources, int targets) in new[] { (1, 9), (9, 1), (40, 60), (97, 101), (100, 99), (7, 500), (2, 3) })
        {
            foreach (CloudKind kind in new[] { CloudKind.Uniform, CloudKind.Duplicated, CloudKind.AllEqual })
            {
                (float[] source, float[] target) = Clouds.Pair(kind, sources, targets, 2, seed: 81 + sources);
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, TestPyramids.Ways[way]);
                Assert.True(pyramid.IsUneven);
                OrderChecks.CheckMasses(pyramid, pyramid.Order(3), Uniform(sources), Uniform(targets));
                OrderChecks.CheckPairs(pyramid, pyramid.Order(3, UnpairedPoints.Drop));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Weighted_clouds_carry_their_weights(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        for (int seed = 0; seed < 12; seed++)
        {
            Draws draws = new(90 + seed);
            int sources = 1 + draws.Below(60);
            int targets = 1 + draws.Below(60);
            float[]? sourceWeights = seed % 4 == 3 ? null : Weights(draws, sources, seed % 3);
            float[]? targetWeights = seed % 4 == 2 ? null : Weights(draws, targets, seed % 3);
            (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, sources, targets, 2, seed);
            PointCloud x = new(source, 2, sourceWeights);
            PointCloud y = new(target, 2, targetWeights);
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, TestPyramids.Ways[way]);
            Assert.True(pyramid.IsUneven);
            Assert.Same(x, pyramid.Source);
            Assert.Same(y, pyramid.Target);
            OrderChecks.CheckMasses(pyramid, pyramid.Order(3), Shares(sourceWeights, sources), Shares(targetWeights, targets));
            OrderChecks.CheckPairs(pyramid, pyramid.Order(3, UnpairedPoints.Drop));
        }
    }

    [Fact]
    public void A_point_without_weight_is_in_no_pair()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud x = new([0, 1, 2, 3], 1, [0, 1, 0, 1]);
        PointCloud y = new([0, 1, 2], 1, [2, 0, 2]);
        using PyramidPair pyramid = PyramidPair.Build(engine, x, y);
        PairOrder order = pyramid.Order(1);
        OrderChecks.CheckMasses(pyramid, order, [0, 0.5, 0, 0.5], [0.5, 0, 0.5]);
        Assert.DoesNotContain(0, order.SourceRows.ToArray());
        Assert.DoesNotContain(1, order.TargetRows.ToArray());
    }

    [Fact]
    public void Weights_that_are_all_equal_give_pairs_of_equal_mass()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 64, 64, 2, seed: 95);
        float[] weights = [.. Enumerable.Repeat(3f, 64)];
        using PyramidPair pyramid = PyramidPair.Build(engine, new PointCloud(source, 2, weights), new PointCloud(target, 2, weights));
        PairOrder order = pyramid.Order(1);
        Assert.Equal(64, order.Count);
        Assert.All(order.Masses.ToArray(), mass => Assert.Equal(1.0 / 64, mass));
        OrderChecks.CheckMasses(pyramid, order, Uniform(64), Uniform(64));
    }

    [Fact]
    public void Weights_of_every_size_are_carried_together()
    {
        // From 1 to 1e-15 of the whole, and a weight that no mass of 2^-60 can express.
        using ComputeEngine engine = TestPyramids.Host();
        float[] weights = [.. Enumerable.Range(0, 16).Select(i => MathF.Pow(10, -i)), 1e-37f];
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 17, 30, 2, seed: 96);
        using PyramidPair pyramid = PyramidPair.Build(engine, new PointCloud(source, 2, weights), new PointCloud(target, 2));
        OrderChecks.CheckMasses(pyramid, pyramid.Order(1), Shares(weights, 17), Uniform(30));
    }

    [Fact]
    public void Many_points_on_one_side_carry_exactly_too()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 4999, 5003, 2, seed: 97);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        PairOrder order = pyramid.Order(1);
        OrderChecks.CheckMasses(pyramid, order, Uniform(4999), Uniform(5003));

        // The sizes have no common divisor, so that no two points run out together before the end.
        Assert.Equal(4999 + 5003 - 1, order.Count);
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    private static float[] Weights(Draws draws, int count, int kind) => Draws.Fill(count, kind switch
    {
        0 => draws.Uniform,
        1 => () => draws.Below(3) == 0 ? 0 : 1 + draws.Below(5),
        _ => () => Math.Pow(10, -6 * draws.Uniform()),
    }) is var weights && weights.Any(weight => weight > 0) ? weights : [.. weights.Select(_ => 1f)];

    private static double[] Shares(float[]? weights, int count) =>
        weights is null ? Uniform(count) : [.. weights.Select(weight => weight / weights.Sum(each => (double)each))];

    private static double[] Uniform(int count) => [.. Enumerable.Repeat(1.0 / count, count)];
}
