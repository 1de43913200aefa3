using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class DotmarkImageTests : IDisposable
{
    private static readonly PointCloudFileOptions s_intensity = new() { Format = PointCloudFormat.DotmarkIntensity };
    private static readonly PointCloudFileOptions s_pixels = new() { Format = PointCloudFormat.DotmarkPixels };

    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Intensities_are_points_on_the_line()
    {
        PointCloud cloud = Load("1,2.5,0\n3,4,-5\n", s_intensity);
        Assert.Equal((6, 1), (cloud.Count, cloud.Dimensions));
        Assert.Equal([1, 2.5f, 0, 3, 4, -5], cloud.Points.ToArray());
        Assert.False(cloud.IsWeighted);
    }

    [Fact]
    public void Pixels_are_weighted_positions()
    {
        PointCloud cloud = Load("1,2,0\n3,4,6\n", s_pixels);
        Assert.Equal((6, 2), (cloud.Count, cloud.Dimensions));
        Assert.Equal([0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2], cloud.Points.ToArray());
        Assert.Equal([1 / 16.0, 2 / 16.0, 0, 3 / 16.0, 4 / 16.0, 6 / 16.0], cloud.Weights.ToArray());
        Assert.Equal([1.0], Load("7", s_pixels).Weights.ToArray());
    }

    [Theory]
    [InlineData("0,0\n0,0\n", "is all black: the weights of its pixels would all be 0")]
    [InlineData("1,2\n3,-4\n", "pixel (1, 1) has the intensity -4; weights are not negative")]
    [InlineData("1,2\n3\n", "line 2: the row has 1 fields; 2 are expected, as in the first row")]
    [InlineData("a,b\n1,2\n", "line 1, column 1: 'a' is not a number")]
    [InlineData("1,NaN\n", "line 1, column 2: 'NaN' is not a finite number")]
    [InlineData("# no pixels\n", "is empty: it has no rows")]
    public void Bad_images_are_refused(string text, string problem)
    {
        string message = Assert.Throws<PointFileException>(() => Load(text, s_pixels)).Message;
        Assert.Equal($"{_folder.PathOf("image.csv")}: {problem}", message);
    }

    /// <summary>The benchmark's files have mean 100,000 a pixel. They are not part of the project: without them there is nothing to test.</summary>
    [Theory]
    [InlineData("data32_1001.csv")]
    [InlineData("data32_1002.csv")]
    public void Real_images_sum_to_100000_a_pixel(string name)
    {
        if (Find(name) is not { } path)
            return;

        PointCloud intensities = PointCloud.Load(path, s_intensity);
        Assert.Equal((1024, 1), (intensities.Count, intensities.Dimensions));
        Assert.Equal(1024e5, intensities.Points.ToArray().Sum(x => (double)x));

        PointCloud pixels = PointCloud.Load(path, s_pixels);
        Assert.Equal((1024, 2, 31f), (pixels.Count, pixels.Dimensions, pixels.MaxMagnitude));
        for (int i = 0; i < 1024; i++)
        {
            Assert.Equal([i / 32, i % 32], pixels[i].ToArray());
            Assert.Equal(intensities.Points[i] / 1024e5, pixels.Weights[i], 1e-17);
        }
    }

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

    private PointCloud Load(string text, PointCloudFileOptions options) =>
        PointCloud.Load(_folder.Write(System.Text.Encoding.UTF8.GetBytes(text), "image.csv"), options);
}
