using System.Text;
using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class NpyWriterTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_writes_the_very_bytes_of_the_format()
    {
        string path = _folder.PathOf("a.npy");
        NpyWriter.Save<float>(path, [1, -2, 0.5f, 4, 5, 6], 2, 3);

        // 128 = 10 bytes of magic string, version and length, 59 of text, 58 spaces, a line feed.
        byte[] expected =
        [
            0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0,
            .. Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117)), (byte)'\n',
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x40, 0, 0, 0xA0, 0x40, 0, 0, 0xC0, 0x40,
        ];
        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void Save_then_read_gives_the_same_elements_of_every_type()
    {
        string path = _folder.PathOf("a.npy");
        float[] floats = [1, float.NaN, float.NegativeInfinity, -0f];
        NpyWriter.Save<float>(path, floats, 2, 2);
        Assert.Equal(floats, NpyReader.LoadSingles(path, out _));

        double[] doubles = [Math.PI, double.MaxValue];
        NpyWriter.Save<double>(path, doubles, 2);
        Open(path, "float64 (2,)", reader => reader.ReadDoubles(0, doubles = new double[2]));
        Assert.Equal([Math.PI, double.MaxValue], doubles);

        int[] ints = [int.MinValue, int.MaxValue];
        NpyWriter.Save<int>(path, ints, 1, 2, 1);
        Open(path, "int32 (1, 2, 1)", reader => reader.ReadInt32(0, ints = new int[2]));
        Assert.Equal([int.MinValue, int.MaxValue], ints);

        long[] longs = [long.MinValue];
        NpyWriter.Save<long>(path, longs);
        Open(path, "int64 ()", reader => reader.ReadInt64(0, longs = new long[1]));
        Assert.Equal([long.MinValue], longs);

        NpyWriter.Save<int>(path, [], 0, 7);
        Open(path, "int32 (0, 7)", _ => { });
        Assert.Equal(["a.npy"], _folder.FileNames);
    }

    [Fact]
    public void Header_is_aligned_whatever_the_shape()
    {
        string path = _folder.PathOf("a.npy");
        for (int dimensions = 0; dimensions <= NpyHeader.MaxDimensions; dimensions++)
        {
            long[] shape = Enumerable.Repeat(1L, dimensions).ToArray();
            if (dimensions > 1)
                (shape[0], shape[^1]) = (0, long.MaxValue);
            NpyWriter.Save<long>(path, new long[dimensions > 1 ? 0 : 1], shape);
            NpyHeader header = NpyHeader.Read(path);
            Assert.Equal(0, header.DataOffset % 64);
            Assert.Equal(shape, header.Shape);
        }
    }

    [Fact]
    public void Write_in_pieces_makes_one_array()
    {
        string path = _folder.PathOf("a.npy");
        int[] values = Enumerable.Range(0, 50_000).ToArray();
        using (NpyWriter writer = NpyWriter.Create(path, NpyElementType.Int32, 25_000, 2))
        {
            var random = new Random(1);
            for (int at = 0, length; at < values.Length; at += length)
            {
                length = Math.Min(random.Next(5000), values.Length - at);
                writer.Write(values.AsSpan(at, length));
                Assert.Equal(at + length, writer.WrittenCount);
            }

            Assert.Equal(writer.ElementCount, writer.WrittenCount);
            Assert.False(File.Exists(path));
            writer.Complete();
            Assert.True(File.Exists(path));
        }

        var read = new int[values.Length];
        Open(path, "int32 (25000, 2)", reader => reader.ReadInt32(0, read));
        Assert.Equal(values, read);
    }

    [Fact]
    public void Write_refuses_more_than_the_shape_has()
    {
        using NpyWriter writer = NpyWriter.Create(_folder.PathOf("a.npy"), NpyElementType.Float64, 2, 2);
        writer.Write([1.0, 2.0, 3.0]);
        string message = Assert.Throws<InvalidOperationException>(() => writer.Write(new double[2])).Message;
        Assert.EndsWith("2 elements after 3 are more than the shape (2, 2) has (4).", message);
        writer.Write([4.0]);
        writer.Complete();
        Assert.Throws<InvalidOperationException>(() => writer.Write(new double[1]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Complete_refuses_too_few_elements_and_leaves_nothing()
    {
        using (NpyWriter writer = NpyWriter.Create(_folder.PathOf("a.npy"), NpyElementType.Float32, 3))
        {
            writer.Write([1f, 2f]);
            string message = Assert.Throws<InvalidOperationException>(writer.Complete).Message;
            Assert.EndsWith("2 of the 3 elements of shape (3,) are written.", message);
        }

        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void Dispose_without_Complete_keeps_the_old_file()
    {
        string path = _folder.Write("old"u8);
        using (NpyWriter writer = NpyWriter.Create(path, NpyElementType.Float32, 3))
            writer.Write([1f, 2f, 3f]);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["a.npy"], _folder.FileNames);
    }

    [Fact]
    public void Write_refuses_values_of_another_type()
    {
        using NpyWriter writer = NpyWriter.Create(_folder.PathOf("a.npy"), NpyElementType.Float32, 3);
        Assert.Throws<InvalidOperationException>(() => writer.Write(new double[3]));
        Assert.Throws<InvalidOperationException>(() => writer.Write(new int[3]));
        Assert.Throws<InvalidOperationException>(() => writer.Write(new long[3]));
    }

    [Fact]
    public void Bad_arguments_are_refused_before_a_file_is_made()
    {
        string path = _folder.PathOf("a.npy");
        Assert.Throws<ArgumentOutOfRangeException>(() => NpyWriter.Create(path, NpyElementType.Float32, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NpyWriter.Create(path, (NpyElementType)9, 2));
        Assert.Throws<ArgumentException>(() => NpyWriter.Create(path, NpyElementType.Float32, long.MaxValue));
        Assert.Throws<ArgumentException>(() => NpyWriter.Create(path, NpyElementType.Float32, new long[65]));
        Assert.Throws<ArgumentException>(() => NpyWriter.Save<float>(path, new float[5], 2, 3));
        Assert.Throws<ArgumentException>(() => NpyWriter.Save<short>(path, new short[6], 2, 3));
        Assert.Throws<ArgumentException>(() => NpyWriter.Create("", NpyElementType.Float32, 2));
        Assert.Empty(_folder.FileNames);
    }

    [Fact]
    public void A_full_disk_is_reported_when_the_last_bytes_find_no_room()
    {
        if (!OperatingSystem.IsLinux())
            return;

        using NpyWriter writer = NpyWriter.Create("/dev/full", NpyElementType.Float32, 1);
        writer.Write([1f]);
        Assert.Throws<IOException>(writer.Complete);
    }

    private static void Open(string path, string expected, Action<NpyReader> read)
    {
        using NpyReader reader = NpyReader.Open(path);
        Assert.Equal($"{expected}, little-endian, C order", reader.Header.ToString());
        read(reader);
    }
}
