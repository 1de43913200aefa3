using System.Globalization;
using PyramidOT.Data;
using PyramidOT.Tests.Data;

namespace PyramidOT.Tests.Cli;

/// <summary>A temporary folder of clouds, and runs of the command in it, so that messages hold the plain names.</summary>
internal sealed class CloudFolder : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    /// <summary>The files in the folder, temporary ones included.</summary>
    public string[] FileNames => _folder.FileNames;

    public string PathOf(string name) => _folder.PathOf(name);

    public CommandRun Run(params string[] arguments) => CommandRun.In(_folder.Root, [], arguments);

    public CommandRun Run(Action<System.Diagnostics.Process> meanwhile, params string[] arguments) =>
        CommandRun.In(_folder.Root, [], arguments, meanwhile);

    /// <summary>Writes a cloud, float32 of shape (n, d).</summary>
    public void WriteCloud(string name, int dimensions, params IReadOnlyList<float> points) => _folder.Write(
        NpyTestFolder.Bytes(
            NpyTestFolder.HeaderText("<f4", $"({points.Count / dimensions}, {dimensions})"),
            NpyTestFolder.Data("<f4", points.Select(x => (double)x))),
        name);

    /// <summary>Writes labels, int32 of shape (n,).</summary>
    public void WriteLabels(string name, params IReadOnlyList<int> labels) => _folder.Write(
        NpyTestFolder.Bytes(NpyTestFolder.HeaderText("<i4", $"({labels.Count},)"), NpyTestFolder.Data("<i4", labels.Select(x => (double)x))),
        name);

    public void WriteText(string name, string text) => File.WriteAllText(PathOf(name), text);

    /// <summary>Reads pairs that a command wrote: int32 of shape (n, 2), or the table.</summary>
    public (int Source, int Target)[] ReadPairs(string name)
    {
        if (name.EndsWith(".csv", StringComparison.Ordinal))
        {
            string[] lines = File.ReadAllLines(PathOf(name));
            Assert.Equal("source,target,mass,level", lines[0]);
            return [.. lines.Skip(1).Select(line => line.Split(',')).Select(cells => (Number(cells[0]), Number(cells[1])))];
        }

        using NpyReader reader = NpyReader.Open(PathOf(name));
        Assert.Equal(NpyElementType.Int32, reader.Header.ElementType);
        int[] numbers = new int[reader.Header.ElementCount];
        reader.ReadInt32(0, numbers);
        Assert.Equal($"({numbers.Length / 2}, 2)", reader.Header.ShapeText);
        return [.. numbers.Chunk(2).Select(pair => (pair[0], pair[1]))];
    }

    /// <summary>Reads a float32 file that a command wrote.</summary>
    public (string Shape, float[] Numbers) ReadFloats(string name)
    {
        using NpyReader reader = NpyReader.Open(PathOf(name));
        Assert.Equal(NpyElementType.Float32, reader.Header.ElementType);
        float[] numbers = new float[reader.Header.ElementCount];
        reader.ReadSingles(0, numbers);
        return (reader.Header.ShapeText, numbers);
    }

    public void Dispose() => _folder.Dispose();

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
