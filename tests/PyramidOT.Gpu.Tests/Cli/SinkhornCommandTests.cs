using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed class SinkhornCommandTests : IDisposable
{
    private const double Inf = double.PositiveInfinity;
    private const double Epsilon = 0.5;

    // With costs 0 on the diagonal and 1 off it, the plan of equal weights has this off the diagonal, twice.
    private static readonly double s_off = 0.5 / (1 + Math.Exp(1 / Epsilon));

    private readonly ProblemFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("host")]
    [InlineData("cpu-accelerator")]
    public void Sinkhorn_solves_a_problem_whose_plan_is_known(string engine)
    {
        WriteOne();
        JsonElement json = Run("--epsilon", "0.5", "--out", "p.npy", "--engine", engine);

        Assert.Equal(
            ["engine", "problems", "costs", "values", "marginalErrors", "iterations", "status", "seconds"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(engine, json.GetProperty("engine").GetString());
        Assert.Equal(1, json.GetProperty("problems").GetInt32());
        Assert.Equal(["optimal"], ProblemFolder.Status(json));
        Near([2 * s_off], json, "costs");

        // The cost, and epsilon times the divergence from the product of the weights, 1/4 each.
        double divergence = (2 * s_off * Math.Log(4 * s_off)) + ((1 - (2 * s_off)) * Math.Log(4 * (0.5 - s_off)));
        Near([(2 * s_off) + (Epsilon * divergence)], json, "values");
        Assert.InRange(json.GetProperty("marginalErrors")[0].GetDouble(), 0, 1e-6);
        Assert.InRange(json.GetProperty("iterations")[0].GetInt32(), 1, 10_000);
        Assert.InRange(json.GetProperty("seconds").GetDouble(), 0, 60);
        (string shape, float[] plan) = _folder.ReadFloats("p.npy");
        Assert.Equal("(1, 2, 2)", shape);
        AssertNear([0.5 - s_off, s_off, s_off, 0.5 - s_off], plan);
        Assert.Equal(["c.npy", "p.npy"], _folder.FileNames);
    }

    [Fact]
    public void Sinkhorn_counts_a_relative_epsilon_in_mean_costs_of_each_problem()
    {
        // Mean costs 1/2 and 4: epsilons 0.5 and 4, which is the same problem in other units.
        _folder.Write("c.npy", "(2, 2, 2)", 0, 1, 1, 0, 0, 8, 8, 0);
        JsonElement json = Run("--epsilon", "1", "--relative", "--tolerance", "1e-9");

        Near([2 * s_off, 16 * s_off], json, "costs");
    }

    [Fact]
    public void Sinkhorn_meets_the_weights_that_are_given()
    {
        double[] rows = [0.125, 0.875, 0.5, 0.5];
        double[] columns = [0.25, 0, 0.75, 0.5, 0.25, 0.25];
        _folder.Write("c.npy", "(2, 2, 3)", 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8);
        _folder.Write("a.npy", "(2, 2)", rows);
        _folder.WriteAs("<f8", "b.npy", "(2, 3)", columns);
        JsonElement json = Run("--a", "a.npy", "--b", "b.npy", "--epsilon", "0.3", "--tolerance", "1e-8", "--out", "p.npy");

        Assert.Equal(["optimal", "optimal"], ProblemFolder.Status(json));
        (string shape, float[] plan) = _folder.ReadFloats("p.npy");
        Assert.Equal("(2, 2, 3)", shape);
        AssertNear(rows, [.. plan.Chunk(3).Select(row => row.Sum())]);
        AssertNear(columns, [.. plan.Chunk(6).SelectMany(own => Enumerable.Range(0, 3).Select(j => own[j] + own[3 + j]))]);

        // More than the least cost, which the exact solver knows, and less than that of the product of the weights.
        double?[] exact = ProblemFolder.Numbers(_folder.Run("transport", "c.npy", "--a", "a.npy", "--b", "b.npy", "--json").Json(), "costs");
        double?[] smoothed = ProblemFolder.Numbers(json, "costs");
        Assert.All(exact.Zip(smoothed), pair => Assert.InRange(pair.Second!.Value, pair.First!.Value - 1e-6, pair.First.Value + 0.3));
    }

    [Theory]
    [InlineData("host")]
    [InlineData("cpu-accelerator")]
    public void Sinkhorn_with_a_penalty_moves_what_is_worth_it(string engine)
    {
        // One point a side: the mass P minimises P c + epsilon KL(P | ab) + rho KL(P | a) + rho KL(P | b), with ab = 1.
        const double Cost = 3, Rho = 2;
        _folder.Write("c.npy", "(1, 1)", Cost);
        _folder.Write("a.npy", "(1,)", 2);
        _folder.Write("b.npy", "(1,)", 0.5);
        JsonElement json = Run("--a", "a.npy", "--b", "b.npy", "--epsilon", "0.5", "--penalty", "2", "--out", "p.npy", "--engine", engine);

        Assert.Equal(["optimal"], ProblemFolder.Status(json));
        double mass = Math.Exp(-Cost / (Epsilon + (2 * Rho)));
        Near([mass * Cost], json, "costs");
        Near([(mass * Cost) + (Epsilon * Divergence(mass, 1)) + (Rho * (Divergence(mass, 2) + Divergence(mass, 0.5)))], json, "values");
        AssertNear([mass], _folder.ReadFloats("p.npy").Numbers);

        static double Divergence(double p, double q) => (p * Math.Log(p / q)) - p + q;
    }

    [Fact]
    public void Sinkhorn_that_meets_its_iteration_limit_is_done_and_says_so()
    {
        _folder.Write("c.npy", "(2, 3)", 0, 1, 4, 2, 1, 1);
        JsonElement json = Run("--epsilon", "0.05", "--max-iterations", "2", "--out", "p.npy");

        Assert.Equal(["iteration-limit"], ProblemFolder.Status(json));
        Assert.Equal([2], ProblemFolder.Numbers(json, "iterations"));
        Assert.True(json.GetProperty("marginalErrors")[0].GetDouble() > 1e-6);
        Assert.Equal("(1, 2, 3)", _folder.ReadFloats("p.npy").Shape);
    }

    [Fact]
    public void Sinkhorn_tells_of_problems_that_have_no_plan()
    {
        _folder.Write("c.npy", "(2, 2, 2)", 0, 1, 1, 0, Inf, Inf, 1, 1);
        JsonElement json = Run("--epsilon", "0.5", "--tolerance", "1e-9", "--out", "p.npy");

        Assert.Equal(["optimal", "infeasible"], ProblemFolder.Status(json));
        Assert.Equal(2 * s_off, ProblemFolder.Numbers(json, "costs")[0]!.Value, 1e-6);
        Assert.All(["costs", "values", "marginalErrors"], name => Assert.Null(ProblemFolder.Numbers(json, name)[1]));
        Assert.Equal(new float[4], _folder.ReadFloats("p.npy").Numbers[4..]);
    }

    [Fact]
    public void Sinkhorn_has_nothing_to_do_without_problems()
    {
        _folder.Write("c.npy", "(0, 3, 3)");
        JsonElement json = Run("--epsilon", "1", "--out", "p.npy");

        Assert.Empty(ProblemFolder.Numbers(json, "costs"));
        Assert.Equal("(0, 3, 3)", _folder.ReadFloats("p.npy").Shape);
    }

    [Fact]
    public void Sinkhorn_tells_people_of_each_problem()
    {
        _folder.Write("c.npy", "(2, 2, 2)", 0, 0, 0, 0, Inf, Inf, 1, 1);
        CommandRun run = _folder.Run("sinkhorn", "c.npy", "--epsilon", "0.5");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("2 problems of 2 x 2", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n0 +optimal +0 +[^ ]+ +[^ ]+ +\d+\r?\n1 +infeasible +- +- +- +\d+\r?\n", run.Output);
    }

    [Theory]
    [InlineData("", "--epsilon is missing")]
    [InlineData("--epsilon 0", "--epsilon: '0' is not a number from 1E-100 to 1E+100")]
    [InlineData("--epsilon -1", "--epsilon: '-1'")]
    [InlineData("--epsilon NaN", "--epsilon: 'NaN'")]
    [InlineData("--epsilon Infinity", "--epsilon: 'Infinity'")]
    [InlineData("--epsilon little", "--epsilon: 'little'")]
    [InlineData("--epsilon 1 --tolerance 0", "--tolerance: '0' is not a number from 1E-14 to 1")]
    [InlineData("--epsilon 1 --tolerance 2", "--tolerance: '2'")]
    [InlineData("--epsilon 1 --max-iterations 0", "--max-iterations: '0' is not a whole number from 1")]
    [InlineData("--epsilon 1 --penalty 0", "--penalty: '0' is not a number from 1E-100 to 1E+100")]
    [InlineData("--epsilon 1 --penalty -2", "--penalty: '-2'")]
    [InlineData("--epsilon 1 --out p.csv", "p.csv: --out writes a file that ends in .npy")]
    [InlineData("--epsilon 1 --out ./c.npy", "./c.npy: --out names the input itself")]
    [InlineData("--epsilon 1 --b w.npy --out w.npy", "w.npy: --out names the input itself")]
    [InlineData("--epsilon 1 --out nowhere/p.npy", "nowhere/p.npy: its folder does not exist")]
    [InlineData("--epsilon 1 --a missing.npy", "missing.npy: no such file")]
    [InlineData("--epsilon 1 --a three.npy", "three.npy: the weights of 1 problem of 2 rows have the shape (2,) or (1, 2); the file's is (3,)")]
    [InlineData("--epsilon 1 --b zero.npy", "zero.npy: the weights of problem 0's columns are all 0")]
    [InlineData("--epsilon 1 --b zero.npy --penalty 1", "zero.npy: the weights of problem 0's columns are all 0")]
    [InlineData("--epsilon 1 --b negative.npy --penalty 1", "negative.npy: the weight of problem 0, column 1 is -1;")]
    [InlineData("--epsilon 1 --b w.npy", "w.npy: ", "1 over its rows (1/2 each: --a is not given) and 2 over its columns (w.npy)", "unless --penalty is given")]
    public void Sinkhorn_refuses_what_makes_no_sense(string options, params string[] parts)
    {
        WriteOne();
        _folder.Write("w.npy", "(2,)", 1, 1);
        _folder.Write("three.npy", "(3,)", 1, 1, 1);
        _folder.Write("zero.npy", "(2,)", 0, 0);
        _folder.Write("negative.npy", "(2,)", 1, -1);

        _folder.Refused(["sinkhorn", "c.npy", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"], parts);
    }

    [Fact]
    public void Sinkhorn_refuses_wrong_costs_and_writes_nothing()
    {
        _folder.Write("c.npy", "(2, 1, 2)", 1, 2, 3, double.NaN);

        _folder.Refused(["sinkhorn", "c.npy", "--epsilon", "1", "--out", "p.npy"], "c.npy: ", "problem 1", "row 0", "column 1", "NaN");
    }

    private static void Near(double[] expected, JsonElement json, string property) =>
        AssertNear(expected, [.. ProblemFolder.Numbers(json, property).Select(x => (float)x!.Value)]);

    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * Math.Max(1, Math.Abs(pair.First))));
    }

    private void WriteOne() => _folder.Write("c.npy", "(2, 2)", 0, 1, 1, 0);

    private JsonElement Run(params string[] options) => _folder.Run(["sinkhorn", "c.npy", "--json", .. options]).Json();
}
