using System.Text.Json;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>Measures full estimates of growing size, each in a process of its own.</summary>
internal static class ScalingRuns
{
    private const int Dimensions = 16;
    private const int Threads = 2;

    private static readonly int[] s_points = [10_000, 30_000, 100_000, 300_000, 1_000_000];
    private static readonly int[] s_quickPoints = [1_000, 3_000, 10_000];

    /// <summary>The instances, from the smallest on.</summary>
    public static IReadOnlyList<PyramidInstance> Instances(bool isQuick) =>
        [.. (isQuick ? s_quickPoints : s_points).Select(points => new PyramidInstance(points, Dimensions))];

    /// <summary>Measures one instance.</summary>
    /// <returns>What was measured, or in one line what went wrong.</returns>
    public static (ScalingPoint? Point, string? Failure) Measure(PyramidInstance instance, bool isQuick)
    {
        // The smaller ones take little time, and their passes differ more.
        int passes = isQuick ? 3 : instance.Points > 100_000 ? 5 : 15;
        (int exitCode, string output, string errors) =
            ChildProcess.Run(ChildProcess.OfThisProgram(ScalingPassCommand.Arguments(instance, passes, Threads)));
        if (exitCode != ExitCode.Done)
        {
            return (null, $"N = {instance.Points:N0} ended with exit code {exitCode}: {FirstLine(errors)}");
        }

        return (JsonSerializer.Deserialize<ScalingPoint>(ChildProcess.LastLine(output)), null);
    }

    // An exception's message stands before its stack trace.
    private static string FirstLine(string text) => text.TrimStart().Split('\n')[0];
}
