using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class PointCloudWriterTests : IDisposable
{
    private static readonly float[] s_points = [1, -0f, 0.1f, float.MaxValue, float.Epsilon, 16777216, 1.17549429e-38f, -3.3333333f];

    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_is_this_text()
    {
        string path = _folder.PathOf("a.csv");
        PointCloudWriter.WriteCsv(path, new PointCloud([1, 2.5f, -3, 1e10f], 2, [1, 3]).WithLabels(new PointLabels([1, 0], ["a b", "c,\"d\""])));
        Assert.Equal("x0,x1,weight,label\n1,2.5,0.25,\"c,\"\"d\"\"\"\n-3,1E+10,0.75,a b\n", File.ReadAllText(path));
        PointCloudWriter.WriteCsv(path, new PointCloud([1, 2], 1, null, [7, -7]));
        Assert.Equal("x0,label\n1,7\n2,-7\n", File.ReadAllText(path));
        Assert.Equal(["a.csv"], _folder.FileNames);
    }

    [Fact]
    public void Csv_reads_back_bit_for_bit()
    {
        string path = _folder.PathOf("a.csv");
        PointCloud cloud = new PointCloud(s_points, 2, [1, 2, 3, 5]).WithLabels(new PointLabels([2, 0, 1, 2], ["", " x ", "#1", "line\nbreak"]).Values.ToArray());
        PointCloudWriter.WriteCsv(path, cloud);
        PointCloud back = PointCloud.Load(path, new() { LabelColumn = "label", WeightColumn = "weight" });
        Assert.Equal(Array.ConvertAll(s_points, BitConverter.SingleToInt32Bits), Array.ConvertAll(back.Points.ToArray(), BitConverter.SingleToInt32Bits));
        Assert.Equal(cloud.Labels.ToArray(), back.Labels.ToArray());
        for (int i = 0; i < cloud.Count; i++)
            Assert.Equal(cloud.Weights[i], back.Weights[i], 1e-16);
    }

    [Fact]
    public void Names_read_back_whatever_is_in_them()
    {
        string path = _folder.PathOf("a.csv");
        string[] names = [" x ", "#1", "a,b", "a\"b", "line\nbreak", "Ö", "\ttab"];
        PointCloud cloud = new PointCloud(new float[7], 1).WithLabels(new PointLabels([6, 5, 4, 3, 2, 1, 0], names));
        PointCloudWriter.WriteCsv(path, cloud);
        PointCloud back = PointCloud.Load(path, new() { LabelColumn = "label" });
        Assert.Equal(names.Order(StringComparer.Ordinal), back.LabelNames);
        for (int i = 0; i < cloud.Count; i++)
            Assert.Equal(names[cloud.Labels[i]], back.LabelNames[back.Labels[i]]);
    }

    [Fact]
    public void Npy_reads_back_bit_for_bit()
    {
        string path = _folder.PathOf("a.npy"), labels = _folder.PathOf("l.npy");
        PointCloud cloud = new(s_points, 4, null, [3, -4]);
        PointCloudWriter.WriteNpy(path, cloud);
        PointCloudWriter.WriteLabelsNpy(labels, cloud);
        PointCloud back = PointCloud.Load(path).WithLabels(PointLabels.Load(labels));
        Assert.Equal((2, 4), (back.Count, back.Dimensions));
        Assert.Equal(Array.ConvertAll(s_points, BitConverter.SingleToInt32Bits), Array.ConvertAll(back.Points.ToArray(), BitConverter.SingleToInt32Bits));
        Assert.Equal([3, -4], back.Labels.ToArray());
        Assert.Throws<ArgumentException>("cloud", () => PointCloudWriter.WriteLabelsNpy(labels, new([1], 1)));
    }

    [Fact]
    public void Cancelled_write_leaves_what_was_there()
    {
        string path = _folder.Write("before"u8, "a.csv");
        Assert.Throws<OperationCanceledException>(() => PointCloudWriter.WriteCsv(path, new([1], 1), new(canceled: true)));
        Assert.Throws<OperationCanceledException>(() => PairFile.Write(path, [1], [2], cancellation: new(canceled: true)));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal(["a.csv"], _folder.FileNames);
        Assert.Throws<DirectoryNotFoundException>(() => PointCloudWriter.WriteCsv(_folder.PathOf("no/a.csv"), new([1], 1)));
    }

    [Fact]
    public void Pairs_as_csv_are_this_text()
    {
        string path = _folder.PathOf("pairs.csv");
        PairFile.Write(path, [0, 5], [7, 1], [3, 0], [0.1, 0.9]);
        Assert.Equal("source,target,mass,level\n0,7,0.1,3\n5,1,0.9,0\n", File.ReadAllText(path));
        PairFile.Write(path, [0, 5, 2], [7, 1, 2]);
        Assert.Equal("source,target,mass,level\n0,7,0.3333333333333333,\n5,1,0.3333333333333333,\n2,2,0.3333333333333333,\n", File.ReadAllText(path));
        PairFile.Write(path, [], []);
        Assert.Equal("source,target,mass,level\n", File.ReadAllText(path));
    }

    [Fact]
    public void Pairs_as_npy_are_rows_of_two()
    {
        string path = _folder.PathOf("pairs.NPY");
        int[] source = [.. Enumerable.Range(0, 40_000)], target = [.. source.Select(i => -i)];
        PairFile.Write(path, source, target);
        using NpyReader reader = NpyReader.Open(path);
        Assert.Equal("int32 (40000, 2), little-endian, C order", reader.Header.ToString());
        int[] pairs = new int[80_000];
        reader.ReadInt32(0, pairs);
        Assert.Equal(source.SelectMany(i => new[] { i, -i }), pairs);
    }

    [Fact]
    public void Pairs_that_do_not_fit_are_refused()
    {
        string path = _folder.PathOf("pairs.csv");
        Assert.Throws<ArgumentException>("targetRows", () => PairFile.Write(path, [1], []));
        Assert.Throws<ArgumentException>("levels", () => PairFile.Write(path, [1], [1], [1, 2]));
        Assert.Throws<ArgumentException>("masses", () => PairFile.Write(path, [1], [1], [], [1, 2]));
        Assert.Throws<ArgumentException>("path", () => PairFile.Write(_folder.PathOf("pairs.txt"), [1], [1]));
        Assert.True(PairFile.IsName("a.npy") && PairFile.IsName("a.CSV") && !PairFile.IsName("npy"));
        Assert.Empty(_folder.FileNames);
    }
}
