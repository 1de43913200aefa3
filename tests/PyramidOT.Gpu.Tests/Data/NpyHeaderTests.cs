using System.Text;
using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class NpyHeaderTests : IDisposable
{
    private const string Good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 12)]
    [InlineData(3, 12)]
    public void Read_each_version(int version, int textOffset)
    {
        NpyHeader header = Read(Good, version);
        Assert.Equal(NpyElementType.Float32, header.ElementType);
        Assert.False(header.IsFortranOrder);
        Assert.False(header.IsBigEndian);
        Assert.Equal("(2, 3)", header.ShapeText);
        Assert.Equal(6, header.ElementCount);
        Assert.Equal(textOffset + Good.Length, header.DataOffset);
        Assert.Equal("float32 (2, 3), little-endian, C order", header.ToString());
    }

    [Theory]
    [InlineData("{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}")]
    [InlineData("{\"fortran_order\":False,\"descr\":\"<f4\",\"shape\":(2,3)}")]
    [InlineData("  {  'descr' : '<f4' ,\t'fortran_order' : False ,\n 'shape' : ( 2 , 3 , ) , }    \n\n")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }")]
    [InlineData("{u'descr': u'<f4', u'fortran_order': False, u'shape': (2l, 3), }")]
    [InlineData("{'descr': 'f4', 'fortran_order': False, 'shape': (02, 3)}")]
    public void Read_any_spelling(string text)
    {
        NpyHeader header = Read(text);
        Assert.Equal(NpyElementType.Float32, header.ElementType);
        Assert.Equal("(2, 3)", header.ShapeText);
    }

    [Theory]
    [InlineData("()", "()", 1)]
    [InlineData("( )", "()", 1)]
    [InlineData("(5,)", "(5,)", 5)]
    [InlineData("(5L,)", "(5,)", 5)]
    [InlineData("(5)", "(5,)", 5)]
    [InlineData("(0,)", "(0,)", 0)]
    [InlineData("(2, 1, 3, 1)", "(2, 1, 3, 1)", 6)]
    [InlineData("(9223372036854775807, 9223372036854775807, 0)", "(9223372036854775807, 9223372036854775807, 0)", 0)]
    public void Read_shapes(string shape, string shown, long count)
    {
        NpyHeader header = Read(NpyTestFolder.HeaderText("<f4", shape));
        Assert.Equal(shown, header.ShapeText);
        Assert.Equal(count, header.ElementCount);
    }

    [Theory]
    [InlineData("<f4", NpyElementType.Float32, false)]
    [InlineData(">f4", NpyElementType.Float32, true)]
    [InlineData("<f8", NpyElementType.Float64, false)]
    [InlineData(">f8", NpyElementType.Float64, true)]
    [InlineData("<i4", NpyElementType.Int32, false)]
    [InlineData(">i4", NpyElementType.Int32, true)]
    [InlineData("<i8", NpyElementType.Int64, false)]
    [InlineData(">i8", NpyElementType.Int64, true)]
    public void Read_element_types_and_byte_orders(string descr, NpyElementType type, bool isBigEndian)
    {
        NpyHeader header = Read(NpyTestFolder.HeaderText(descr, "(2,)"));
        Assert.Equal(type, header.ElementType);
        Assert.Equal(isBigEndian, header.IsBigEndian);
    }

    [Fact]
    public void Read_equals_sign_is_the_machines_order()
    {
        Assert.Equal(!BitConverter.IsLittleEndian, Read(NpyTestFolder.HeaderText("=f4", "(2,)")).IsBigEndian);
    }

    [Theory]
    [InlineData("'|O'", "'|O' (Python objects)")]
    [InlineData("'<f2'", "'<f2' (half-precision floats)")]
    [InlineData("'<f16'", "'<f16' (floats of another size)")]
    [InlineData("'<c8'", "'<c8' (complex numbers)")]
    [InlineData("'|b1'", "'|b1' (booleans)")]
    [InlineData("'|i1'", "'|i1' (integers of another size)")]
    [InlineData("'<u4'", "'<u4' (unsigned integers)")]
    [InlineData("'<U3'", "'<U3' (strings)")]
    [InlineData("'|S3'", "'|S3' (strings)")]
    [InlineData("'|V8'", "'|V8' (raw bytes)")]
    [InlineData("'<M8[ns]'", "'<M8[ns]' (dates or durations)")]
    [InlineData("'|f4'", "'|f4' (floats of another size)")]
    [InlineData("'<f44'", "'<f44' (floats of another size)")]
    [InlineData("''", "'' (an unknown type)")]
    [InlineData("None", "None (not a plain type)")]
    [InlineData("('<f4', (3,))", "('<f4', (3,)) (not a plain type)")]
    [InlineData("[('a', '<f4'), ('b]', '<i4')]", "[('a', '<f4'), ('b]', '<i4')] (a structured type)")]
    public void Read_refuses_other_types_by_name(string descr, string named)
    {
        string message = Refusal($"{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}\n");
        Assert.EndsWith($": holds dtype {named}; accepted are float32, float64, int32 or int64 (f4, f8, i4 or i8, in either byte order)", message);
    }

    [Fact]
    public void Read_understands_field_names_in_utf8()
    {
        Assert.Contains("('größe', '<f4')", Refusal("{'descr': [('größe', '<f4')], 'fortran_order': False, 'shape': (2,)}", 3));
    }

    [Theory]
    [InlineData("", "it ends where '{' was expected")]
    [InlineData("[]", "'[' where '{' was expected")]
    [InlineData("{", "it ends where a key was expected")]
    [InlineData("{}", "the key 'descr' is missing")]
    [InlineData("{'descr': '<f4', 'shape': (2,)}", "the key 'fortran_order' is missing")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "the key 'shape' is missing")]
    [InlineData("{'descr': '<f4', 'descr': '<f4'}", "the key 'descr' stands there twice")]
    [InlineData("{'descr': '<f4', 'colour': 3}", "unknown key 'colour'")]
    [InlineData("{'descr' '<f4'}", "''' where ':' was expected")]
    [InlineData("{'descr': '<f4' 'shape': (2,)}", "''' where '}' was expected")]
    [InlineData("{'descr': '<f4", "a string does not end")]
    [InlineData("{'descr': '<f4\\", "a string does not end")]
    [InlineData("{1: 2}", "'1' where a key was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "'fortran_order' is '0', neither True nor False")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "'shape' is not a tuple of whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': [2, 3]}", "'shape' is not a tuple of whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,)}", "'shape' is not a tuple of whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", "'shape' is not a tuple of whole numbers")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3}", "'}' where ')' was expected")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3)}", "'shape' has the negative extent -3")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}", "'shape' has the extent 9223372036854775808, which is more than")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", "'x' after the closing brace")]
    public void Read_refuses_damaged_text(string text, string problem)
    {
        Assert.Contains($": has a damaged .npy header: {problem}", Refusal(text));
    }

    [Fact]
    public void Read_refuses_too_many_dimensions()
    {
        string Shape(int dimensions) => $"({string.Concat(Enumerable.Repeat("1, ", dimensions))})";
        Assert.Equal(64, Read(NpyTestFolder.HeaderText("<f4", Shape(64))).Shape.Length);
        Assert.EndsWith("'shape' has more than 64 dimensions", Refusal(NpyTestFolder.HeaderText("<f4", Shape(65))));
    }

    [Theory]
    [InlineData("(4294967296, 4294967296)", "<f4")]
    [InlineData("(9223372036854775807, 9223372036854775807, 9223372036854775807)", "<f4")]
    [InlineData("(2305843009213693952,)", "<f4")]
    [InlineData("(1152921504606846976,)", "<f8")]
    public void Read_refuses_more_elements_than_a_file_can_hold(string shape, string descr)
    {
        Assert.EndsWith($": has shape {shape}, more elements than any file can hold", Refusal(NpyTestFolder.HeaderText(descr, shape)));
    }

    [Fact]
    public void Read_refuses_a_file_cut_short_and_says_by_how_much()
    {
        string path = _folder.Write(Good, new byte[23]);
        Assert.Equal($"{path}: is cut short: float32 (2, 3) takes 24 bytes of data, 23 are there", RefusalOf(path));
        Assert.Contains("takes 9223372036854775804 bytes of data, 23 are there", Refusal(NpyTestFolder.HeaderText("<f4", "(2305843009213693951,)")));
    }

    [Fact]
    public void Read_accepts_bytes_after_the_data()
    {
        Assert.Equal(6, NpyHeader.Read(_folder.Write(Good, new byte[25])).ElementCount);
    }

    [Fact]
    public void Read_refuses_every_prefix_of_a_file()
    {
        foreach (int version in new[] { 1, 2, 3 })
        {
            byte[] whole = NpyTestFolder.Bytes(Good, new byte[24], version);
            for (int length = 0; length < whole.Length; length++)
            {
                string path = _folder.Write(whole.AsSpan(0, length));
                string message = RefusalOf(path);
                Assert.StartsWith($"{path}: ", message);
                Assert.Contains(length < 8 ? "not a .npy file" : "cut short", message);
            }
        }
    }

    [Fact]
    public void Read_refuses_strangers()
    {
        Assert.EndsWith(": is a folder, not a .npy file", RefusalOf(_folder.Root));
        Assert.EndsWith(": is not a .npy file: it is empty", RefusalOf(_folder.Write([])));
        Assert.EndsWith("it does not begin with \\x93NUMPY and a version", RefusalOf(_folder.Write("source,target\n1,2\n"u8)));
        Assert.Contains("a zip archive (.npz?)", RefusalOf(_folder.Write("PK\x03\x04 and so on"u8)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(1, 1)]
    [InlineData(255, 255)]
    public void Read_refuses_unknown_versions(byte major, byte minor)
    {
        byte[] bytes = NpyTestFolder.Bytes(Good, new byte[24]);
        (bytes[6], bytes[7]) = (major, minor);
        Assert.EndsWith($": has .npy format version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read", RefusalOf(_folder.Write(bytes)));
    }

    [Fact]
    public void Read_refuses_a_header_longer_than_the_file_without_allocating_it()
    {
        byte[] bytes = NpyTestFolder.Bytes(Good, new byte[24], version: 2);
        bytes.AsSpan(8, 4).Fill(0xFF);
        string path = _folder.Write(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.EndsWith("bytes, the header alone takes 4294967307", RefusalOf(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Read_refuses_a_header_longer_than_any_array_needs()
    {
        string text = Good.TrimEnd().PadRight((1 << 20) + 1);
        Assert.Contains("has a header of 1048577 bytes", Refusal(text, version: 2));
        Assert.Equal(6, Read(Good.TrimEnd().PadRight(1 << 20), version: 2).ElementCount);
    }

    [Fact]
    public void Read_bears_brackets_nested_a_million_deep()
    {
        string brackets = new('[', 1_000_000);
        string message = Refusal($"{{'descr': {brackets}", version: 2);
        Assert.Contains("holds dtype [[[", message);
        Assert.InRange(message.Length, 1, 400);
    }

    [Fact]
    public void Messages_are_one_line_whatever_the_file_says()
    {
        string message = Refusal("{'descr': '<f4\r\n\u001b[31m', 'fortran_order': False, 'shape': (2,)}");
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void Read_ends_well_or_in_a_clear_error_whatever_the_bytes()
    {
        // Counted rather than clocked: each trial changes a few characters of a good header.
        var random = new Random(5);
        const string Alphabet = "{}()[]'\",:0123456789-LuTrueFalse<>=|f \\\n\0\u00e9";
        int refused = 0;
        for (int trial = 0; trial < 500; trial++)
        {
            var text = new StringBuilder(Good);
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0: text[at] = Alphabet[random.Next(Alphabet.Length)]; break;
                    case 1: text.Remove(at, 1); break;
                    default: text.Insert(at, Alphabet[random.Next(Alphabet.Length)]); break;
                }
            }

            try
            {
                Assert.InRange(Read(text.ToString(), 1 + (trial % 3)).ElementCount, 0, 64);
            }
            catch (NpyFormatException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
                refused++;
            }
        }

        Assert.InRange(refused, 250, 499);
    }

    [Fact]
    public void Equals_compares_what_the_headers_say()
    {
        Assert.Equal(Read(Good), Read(Good));
        Assert.Equal(Read(Good).GetHashCode(), Read(Good).GetHashCode());
        Assert.NotEqual(Read(Good), Read(Good.Replace("(2, 3)", "(3, 2)", StringComparison.Ordinal)));
    }

    [Fact]
    public void IndexText_counts_in_c_order()
    {
        NpyHeader header = Read(NpyTestFolder.HeaderText("<f4", "(2, 3, 4)", isFortranOrder: true));
        Assert.Equal("[0, 0, 0]", header.IndexText(0));
        Assert.Equal("[1, 0, 3]", header.IndexText(15));
        Assert.Equal("[]", Read(NpyTestFolder.HeaderText("<f4", "()")).IndexText(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.IndexText(24));
        Assert.Throws<ArgumentOutOfRangeException>(() => header.IndexText(-1));
    }

    [Fact]
    public void Read_of_a_file_that_is_not_there_says_so_in_the_systems_words()
    {
        Assert.ThrowsAny<IOException>(() => NpyHeader.Read(_folder.PathOf("nowhere.npy")));
    }

    private NpyHeader Read(string text, int version = 1) => NpyHeader.Read(_folder.Write(text, new byte[256], version));

    private string Refusal(string text, int version = 1) => RefusalOf(_folder.Write(text, new byte[23], version));

    private static string RefusalOf(string path)
    {
        NpyFormatException refusal = Assert.Throws<NpyFormatException>(() => NpyHeader.Read(path));
        Assert.Equal(path, refusal.FilePath);
        Assert.StartsWith(path + ": ", refusal.Message);
        return refusal.Message;
    }
}
