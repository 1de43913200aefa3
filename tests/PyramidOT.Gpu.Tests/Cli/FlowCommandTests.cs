using System.Runtime.InteropServices;
using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public sealed partial class FlowCommandTests : IDisposable
{
    private readonly CloudFolder _folder = new();

    public FlowCommandTests()
    {
        _folder.WriteCloud("a.npy", 2, 0, 0, 1, 0, 0, 1, 9, 9);
        _folder.WriteCloud("b.npy", 2, 9, 9.5f, 0, 1, 0.5f, 0, 0, 0);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("interleaving", "exact")]
    [InlineData("random", "exact")]
    [InlineData("grid", "exact")]
    [InlineData("global", null)]
    public void Flow_moves_the_source_and_tells_what_is_left(string scheme, string? solver)
    {
        JsonElement json = Run(
            ["a.npy", "b.npy", "--scheme", scheme, "--batch-size", "4", "--passes", "3", "--rate", "0.25", "--residual-at", "1,3", "--out", "m.npy", "--json", .. solver is null ? [] : new[] { "--solver", solver }]).Json();
        Assert.Equal(
            ["engine", "scheme", "batchSize", "points", "passes", "rate", "solver", "residuals", "certified", "residualKind", "losses", "solvedBatches", "keptBatches", "seconds"],
            json.EnumerateObject().Select(property => property.Name));

        // Two points have a half to go, of four; each pass halves it.
        double start = Math.Sqrt(0.125);
        JsonElement residuals = json.GetProperty("residuals");
        Assert.Equal(["0", "1", "3"], residuals.EnumerateObject().Select(property => property.Name));
        Assert.Equal(start, residuals.GetProperty("0").GetDouble(), 1e-9);
        Assert.Equal(start / 2, residuals.GetProperty("1").GetDouble(), 1e-9);
        Assert.Equal(start / 8, residuals.GetProperty("3").GetDouble(), 1e-9);
        Assert.InRange(json.GetProperty("certified").GetDouble(), 0, 1e-6);
        Assert.Equal("exact", json.GetProperty("residualKind").GetString());
        Assert.Equal(0.125, json.GetProperty("losses")[0].GetDouble(), 1e-7);
        Assert.Equal(3, json.GetProperty("losses").GetArrayLength());
        Assert.Equal(scheme == "global", json.GetProperty("batchSize").ValueKind == JsonValueKind.Null);
        (string shape, float[] moved) = _folder.ReadFloats("m.npy");
        Assert.Equal("(4, 2)", shape);
        Assert.Equal([0, 0, 0.5625f, 0, 0, 1, 9, 9.4375f], moved);
    }

    [Fact]
    public void Flow_takes_masses_solvers_and_orders()
    {
        _folder.WriteCloud("three.npy", 2, 0, 0, 1, 1, 2, 2);
        Assert.Equal(2, Run("a.npy", "three.npy", "--solver", "sinkhorn", "--epsilon", "0.1", "--passes", "2", "--json").Json().GetProperty("losses").GetArrayLength());
        Assert.Equal("sliced", Run("a.npy", "three.npy", "--solver", "sliced", "--projections", "3", "--passes", "1", "--json").Json().GetProperty("solver").GetString());
        JsonElement kept = Run("a.npy", "b.npy", "--order", "fixed", "--batch-size", "4", "--passes", "5", "--json").Json();
        Assert.Equal(["0", "5"], kept.GetProperty("residuals").EnumerateObject().Select(property => property.Name));
        Assert.Equal((1, 4), (kept.GetProperty("solvedBatches").GetInt32(), kept.GetProperty("keptBatches").GetInt32()));
        _folder.WriteText("w.csv", "x,y,w\n0,0,1\n1,1,0\n");
        Run("w.csv", "w.csv", "--weight-column", "w", "--passes", "1", "--out", "m.csv", "--rebuild", "2", "--json").Json();
        Assert.StartsWith("x0,x1,weight\n0,0,1\n1,1,0\n", File.ReadAllText(_folder.PathOf("m.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Flow_goes_on_from_its_checkpoint_after_an_interruption()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Random random = new(5);
        _folder.WriteCloud("x.npy", 2, [.. Enumerable.Range(0, 800).Select(_ => random.NextSingle())]);
        _folder.WriteCloud("y.npy", 2, [.. Enumerable.Range(0, 800).Select(_ => random.NextSingle() + 0.5f)]);
        string[] arguments = ["flow", "x.npy", "y.npy", "--batch-size", "10", "--seed", "3", "--checkpoint", "flow.bin", "--json"];
        CommandRun stopped = _folder.Run(
            process =>
            {
                Thread.Sleep(1500);
                Assert.Equal(0, Kill(process.Id, Terminate));
            },
            [.. arguments, "--passes", "1000000"]);

        // 143 is the system's own answer, where the command had not come up yet.
        Assert.True(stopped.ExitCode is 130 or 143, $"The exit code is {stopped.ExitCode}.");
        Assert.Equal("", stopped.Output);
        Assert.DoesNotContain(_folder.FileNames, name => name.StartsWith('.'));
        Assert.True(stopped.ExitCode == 143 || _folder.FileNames.Contains("flow.bin") || stopped.Error.Contains("cancelled", StringComparison.Ordinal));
        File.Delete(_folder.PathOf("flow.bin"));

        double first = Left();
        Assert.Equal(first, Left());
        File.Delete(_folder.PathOf("flow.bin"));
        _folder.Run([.. arguments, "--passes", "4"]).Json();
        Assert.Equal(first, Left());

        double Left() => _folder.Run([.. arguments, "--passes", "10", "--residual-at", "10"]).Json().GetProperty("residuals").GetProperty("10").GetDouble();
    }

    [Fact]
    public void Flow_tells_people_in_words()
    {
        CommandRun run = Run("a.npy", "b.npy", "--batch-size", "4", "--passes", "2", "--residual-at", "1", "--residual-at", "2");
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("4 points in 2 dimensions, interleaving, batches of 4, 2 passes in ", run.Output, StringComparison.Ordinal);
        Assert.Contains("W2 that is left, exact:", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n1 +0\.318198\d* +90\.00 % +0\.000 %\r?\n2 +0\.28637\d* +81\.00 % ", run.Output);
    }

    [Fact]
    public void Flow_refuses_what_makes_no_sense()
    {
        _folder.WriteCloud("one.npy", 2, 1, 2);
        _folder.WriteCloud("line.npy", 1, 1, 2);
        _folder.WriteCloud("far.npy", 2, 0, 0, 1e20f, 1e20f, 3, 3, 4, 4);
        Refused("--rate: '2' is not a number from 1E-09 to 1", "a.npy", "b.npy", "--rate", "2");
        Refused("--residual-at: 'x' is not a whole number", "a.npy", "b.npy", "--residual-at", "1,x");
        Refused("--residual-at: pass 9 is beyond --passes 3", "a.npy", "b.npy", "--residual-at", "1,9", "--passes", "3");
        Refused("line.npy has 1 dimension, a.npy has 2", "a.npy", "line.npy");
        Refused("one.npy has 1 point, a.npy has 4: --scheme global needs as many", "a.npy", "one.npy", "--scheme", "global");
        Refused("--scheme global has no batches", "a.npy", "b.npy", "--scheme", "global", "--order", "fixed");
        Refused("--scheme global has no batches", "a.npy", "b.npy", "--scheme", "global", "--solver", "sliced");
        Refused("a.npy, far.npy: ", "a.npy", "far.npy");
        Refused("m.txt: --out writes files that end in .npy or .csv", "a.npy", "b.npy", "--out", "m.txt");
        Refused("a.npy: --out names the input itself", "a.npy", "b.npy", "--out", "a.npy");
        Refused("b.npy: --checkpoint names the input itself", "a.npy", "b.npy", "--checkpoint", "b.npy");
        Refused("c.npy: --out names the input itself", "a.npy", "b.npy", "--checkpoint", "c.npy", "--out", "c.npy");
        _folder.WriteText("c.txt", "not a checkpoint");
        Refused("c.txt: the file is no checkpoint of a flow", "a.npy", "b.npy", "--checkpoint", "c.txt");
        Run("a.npy", "b.npy", "--passes", "1", "--checkpoint", "c.bin", "--json").Json();
        Refused("c.bin: the file is of a flow with other options", "a.npy", "b.npy", "--passes", "1", "--checkpoint", "c.bin", "--seed", "1");
        Refused("c.bin: the file is of a flow between other clouds", "b.npy", "a.npy", "--passes", "1", "--checkpoint", "c.bin");

        void Refused(string part, params string[] arguments) => Run([.. arguments, "--json"]).AssertRefused(part);
    }

    // SIGTERM. SIGINT goes the same way, but children inherit that it is ignored, as in a shell's background jobs.
    private const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    private CommandRun Run(params string[] arguments) => _folder.Run(["flow", .. arguments]);
}
