using System.IO.Pipes;
using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class NpyReaderTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public static TheoryData<string> Descrs => ["<f4", ">f4", "<f8", ">f8", "<i4", ">i4", "<i8", ">i8"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadSingles_reads_files_that_numpy_wrote()
    {
        // numpy.lib.format.write_array of [[1.5, -2, 3], [4, 5, inf]]: float32; big-endian float64 in Fortran order, version 2.0.
        const string Plain =
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAg"
            + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAQEAAAIBAAACgQAAAgH8=";
        const string Swapped =
            "k05VTVBZAgB0AAAAeydkZXNjcic6ICc+ZjgnLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAg"
            + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/+AAAAAAAAEAQAAAAAAAAwAAAAAAAAABAFAAAAAAAAEAIAAAAAAAAf/AAAAAAAAA=";
        foreach (string base64 in new[] { Plain, Swapped })
        {
            float[] read = NpyReader.LoadSingles(_folder.Write(Convert.FromBase64String(base64)), out NpyHeader header);
            Assert.Equal([1.5f, -2, 3, 4, 5, float.PositiveInfinity], read);
            Assert.Equal("(2, 3)", header.ShapeText);
        }
    }

    [Fact]
    public void ReadInt32_reads_a_version_3_file_that_numpy_wrote()
    {
        // numpy.arange(3) - 1, int64, version 3.0.
        const string Base64 =
            "k05VTVBZAwB0AAAAeydkZXNjcic6ICc8aTgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAg"
            + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr//////////wAAAAAAAAAAAQAAAAAAAAA=";
        using NpyReader reader = NpyReader.Open(_folder.Write(Convert.FromBase64String(Base64)));
        var read = new int[3];
        reader.ReadInt32(0, read);
        Assert.Equal([-1, 0, 1], read);
    }

    [Theory]
    [MemberData(nameof(Descrs))]
    public void Read_every_type_in_both_byte_orders(string descr)
    {
        double[] values = [0, 1, -2, 300, -70000, 16777216];
        using NpyReader reader = NpyReader.Open(WriteFile(descr, "(2, 3)", values));
        if (descr[1] == 'f')
        {
            Assert.Equal(values.Select(value => (float)value), Take<float>(6, span => reader.ReadSingles(0, span)));
            Assert.Equal(values, Take<double>(6, span => reader.ReadDoubles(0, span)));
            Assert.EndsWith("; int32 or int64 is needed here", Refusal(() => reader.ReadInt32(0, new int[1])));
            Assert.EndsWith("; int32 or int64 is needed here", Refusal(() => reader.ReadInt64(0, new long[1])));
        }
        else
        {
            Assert.Equal(values.Select(value => (int)value), Take<int>(6, span => reader.ReadInt32(0, span)));
            Assert.Equal(values.Select(value => (long)value), Take<long>(6, span => reader.ReadInt64(0, span)));
            Assert.EndsWith("; float32 or float64 is needed here", Refusal(() => reader.ReadSingles(0, new float[1])));
            Assert.EndsWith("; float32 or float64 is needed here", Refusal(() => reader.ReadDoubles(0, new double[1])));
            Assert.EndsWith("; float32 or float64 is needed here", Refusal(() => NpyReader.LoadSingles(reader.FilePath, out _)));
        }
    }

    [Fact]
    public void Read_keeps_every_bit_of_nan_and_int64()
    {
        int[] bits = [0x7FC0_1234, unchecked((int)0xFFC0_0001), int.MinValue, 1];
        using NpyReader floats = NpyReader.Open(_folder.Write(
            NpyTestFolder.HeaderText("<f4", "(4,)"), [.. bits.SelectMany(BitConverter.GetBytes)]));
        Assert.Equal(bits, Take<float>(4, span => floats.ReadSingles(0, span)).Select(BitConverter.SingleToInt32Bits));

        long[] large = [long.MinValue, long.MaxValue, 9007199254740993];
        string path = _folder.Write(NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<i8", "(3,)"), [.. large.SelectMany(BitConverter.GetBytes)]), "b.npy");
        using NpyReader integers = NpyReader.Open(path);
        Assert.Equal(large, Take<long>(3, span => integers.ReadInt64(0, span)));
    }

    [Fact]
    public void ReadSingles_rounds_float64_to_nearest_and_passes_nan_and_infinities()
    {
        double[] values = [0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e-60, -0.0, float.MaxValue];
        using NpyReader reader = NpyReader.Open(WriteFile("<f8", "(7,)", values));
        Assert.Equal(values.Select(value => (float)value), Take<float>(7, span => reader.ReadSingles(0, span)));
    }

    [Theory]
    [InlineData("<f8", false)]
    [InlineData(">f8", false)]
    [InlineData("<f8", true)]
    public void ReadSingles_refuses_float64_that_turns_infinite_and_names_its_index(string descr, bool isFortranOrder)
    {
        // Real infinities before it must not hide it, nor a start in the middle shift its index.
        double[] values = Enumerable.Repeat(double.NegativeInfinity, 20_000 * 3).ToArray();
        values[(19_000 * 3) + 2] = -1e39;
        using NpyReader reader = NpyReader.Open(WriteFile(descr, "(20000, 3)", isFortranOrder ? ToFortran(values, 20_000, 3) : values, isFortranOrder));
        string message = Refusal(() => reader.ReadSingles(7, new float[values.Length - 7]));
        Assert.Equal($"{reader.FilePath}: the element at [19000, 2] is -1E+39, which does not fit float32 (at most 3.4028235E+38)", message);
        reader.ReadDoubles(0, values);
        Assert.Equal(-1e39, values[(19_000 * 3) + 2]);
    }

    [Theory]
    [InlineData(2147483648.0)]
    [InlineData(-2147483649.0)]
    public void ReadInt32_refuses_int64_that_does_not_fit_and_names_its_index(double value)
    {
        using NpyReader reader = NpyReader.Open(WriteFile(">i8", "(2, 2)", [int.MinValue, int.MaxValue, value, 0]));
        Assert.Equal([int.MinValue, int.MaxValue], Take<int>(2, span => reader.ReadInt32(0, span)));
        Assert.EndsWith($"the element at [1, 0] is {value}, which does not fit int32 (-2147483648 to 2147483647)", Refusal(() => reader.ReadInt32(1, new int[3])));
    }

    [Theory]
    [InlineData("<f4", 5, 7)]
    [InlineData(">f8", 5, 7)]
    [InlineData("<i4", 40, 50)]
    [InlineData("<f8", 16, 16)]
    [InlineData("<f4", 1, 100)]
    [InlineData("<f4", 100, 1)]
    [InlineData("<f8", 3, 1, 4, 2)]
    [InlineData(">i8", 4, 5, 6)]
    [InlineData("<f4", 33, 17, 2)]
    [InlineData("<f4", 2, 3, 35)]
    [InlineData("<f4", 2, 2, 2, 2, 2, 2)]
    public void Read_fortran_order_comes_in_c_order_from_any_start(string descr, params int[] shape)
    {
        int count = shape.Aggregate(1, (product, extent) => product * extent);
        double[] values = [.. Enumerable.Range(0, count).Select(value => (double)value)];
        using NpyReader reader = NpyReader.Open(WriteFile(descr, $"({string.Join(", ", shape)},)", ToFortran(values, shape), isFortranOrder: true));

        // Every start with a few lengths, the whole rest among them: parts of rows, whole rows, blocks of rows.
        for (int start = 0; start <= count; start++)
        {
            foreach (int length in new[] { 1, shape[^1], (count / shape[0]) + 1, count - start })
            {
                int some = Math.Min(length, count - start);
                Assert.Equal(values[start..(start + some)], ReadAny(reader, start, some));
            }
        }
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData(">f8")]
    [InlineData("<i8")]
    public void Read_pieces_of_any_length_at_odd_starts(string descr)
    {
        // Longer than the scratch memory of a conversion (8,192 elements of 8 bytes), so that pieces end inside and beyond it.
        const int Count = 30_011;
        double[] values = [.. Enumerable.Range(0, Count).Select(value => (double)value)];
        using NpyReader reader = NpyReader.Open(WriteFile(descr, $"({Count},)", values));
        var random = new Random(3);
        for (int at = 0, length; at < Count; at += length)
        {
            length = Math.Min(random.Next(0, 9000), Count - at);
            Assert.Equal(values[at..(at + length)], ReadAny(reader, at, length));
        }
    }

    [Theory]
    [InlineData("(0,)", false)]
    [InlineData("(0, 3)", false)]
    [InlineData("(3, 0)", true)]
    [InlineData("(0, 5, 6)", true)]
    public void Read_of_an_empty_array_is_empty(string shape, bool isFortranOrder)
    {
        string path = WriteFile("<f4", shape, [], isFortranOrder);
        Assert.Empty(NpyReader.LoadSingles(path, out NpyHeader header));
        Assert.Equal(shape, header.ShapeText);
        using NpyReader reader = NpyReader.Open(path);
        reader.ReadSingles(0, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadSingles(0, new float[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_of_a_single_number(bool isFortranOrder)
    {
        Assert.Equal([2.5f], NpyReader.LoadSingles(WriteFile("<f8", "()", [2.5], isFortranOrder), out NpyHeader header));
        Assert.Empty(header.Shape);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_elements_that_lie_unaligned(bool isFortranOrder)
    {
        // A header that nobody padded, so that the data begins at an odd offset.
        string text = NpyTestFolder.HeaderText("<f8", "(2, 2)", isFortranOrder).TrimEnd();
        text = text.Length % 2 == 0 ? text + " " : text;
        using NpyReader reader = NpyReader.Open(_folder.Write(text, NpyTestFolder.Data("<f8", 1, 2, 3, 4)));
        Assert.Equal(1, reader.Header.DataOffset % 2);
        Assert.Equal(isFortranOrder ? [1, 3, 2, 4] : [1, 2, 3, 4], Take<double>(4, span => reader.ReadDoubles(0, span)));
    }

    [Fact]
    public void Read_refuses_elements_that_are_not_there()
    {
        using NpyReader reader = NpyReader.Open(WriteFile("<f4", "(2, 3)", [1, 2, 3, 4, 5, 6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadSingles(-1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadSingles(6, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadSingles(long.MaxValue, new float[2]));
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadSingles(3, new float[4])).Message;
        Assert.Contains("4 elements from 3 on", message);
        reader.ReadSingles(6, []);
    }

    [Fact]
    public void LoadSingles_refuses_more_elements_than_an_array_holds_before_it_allocates()
    {
        if (OperatingSystem.IsWindows())
            return; // Files are not sparse there unless asked.

        string path = _folder.Write(NpyTestFolder.HeaderText("<f4", "(2147483592,)"), []);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(1000 + (4L * 2147483592));
        Assert.Contains("(2147483592,) has 2147483592 elements, more than one array can hold", Refusal(() => NpyReader.LoadSingles(path, out _)));
    }

    [Fact]
    public void Read_says_when_the_file_became_shorter()
    {
        string path = WriteFile("<f4", "(1000,)", Enumerable.Repeat(1.0, 1000));
        using NpyReader reader = NpyReader.Open(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            other.SetLength(2000);
        Assert.EndsWith("became shorter while it was read", Refusal(() => reader.ReadSingles(0, new float[1000])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_after_Dispose_is_refused(bool isFortranOrder)
    {
        NpyReader reader = NpyReader.Open(WriteFile("<f4", "(2, 2)", [1, 2, 3, 4], isFortranOrder));
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.ReadSingles(0, new float[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_from_several_threads(bool isFortranOrder)
    {
        double[] values = [.. Enumerable.Range(0, 64 * 64).Select(value => (double)value)];
        using NpyReader reader = NpyReader.Open(WriteFile(">f8", "(64, 64)", isFortranOrder ? ToFortran(values, 64, 64) : values, isFortranOrder));
        Parallel.For(0, 64, row => Assert.Equal(values[(row * 64)..((row + 1) * 64)], ReadAny(reader, row * 64, 64)));
    }

    [Fact]
    public void Open_refuses_a_pipe()
    {
        if (!OperatingSystem.IsLinux())
            return;

        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        string path = $"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";
        Assert.StartsWith($"{path}: is a pipe or a terminal", Refusal(() => NpyReader.Open(path)));
    }

    [Fact]
    public void Open_leaves_no_lock_behind_when_it_refuses()
    {
        string path = _folder.Write("nothing"u8);
        Assert.Throws<NpyFormatException>(() => NpyReader.Open(path));
        using var writable = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(7, writable.Length);
    }

    /// <summary>The same array with the first index fastest: element (i, j, ...) of the C-order values moves to its Fortran place.</summary>
    private static double[] ToFortran(double[] values, params int[] shape)
    {
        var moved = new double[values.Length];
        for (int element = 0; element < values.Length; element++)
        {
            int rest = element;
            int place = 0;
            int stride = values.Length;
            for (int k = shape.Length - 1; k >= 0; k--)
            {
                stride /= shape[k];
                place += rest % shape[k] * stride;
                rest /= shape[k];
            }

            moved[place] = values[element];
        }

        return moved;
    }

    private static double[] ReadAny(NpyReader reader, long start, int count) => reader.Header.ElementType switch
    {
        NpyElementType.Float32 or NpyElementType.Float64 => [.. Take<float>(count, span => reader.ReadSingles(start, span)).Select(value => (double)value)],
        _ => [.. Take<int>(count, span => reader.ReadInt32(start, span)).Select(value => (double)value)],
    };

    private static T[] Take<T>(int count, Action<T[]> read)
    {
        var taken = new T[count];
        read(taken);
        return taken;
    }

    private static string Refusal(Action action) => Assert.Throws<NpyFormatException>(action).Message;

    private string WriteFile(string descr, string shape, IEnumerable<double> values, bool isFortranOrder = false) =>
        _folder.Write(NpyTestFolder.HeaderText(descr, shape, isFortranOrder), NpyTestFolder.Data(descr, values));
}
