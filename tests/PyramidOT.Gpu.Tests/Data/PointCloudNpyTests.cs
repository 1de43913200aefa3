using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class PointCloudNpyTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<f4", false)]
    [InlineData(">f4", false)]
    [InlineData("<f8", false)]
    [InlineData(">f8", true)]
    [InlineData("<i4", false)]
    [InlineData("<i8", true)]
    [InlineData(">i8", false)]
    public void Every_type_and_order_gives_the_same_points(string descr, bool isFortranOrder)
    {
        double[] stored = isFortranOrder ? [1, 4, -2, 5, 3, 6] : [1, -2, 3, 4, 5, 6];
        PointCloud cloud = PointCloud.Load(Write(descr, "(2, 3)", isFortranOrder, stored));
        Assert.Equal((2, 3, 6f), (cloud.Count, cloud.Dimensions, cloud.MaxMagnitude));
        Assert.Equal([1, -2, 3, 4, 5, 6], cloud.Points.ToArray());
        Assert.False(cloud.IsLabelled || cloud.IsWeighted);
    }

    [Fact]
    public void One_dimension_is_a_cloud_on_the_line()
    {
        PointCloud cloud = PointCloud.Load(Write("<f4", "(3,)", false, 7, 8, 9));
        Assert.Equal((3, 1), (cloud.Count, cloud.Dimensions));
        Assert.Equal([7, 8, 9], cloud.Points.ToArray());
    }

    [Fact]
    public void Many_integers_are_converted_in_pieces()
    {
        double[] stored = [.. Enumerable.Range(0, 20_001).Select(i => i - 10_000.0)];
        PointCloud cloud = PointCloud.Load(Write("<i8", "(6667, 3)", false, stored));
        Assert.Equal(stored.Select(x => (float)x), cloud.Points.ToArray());
    }

    [Theory]
    [InlineData("<f4", "()", "points have the shape (n, d), or (n,) on a line; the file's is ()")]
    [InlineData("<f4", "(1, 1, 1)", "points have the shape (n, d), or (n,) on a line; the file's is (1, 1, 1)")]
    [InlineData("<f4", "(0, 3)", "has no points: its shape is (0, 3)")]
    [InlineData("<f4", "(3, 0)", "has no points: its shape is (3, 0)")]
    [InlineData("<f4", "(0,)", "has no points: its shape is (0,)")]
    [InlineData("<f4", "(2, 5)", "is cut short: float32 (2, 5) takes 40 bytes of data, 24 are there")]
    [InlineData("<f4", "(3, 2)", "the element at [2, 0] is NaN; coordinates are finite")]
    [InlineData("<f4", "(6,)", "the element at [4] is NaN; coordinates are finite")]
    [InlineData("<f8", "(2, 3)", "the element at [0, 2] is 1E+300, which does not fit float32 (at most 3.4028235E+38)")]
    [InlineData("<u4", "(2, 3)", "holds dtype '<u4' (unsigned integers); accepted are float32, float64, int32 or int64 (f4, f8, i4 or i8, in either byte order)")]
    public void Bad_file_is_told_in_one_line(string descr, string shape, string problem)
    {
        string path = Write(descr, shape, false, 1, 2, descr == "<f8" ? 1e300 : 3, 4, double.NaN, 6);
        Assert.Equal($"{path}: {problem}", Assert.Throws<PointFileException>(() => PointCloud.Load(path)).Message);
    }

    [Fact]
    public void Infinity_is_refused_with_its_sign()
    {
        string path = Write("<f8", "(2, 1)", false, 1, double.NegativeInfinity);
        PointFileException exception = Assert.Throws<PointFileException>(() => PointCloud.Load(path));
        Assert.Equal($"{path}: the element at [1, 0] is -infinity; coordinates are finite", exception.Message);
        Assert.Equal(path, exception.FilePath);
    }

    [Fact]
    public void Name_and_content_decide_on_the_format()
    {
        // An array under another name is an array; a .npy that is none says so; nothing else goes for text.
        Assert.Equal(2, PointCloud.Load(_folder.Write(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<f4", "(2, 1)"), NpyTestFolder.Data("<f4", 1, 2)), "a.dat")).Count);
        Check("a.npy", "1,2\n"u8.ToArray(), "is not a .npy file: it does not begin with \\x93NUMPY and a version");
        Check("b.npy", [], "is not a .npy file: it is empty");
        Check("a.csv", [], "is empty");
        Check("a.npz", "PK\x03\x04zip"u8.ToArray(), "is a zip archive (.npz?): unpack it and name one of its files");
        Check("a.bin", [1, 2, 3, 4], "is in none of the formats that are read: .npy, text (.csv, .tsv, .txt) and IDX");

        void Check(string name, byte[] bytes, string problem)
        {
            string path = _folder.Write(bytes, name);
            Assert.Equal($"{path}: {problem}", Assert.Throws<PointFileException>(() => PointCloud.Load(path)).Message);
        }
    }

    [Fact]
    public void What_the_system_refuses_is_told_alike()
    {
        string missing = _folder.PathOf("missing.npy");
        Assert.Equal($"{missing}: no such file", Assert.Throws<PointFileException>(() => PointCloud.Load(missing)).Message);
        string nowhere = _folder.PathOf("no/such/folder.csv");
        Assert.Equal($"{nowhere}: no such file", Assert.Throws<PointFileException>(() => PointCloud.Load(nowhere)).Message);
        Assert.Equal($"{_folder.Root}: is a folder, not a file", Assert.Throws<PointFileException>(() => PointCloud.Load(_folder.Root)).Message);
        Assert.Throws<ArgumentException>("path", () => PointCloud.Load(""));
        if (OperatingSystem.IsLinux())
            Assert.Equal("/dev/null: is empty", Assert.Throws<PointFileException>(() => PointCloud.Load("/dev/null")).Message);
    }

    [Fact]
    public void Column_options_are_for_text()
    {
        string path = Write("<f4", "(2,)", false, 1, 2);
        Assert.Equal(
            $"{path}: is no .csv file, so that it has no column 'class' of its own",
            Assert.Throws<PointFileException>(() => PointCloud.Load(path, new() { LabelColumn = "class" })).Message);
        Assert.Throws<ArgumentException>(() => PointCloud.Load(path, new() { LabelColumn = "" }));
        Assert.Throws<ArgumentException>(() => PointCloud.Load(path, new() { Delimiter = '\n' }));
        Assert.Throws<ArgumentException>(() => PointCloud.Load(path, new() { Format = (PointCloudFormat)99 }));
    }

    [Fact]
    public void Cancelled_read_ends()
    {
        string path = Write("<f4", "(2,)", false, 1, 2);
        Assert.Throws<OperationCanceledException>(() => PointCloud.Load(path, cancellation: new(canceled: true)));
    }

    /// <summary>
    /// What a read allocates beside the cloud's own array does not grow with the file: 64 KiB of scratch for a conversion. The file is
    /// sparse, its zeros take no disk.
    /// </summary>
    [Theory]
    [InlineData("<f4", 4)]
    [InlineData("<f8", 8)]
    [InlineData("<i8", 8)]
    public void Read_of_a_large_file_takes_the_cloud_s_memory_and_no_more(string descr, int elementBytes)
    {
        const int Count = 10_000_000;
        string path = Write(descr, $"({Count / 4}, 4)", false);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(file.Length + ((long)Count * elementBytes));

        long before = GC.GetAllocatedBytesForCurrentThread();
        PointCloud cloud = PointCloud.Load(path);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((Count / 4, 4), (cloud.Count, cloud.Dimensions));
        Assert.InRange(allocated, 4L * Count, (4L * Count) + (1 << 20));
    }

    private string Write(string descr, string shape, bool isFortranOrder, params double[] values) =>
        _folder.Write(NpyTestFolder.HeaderText(descr, shape, isFortranOrder), NpyTestFolder.Data(descr, values));
}
