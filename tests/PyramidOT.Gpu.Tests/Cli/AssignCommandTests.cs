using System.Runtime.InteropServices;
using System.Text.Json;
using PyramidOT.Data;
using PyramidOT.Tests.Data;

namespace PyramidOT.Tests.Cli;

public sealed partial class AssignCommandTests : IDisposable
{
    private const double Inf = double.PositiveInfinity;

    // The optimum matches rows 0, 1, 2 to columns 1, 0, 2 and costs 1 + 2 + 2.
    private static readonly double[] s_square = [4, 1, 3, 2, 0, 5, 3, 2, 2];

    private readonly NpyTestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Assign_solves_one_problem()
    {
        WriteCosts("<f4", "(3, 3)", s_square);
        JsonElement json = Run("a.npy", "--json", "--out", "p.npy").Json();

        Assert.Equal(["engine", "problems", "costs", "status", "maxGap", "seconds"], json.EnumerateObject().Select(property => property.Name));
        Assert.Contains(json.GetProperty("engine").GetString(), EngineKindNames.All);
        Assert.Equal(1, json.GetProperty("problems").GetInt32());
        Assert.Equal([5], Costs(json));
        Assert.Equal(["optimal"], Status(json));
        Assert.InRange(json.GetProperty("maxGap").GetDouble(), 0, 1e-5);
        Assert.InRange(json.GetProperty("seconds").GetDouble(), 0, 60);
        AssertPermutation("(1, 3)", 1, 0, 2);
        Assert.Equal(["a.npy", "p.npy"], _folder.FileNames);
    }

    [Fact]
    public void Assign_solves_with_the_kernels_of_a_device()
    {
        WriteCosts("<f4", "(3, 3)", s_square);
        JsonElement json = Run("a.npy", "--json", "--out", "p.npy", "--engine", "cpu-accelerator").Json();

        Assert.Equal("cpu-accelerator", json.GetProperty("engine").GetString());
        Assert.Equal([5], Costs(json));
        AssertPermutation("(1, 3)", 1, 0, 2);
    }

    [Theory]
    [InlineData("<f8", false)]
    [InlineData(">f4", false)]
    [InlineData("<f4", true)]
    public void Assign_reads_every_layout(string descr, bool isFortranOrder)
    {
        // Two problems: the square one, and its mirror image, whose optimum is mirrored.
        double[] mirrored = [.. s_square.Chunk(3).SelectMany(row => row.Reverse())];
        double[] elements = [.. s_square, .. mirrored];
        if (isFortranOrder)
        {
            // Element (b, i, j) of shape (2, 3, 3) lies at b + 2 i + 6 j.
            double[] scattered = new double[elements.Length];
            for (int e = 0; e < elements.Length; e++)
            {
                scattered[(e / 9) + (2 * (e / 3 % 3)) + (6 * (e % 3))] = elements[e];
            }

            elements = scattered;
        }

        WriteCosts(descr, "(2, 3, 3)", elements, isFortranOrder);
        JsonElement json = Run("a.npy", "--json", "--out", "p.npy", "--engine", "host", "--threads", "1").Json();

        Assert.Equal("host", json.GetProperty("engine").GetString());
        Assert.Equal([5, 5], Costs(json));
        AssertPermutation("(2, 3)", 1, 0, 2, 1, 2, 0);
    }

    [Theory]
    [InlineData("(1, 2, 3)", new double[] { 5, 1, 9, 4, 2, 3 }, 4, new[] { 1, 2 })]
    [InlineData("(1, 3, 2)", new double[] { 5, 4, 1, 2, 9, 3 }, 4, new[] { -1, 0, 1 })]
    public void Assign_matches_the_shorter_side(string shape, double[] elements, double cost, int[] permutation)
    {
        WriteCosts("<f4", shape, elements);

        Assert.Equal([cost], Costs(Run("a.npy", "--json", "--out", "p.npy").Json()));
        AssertPermutation(shape[..^4] + ")", permutation);
    }

    [Fact]
    public void Assign_honours_forbidden_pairs_and_tells_of_infeasible_problems()
    {
        WriteCosts("<f4", "(2, 2, 2)", [Inf, 7, 1, Inf, Inf, Inf, 1, 1]);
        JsonElement json = Run("a.npy", "--json", "--out", "p.npy").Json();

        Assert.Equal([8, null], Costs(json));
        Assert.Equal(["optimal", "infeasible"], Status(json));
        AssertPermutation("(2, 2)", 1, 0, -1, -1);
    }

    [Theory]
    [InlineData("(0, 3, 3)", 0)]
    [InlineData("(2, 3, 0)", 2)]
    public void Assign_solves_empty_problems_at_no_cost(string shape, int problems)
    {
        WriteCosts("<f4", shape, []);
        JsonElement json = Run("a.npy", "--json").Json();

        Assert.Equal(Enumerable.Repeat<double?>(0, problems), Costs(json));
        Assert.Equal(Enumerable.Repeat("optimal", problems), Status(json));
        Assert.Equal(problems == 0 ? JsonValueKind.Null : JsonValueKind.Number, json.GetProperty("maxGap").ValueKind);
    }

    [Fact]
    public void Assign_tells_people_of_each_problem()
    {
        WriteCosts("<f4", "(2, 2, 2)", [Inf, 7, 1, Inf, Inf, Inf, 1, 1]);
        CommandRun run = Run("a.npy");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("2 problems of 2 x 2", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n0 +optimal +8\r?\n1 +infeasible +-\r?\n", run.Output);
    }

    [Theory]
    [InlineData("<f4", "(2, 2)", new double[] { 1, 2, double.NaN, 3 }, "problem 0", "row 1", "column 0", "NaN")]
    [InlineData("<f8", "(2, 1)", new double[] { 1, 1e39 }, "[1, 0]", "1E+39", "float32")]
    [InlineData("<i4", "(1, 1)", new double[] { 1 }, "int32 (1, 1)", "float32 or float64")]
    [InlineData("<f4", "(2,)", new double[] { 1, 2 }, "(2,)", "(n, m) or (problems, n, m)")]
    [InlineData("<f4", "(1, 1, 1, 1)", new double[] { 1 }, "(1, 1, 1, 1)", "(n, m) or (problems, n, m)")]
    [InlineData("<f4", "(2, 2)", new double[] { 1, 2, 3 }, "cut short")]
    public void Assign_refuses_a_wrong_file_and_writes_nothing(string descr, string shape, double[] elements, params string[] parts)
    {
        WriteCosts(descr, shape, elements);

        Run("a.npy", "--out", "p.npy", "--json").AssertRefused(["a.npy: ", .. parts]);
        Assert.Equal(["a.npy"], _folder.FileNames);
    }

    [Fact]
    public void Assign_refuses_what_is_no_file()
    {
        Run("missing.npy", "--json").AssertRefused("missing.npy: no such file");
        Run(".").AssertRefused(".: is a folder");
    }

    [Theory]
    [InlineData("nowhere/p.npy", "nowhere/p.npy: its folder does not exist")]
    [InlineData("./a.npy", "./a.npy: --out names the input itself")]
    [InlineData("", "--out: the file name is empty")]
    public void Assign_refuses_an_output_that_cannot_be_written(string output, string part)
    {
        string path = WriteCosts("<f4", "(3, 3)", s_square);
        byte[] before = File.ReadAllBytes(path);

        Run("a.npy", "--out", output).AssertRefused(part);
        Assert.Equal(["a.npy"], _folder.FileNames);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Assign_refuses_an_engine_that_is_missing()
    {
        if (ComputeEngine.Discover().FirstOrDefault(engine => !engine.IsAvailable) is not { } missing)
        {
            return;
        }

        WriteCosts("<f4", "(3, 3)", s_square);
        string kind = missing.Kind.ToName();

        Run("a.npy", "--engine", kind).AssertRefused($"The engine '{kind}' is not available: {missing.Reason}");
        CommandRun.In(_folder.Root, [("PYRAMIDOT_ENGINE", kind)], ["assign", "a.npy"]).AssertRefused($"'{kind}'");
    }

    [Fact]
    public void Assign_interrupted_ends_with_130_and_leaves_nothing_behind()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        WriteCosts("<f4", "(3, 3)", s_square);
        CommandRun run = CommandRun.In(_folder.Root, [], ["assign", "a.npy", "--out", "p.npy", "--json"], process =>
        {
            // The warm-up alone takes longer than this.
            Thread.Sleep(250);
            Assert.Equal(0, Kill(process.Id, Terminate));
        });

        // 143 is the system's own answer, where the command had not come up yet.
        Assert.True(run.ExitCode is 130 or 143, $"The exit code is {run.ExitCode}.");
        Assert.Equal("", run.Output);
        Assert.Equal(["a.npy"], _folder.FileNames);
    }

    // SIGTERM. SIGINT goes the same way, but children inherit that it is ignored, as in a shell's background jobs.
    private const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    private static double?[] Costs(JsonElement json) =>
        [.. json.GetProperty("costs").EnumerateArray().Select(cost => cost.ValueKind is JsonValueKind.Null ? null : (double?)cost.GetDouble())];

    private static string[] Status(JsonElement json) => [.. json.GetProperty("status").EnumerateArray().Select(status => status.GetString()!)];

    private string WriteCosts(string descr, string shape, double[] elements, bool isFortranOrder = false) => _folder.Write(
        NpyTestFolder.Bytes(NpyTestFolder.HeaderText(descr, shape, isFortranOrder), NpyTestFolder.Data(descr, elements)));

    // In the folder, so that messages hold the plain names.
    private CommandRun Run(params string[] arguments) => CommandRun.In(_folder.Root, [], ["assign", .. arguments]);

    private void AssertPermutation(string shape, params int[] expected)
    {
        using NpyReader reader = NpyReader.Open(_folder.PathOf("p.npy"));
        int[] actual = new int[reader.Header.ElementCount];
        reader.ReadInt32(0, actual);
        Assert.Equal(NpyElementType.Int32, reader.Header.ElementType);
        Assert.Equal(shape, reader.Header.ShapeText);
        Assert.Equal(expected, actual);
    }
}
