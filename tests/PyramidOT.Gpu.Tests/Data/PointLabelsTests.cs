using PyramidOT.Data;

namespace PyramidOT.Tests.Data;

public sealed class PointLabelsTests : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_and_indices_must_fit()
    {
        Assert.Equal("cat", new PointLabels([1, 0], ["dog", "cat"]).TextOf(0));
        Assert.Equal("-3", new PointLabels([-3]).TextOf(0));
        Assert.Equal("Label 2 is 2; there are the names 0 to 1. (Parameter 'values')", Assert.Throws<ArgumentException>(() => new PointLabels([0, 1, 2], ["a", "b"])).Message);
        Assert.Throws<ArgumentException>("values", () => new PointLabels([-1], ["a"]));
        Assert.Throws<ArgumentException>("names", () => new PointLabels([0], ["a", "a"]));
        Assert.Throws<ArgumentException>("names", () => new PointLabels([0], ["a", null!]));
        Assert.Throws<ArgumentException>("names", () => new PointLabels([], []));
    }

    [Fact]
    public void Align_leaves_what_means_the_same()
    {
        PointLabels numbers = new([3, 1]), others = new([9]);
        Assert.True(PointLabels.MeanTheSame(numbers, others));
        Assert.Equal((numbers, others), PointLabels.Align(numbers, others));

        PointLabels names = new([0, 1], ["a", "b"]), same = new([1], ["a", "b"]), swapped = new([0, 1], ["b", "a"]);
        Assert.Equal((names, same), PointLabels.Align(names, same));
        Assert.False(PointLabels.MeanTheSame(names, swapped));
        (PointLabels first, PointLabels second) = PointLabels.Align(names, swapped);
        Assert.Equal([0, 1], first.Values.ToArray());
        Assert.Equal([1, 0], second.Values.ToArray());
    }

    [Fact]
    public void Align_takes_a_number_for_its_digits()
    {
        (PointLabels first, PointLabels second) = PointLabels.Align(new([10, 2, 10]), new([0, 1, 2], ["10", "2", "none"]));
        Assert.Equal(["10", "2", "none"], first.Names);
        Assert.Equal([0, 1, 0], first.Values.ToArray());
        Assert.Equal([0, 1, 2], second.Values.ToArray());
        Assert.True(PointLabels.MeanTheSame(first, second));
    }

    [Theory]
    [InlineData("3\n-1\n3\n", new[] { 3, -1, 3 })]
    [InlineData("label\n3\n4\n", new[] { 3, 4 })]
    [InlineData("digit\r\n3\r\n4", new[] { 3, 4 })]
    [InlineData("3.0\n1e2\n+7\n", new[] { 3, 100, 7 })]
    [InlineData("5\n", new[] { 5 })]
    [InlineData("# made by hand\n\n1\n2\n\n", new[] { 1, 2 })]
    [InlineData("2147483647\n-2147483648\n", new[] { int.MaxValue, int.MinValue })]
    public void Numbers_stay_numbers(string text, int[] expected)
    {
        PointLabels labels = Load(text);
        Assert.Empty(labels.Names);
        Assert.Equal(expected, labels.Values.ToArray());
    }

    [Theory]
    [InlineData("dog\ncat\ndog\n", "cat,dog", new[] { 1, 0, 1 })]
    [InlineData("Class\ndog\ncat\n", "cat,dog", new[] { 1, 0 })]
    [InlineData("New York\nBoston\nNew York", "Boston,New York", new[] { 1, 0, 1 })]
    [InlineData("1.5\n1.5\n2", "1.5,2", new[] { 0, 0, 1 })]
    [InlineData("3000000000\n1\n", "1,3000000000", new[] { 1, 0 })]
    [InlineData("b\n1\nb\n1\n", "1,b", new[] { 1, 0, 1, 0 })]
    [InlineData("\uFEFFÖl\n\"a, b\"\n", "a, b,Öl", new[] { 1, 0 })]
    [InlineData("one\n", "one", new[] { 0 })]
    public void Text_becomes_names_in_ordinal_order(string text, string names, int[] expected)
    {
        PointLabels labels = Load(text);
        Assert.Equal(names, string.Join(",", labels.Names));
        Assert.Equal(expected, labels.Values.ToArray());
    }

    [Fact]
    public void Options_decide_on_header_and_column()
    {
        Assert.Equal(["dog", "label"], Load("label\ndog\n", new() { HasHeader = false }).Names);
        Assert.Equal(["cat"], Load("dog\ncat\n", new() { HasHeader = true }).Names);
        Assert.Equal([7, 8], Load("x,class\n1,7\n2,8\n", new() { LabelColumn = "class" }).Values.ToArray());
        Assert.Equal([1, 2], Load("1,7\n2,8\n", new() { LabelColumn = "0" }).Values.ToArray());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n\n# nothing\n", "is empty: it has no rows")]
    [InlineData("label\n", "has a header and no labels")]
    [InlineData("1,2\n3,4\n", "has 2 columns; labels are one column, or one must be named")]
    [InlineData("1\n\"\"\n2\n", "line 2, column 1: the label is empty")]
    [InlineData("1\n2,3\n", "has 2 columns; labels are one column, or one must be named")]
    public void Bad_text_is_refused(string text, string problem)
    {
        string path = _folder.Write(System.Text.Encoding.UTF8.GetBytes(text), "labels.csv");
        string message = Assert.Throws<PointFileException>(() => PointLabels.Load(path)).Message;
        if (text != "1\n2,3\n")
            Assert.Equal($"{path}: {problem}", message);
        else
            Assert.Equal($"{path}: line 2: the row has 2 fields; 1 are expected, as in the first row", message);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused()
    {
        string path = _folder.Write([(byte)'a', 10, (byte)'K', 0xF6, 10], "labels.csv");
        Assert.Equal($"{path}: line 2, column 1: 'K\uFFFD' is not UTF-8 text", Assert.Throws<PointFileException>(() => PointLabels.Load(path)).Message);
    }

    [Theory]
    [InlineData("<i4", "(3,)")]
    [InlineData(">i8", "(3,)")]
    [InlineData("<i8", "(3, 1)")]
    public void Npy_of_integers_is_read(string descr, string shape)
    {
        string path = _folder.Write(NpyTestFolder.HeaderText(descr, shape), NpyTestFolder.Data(descr, 4, -5, 6));
        Assert.Equal([4, -5, 6], PointLabels.Load(path).Values.ToArray());
    }

    [Theory]
    [InlineData("<f4", "(3,)", "holds float32; labels are int32 or int64")]
    [InlineData("<i4", "(1, 3)", "labels have the shape (n,); the file's is (1, 3)")]
    [InlineData("<i4", "()", "labels have the shape (n,); the file's is ()")]
    [InlineData("<i4", "(0,)", "has no labels")]
    [InlineData("<i8", "(1,)", "the element at [0] is 5000000000, which does not fit int32 (-2147483648 to 2147483647)")]
    public void Npy_of_other_things_is_refused(string descr, string shape, string problem)
    {
        string path = _folder.Write(NpyTestFolder.HeaderText(descr, shape), NpyTestFolder.Data(descr, 5e9, 1, 2));
        Assert.Equal($"{path}: {problem}", Assert.Throws<PointFileException>(() => PointLabels.Load(path)).Message);
    }

    private PointLabels Load(string text, PointCloudFileOptions? options = null) =>
        PointLabels.Load(_folder.Write(System.Text.Encoding.UTF8.GetBytes(text), "labels.csv"), options);
}
