using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Estimates against exact solutions, batch by batch and whole.</summary>
public class MiniBatchEstimateTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void Each_batch_is_solved_exactly(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (GroundCost cost in Costs)
        {
            (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 83, 83, 3, seed: 201);
            using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, TestPyramids.Ways[way]);
            foreach (int batchSize in new[] { 1, 5, 20, 83 })
            {
                MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize, new() { Cost = cost, Seed = 6 });
                Assert.Equal(cost, estimate.Cost);
                Assert.Equal(batchSize, estimate.BatchSize);
                Assert.InRange(estimate.MaxGap, 0, 1e-5);
                AssertBatches(estimate, pyramid, pyramid.Batches(batchSize, 6), source, target, 3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void One_batch_of_all_is_exact(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach (GroundCost cost in Costs)
        {
            foreach (int count in new[] { 1, 2, 5, 7, 40 })
            {
                (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, count, count, 2, seed: 211 + count);
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, TestPyramids.Ways[way]);
                double exact = ExactTransport.MeanCost(source, target, 2, cost);
                double distance = Math.Pow(exact, 1 / cost.Exponent);
                foreach (int batchSize in new[] { count, count + 1, int.MaxValue })
                {
                    MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize, new() { Cost = cost });
                    Assert.Equal(exact, estimate.PooledCost, 1e-5 * exact);
                    Assert.Equal(distance, estimate.PooledDistance, 1e-5 * distance);
                    Assert.Equal(distance, estimate.MeanOfBatchDistance, 1e-5 * distance);
                    Assert.Equal(1, estimate.BatchCosts.Length);
                    Assert.Equal(count, estimate.BatchSize);
                }
            }
        }
    }

    [Fact]
    public void One_batch_of_all_costs_what_the_assignment_costs()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Clustered, 300, 300, 20, seed: 212);
        float[] costs = CostRun.Pairwise(engine, BatchLayout.Uniform(1, 300, 300), source, target, 20, GroundCost.SquaredEuclidean);
        AssignmentSolution solution = LinearAssignment.Solve(engine, costs, 300, 300);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 20, new());
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 300);
        Assert.Equal(solution.Cost / 300, estimate.PooledCost, 1e-5 * estimate.PooledCost);
        int[] partner = new int[300];
        for (int i = 0; i < 300; i++)
        {
            partner[estimate.Coupling.SourceRows[i]] = estimate.Coupling.TargetRows[i];
        }

        Assert.Equal(solution.ColumnOfRow, partner);
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Batches_of_one_charge_each_pair_of_the_order(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 120, 120, 4, seed: 213);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 4, TestPyramids.Ways[way]);

        // By default the seed of the order is the pyramid's.
        PairOrder order = pyramid.Order(pyramid.Options.Seed);
        foreach (GroundCost cost in Costs)
        {
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 1, new() { Cost = cost });
            double mean = ExactTransport.MeanCostOfPairs(source, order.SourceRows, target, order.TargetRows, 4, cost);
            Assert.Equal(mean, estimate.PooledCost, 1e-5 * mean);
            Assert.Equal(Math.Pow(mean, 1 / cost.Exponent), estimate.PooledDistance, 1e-5 * mean);
            Assert.Equal(order.SourceRows.ToArray(), estimate.Coupling.SourceRows.ToArray());
            Assert.Equal(order.TargetRows.ToArray(), estimate.Coupling.TargetRows.ToArray());
            Assert.Equal(order.Levels.ToArray(), estimate.Coupling.Levels.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void The_pooled_distance_bounds_the_exact_one_and_the_mean_from_above(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (CloudKind kind in new[] { CloudKind.Uniform, CloudKind.Clustered, CloudKind.Integers, CloudKind.Outlier, CloudKind.Scales })
        {
            foreach (GroundCost cost in Costs)
            {
                (float[] source, float[] target) = Clouds.Pair(kind, 96, 96, 2, seed: 221);
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, TestPyramids.Ways[way]);
                double exact = Math.Pow(ExactTransport.MeanCost(source, target, 2, cost), 1 / cost.Exponent);
                foreach (int batchSize in new[] { 1, 2, 12, 48 })
                {
                    MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize, new() { Cost = cost });
                    string what = $"{kind}, {cost}, {batchSize}: pooled {estimate.PooledDistance}, mean {estimate.MeanOfBatchDistance}, exact {exact}";
                    Assert.True(estimate.PooledDistance >= exact * (1 - 1e-5), what);
                    Assert.True(estimate.MeanOfBatchDistance <= estimate.PooledDistance * (1 + 1e-12), what);
                }
            }
        }
    }

    [Fact]
    public void On_a_line_batches_are_sorted_out()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 500, 500, 1, seed: 231);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 1, new() { Scheme = PyramidScheme.Random });
        foreach (double exponent in new[] { 1, 1.5, 2, 3 })
        {
            foreach (int batchSize in new[] { 3, 64, 250, 500 })
            {
                MiniBatchEstimate estimate = MiniBatchTransport.Estimate(
                    pyramid, batchSize, new() { Cost = new(GroundDistance.Euclidean, exponent), Seed = 9 });
                PairBatch[] batches = [.. pyramid.Batches(batchSize, 9)];
                double[] expected = [.. batches.Select(batch => ExactTransport.MeanCostOnALine(
                    Clouds.Rows(source, 1, batch.SourceRows.Span), Clouds.Rows(target, 1, batch.TargetRows.Span), exponent))];
                for (int b = 0; b < batches.Length; b++)
                {
                    Assert.Equal(expected[b], estimate.BatchCosts[b], 1e-5 * expected[b]);
                }

                double mean = expected.Average(cost => Math.Pow(cost, 1 / exponent));
                Assert.Equal(mean, estimate.MeanOfBatchDistance, 1e-5 * mean);
                double pooled = expected.Zip(batches, (cost, batch) => cost * batch.Count).Sum() / 500;
                Assert.Equal(pooled, estimate.PooledCost, 1e-5 * pooled);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Neither_threads_nor_waves_change_a_bit(int way)
    {
        using ComputeEngine one = TestPyramids.Host(1);
        using ComputeEngine two = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 1003, 1003, 3, seed: 241);
        using PyramidPair pyramid = TestPyramids.Build(one, source, target, 3, TestPyramids.Ways[way]);
        using PyramidPair threaded = TestPyramids.Build(two, source, target, 3, TestPyramids.Ways[way]);
        MiniBatchEstimate expected = MiniBatchTransport.Estimate(pyramid, 25);
        AssertSame(expected, MiniBatchTransport.Estimate(pyramid, 25), "again");
        AssertSame(expected, MiniBatchTransport.Estimate(threaded, 25), "two threads");
        foreach (long bytes in new[] { 1, 20_000, 100_000, long.MaxValue })
        {
            AssertSame(expected, MiniBatchTransport.Estimate(threaded, 25, new() { WaveBytes = bytes }), $"waves of {bytes} bytes");
        }

        Assert.NotEqual(
            expected.Coupling.SourceRows.ToArray(),
            MiniBatchTransport.Estimate(pyramid, 25, new() { Seed = 4321 }).Coupling.SourceRows.ToArray());
        AssertSame(expected, MiniBatchTransport.Estimate(pyramid, 25, new() { Seed = TestPyramids.Ways[way].Seed }), "its own seed");
    }

    [Fact]
    public void Several_threads_build_and_estimate_at_once()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 800, 800, 3, seed: 242);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, new());
        MiniBatchEstimate expected = MiniBatchTransport.Estimate(pyramid, 20);
        Parallel.For(0, 8, i =>
        {
            using PyramidPair own = TestPyramids.Build(engine, source, target, 3, new());
            SamePyramid.Assert(pyramid, own);
            for (int round = 0; round < 5; round++)
            {
                AssertSame(expected, MiniBatchTransport.Estimate(i % 2 == 0 ? pyramid : own, 20, new() { WaveBytes = 20_000 }), "side by side");
            }
        });
    }

    [Fact]
    public void Unequal_clouds_drop_their_surplus_where_told_to()
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach ((int sources, int targets) in new[] { (50, 80), (80, 50), (1, 30) })
        {
            (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, sources, targets, 2, seed: 251);
            using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 12, new() { Unpaired = UnpairedPoints.Drop, Seed = 4 });
            Assert.Equal(Math.Min(sources, targets), estimate.Coupling.Count);
            AssertBatches(estimate, pyramid, pyramid.Batches(12, 4, UnpairedPoints.Drop), source, target, 2);
        }
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    private static IReadOnlyList<GroundCost> Costs { get; } =
    [
        default,
        new(GroundDistance.Euclidean, 1),
        new(GroundDistance.Manhattan, 1.5),
        new(GroundDistance.Chebyshev, 3),
        new(GroundDistance.Cosine, 1),
    ];

    /// <summary>Checks an estimate against the batches that it is of.</summary>
    private static void AssertBatches(
        MiniBatchEstimate estimate, PyramidPair pyramid, IEnumerable<PairBatch> batches, float[] source, float[] target, int dimensions)
    {
        PairBatch[] all = [.. batches];
        Assert.Equal(all.Length, estimate.BatchCosts.Length);
        Coupling coupling = estimate.Coupling;
        Assert.True(coupling.Masses.IsEmpty);
        Assert.Equal(coupling.Count, coupling.SourceRows.ToArray().Distinct().Count());
        Assert.Equal(coupling.Count, coupling.TargetRows.ToArray().Distinct().Count());
        Assert.Equal(Math.Min(pyramid.SourceCount, pyramid.TargetCount), coupling.Count);
        int first = 0;
        double pooled = 0;
        for (int b = 0; b < all.Length; b++)
        {
            PairBatch batch = all[b];
            ReadOnlySpan<int> sourceRows = coupling.SourceRows.Slice(first, batch.Count);
            ReadOnlySpan<int> targetRows = coupling.TargetRows.Slice(first, batch.Count);
            Assert.Equal(batch.SourceRows.ToArray(), sourceRows.ToArray());
            Assert.Equal(batch.TargetRows.ToArray().Order(), targetRows.ToArray().Order());
            Assert.Equal(batch.Levels.ToArray(), coupling.Levels.Slice(first, batch.Count).ToArray());

            double exact = ExactTransport.MeanCost(
                source, batch.SourceRows.Span, target, batch.TargetRows.Span, dimensions, estimate.Cost);
            Assert.Equal(exact, estimate.BatchCosts[b], 1e-5 * exact);
            double coupled = ExactTransport.MeanCostOfPairs(source, sourceRows, target, targetRows, dimensions, estimate.Cost);
            Assert.Equal(exact, coupled, 1e-5 * exact);
            pooled += exact * batch.Count;
            first += batch.Count;
        }

        Assert.Equal(coupling.Count, first);
        Assert.Equal(pooled / first, estimate.PooledCost, 1e-5 * pooled / first);
    }

    private static void AssertSame(MiniBatchEstimate expected, MiniBatchEstimate actual, string what)
    {
        Bits.AssertSame(expected.Coupling.SourceRows.ToArray(), actual.Coupling.SourceRows.ToArray(), $"{what}: source rows");
        Bits.AssertSame(expected.Coupling.TargetRows.ToArray(), actual.Coupling.TargetRows.ToArray(), $"{what}: target rows");
        Bits.AssertSame(expected.Coupling.Levels.ToArray(), actual.Coupling.Levels.ToArray(), $"{what}: levels");
        Bits.AssertSame(expected.BatchCosts.ToArray(), actual.BatchCosts.ToArray(), $"{what}: batch costs");
        Bits.AssertSame(
            [expected.PooledCost, expected.PooledDistance, expected.MeanOfBatchDistance, expected.MaxGap],
            new[] { actual.PooledCost, actual.PooledDistance, actual.MeanOfBatchDistance, actual.MaxGap },
            $"{what}: estimates");
    }
}
