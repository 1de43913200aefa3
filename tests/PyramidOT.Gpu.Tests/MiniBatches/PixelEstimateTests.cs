using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Images as clouds of weighted pixels, black ones among them.</summary>
public class PixelEstimateTests
{
    [Fact]
    public void Small_images_are_moved_whole()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        Draws draws = new(741);
        PointCloud x = Image(8, () => draws.Below(4));
        PointCloud y = Image(8, () => draws.Below(2) * draws.Uniform());
        Assert.Contains(0, x.Weights.ToArray());
        foreach (PyramidScheme scheme in Enum.GetValues<PyramidScheme>())
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y, new() { Scheme = scheme });
            double exact = WeightedClouds.Exact(engine, x, y, default);
            Assert.Equal(exact, MiniBatchTransport.Estimate(pyramid, 1000).PooledCost, 1e-5 * exact);
            foreach (int batchSize in new[] { 4, 16, 50 })
            {
                MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize);
                Assert.True(estimate.PooledCost >= exact * (1 - 1e-5));
                WeightedClouds.CheckCoupling(estimate, x, y);
                Assert.All(estimate.Coupling.SourceRows.ToArray(), row => Assert.NotEqual(0, x.Weights[row]));
                Assert.All(estimate.Coupling.TargetRows.ToArray(), row => Assert.NotEqual(0, y.Weights[row]));
            }
        }
    }

    [Fact]
    public void An_image_moves_nowhere_to_itself()
    {
        using ComputeEngine engine = TestPyramids.Host();
        Draws draws = new(742);
        PointCloud x = Image(9, () => draws.Below(5));
        using PyramidPair pyramid = PyramidPair.Build(engine, x, x);
        MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 12);
        Assert.Equal(0, estimate.PooledDistance);
        Assert.Equal(estimate.Coupling.SourceRows.ToArray(), estimate.Coupling.TargetRows.ToArray());
    }

    [Fact]
    public void Real_images_are_bounded_from_above()
    {
        if (Find("data32_1001.csv") is not { } first || Find("data32_1002.csv") is not { } second)
            return;

        using ComputeEngine engine = TestPyramids.Host(2);
        PointCloudFileOptions pixels = new() { Format = PointCloudFormat.DotmarkPixels };
        PointCloud x = PointCloud.Load(first, pixels);
        PointCloud y = PointCloud.Load(second, pixels);
        double exact = WeightedClouds.Exact(engine, x, y, default);
        using PyramidPair pyramid = PyramidPair.Build(engine, x, y);
        MiniBatchEstimate whole = MiniBatchTransport.Estimate(pyramid, int.MaxValue);
        Assert.Equal(exact, whole.PooledCost, 1e-5 * exact);
        WeightedClouds.CheckCoupling(whole, x, y);
        double before = double.PositiveInfinity;
        foreach (int batchSize in new[] { 16, 128, 1024 })
        {
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, batchSize);
            Assert.InRange(estimate.PooledCost, exact * (1 - 1e-5), before);
            WeightedClouds.CheckCoupling(estimate, x, y);
            before = estimate.PooledCost;
        }
    }

    private static PointCloud Image(int side, Func<double> intensity) => new(
        [.. Enumerable.Range(0, side * side).SelectMany(pixel => new float[] { pixel / side, pixel % side })], 2, Draws.Fill(side * side, intensity));

    private static string? Find(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Join(folder.FullName, "shared", "data", "dotmark", name);
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
