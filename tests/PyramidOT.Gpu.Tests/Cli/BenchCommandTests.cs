using System.Text.Json;

namespace PyramidOT.Tests.Cli;

public class BenchCommandTests
{
    [Fact]
    public void Bench_checks_and_times_the_kernels()
    {
        JsonElement json = CommandRun.Of("bench", "--engine", "cpu-accelerator", "--json").Json();

        Assert.Equal(
            ["version", "commit", "engine", "device", "instructionSet", "sound", "checks", "times"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("cpu-accelerator", json.GetProperty("engine").GetString());
        Assert.True(json.GetProperty("sound").GetBoolean());
        JsonElement[] checks = [.. json.GetProperty("checks").EnumerateArray()];
        Assert.All(checks, check => Assert.True(check.GetProperty("passed").GetBoolean(), check.ToString()));
        string[] families =
        [
            "gather", "norms", "step", "costs", "paired costs", "paired gradients", "nearest centre", "centre update", "seeding", "assign",
            "transport", "sinkhorn", "sort", "lines", "projections", "multi-marginal", "soft histograms", "gradients of soft histograms", "regularizer",
        ];
        foreach (string family in families)
        {
            Assert.Contains(checks, check => check.GetProperty("name").GetString()!.StartsWith(family, StringComparison.Ordinal));
        }

        Assert.All(json.GetProperty("times").EnumerateArray(), time => Assert.True(time.GetProperty("milliseconds").GetDouble() > 0));
        Assert.NotEmpty(json.GetProperty("times").EnumerateArray());
    }

    [Fact]
    public void Bench_without_json_tells_people()
    {
        CommandRun run = CommandRun.Of("bench", "--engine", "host", "--threads", "1", "--quick");

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("assign, refusal of NaN", run.Output, StringComparison.Ordinal);
        Assert.Contains("median ms", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("DIFFERS", run.Output, StringComparison.Ordinal);
    }
}
