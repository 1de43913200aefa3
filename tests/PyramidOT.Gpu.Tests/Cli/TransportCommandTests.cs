using System.Runtime.InteropServices;
using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed partial class TransportCommandTests : IDisposable
{
    private const double Inf = double.PositiveInfinity;

    // With the weights below: row 0 serves columns 0 and 1, row 1 column 2, at 0.25 x 1 + 0.25 x 3 + 0.5 x 1.
    private static readonly double[] s_costs = [1, 3, 5, 4, 2, 1];
    private static readonly double[] s_rows = [0.5, 0.5];
    private static readonly double[] s_columns = [0.25, 0.25, 0.5];

    private readonly ProblemFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("host")]
    [InlineData("cpu-accelerator")]
    public void Transport_solves_a_weighted_problem(string engine)
    {
        WriteOne();
        JsonElement json = Run("--a", "a.npy", "--b", "b.npy", "--out", "p.csv", "--engine", engine);

        Assert.Equal(
            ["engine", "problems", "costs", "duals", "maxGap", "status", "seconds"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(engine, json.GetProperty("engine").GetString());
        Assert.Equal(1, json.GetProperty("problems").GetInt32());
        Assert.Equal([1.5], ProblemFolder.Numbers(json, "costs"));
        Assert.Equal(1.5, Assert.Single(ProblemFolder.Numbers(json, "duals"))!.Value, 1e-6);
        Assert.InRange(json.GetProperty("maxGap").GetDouble(), 0, 1e-6);
        Assert.Equal(["optimal"], ProblemFolder.Status(json));
        Assert.InRange(json.GetProperty("seconds").GetDouble(), 0, 60);
        Assert.Equal([(0, 0, 0, 0.25), (0, 0, 1, 0.25), (0, 1, 2, 0.5)], _folder.ReadPlan("p.csv"));
        Assert.Equal(["a.npy", "b.npy", "c.npy", "p.csv"], _folder.FileNames);
    }

    [Fact]
    public void Transport_of_whole_units_costs_what_the_assignment_of_the_units_does()
    {
        // Row i weighs units[i] / 8, so that it is units[i] rows of an assignment; columns likewise.
        int[][] rowUnits = [[3, 1, 4, 0], [1, 1, 1, 5]];
        int[][] columnUnits = [[2, 1, 2, 1, 2], [0, 0, 8, 0, 0]];
        double[] costs = [.. Enumerable.Range(0, 40).Select(i => (double)(i * 7919 % 101))];
        double[] units = [.. Enumerable.Range(0, 2).SelectMany(b =>
            from i in Enumerable.Range(0, 4)
            from copy in Enumerable.Range(0, rowUnits[b][i])
            from j in Enumerable.Range(0, 5)
            from other in Enumerable.Range(0, columnUnits[b][j])
            select costs[(20 * b) + (5 * i) + j])];
        _folder.Write("c.npy", "(2, 4, 5)", costs);
        _folder.Write("units.npy", "(2, 8, 8)", units);
        _folder.WriteAs("<f8", "a.npy", "(2, 4)", [.. rowUnits.SelectMany(row => row).Select(x => x / 8.0)]);
        _folder.WriteAs("<f8", "b.npy", "(2, 5)", [.. columnUnits.SelectMany(column => column).Select(x => x / 8.0)]);
        double?[] expected = ProblemFolder.Numbers(_folder.Run("assign", "units.npy", "--json").Json(), "costs");
        JsonElement json = Run("--a", "a.npy", "--b", "b.npy", "--out", "p.csv");

        Assert.Equal(expected.Select(cost => cost / 8), ProblemFolder.Numbers(json, "costs"));
        (int Problem, int Row, int Column, double Mass)[] plan = _folder.ReadPlan("p.csv");
        Assert.Equal(plan.Select(cell => (cell.Problem, cell.Row, cell.Column)).Order().Distinct(), plan.Select(cell => (cell.Problem, cell.Row, cell.Column)));
        for (int b = 0; b < 2; b++)
        {
            (int Problem, int Row, int Column, double Mass)[] own = [.. plan.Where(cell => cell.Problem == b)];
            Assert.Equal(rowUnits[b], Enumerable.Range(0, 4).Select(i => (int)(8 * own.Where(cell => cell.Row == i).Sum(cell => cell.Mass))));
            Assert.Equal(columnUnits[b], Enumerable.Range(0, 5).Select(j => (int)(8 * own.Where(cell => cell.Column == j).Sum(cell => cell.Mass))));
            Assert.Equal(expected[b]!.Value / 8, own.Sum(cell => cell.Mass * costs[(20 * b) + (5 * cell.Row) + cell.Column]), 1e-12);
        }
    }

    [Fact]
    public void Transport_without_weights_takes_equal_ones()
    {
        // The least of 2 x 2 matrices is the lesser diagonal's mean.
        _folder.Write("c.npy", "(2, 2, 2)", 4, 1, 3, 2, 0, 9, 9, 4);

        Assert.Equal([2, 2], ProblemFolder.Numbers(Run(), "costs"));
    }

    [Fact]
    public void Transport_takes_equal_weights_on_the_side_that_has_no_file()
    {
        // Every row costs the same whatever its columns are.
        _folder.Write("c.npy", "(3, 2)", 1, 1, 2, 2, 3, 3);
        _folder.WriteAs("<f8", "a.npy", "(1, 3)", [0.5, 0.25, 0.25]);
        _folder.WriteAs("<f8", "b.npy", "(2,)", [0.3, 0.7]);

        Assert.Equal([1.75], ProblemFolder.Numbers(Run("--a", "a.npy"), "costs"));
        Assert.Equal(2, Assert.Single(ProblemFolder.Numbers(Run("--b", "b.npy"), "costs"))!.Value, 1e-6);
    }

    [Fact]
    public void Transport_reads_weights_of_every_layout()
    {
        _folder.Write("c.npy", "(2, 2, 3)", [.. s_costs, .. s_costs]);
        _folder.WriteAs(">f4", "a.npy", "(2, 2)", [0.5, 1, 0.5, 1], isFortranOrder: true);
        _folder.WriteAs(">f8", "b.npy", "(2, 3)", [.. s_columns, .. s_columns.Select(x => 2 * x)]);

        Assert.Equal([1.5, 3], ProblemFolder.Numbers(Run("--a", "a.npy", "--b", "b.npy"), "costs"));
    }

    [Fact]
    public void Transport_tells_of_problems_that_have_no_plan()
    {
        _folder.Write("c.npy", "(2, 2, 2)", Inf, 7, 1, Inf, Inf, Inf, 1, 1);
        JsonElement json = Run("--out", "p.csv");

        Assert.Equal([4, null], ProblemFolder.Numbers(json, "costs"));
        Assert.Equal([4, null], ProblemFolder.Numbers(json, "duals"));
        Assert.Equal(["optimal", "infeasible"], ProblemFolder.Status(json));
        Assert.Equal(0, json.GetProperty("maxGap").GetDouble(), 1e-6);
        Assert.Equal([(0, 0, 1, 0.5), (0, 1, 0, 0.5)], _folder.ReadPlan("p.csv"));
    }

    [Theory]
    [InlineData("(0, 3, 3)", 0)]
    [InlineData("(2, 0, 0)", 2)]
    public void Transport_solves_empty_problems_at_no_cost(string shape, int problems)
    {
        _folder.Write("c.npy", shape);
        JsonElement json = Run("--out", "p.csv");

        Assert.Equal(Enumerable.Repeat<double?>(0, problems), ProblemFolder.Numbers(json, "costs"));
        Assert.Equal(problems == 0 ? JsonValueKind.Null : JsonValueKind.Number, json.GetProperty("maxGap").ValueKind);
        Assert.Empty(_folder.ReadPlan("p.csv"));
    }

    [Fact]
    public void Transport_tells_people_of_each_problem()
    {
        _folder.Write("c.npy", "(2, 2, 2)", Inf, 7, 1, Inf, Inf, Inf, 1, 1);
        CommandRun run = _folder.Run("transport", "c.npy");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("2 problems of 2 x 2", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n0 +optimal +4 +4\r?\n1 +infeasible +- +-\r?\n", run.Output);
    }

    [Theory]
    [InlineData("", "COSTS.npy is missing", "pyramidot transport --help")]
    [InlineData("c.npy --epsilon 1", "'--epsilon' is not an option")]
    [InlineData("c.npy --a missing.npy", "missing.npy: no such file")]
    [InlineData("c.npy --a .", ".: is a folder")]
    [InlineData("c.npy --out p.npy", "p.npy: --out writes a file that ends in .csv")]
    [InlineData("c.npy --out nowhere/p.csv", "nowhere/p.csv: its folder does not exist")]
    [InlineData("c.npy --a a.csv --out ./a.csv", "./a.csv: --out names the input itself")]
    [InlineData("c.npy --b a.csv", "a.csv: the weights of 1 problem of 3 columns have the shape (3,) or (1, 3); the file's is (2,)")]
    [InlineData("c.npy --a c.npy", "c.npy: the weights of 1 problem of 2 rows have the shape (2,) or (1, 2); the file's is (2, 3)")]
    public void Transport_refuses_a_command_line_that_makes_no_sense(string arguments, params string[] parts)
    {
        WriteOne();
        _folder.Write("a.csv", "(2,)", s_rows);

        _folder.Refused(["transport", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"], parts);
    }

    [Fact]
    public void Transport_refuses_empty_names()
    {
        WriteOne();

        _folder.Refused(["transport", ""], "COSTS.npy: the file name is empty");
        _folder.Refused(["transport", "c.npy", "--a", ""], "--a: the file name is empty");
        _folder.Refused(["transport", "c.npy", "--b", ""], "--b: the file name is empty");
        _folder.Refused(["transport", "c.npy", "--out", ""], "--out: the file name is empty");
    }

    [Theory]
    [InlineData("<f4", "(2,)", new double[] { 1, 1 }, "the weights of 2 problems of 2 rows have the shape (2, 2); the file's is (2,)")]
    [InlineData("<f4", "(4,)", new double[] { 1, 1, 1, 1 }, "the weights of 2 problems of 2 rows have the shape (2, 2); the file's is (4,)")]
    [InlineData("<i4", "(2, 2)", new double[] { 1, 1, 1, 1 }, "weights are float32 or float64; the file holds int32 (2, 2)")]
    [InlineData("<f4", "(2, 2)", new double[] { 1, 1, double.NaN, 1 }, "the weight of problem 1, row 0 is NaN")]
    [InlineData("<f8", "(2, 2)", new double[] { 2, -1e-9, 1, 1 }, "the weight of problem 0, row 1 is -1E-09")]
    [InlineData("<f4", "(2, 2)", new double[] { 1, 1, 1, Inf }, "the weight of problem 1, row 1 is Infinity")]
    [InlineData("<f8", "(2, 2)", new double[] { 1, 1, 1e39, 1 }, "the element at [1, 0] is 1E+39")]
    [InlineData("<f4", "(2, 2)", new double[] { 1, 0, 1, 0.5 }, "the weights of problem 1 sum up to 1.5 over its rows (a.npy) and 1 over its columns (1/2 each: --b is not given)")]
    [InlineData("<f4", "(2, 2)", new double[] { 0, 0, 1, 0 }, "the weights of problem 0 sum up to 0 over its rows")]
    public void Transport_refuses_weights_that_are_none(string descr, string shape, double[] weights, string part)
    {
        _folder.Write("c.npy", "(2, 2, 2)", 1, 2, 3, 4, 5, 6, 7, 8);
        _folder.WriteAs(descr, "a.npy", shape, weights);

        _folder.Refused(["transport", "c.npy", "--a", "a.npy", "--out", "p.csv", "--json"], "a.npy: " + part);
    }

    [Fact]
    public void Transport_refuses_what_does_not_balance()
    {
        _folder.Write("c.npy", "(2, 3)", s_costs);
        _folder.Write("a.npy", "(2,)", s_rows);
        _folder.Write("b.npy", "(3,)", 0.25, 0.25, 0.625);
        _folder.Write("lone.npy", "(1, 0, 3)");

        _folder.Refused(["transport", "c.npy", "--a", "a.npy", "--b", "b.npy"], "a.npy: ", "problem 0", "1 over its rows", "1.125 over its columns (b.npy)");
        _folder.Refused(["transport", "c.npy", "--b", "b.npy"], "b.npy: ", "1 over its rows (1/2 each: --a is not given)");
        _folder.Refused(["transport", "lone.npy"], "lone.npy: ", "0 over its rows (there are none)");
    }

    [Fact]
    public void Transport_refuses_wrong_costs_and_leaves_what_was_there()
    {
        _folder.Write("c.npy", "(2, 2)", 1, 2, double.NaN, 3);
        File.WriteAllText(_folder.PathOf("p.csv"), "old");

        _folder.Refused(["transport", "c.npy", "--out", "p.csv"], "c.npy: ", "problem 0", "row 1", "column 0", "NaN");
        Assert.Equal("old", File.ReadAllText(_folder.PathOf("p.csv")));
    }

    [Fact]
    public void Transport_interrupted_ends_with_130_and_leaves_nothing_behind()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        WriteOne();
        CommandRun run = _folder.Run(
            process =>
            {
                // The warm-up alone takes longer than this.
                Thread.Sleep(250);
                Assert.Equal(0, Kill(process.Id, Terminate));
            },
            ["transport", "c.npy", "--out", "p.csv", "--json"]);

        // 143 is the system's own answer, where the command had not come up yet.
        Assert.True(run.ExitCode is 130 or 143, $"The exit code is {run.ExitCode}.");
        Assert.Equal("", run.Output);
        Assert.Equal(["a.npy", "b.npy", "c.npy"], _folder.FileNames);
    }

    // SIGTERM. SIGINT goes the same way, but children inherit that it is ignored, as in a shell's background jobs.
    private const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    private void WriteOne()
    {
        _folder.Write("c.npy", "(2, 3)", s_costs);
        _folder.Write("a.npy", "(2,)", s_rows);
        _folder.WriteAs("<f8", "b.npy", "(1, 3)", s_columns);
    }

    private JsonElement Run(params string[] options) => _folder.Run(["transport", "c.npy", "--json", .. options]).Json();
}
