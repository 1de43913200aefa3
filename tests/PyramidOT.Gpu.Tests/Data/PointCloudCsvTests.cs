using System.Globalization;
using System.IO.Compression;
using System.Text;
using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class PointCloudCsvTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The same two points in all the ways that people write them.</summary>
    [Theory]
    [InlineData("1,2.5,-3\n4,5,6\n")]
    [InlineData("x,y,z\n1,2.5,-3\n4,5,6\n")]
    [InlineData("1;2.5;-3\r\n4;5;6\r\n")]
    [InlineData("x;y;z\r\n1;2.5;-3\r\n4;5;6")]
    [InlineData("1\t2.5\t-3\n4\t5\t6")]
    [InlineData("1|2.5|-3\n4|5|6\n")]
    [InlineData("1 2.5 -3\n4 5 6\n")]
    [InlineData("  1   2.5  -3\n  4   5     6  \n")]
    [InlineData("1, 2.5, -3\n4, 5, 6\n")]
    [InlineData("\uFEFFx,y,z\n1,2.5,-3\n4,5,6\n")]
    [InlineData("# made by numpy\n1.000e+00 2.5e0 -3\n# half way\n4 5 6\n\n\n")]
    [InlineData("\n\n1,2.5,-3\n\n4,5,6\n   \n\n")]
    [InlineData("\"x, the first\",\"y\"\"\",z\n\"1\",\"2.5\",-3\n4,\"5\" , 6\n")]
    [InlineData("\"line\nbreak\",y,z\n1,2.5,-3\n4,5,6\n")]
    [InlineData("1,2.5,-3\r4,5,6\r")]
    [InlineData(",0,1\n1,2.5,-3\n4,5,6\n")]
    [InlineData("x y z\n1 2.5 -3\n4 5 6\n")]
    [InlineData("x\t y\t z\n1\t 2.5\t -3\n4\t 5\t 6\n")]
    [InlineData("+1,02.50,-3e0\n4.,5E+0,600e-2\n")]
    public void Delimiter_and_header_are_found_out(string text)
    {
        foreach (string name in new[] { "points.csv", "points.tsv", "points.txt", "points" })
        {
            PointCloud cloud = Load(text, null, name);
            Assert.Equal((2, 3), (cloud.Count, cloud.Dimensions));
            Assert.Equal([1, 2.5f, -3, 4, 5, 6], cloud.Points.ToArray());
        }
    }

    [Theory]
    [InlineData("1\n2\n", 2, 1)]
    [InlineData("x\n1\n2\n", 2, 1)]
    [InlineData("7", 1, 1)]
    [InlineData("7,8", 1, 2)]
    [InlineData("7 8", 1, 2)]
    public void Small_files_are_clouds(string text, int count, int dimensions)
    {
        PointCloud cloud = Load(text);
        Assert.Equal((count, dimensions), (cloud.Count, cloud.Dimensions));
    }

    [Fact]
    public void Other_encodings_with_a_mark_are_read()
    {
        foreach (Encoding encoding in new Encoding[] { new UnicodeEncoding(false, true), new UnicodeEncoding(true, true) })
        {
            string path = _folder.Write([.. encoding.GetPreamble(), .. encoding.GetBytes("x;y\n1;2\n3;4\n")], "utf16.csv");
            Assert.Equal([1, 2, 3, 4], PointCloud.Load(path).Points.ToArray());
        }
    }

    [Fact]
    public void Gzipped_text_is_read()
    {
        string path = _folder.Write(Gzip("x,y\n1,2\n3,4\n"u8), "points.csv.gz");
        Assert.Equal([1, 2, 3, 4], PointCloud.Load(path).Points.ToArray());
        byte[] whole = Gzip(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i * 7919 % 10007},{i}\n"))));
        string cut = _folder.Write(whole.AsSpan(0, whole.Length / 2), "cut.csv.gz");
        Assert.Equal(
            $"{cut}: is damaged, cut short or in several parts: its gzip data cannot be unpacked", Assert.Throws<PointFileException>(() => PointCloud.Load(cut)).Message);
    }

    [Fact]
    public void Numbers_are_read_as_the_nearest_float()
    {
        PointCloud cloud = Load("16777217,0.1\n1e-46,3.4028235E+38\n1.17549429e-38,-0\n");
        Assert.Equal([16777216, 0.1f, 0, float.MaxValue, 1.17549429e-38f, -0f], cloud.Points.ToArray());
    }

    [Fact]
    public void Culture_does_not_matter()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            // A culture with a decimal comma: made by hand, since none but the invariant one may be installed.
            CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal([1.5f, 2.25f], Load("1.5,2.25\n").Points.ToArray());
            string path = _folder.PathOf("out.csv");
            PointCloudWriter.WriteCsv(path, new([1.5f, 2.25f], 2));
            Assert.Equal("x0,x1\n1.5,2.25\n", File.ReadAllText(path));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("x,class,y\n1,3,2\n4,5,6\n", "class", new[] { 3, 5 })]
    [InlineData("x,class,y\n1,3,2\n4,5,6\n", "1", new[] { 3, 5 })]
    [InlineData("1,3,2\n4,5,6\n", "1", new[] { 3, 5 })]
    [InlineData("1;3;2\n4;5;6\n", "1", new[] { 3, 5 })]
    [InlineData("a,1,b\n1,3,2\n4,5,6\n", "1", new[] { 3, 5 })]
    [InlineData("0,class,1\n1,3,2\n4,5,6\n", "class", new[] { 3, 5 })]
    public void Label_column_is_found_by_name_or_number(string text, string column, int[] labels)
    {
        PointCloud cloud = Load(text, new() { LabelColumn = column });
        Assert.Equal([1, 2, 4, 6], cloud.Points.ToArray());
        Assert.Equal(labels, cloud.Labels.ToArray());
        Assert.Empty(cloud.LabelNames);
    }

    [Theory]
    [InlineData("1,2,dog\n3,4,cat\n5,6,dog\n", "2")]
    [InlineData("x,y,class\n1,2,dog\n3,4,cat\n5,6,dog\n", "class")]
    [InlineData("x,y,class\n1,2,dog\n3,4,cat\n5,6,dog\n", "2")]
    [InlineData("1 2 dog\n3 4 cat\n5 6 dog\n", "2")]
    public void Text_labels_become_names(string text, string column)
    {
        PointCloud cloud = Load(text, new() { LabelColumn = column });
        Assert.Equal((3, 2), (cloud.Count, cloud.Dimensions));
        Assert.Equal(["cat", "dog"], cloud.LabelNames);
        Assert.Equal([1, 0, 1], cloud.Labels.ToArray());
    }

    [Fact]
    public void Name_of_a_column_goes_before_its_number()
    {
        // Column 0 is called 2, column 2 is called x.
        Assert.Equal([5], Load("2,y,x\n5,6,7\n", new() { LabelColumn = "2" }).Labels.ToArray());
        Assert.Equal([7], Load("2,y,x\n5,6,7\n", new() { LabelColumn = "2", HasHeader = true }).WithLabels([7]).Labels.ToArray());

        // Without a header a value in the first row is no name.
        Assert.Equal([9, 6], Load("5,2,9\n4,5,6\n", new() { LabelColumn = "2" }).Labels.ToArray());
    }

    [Fact]
    public void Weight_column_is_normalised()
    {
        PointCloud cloud = Load("x,w,class\n1,1,a\n2,3,b\n3,0,a\n", new() { LabelColumn = "class", WeightColumn = "w" });
        Assert.Equal([1, 2, 3], cloud.Points.ToArray());
        Assert.Equal([0.25, 0.75, 0], cloud.Weights.ToArray());
        Assert.Equal([0, 1, 0], cloud.Labels.ToArray());
    }

    [Fact]
    public void Header_can_be_forced()
    {
        Assert.Equal([3, 4], Load("1,2\n3,4\n", new() { HasHeader = true }).Points.ToArray());
        Refuse("x,2\n3,4\n", "line 1, column 1: 'x' is not a number", new() { HasHeader = false });
        Assert.Equal([1, 2], Load("1:2\n", new() { Delimiter = ':' }).Points.ToArray());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n \n# nothing\n", "is empty: it has no rows")]
    [InlineData("x,y\n", "has a header and no points")]
    [InlineData("x,y\n1,2\n3,abc\n", "line 3, column 2: 'abc' is not a number")]
    [InlineData("# one\n\n1,2,3\n\n4,5,6\n7,8,abc\n", "line 6, column 3: 'abc' is not a number")]
    [InlineData("\"a\nb\",c\n1,2\n3,d\n", "line 4, column 2: 'd' is not a number")]
    [InlineData("1,2\n3,\n", "line 2, column 2: the field is empty; a number is expected")]
    [InlineData("1,2\n3,4,5\n", "line 2: the row has 3 fields; 2 are expected, as in the first row")]
    [InlineData("x,y\n1,2\n3\n", "line 3: the row has 1 fields; 2 are expected, as in the first row")]
    [InlineData("1 2\n3 4 5\n", "line 2: the row has 3 fields; 2 are expected, as in the first row")]
    [InlineData("1,2\n3,4,New York\n", "line 2: the row has 3 fields; 2 are expected, as in the first row")]
    [InlineData("1,2\n3,NaN\n", "line 2, column 2: 'NaN' is not a finite number")]
    [InlineData("nan,2\n3,4\n", "line 1, column 1: 'nan' is not a finite number")]
    [InlineData("1,2\n-Infinity,4\n", "line 2, column 1: '-Infinity' is not a finite number")]
    [InlineData("1,2\n3,1e39\n", "line 2, column 2: '1e39' does not fit float32 (at most 3.4028235E+38)")]
    [InlineData("1,2\n-1e999,4\n", "line 2, column 1: '-1e999' does not fit float32 (at most 3.4028235E+38)")]
    [InlineData("1,2\n0x10,4\n", "line 2, column 1: '0x10' is not a number")]
    [InlineData("1,2\n3,4 # no comment\n", "line 2, column 2: '4 # no comment' is not a number")]
    [InlineData("1,2\n3\",4\n", "line 2: a quote inside an unquoted field")]
    [InlineData("1,2\n3,\"4\n5,6\n", "line 2: a quoted field that is never closed")]
    [InlineData("1,5;2,5\n3,5;4,5\n", "line 1, column 2: '5;2' is not a number")]
    public void Bad_text_is_told_with_line_and_column(string text, string problem) =>
        Refuse(text, problem, problem.Contains("'5;2'", StringComparison.Ordinal) ? new() { HasHeader = false } : null);

    [Theory]
    [InlineData("x,y\n1,2\n", "class", "has no label column 'class'; its columns are x, y")]
    [InlineData("1,2\n3,4\n", "class", "has no label column 'class', since it has no header; give the column's number from 0")]
    [InlineData("1,2\n3,4\n", "2", "has no label column 2: its 2 columns are counted from 0")]
    [InlineData("x,c,c\n1,2,3\n", "c", "the header has the label column 'c' twice; give its number from 0")]
    [InlineData("c\n1\n", "c", "has no coordinates: its only columns hold labels or weights")]
    [InlineData("x,c\n1,\n", "c", "line 2, column 2: the label is empty")]
    public void Missing_label_column_is_told(string text, string column, string problem) => Refuse(text, problem, new() { LabelColumn = column });

    [Theory]
    [InlineData("x,w\n1,-2\n", "line 2, column 2: the weight -2 is negative")]
    [InlineData("x,w\n1,0\n2,0\n", "all weights are 0")]
    [InlineData("x,w\n1,1e308\n2,1e308\n", "the sum of the weights overflows float64")]
    [InlineData("x,w\n1,1e309\n", "line 2, column 2: '1e309' does not fit float64")]
    [InlineData("x,v\n1,1\n", "has no weight column 'w'; its columns are x, v")]
    public void Bad_weights_are_told(string text, string problem) => Refuse(text, problem, new() { WeightColumn = "w" });

    [Fact]
    public void One_column_cannot_be_two_things()
    {
        Assert.Throws<ArgumentException>(() => Load("x,y\n1,2\n", new() { LabelColumn = "y", WeightColumn = "y" }));
        Refuse("x,y\n1,2\n", "column 1 cannot hold both labels and weights", new() { LabelColumn = "y", WeightColumn = "1" });
    }

    [Fact]
    public void Message_stays_one_short_line()
    {
        Refuse($"1,2\n{new string('a', 1000)},3\n", $"line 2, column 1: '{new string('a', 40)}...' is not a number");
        Refuse("1,2\n\"a\n\u0007b\",3\n", "line 2, column 1: 'a??b' is not a number");
    }

    [Fact]
    public void Many_rows_pass_from_chunk_to_chunk()
    {
        // Chunks of 1,048,576 numbers: of 16 columns 65,536 rows. The long row of a wide file passes the reader's buffer.
        const int Count = 70_000;
        StringBuilder text = new();
        for (int i = 0; i < Count; i++)
            text.Append(i).Append(',').Append(-i).Append(',').Append(i / 4.0).Append(",0,1,2,3,4,5,6,7,8,9,10,11,12\n");
        PointCloud cloud = Load(text.ToString());
        Assert.Equal((Count, 16), (cloud.Count, cloud.Dimensions));
        for (int i = 0; i < Count; i += i % 65_536 > 65_000 ? 1 : 97)
            Assert.Equal([i, -i, i / 4f, 0], cloud[i][..4].ToArray().Select((x, k) => k == 3 ? 0 : x));
        Assert.Equal(12, cloud[Count - 1][15]);

        PointCloud wide = Load(string.Join(',', Enumerable.Range(0, 60_000)) + "\n" + string.Join(',', Enumerable.Range(1, 60_000)));
        Assert.Equal((2, 60_000), (wide.Count, wide.Dimensions));
        Assert.Equal(60_000, wide[1][59_999]);
    }

    [Fact]
    public void Cancelled_read_ends()
    {
        string path = _folder.Write("1,2\n"u8, "a.csv");
        Assert.Throws<OperationCanceledException>(() => PointCloud.Load(path, cancellation: new(canceled: true)));
    }

    internal static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private PointCloud Load(string text, PointCloudFileOptions? options = null, string name = "points.csv") =>
        PointCloud.Load(_folder.Write(Encoding.UTF8.GetBytes(text), name), options);

    private void Refuse(string text, string problem, PointCloudFileOptions? options = null)
    {
        PointFileException exception = Assert.Throws<PointFileException>(() => Load(text, options));
        Assert.Equal($"{_folder.PathOf("points.csv")}: {problem}", exception.Message);
    }
}
