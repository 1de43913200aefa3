using System.Globalization;
using System.Text.Json;
using PyramidOT.Data;
using PyramidOT.Tests.Data;

namespace PyramidOT.Tests.Cli;

/// <summary>A temporary folder of costs and weights, and runs of the command in it, so that messages hold the plain names.</summary>
internal sealed class ProblemFolder : IDisposable
{
    private readonly NpyTestFolder _folder = new();

    /// <summary>The files in the folder, temporary ones included.</summary>
    public string[] FileNames => _folder.FileNames;

    public string PathOf(string name) => _folder.PathOf(name);

    public CommandRun Run(params string[] arguments) => CommandRun.In(_folder.Root, [], arguments);

    public CommandRun Run(Action<System.Diagnostics.Process> meanwhile, params string[] arguments) =>
        CommandRun.In(_folder.Root, [], arguments, meanwhile);

    /// <summary>Runs the command and checks that it refuses, with nothing written.</summary>
    public void Refused(string[] arguments, params string[] parts)
    {
        string[] before = FileNames;

        Run(arguments).AssertRefused(parts);
        Assert.Equal(before, FileNames);
    }

    /// <summary>Writes float32 numbers in C order.</summary>
    public void Write(string name, string shape, params double[] elements) => WriteAs("<f4", name, shape, elements);

    /// <summary>Writes numbers of any type, in the order that they come in.</summary>
    public void WriteAs(string descr, string name, string shape, double[] elements, bool isFortranOrder = false) => _folder.Write(
        NpyTestFolder.Bytes(NpyTestFolder.HeaderText(descr, shape, isFortranOrder), NpyTestFolder.Data(descr, elements)), name);

    /// <summary>Reads the table of a plan that a command wrote.</summary>
    public (int Problem, int Row, int Column, double Mass)[] ReadPlan(string name)
    {
        string[] lines = File.ReadAllLines(PathOf(name));
        Assert.Equal("problem,row,column,mass", lines[0]);
        return [.. lines.Skip(1).Select(line => line.Split(',')).Select(cells => (
            int.Parse(cells[0], CultureInfo.InvariantCulture),
            int.Parse(cells[1], CultureInfo.InvariantCulture),
            int.Parse(cells[2], CultureInfo.InvariantCulture),
            double.Parse(cells[3], CultureInfo.InvariantCulture)))];
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

    /// <summary>The numbers of a list in a result, null where there is none.</summary>
    public static double?[] Numbers(JsonElement json, string property) =>
        [.. json.GetProperty(property).EnumerateArray().Select(x => x.ValueKind is JsonValueKind.Null ? null : (double?)x.GetDouble())];

    /// <summary>How each problem of a result ended.</summary>
    public static string[] Status(JsonElement json) => [.. json.GetProperty("status").EnumerateArray().Select(status => status.GetString()!)];

    public void Dispose() => _folder.Dispose();
}
