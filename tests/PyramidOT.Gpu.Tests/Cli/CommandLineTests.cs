namespace PyramidOT.Tests.Cli;

/// <summary>Command lines that make no sense, and the ones that ask for help or the version.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("", "a verb is missing", "assign", "info")]
    [InlineData("frobnicate", "'frobnicate' is not a verb", "assign", "info")]
    [InlineData("info --frobnicate", "'--frobnicate' is not an option")]
    [InlineData("assign", "COSTS.npy is missing", "pyramidot assign --help")]
    [InlineData("assign --enigne host", "'--enigne' is not an option")]
    [InlineData("assign a.npy b.npy", "'b.npy' is one argument too many")]
    [InlineData("assign a.npy --engine abacus", "--engine", "'abacus'", "host, cuda, opencl, cpu-accelerator")]
    [InlineData("assign a.npy --threads 0", "--threads", "'0'")]
    [InlineData("assign a.npy --out", "--out")]
    public void Command_line_that_makes_no_sense_is_refused_in_one_line(string arguments, params string[] parts) =>
        CommandRun.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).AssertRefused(parts);

    [Fact]
    public void Help_lists_the_verbs()
    {
        CommandRun run = CommandRun.Of("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("assign", run.Output, StringComparison.Ordinal);
        Assert.Contains("info", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_tells_the_version()
    {
        CommandRun run = CommandRun.Of("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Matches(@"^pyramidot \d+\.\d+\.\d+( \([0-9a-f]{40}\))?\r?\n$", run.Output);
    }
}
