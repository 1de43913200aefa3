using System.CommandLine;
using PyramidOT.Bench.Accuracy;
using PyramidOT.Bench.Comparison;
using PyramidOT.Bench.Flows;
using PyramidOT.Bench.Matching;
using PyramidOT.Bench.MultiMarginal;
using PyramidOT.Bench.Pyramids;
using PyramidOT.Bench.Transport;

namespace PyramidOT.Bench;

/// <summary>What the program does beside running BenchmarkDotNet, whose own options begin with a hyphen.</summary>
internal static class Verbs
{
    /// <summary>Whether a command line begins with a verb.</summary>
    public static bool IsVerb(string[] arguments) => arguments is [var first, ..] && MakeRoot().Subcommands.Any(verb => verb.Name == first);

    /// <summary>Runs a verb.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments)
    {
        ParseResult result = MakeRoot().Parse(arguments);
        int exitCode = result.Invoke();
        return result.Errors.Count > 0 ? ExitCode.BadUsage : exitCode;
    }

    private static RootCommand MakeRoot() => new("Benchmarks of PyramidOT.Gpu. Without a verb: BenchmarkDotNet, with its own options.")
    {
        CompareCommand.Create(),
        ComparePyramidsCommand.Create(),
        CompareTransportCommand.Create(),
        CompareMultiMarginalCommand.Create(),
        AccuracyCommand.Create(),
        CompareFlowCommand.Create(),
        CompareMatchCommand.Create(),
        ScalingPassCommand.Create(),
        MatchingPassCommand.Create(),
    };
}
