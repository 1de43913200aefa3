using System.Text;
using ColourTransfer;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Samples;

/// <summary>The sample's pictures: what is read and written, and what becomes of colours.</summary>
public sealed class ColourTransferTests
{
    [Theory]
    [InlineData("P3 2 1 255 0 10 255 7 8 9")]
    [InlineData("P3\n# a comment 1 2\n2 1 # another\n255\n0 10 255\n7 8 9 and more")]
    [InlineData("P3 2 1 510 0 20 510 14 16 18")]
    public void Text_is_read(string text) => Assert.Equal([0, 10, 255, 7, 8, 9], Read(text).Colours);

    [Fact]
    public void What_is_written_is_read()
    {
        // Levels that look like white space and comments.
        PpmImage image = new(3, 2, [.. Enumerable.Range(0, 18).Select(i => (byte)(i % 4 == 0 ? '#' : i))]);
        string path = Path.GetTempFileName();
        try
        {
            image.Save(path);
            PpmImage again = PpmReader.Read(File.ReadAllBytes(path));
            Assert.Equal((3, 2), (again.Width, again.Height));
            Assert.Equal(image.Colours, again.Colours);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal([255, 128, 0], PpmReader.Read([.. "P6 1 1 65535\n"u8, 255, 255, 128, 0, 0, 9]).Colours);
    }

    [Theory]
    [InlineData("P5 1 1 255 1", "begins with neither")]
    [InlineData("P6 2 2 255 abc", "is cut short")]
    [InlineData("P6 0 2 255 abc", "for the width")]
    [InlineData("P3 1 1 255 1 2", "for a colour")]
    [InlineData("P3 1 1 255 1 2 256", "for a colour")]
    [InlineData("P3 1 99999999999999 255", "for the height")]
    [InlineData("P3 1 1 0 1 1 1", "for the largest value")]
    [InlineData("", "begins with neither")]
    public void Other_files_are_refused(string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData(120)]
    public void A_picture_keeps_its_own_colours(int? batchSize)
    {
        PpmImage bay = BuiltInImages.Bay();
        PpmImage part = new(40, 3, bay.Colours[^360..]);
        using ComputeEngine engine = TestPyramids.Host();
        Assert.Equal(part.Colours, Transfer.Run(engine, part, part, new() { BatchSize = batchSize }).Colours);
    }

    [Fact]
    public void Dark_stays_dark_and_bright_bright_in_the_palettes_colours()
    {
        // A third of the pixels is dark, as is a third of the palette.
        byte[] stripes = new byte[3 * 30 * 6];
        byte[] halves = new byte[stripes.Length];
        for (int pixel = 0; pixel < 180; pixel++)
        {
            bool isDark = pixel % 3 == 0;
            stripes.AsSpan(3 * pixel, 3).Fill((byte)(isDark ? 20 + (pixel % 5) : 200 + (pixel % 7)));
            (halves[3 * pixel], halves[(3 * pixel) + 1], halves[(3 * pixel) + 2]) = pixel < 60 ? ((byte)60, (byte)0, (byte)0) : ((byte)255, (byte)230, (byte)180);
        }

        using ComputeEngine engine = TestPyramids.Host(2);
        byte[] result = Transfer.Run(engine, new(30, 6, stripes), new(30, 6, halves), new() { Neighbours = 1 }).Colours;
        for (int pixel = 0; pixel < 180; pixel++)
        {
            Assert.Equal(pixel % 3 == 0 ? [60, 0, 0] : [255, 230, 180], result[(3 * pixel)..((3 * pixel) + 3)]);
        }
    }

    [Fact]
    public void Threads_do_not_matter_and_colours_come_near_the_palettes()
    {
        Options options = new() { Samples = 500 };
        PpmImage evening = BuiltInImages.Evening();
        using ComputeEngine one = TestPyramids.Host(1);
        PpmImage result = Transfer.Run(one, BuiltInImages.Bay(), evening, options);
        using ComputeEngine three = TestPyramids.Host(3);
        Assert.Equal(result.Colours, Transfer.Run(three, BuiltInImages.Bay(), evening, options).Colours);
        Assert.InRange(SlicedWasserstein.Evaluate(one, Transfer.AllColours(result), Transfer.AllColours(evening), new() { Projections = 10 }).Distance, 0, 10);
    }

    [Fact]
    public void Command_lines_are_read()
    {
        Assert.Equal(
            new Options { Picture = "a", Palette = "b", Out = "c", Samples = 5, BatchSize = 7, Neighbours = 32, Seed = 9 },
            Options.Read(["a", "--out", "c", "b", "--samples", "5", "--batch-size", "7", "--neighbours", "32", "--seed", "9"]));
        foreach (string[] wrong in new string[][] { ["a"], ["a", "b", "c"], ["--out"], ["--samples", "0"], ["--neighbours", "33"], ["--colour", "1"] })
        {
            Assert.Null(Options.Read(wrong));
        }
    }

    private static PpmImage Read(string text) => PpmReader.Read(Encoding.ASCII.GetBytes(text));
}
