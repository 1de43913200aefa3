using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>What an estimate refuses, how it ends early, and what it reports on its way.</summary>
public class MiniBatchRefusalTests
{
    [Fact]
    public void Wrong_arguments_are_refused_by_name()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2], [3, 4], 1, new());
        Assert.Equal("pyramid", Assert.Throws<ArgumentNullException>(() => MiniBatchTransport.Estimate(null!, 1)).ParamName);
        foreach (int batchSize in new[] { 0, -1, int.MinValue })
        {
            Assert.Equal("batchSize", Assert.Throws<ArgumentOutOfRangeException>(() => MiniBatchTransport.Estimate(pyramid, batchSize)).ParamName);
        }

        foreach (long bytes in new[] { 0, -1, long.MinValue })
        {
            Assert.Contains(
                "WaveBytes",
                Assert.Throws<ArgumentOutOfRangeException>(() => MiniBatchTransport.Estimate(pyramid, 1, new() { WaveBytes = bytes })).Message,
                StringComparison.Ordinal);
        }

        Assert.Contains(
            "Unpaired",
            Assert.Throws<ArgumentOutOfRangeException>(() => MiniBatchTransport.Estimate(pyramid, 1, new() { Unpaired = (UnpairedPoints)4 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Uneven_clouds_carry_their_surplus_unless_it_is_dropped()
    {
        // By hand, on a line: of the thirds at 1, 2 and 5 the first and half of the second go to 3, the rest to 4.
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair unequal = TestPyramids.Build(engine, [1, 2, 5], [3, 4], 1, new());
        MiniBatchEstimate carried = MiniBatchTransport.Estimate(unequal, 4);
        Assert.Equal((4 / 3.0) + (1 / 6.0) + (4 / 6.0) + (1 / 3.0), carried.PooledCost, 1e-6);
        Assert.Equal(1, carried.Coupling.Masses.ToArray().Sum(), 1e-6);
        Assert.Equal(2, MiniBatchTransport.Estimate(unequal, 1, new() { Unpaired = UnpairedPoints.Drop }).Coupling.Count);

        using PyramidPair weighted = PyramidPair.Build(engine, new PointCloud([1, 2], 1, [1, 2]), new PointCloud([3, 4], 1));
        Assert.Equal((4 / 3.0) + (1 / 6.0) + (4 / 2.0), MiniBatchTransport.Estimate(weighted, 3).PooledCost, 1e-6);
        Assert.Equal(2, MiniBatchTransport.Estimate(weighted, 1, new() { Unpaired = UnpairedPoints.Drop }).Coupling.Count);
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(3e38f)]
    [InlineData(1e-30f)]
    [InlineData(1e-44f)]
    public void Coordinates_whose_costs_float32_cannot_hold_are_refused_in_one_line_or_solved(float scale)
    {
        using ComputeEngine engine = TestPyramids.Host();
        Draws draws = new(261);
        float[] source = Draws.Fill(40, () => scale * ((2 * draws.Uniform()) - 1));
        float[] target = Draws.Fill(40, () => scale * ((2 * draws.Uniform()) - 1));
        foreach (int way in Enumerable.Range(0, TestPyramids.Ways.Count))
        {
            using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, TestPyramids.Ways[way]);
            TreeChecks.Check(pyramid);
            ArgumentException exception = Assert.Throws<ArgumentException>(() => MiniBatchTransport.Estimate(pyramid, 5));
            Assert.Equal("pyramid", exception.ParamName);
            Assert.Contains("scale the points", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);

            // Directions have no scale.
            GroundCost cosine = new(GroundDistance.Cosine, 1);
            double exact = ExactTransport.MeanCost(source, target, 2, cosine);
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 20, new() { Cost = cosine });
            Assert.Equal(exact, estimate.PooledCost, scale < 1e-40 ? 1e-2 : 1e-5 * exact);
        }
    }

    [Theory]
    [InlineData(1e14f, 2)]
    [InlineData(1e-11f, 2)]
    [InlineData(1e29f, 1)]
    [InlineData(1e-24f, 1)]
    [InlineData(1e9f, 3)]
    public void Coordinates_just_within_range_are_solved(float scale, double exponent)
    {
        using ComputeEngine engine = TestPyramids.Host();
        Draws draws = new(262);
        float[] source = Draws.Fill(40, () => scale * draws.Uniform());
        float[] target = Draws.Fill(40, () => scale * draws.Uniform());
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 1, new());
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 40, new() { Cost = new(GroundDistance.Euclidean, exponent) });
        double exact = ExactTransport.MeanCostOnALine(source, target, exponent);
        Assert.Equal(exact, estimate.PooledCost, 1e-5 * exact);
        Assert.Equal(Math.Pow(exact, 1 / exponent), estimate.PooledDistance, 1e-5 * Math.Pow(exact, 1 / exponent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0f)]
    [InlineData(1e-45f)]
    [InlineData(1e30f)]
    [InlineData(-3.4e38f)]
    public void Constant_clouds_are_at_distance_0_wherever_they_are(float place)
    {
        using ComputeEngine engine = TestPyramids.Host();
        float[] points = new float[60];
        Array.Fill(points, place);
        foreach (PyramidOptions options in TestPyramids.Ways)
        {
            foreach (int dimensions in new[] { 1, 2, 6 })
            {
                using PyramidPair pyramid = TestPyramids.Build(engine, points, points, dimensions, options);
                Assert.Single(pyramid.Levels);
                foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
                {
                    Assert.Equal(0, MiniBatchTransport.Estimate(pyramid, 7, new() { Cost = new(distance, 2) }).PooledDistance);
                }
            }
        }
    }

    [Fact]
    public void Progress_counts_pairs_to_the_end()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 105, 105, 2, seed: 263);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        Reports<MiniBatchProgress> reports = new();
        MiniBatchTransport.Estimate(pyramid, 10, new() { WaveBytes = 1 }, reports);
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 105], reports.All.Select(report => report.Pairs));
        Assert.All(reports.All, report => Assert.Equal(105, report.TotalPairs));
    }

    [Fact]
    public void A_cancelled_pass_ends_between_waves()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 105, 105, 2, seed: 263);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        using CancellationTokenSource cancellation = new();
        Reports<MiniBatchProgress> reports = new() { Then = cancellation.Cancel };
        OperationCanceledException exception = Assert.ThrowsAny<OperationCanceledException>(
            () => MiniBatchTransport.Estimate(pyramid, 10, new() { WaveBytes = 1 }, reports, cancellation.Token));
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Single(reports.All);
        Assert.ThrowsAny<OperationCanceledException>(
            () => MiniBatchTransport.Estimate(pyramid, 10, null, reports, cancellation.Token));
        Assert.Single(reports.All);

        // And the pyramid is as good as before.
        Assert.True(MiniBatchTransport.Estimate(pyramid, 10).PooledCost > 0);
    }

    [Fact]
    public void A_disposed_pyramid_estimates_no_more()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PyramidPair pyramid = TestPyramids.Build(engine, [1, 2], [3, 4], 1, new());
        pyramid.Dispose();
        pyramid.Dispose();
        Assert.Throws<ObjectDisposedException>(() => MiniBatchTransport.Estimate(pyramid, 1));
    }
}
