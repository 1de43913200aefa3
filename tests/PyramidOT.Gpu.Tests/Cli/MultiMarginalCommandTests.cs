using System.Globalization;
using System.Text.Json;
using PyramidOT.Data;

namespace PyramidOT.Tests.Cli;

public sealed class MultiMarginalCommandTests : IDisposable
{
    private static readonly double[] s_three = [.5, .2, .1, .1, .1, .2, .1, .2, .3, .2, .1, .1, .5, .2, .1];

    private readonly ProblemFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mmot_gives_values_gradient_and_plan()
    {
        _folder.WriteAs("<f8", "h.npy", "(3, 5)", s_three);
        JsonElement json = _folder.Run("mmot", "h.npy", "--json", "--gradient", "g.npy", "--plan", "p.csv").Json();

        Assert.Equal(["values", "dualGap", "cost", "seconds"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1.3, Assert.Single(ProblemFolder.Numbers(json, "values"))!.Value, 1e-14);
        Assert.InRange(json.GetProperty("dualGap").GetDouble(), 0, 1e-14);
        Assert.Equal("range", json.GetProperty("cost").GetString());
        Assert.InRange(json.GetProperty("seconds").GetDouble(), 0, 60);
        Assert.Equal(["g.npy", "h.npy", "p.csv"], _folder.FileNames);

        (string shape, double[] gradient) = Read("g.npy");
        Assert.Equal("(3, 5)", shape);
        Assert.Equal(1.3, gradient.Zip(s_three, (slope, mass) => slope * mass).Sum(), 1e-13);
        Assert.Equal([0, -1, -2, -3], gradient[..4]);

        string[] lines = File.ReadAllLines(_folder.PathOf("p.csv"));
        Assert.Equal("problem,bin0,bin1,bin2,mass", lines[0]);
        Assert.Equal(
            ["0,0,0,0", "0,0,0,1", "0,0,1,2", "0,0,2,2", "0,1,3,2", "0,2,3,3", "0,3,4,3", "0,4,4,4"],
            lines.Skip(1).Select(line => line[..line.LastIndexOf(',')]));
        double[] masses = [.. lines.Skip(1).Select(line => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))];
        Assert.All(masses.Zip([.1, .1, .1, .2, .2, .1, .1, .1]), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Fact]
    public void Mmot_makes_histograms_of_a_batch_alike_on_a_device()
    {
        // Counts, which normalize to the fixed vectors; and a second problem of equal histograms.
        double[] counts = [.. s_three.Select(mass => Math.Round(10 * mass)), .. Enumerable.Repeat(2.0, 15)];
        _folder.Write("h.npy", "(2, 3, 5)", counts);
        JsonElement json = _folder.Run(
            "mmot", "h.npy", "--normalize", "--cost", "pair", "--minimize", "60", "--rate", "0.02", "--decay", "0.9", "--out", "a.npy", "--engine", "cpu-accelerator",
            "--json").Json();

        Assert.Equal(["values", "dualGap", "cost", "finalValues", "seconds"], json.EnumerateObject().Select(property => property.Name));
        double?[] values = ProblemFolder.Numbers(json, "values");
        double?[] final = ProblemFolder.Numbers(json, "finalValues");
        Assert.Equal(2.6, values[0]!.Value, 1e-6);
        Assert.Equal(0, values[1]!.Value, 1e-6);
        Assert.InRange(final[0]!.Value, 0, 0.4);
        Assert.Equal(0, final[1]!.Value, 1e-6);
        (string shape, double[] masses) = Read("a.npy");
        Assert.Equal("(2, 3, 5)", shape);
        Assert.All(Enumerable.Range(0, 6), j => Assert.Equal(1, masses.AsSpan(5 * j, 5).ToArray().Sum(), 1e-12));
        Assert.All(masses[15..], mass => Assert.Equal(0.2, mass, 1e-6));
    }

    [Fact]
    public void Mmot_tells_people_of_each_problem()
    {
        _folder.WriteAs("<f8", "h.npy", "(2, 2, 3)", [1, 0, 0, 0, 0, 1, 0.5, 0.5, 0, 0.5, 0.5, 0]);
        CommandRun run = _folder.Run("mmot", "h.npy", "--cost", "range-power", "--power", "3", "--minimize", "1", "--rate", "0.01", "--mode", "paper-shift");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("2 problems of 2 histograms x 3 bins, cost range^3", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n0 +8 +[0-9.]+\r?\n1 +0 +[0-9.E-]+\r?\n", run.Output);
    }

    [Theory]
    [InlineData("", "HISTOGRAMS.npy is missing", "pyramidot mmot --help")]
    [InlineData("h.npy --power 2", "--power: the cost range has no power")]
    [InlineData("h.npy --out a.npy", "--out goes with --minimize, which is not given")]
    [InlineData("h.npy", "h.npy: problem 0, histogram 1 has total mass 2 where histogram 0 has 1", "unless --normalize is given")]
    [InlineData("nan.npy --normalize", "nan.npy: problem 1, histogram 0, bin 1: the mass is NaN")]
    [InlineData("flat.npy", "flat.npy", "histograms have the shape (d, n) or (problems, d, n); the file's is (4,)")]
    public void Mmot_refuses_what_makes_no_sense(string arguments, params string[] parts)
    {
        _folder.Write("h.npy", "(2, 2)", 1, 0, 1, 1);
        _folder.Write("nan.npy", "(2, 1, 2)", 1, 0, 1, double.NaN);
        _folder.Write("flat.npy", "(4,)", 1, 0, 1, 1);

        _folder.Refused(["mmot", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"], parts);
    }

    private (string Shape, double[] Numbers) Read(string name)
    {
        using NpyReader reader = NpyReader.Open(_folder.PathOf(name));
        Assert.Equal(NpyElementType.Float64, reader.Header.ElementType);
        double[] numbers = new double[reader.Header.ElementCount];
        reader.ReadDoubles(0, numbers);
        return (reader.Header.ShapeText, numbers);
    }
}
