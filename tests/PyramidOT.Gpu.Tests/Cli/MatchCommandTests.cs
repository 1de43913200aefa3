using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed class MatchCommandTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public MatchCommandTests()
    {
        _folder.WriteCloud("a.npy", 2, 0, 0, 1, 0, 0, 1, 9, 9);
        _folder.WriteCloud("b.npy", 2, 9, 9.5f, 0, 1, 0.5f, 0, 0, 0);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pairs.npy")]
    [InlineData("pairs.csv")]
    public void Match_finds_the_optimum_and_writes_it(string pairs)
    {
        JsonElement json = Run("a.npy", "b.npy", "--gap", "0", "--out", pairs, "--json").Json();
        Assert.Equal(
            ["engine", "points", "p", "distance", "lowerBound", "bound", "gap", "end", "sweeps", "rounds", "history", "seconds"],
            json.EnumerateObject().Select(property => property.Name));

        // Two points moved by a half each, of four.
        double distance = Math.Sqrt(0.125);
        Assert.Equal(distance, json.GetProperty("distance").GetDouble(), 1e-12);
        Assert.Equal(distance, json.GetProperty("lowerBound").GetDouble(), 1e-12);
        Assert.Equal(0, json.GetProperty("gap").GetDouble());
        Assert.Equal("optimal", json.GetProperty("end").GetString());
        Assert.Equal("potentials", json.GetProperty("bound").GetString());
        Assert.Equal(distance, json.GetProperty("history").EnumerateArray().Last().GetDouble(), 1e-12);
        Assert.Equal([(0, 3), (1, 2), (2, 1), (3, 0)], _folder.ReadPairs(pairs));
    }

    [Fact]
    public void Match_takes_cost_exponent_and_limits()
    {
        JsonElement json = Run(
            "a.npy", "b.npy", "--cost", "manhattan", "--p", "1", "--sweeps", "2", "--rounds", "0", "--batch-size", "2", "--seed", "5", "--gap", "0", "--json").Json();
        Assert.Equal("limit", json.GetProperty("end").GetString());
        Assert.Equal("coordinates", json.GetProperty("bound").GetString());
        Assert.Equal(2, json.GetProperty("sweeps").GetInt32());
        Assert.Equal(3, json.GetProperty("history").GetArrayLength());
        Assert.InRange(json.GetProperty("lowerBound").GetDouble(), 0.2, 0.25 + 1e-9);
        Assert.True(json.GetProperty("distance").GetDouble() >= 0.25 - 1e-9);
        Assert.Equal("time", Run("a.npy", "b.npy", "--time", "0", "--gap", "0", "--json").Json().GetProperty("end").GetString());
    }

    [Fact]
    public void Match_tells_people_in_words()
    {
        CommandRun run = Run("a.npy", "a.npy");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.StartsWith("4 pairs in 2 dimensions, ", run.Output, StringComparison.Ordinal);
        Assert.Contains("the optimum", run.Output, StringComparison.Ordinal);
        Assert.Contains("an upper bound of W_2", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_refuses_what_makes_no_sense()
    {
        _folder.WriteCloud("one.npy", 2, 1, 2);
        _folder.WriteCloud("far.npy", 2, 0, 0, 1e20f, 1e20f, 3, 3, 4, 4);
        Refused("--gap: '-1' is not a number from 0 to 1", "a.npy", "b.npy", "--gap", "-1");
        Refused("one.npy has 1 point, a.npy has 4", "a.npy", "one.npy");
        Refused("a.npy, far.npy: ", "a.npy", "far.npy");
        Refused("p.txt: --out writes files that end in .npy or .csv", "a.npy", "b.npy", "--out", "p.txt");

        void Refused(string part, params string[] arguments) => Run([.. arguments, "--json"]).AssertRefused(part);
    }

    private CommandRun Run(params string[] arguments) => _folder.Run(["match", .. arguments]);
}
