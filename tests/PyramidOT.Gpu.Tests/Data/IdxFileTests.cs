using System.Buffers.Binary;
using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", false)]
    [InlineData("train-images-idx3-ubyte.gz", true)]
    [InlineData("any.name", true)]
    public void Images_are_rows_from_0_to_1(string name, bool isGzipped)
    {
        byte[] file = Idx(0x08, [2, 2, 3], [0, 255, 51, 1, 2, 3, 4, 5, 6, 7, 8, 254]);
        PointCloud cloud = PointCloud.Load(_folder.Write(isGzipped ? PointCloudCsvTests.Gzip(file) : file, name));
        Assert.Equal((2, 6, 1f), (cloud.Count, cloud.Dimensions, cloud.MaxMagnitude));
        Assert.Equal([0, 1, 51 / 255f, 1 / 255f, 2 / 255f, 3 / 255f], cloud[0].ToArray());
        Assert.Equal(254 / 255f, cloud[1][5]);
    }

    [Theory]
    [InlineData(0x08, new byte[] { 7, 255 }, new[] { 7, 255 })]
    [InlineData(0x09, new byte[] { 7, 255 }, new[] { 7, -1 })]
    [InlineData(0x0B, new byte[] { 1, 0, 255, 254 }, new[] { 256, -2 })]
    [InlineData(0x0C, new byte[] { 1, 0, 0, 0, 255, 255, 255, 254 }, new[] { 1 << 24, -2 })]
    public void Integers_are_big_endian(byte type, byte[] data, int[] expected)
    {
        Assert.Equal(expected, PointLabels.Load(_folder.Write(Idx(type, [2], data), "labels-idx1-ubyte")).Values.ToArray());
        Assert.Equal(expected, PointLabels.Load(_folder.Write(PointCloudCsvTests.Gzip(Idx(type, [2], data)), "l.gz")).Values.ToArray());
        float scale = type == 0x08 ? 255 : 1;
        Assert.Equal(expected.Select(x => x / scale), PointCloud.Load(_folder.Write(Idx(type, [1, 2], data), "points")).Points.ToArray());
    }

    [Fact]
    public void Floats_are_taken_as_they_are()
    {
        PointCloud singles = PointCloud.Load(_folder.Write(Idx(0x0D, [2, 1], [0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0]), "a"));
        Assert.Equal([1, -2.5f], singles.Points.ToArray());
        PointCloud doubles = PointCloud.Load(_folder.Write(Idx(0x0E, [2], [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 4, 0, 0, 0, 0, 0, 0]), "b"));
        Assert.Equal((2, 1), (doubles.Count, doubles.Dimensions));
        Assert.Equal([1, -2.5f], doubles.Points.ToArray());
        Refuse(Idx(0x0D, [2, 2], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0xC0, 0, 0]), "number 1 of item 1 is NaN as float32; coordinates are finite");
        Refuse(Idx(0x0E, [1, 1], [0x7F, 0xE0, 0, 0, 0, 0, 0, 0]), "number 0 of item 0 is infinity as float32; coordinates are finite");
    }

    [Fact]
    public void Many_bytes_go_through_several_pieces()
    {
        byte[] data = new byte[1000 * 784];
        new Random(5).NextBytes(data);
        float[] expected = Array.ConvertAll(data, x => x / 255f);
        foreach (byte[] file in new[] { Idx(0x08, [1000, 28, 28], data), PointCloudCsvTests.Gzip(Idx(0x08, [1000, 28, 28], data)) })
            Assert.True(PointCloud.Load(_folder.Write(file, "images")).Points.SequenceEqual(expected));
    }

    [Fact]
    public void Damaged_files_are_refused()
    {
        byte[] whole = Idx(0x08, [2, 3], [1, 2, 3, 4, 5, 6]);
        Refuse(whole[..^1], "is damaged or cut short: 2 x 3 elements of 1 bytes are promised, the file has 17 bytes");
        Refuse([.. whole, 7], "is damaged or cut short: 2 x 3 elements of 1 bytes are promised, the file has 19 bytes");
        Refuse(whole[..10], "is cut short");
        Refuse(whole[..4], "is cut short");
        Refuse(Idx(0x08, [0, 3], []), "is empty: an extent is 0");
        Refuse(Idx(0x08, [-1, 3], []), "has a damaged IDX header: the extent -1");
        Refuse(Idx(0x08, [70_000, 70_000], []), $"has 70000 x 70000 numbers, more than one array can hold ({Array.MaxLength})");
        Refuse(Idx(0x0A, [1, 1], [1]), "is not an IDX file: it begins with 00000A02");
        Refuse(Idx(0x08, [3], [1, 2, 3]), "holds 3 labels, one integer an item, and no points");
        string path = _folder.Write(whole, "points");
        Assert.Equal($"{path}: holds 2 x 3 numbers; labels are one integer an item", Assert.Throws<PointFileException>(() => PointLabels.Load(path)).Message);
        string text = _folder.Write("1,2\n"u8, "text");
        Assert.Equal(
            $"{text}: is not an IDX file: it begins with 312C320A",
            Assert.Throws<PointFileException>(() => PointCloud.Load(text, new() { Format = PointCloudFormat.Idx })).Message);
    }

    [Fact]
    public void Damaged_gzip_is_refused()
    {
        byte[] data = new byte[100_000];
        new Random(6).NextBytes(data);
        byte[] whole = PointCloudCsvTests.Gzip(Idx(0x08, [1000, 100], data));
        Refuse(whole[..(whole.Length / 2)], "is damaged, cut short or in several parts: its gzip data cannot be unpacked");
        Refuse(whole[..15], "is damaged, cut short or in several parts: its gzip data cannot be unpacked");
        byte[] flipped = [.. whole];
        flipped[whole.Length / 2] ^= 0xFF;
        flipped[(whole.Length / 2) + 1] ^= 0xFF;
        Refuse(flipped, "is damaged, cut short or in several parts: its gzip data cannot be unpacked");
        Refuse(PointCloudCsvTests.Gzip([.. Idx(0x08, [2, 1], [1, 2]), 3]), "has more data than the 2 x 1 elements that its header promises");

        // The header promises a billion bytes: refused before they are allocated.
        byte[] promise = PointCloudCsvTests.Gzip(Idx(0x08, [1000, 1_000_000], [1]));
        Refuse(promise, $"is damaged or cut short: 1000 x 1000000 elements of 1 bytes are promised, the file has {promise.Length} bytes");
        Refuse(PointCloudCsvTests.Gzip(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<f4", "(1,)"), [0, 0, 0, 0])), "is a gzipped .npy file: unpack it first");
    }

    private static byte[] Idx(byte type, int[] extents, byte[] data)
    {
        byte[] header = new byte[4 + (4 * extents.Length)];
        (header[2], header[3]) = (type, (byte)extents.Length);
        for (int k = 0; k < extents.Length; k++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * k)), extents[k]);
        return [.. header, .. data];
    }

    private void Refuse(byte[] bytes, string problem)
    {
        string path = _folder.Write(bytes, "bad");
        Assert.Equal($"{path}: {problem}", Assert.Throws<PointFileException>(() => PointCloud.Load(path)).Message);
    }
}
