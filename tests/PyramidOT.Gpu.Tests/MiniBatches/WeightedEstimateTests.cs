using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Estimates of clouds that do not pair one to one: of all their mass.</summary>
public class WeightedEstimateTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void One_batch_of_all_is_exact_transport(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach ((PointCloud x, PointCloud y) in WeightedClouds.Kinds())
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, TestPyramids.Ways[way]);
            foreach (GroundCost cost in Costs)
            {
                MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, int.MaxValue, new() { Cost = cost });
                double exact = WeightedClouds.Exact(engine, x, y, cost);
                Assert.Equal(exact, estimate.PooledCost, 1e-5 * exact);
                Assert.Equal(Math.Pow(exact, 1 / cost.Exponent), estimate.PooledDistance, 1e-5 * estimate.PooledDistance);
                Assert.Equal(estimate.PooledDistance, estimate.MeanOfBatchDistance, 1e-9 * estimate.PooledDistance);
                Assert.Equal(1, estimate.BatchCosts.Length);
                Assert.InRange(estimate.MaxGap, 0, 1e-5);
                WeightedClouds.CheckCoupling(estimate, x, y);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Each_batch_is_solved_exactly_and_together_they_bound_the_whole(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach ((PointCloud x, PointCloud y) in WeightedClouds.Kinds())
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, TestPyramids.Ways[way]);
            GroundCost cost = Costs[way % Costs.Count];
            double exact = WeightedClouds.Exact(engine, x, y, cost);
            foreach (int batchSize in new[] { 1, 2, 9, 40 })
            {
                MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize, new() { Cost = cost, Seed = 6 });
                PairBatch[] batches = [.. pyramid.Batches(batchSize, 6)];
                Assert.Equal(batches.Length, estimate.BatchCosts.Length);
                Assert.True(estimate.PooledCost >= exact * (1 - 1e-5), $"{estimate.PooledCost} where {exact} is the least.");
                double pooled = 0;
                double roots = 0;
                for (int b = 0; b < batches.Length; b++)
                {
                    double expected = WeightedClouds.Exact(engine, x, y, batches[b], cost);
                    Assert.Equal(expected, estimate.BatchCosts[b], 1e-5 * expected);
                    pooled += expected * batches[b].Masses.ToArray().Sum();
                    roots += Math.Pow(expected, 1 / cost.Exponent) / batches.Length;
                }

                Assert.Equal(pooled, estimate.PooledCost, 1e-5 * pooled);
                Assert.Equal(roots, estimate.MeanOfBatchDistance, 1e-5 * roots);
                WeightedClouds.CheckCoupling(estimate, x, y);
            }
        }
    }

    [Fact]
    public void Batches_of_one_charge_each_pair_its_mass()
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach ((PointCloud x, PointCloud y) in WeightedClouds.Kinds())
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, new() { Seed = 3 });
            PairOrder order = pyramid.Order(3);
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 1);
            Assert.Equal(order.SourceRows.ToArray(), estimate.Coupling.SourceRows.ToArray());
            Assert.Equal(order.TargetRows.ToArray(), estimate.Coupling.TargetRows.ToArray());
            Assert.Equal(order.Levels.ToArray(), estimate.Coupling.Levels.ToArray());
            for (int i = 0; i < order.Count; i++)
            {
                Assert.Equal(order.Masses[i], estimate.Coupling.Masses[i], 1e-9);
                Assert.Equal(ReferenceCosts.SquaredEuclidean(x[order.SourceRows[i]], y[order.TargetRows[i]]), estimate.BatchCosts[i], 1e-4 * (1 + estimate.BatchCosts[i]));
            }
        }
    }

    [Fact]
    public void A_coupling_says_where_its_source_points_met()
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach ((PointCloud x, PointCloud y) in WeightedClouds.Kinds())
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, new() { Branching = 3 });
            Coupling coupling = MiniBatchTransport.Estimate(pyramid, 8, new() { Seed = 2 }).Coupling;
            HashSet<(int Row, int Level)> met = [.. pyramid.Batches(8, 2).SelectMany(
                batch => batch.SourceRows.ToArray().Zip(batch.Levels.ToArray()))];
            for (int i = 0; i < coupling.Count; i++)
            {
                Assert.Contains((coupling.SourceRows[i], coupling.Levels[i]), met);
            }
        }
    }

    [Fact]
    public void On_a_line_all_mass_is_sorted_out()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        Draws draws = new(711);
        PointCloud x = new(Draws.Fill(90, draws.Normal), 1, Draws.Fill(90, draws.Uniform));
        PointCloud y = new(Draws.Fill(140, draws.Normal), 1, Draws.Fill(140, () => draws.Below(3)));
        using PyramidPair pyramid = PyramidPair.Build(engine, x, y);
        foreach (double exponent in new[] { 1, 1.5, 2, 3 })
        {
            double expected = ReferenceTransport.OnALine(
                [.. x.Points.ToArray()], x.Weights.ToArray(), [.. y.Points.ToArray()], y.Weights.ToArray(), (a, b) => Math.Pow(Math.Abs(a - b), exponent));
            GroundCost cost = new(GroundDistance.Euclidean, exponent);
            Assert.Equal(expected, MiniBatchTransport.Estimate(pyramid, 1000, new() { Cost = cost }).PooledCost, 1e-5 * expected);
            Assert.True(MiniBatchTransport.Estimate(pyramid, 20, new() { Cost = cost }).PooledCost >= expected * (1 - 1e-5));
        }
    }

    [Fact]
    public void Equal_weights_estimate_as_none()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 64, 64, 2, seed: 721);
        float[] weights = [.. Enumerable.Repeat(3f, 64)];
        using PyramidPair plain = TestPyramids.Build(engine, source, target, 2, new());
        using PyramidPair weighted = PyramidPair.Build(engine, new PointCloud(source, 2, weights), new PointCloud(target, 2, weights));
        MiniBatchEstimate expected = MiniBatchTransport.Estimate(plain, 64);
        MiniBatchEstimate actual = MiniBatchTransport.Estimate(weighted, 64);
        Assert.Equal(expected.PooledCost, actual.PooledCost, 1e-6 * expected.PooledCost);
        Assert.Equal(
            expected.Coupling.SourceRows.ToArray().Zip(expected.Coupling.TargetRows.ToArray()).Order(),
            actual.Coupling.SourceRows.ToArray().Zip(actual.Coupling.TargetRows.ToArray()).Order());

        // Dropped, weights do not count: bit by bit the same.
        MiniBatchOptions drop = new() { Unpaired = UnpairedPoints.Drop };
        WeightedClouds.AssertSame(MiniBatchTransport.Estimate(plain, 10), MiniBatchTransport.Estimate(weighted, 10, drop), "dropped");
        WeightedClouds.AssertSame(MiniBatchTransport.Estimate(plain, 10), MiniBatchTransport.Estimate(plain, 10, drop), "nothing to drop");
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Neither_threads_nor_waves_change_a_bit(int way)
    {
        using ComputeEngine one = TestPyramids.Host(1);
        using ComputeEngine two = TestPyramids.Host(2);
        foreach ((PointCloud x, PointCloud y) in WeightedClouds.Kinds())
        {
            using PyramidPair pyramid = PyramidPair.Build(one, x, y, TestPyramids.Ways[way]);
            using PyramidPair threaded = PyramidPair.Build(two, x, y, TestPyramids.Ways[way]);
            MiniBatchEstimate expected = MiniBatchTransport.Estimate(pyramid, 7);
            WeightedClouds.AssertSame(expected, MiniBatchTransport.Estimate(pyramid, 7), "again");
            WeightedClouds.AssertSame(expected, MiniBatchTransport.Estimate(threaded, 7), "two threads");
            WeightedClouds.AssertSame(expected, MiniBatchTransport.Estimate(threaded, 7, new() { WaveBytes = 1 }), "wave by wave");
            WeightedClouds.AssertSame(expected, MiniBatchTransport.Estimate(pyramid, 7, new() { WaveBytes = 3000 }), "small waves");
        }
    }

    [Fact]
    public void Equal_clouds_of_other_weights_have_a_certificate_too()
    {
        // All points in one place: every plan costs nothing, and the gap is none.
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud x = new([5, 5, 5, 5, 5, 5], 2, [1, 2, 3]);
        PointCloud y = new([5, 5, 5, 5], 2, [3, 1]);
        using PyramidPair pyramid = PyramidPair.Build(engine, x, y);
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 2);
        Assert.Equal(0, estimate.PooledDistance);
        Assert.Equal(0, estimate.MaxGap);
        WeightedClouds.CheckCoupling(estimate, x, y);
    }

    [Fact]
    public void Progress_counts_pairs_and_a_cancelled_pass_ends()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 20, 31, 2, seed: 731);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        int pairs = pyramid.Order(0).Count;
        Reports<MiniBatchProgress> reports = new();
        MiniBatchTransport.Estimate(pyramid, 15, new() { WaveBytes = 1, Seed = 0 }, reports);
        Assert.Equal([.. Enumerable.Range(1, pairs / 15).Select(k => 15 * k), .. pairs % 15 == 0 ? [] : new[] { pairs }], reports.All.Select(report => report.Pairs));
        Assert.All(reports.All, report => Assert.Equal(pairs, report.TotalPairs));

        using CancellationTokenSource cancellation = new();
        Reports<MiniBatchProgress> ending = new() { Then = cancellation.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(
            () => MiniBatchTransport.Estimate(pyramid, 15, new() { WaveBytes = 1 }, ending, cancellation.Token));
        Assert.Single(ending.All);
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    private static IReadOnlyList<GroundCost> Costs { get; } =
        [default, new(GroundDistance.Euclidean, 1), new(GroundDistance.Manhattan, 1.5), new(GroundDistance.Cosine, 1)];
}
