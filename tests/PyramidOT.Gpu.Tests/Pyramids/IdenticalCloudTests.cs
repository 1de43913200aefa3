using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>A cloud against a shuffled copy of itself: equal points never part in a tree, so each pair is one of equal points.</summary>
public class IdenticalCloudTests
{
    [Theory]
    [MemberData(nameof(TreeWays))]
    public void All_pairs_are_pairs_of_equal_points(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (CloudKind kind in Enum.GetValues<CloudKind>())
        {
            foreach ((int count, int dimensions) in new[] { (150, 1), (150, 2), (120, 10), (60, 100) })
            {
                (float[] source, float[] target) = TestPyramids.Twins(kind, count, dimensions, seed: 51 + dimensions);
                AssertEqualPairs(engine, source, target, dimensions, TestPyramids.Ways[way], kind.ToString());
            }
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void Whatever_the_seed(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        for (int seed = 0; seed < 40; seed++)
        {
            CloudKind kind = (seed % 3) switch { 0 => CloudKind.Uniform, 1 => CloudKind.Duplicated, _ => CloudKind.Integers };
            int dimensions = 1 + (seed % 4);
            (float[] source, float[] target) = TestPyramids.Twins(kind, 200, dimensions, seed);
            AssertEqualPairs(engine, source, target, dimensions, TestPyramids.Ways[way] with { Seed = (ulong)seed << 32 }, $"{kind}, seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void The_estimate_is_0_at_any_batch_size(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (CloudKind kind in new[] { CloudKind.Normal, CloudKind.Duplicated, CloudKind.Far, CloudKind.Outlier, CloudKind.AllEqual })
        {
            foreach (int dimensions in new[] { 1, 2, 10, 100 })
            {
                (float[] source, float[] target) = TestPyramids.Twins(kind, 101, dimensions, seed: 61 + dimensions);
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, dimensions, TestPyramids.Ways[way]);
                foreach (int batchSize in new[] { 1, 2, 7, 100, 101, 5000 })
                {
                    MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize);
                    Assert.Equal(0, estimate.PooledDistance);
                    Assert.Equal(0, estimate.MeanOfBatchDistance);
                    Assert.Equal(0, estimate.PooledCost);
                    Assert.InRange(estimate.MaxGap, 0, 1e-6);
                }

                foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
                {
                    Assert.Equal(0, MiniBatchTransport.Estimate(pyramid, 10, new() { Cost = new(distance, 1) }).PooledCost);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void With_duplicates_that_make_cells_undividable_too(int way)
    {
        // Many points, few places, and a sample that may see a single one of them.
        using ComputeEngine engine = TestPyramids.Host(2);
        for (int seed = 0; seed < 20; seed++)
        {
            Draws draws = new(seed);
            int places = 1 + draws.Below(6);
            float[] source = Draws.Fill(400, () => Math.Pow(10, draws.Below(places)));
            float[] target = Clouds.Rows(source, 1, draws.Permutation(400));
            PyramidOptions options = TestPyramids.Ways[way] with { SampleSize = 2, Branching = 2, Seed = (ulong)seed };
            AssertEqualPairs(engine, source, target, 1, options, $"{places} places, seed {seed}");
        }
    }

    public static TheoryData<int> TreeWays => TestPyramids.Trees;

    private static void AssertEqualPairs(
        ComputeEngine engine, float[] source, float[] target, int dimensions, PyramidOptions options, string what)
    {
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, dimensions, options);
        PairOrder order = pyramid.Order(options.Seed + 1);
        int wrong = 0;
        for (int i = 0; i < order.Count; i++)
        {
            ReadOnlySpan<float> x = source.AsSpan(order.SourceRows[i] * dimensions, dimensions);
            wrong += x.SequenceEqual(target.AsSpan(order.TargetRows[i] * dimensions, dimensions)) ? 0 : 1;
        }

        Assert.True(wrong == 0, $"{what}, {dimensions} dimensions: {wrong} of {order.Count} pairs are of different points.");
    }
}
