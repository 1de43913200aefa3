using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Matching;

/// <summary>The hidden verb that measures one matching in a process of its own, so that the peak of memory is that of this one.</summary>
internal static class MatchingPassCommand
{
    private const string Verb = "matching-pass";
    private const int Threads = 2;
    private const int WarmUpPoints = 2_000;
    private const double WarmUpSeconds = 2;

    /// <summary>Measures one matching.</summary>
    /// <returns>What was measured, or in one line what went wrong.</returns>
    public static (MatchingPoint? Point, string? Failure) Measure(MatchingTask task)
    {
        (int exitCode, string output, string errors) = ChildProcess.Run(ChildProcess.OfThisProgram(Verb, JsonSerializer.Serialize(task)));
        return exitCode == ExitCode.Done
            ? (JsonSerializer.Deserialize<MatchingPoint>(ChildProcess.LastLine(output)), null)
            : (null, $"ended with exit code {exitCode}: {errors.TrimStart().Split('\n')[0]}");
    }

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Argument<string> task = new("TASK");
        Command command = new(Verb, "Measures one matching, and prints one line of JSON.") { task };
        command.Hidden = true;
        command.SetAction(result =>
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(Run(JsonSerializer.Deserialize<MatchingTask>(result.GetRequiredValue(task))!)));
            return ExitCode.Done;
        });
        return command;
    }

    private static MatchingPoint Run(MatchingTask task)
    {
        MatchingSet set = MatchingSet.Of(task.Name, task.Dimensions);
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = Threads });
        GlobalMatchingOptions options = new() { Gap = task.Gap, Time = task.Time is { } time ? TimeSpan.FromSeconds(time) : null };
        (PointCloud source, PointCloud target) = set.Draw(Math.Min(WarmUpPoints, task.Points));
        Timing.WarmUp(() => GlobalMatching.Solve(engine, source, target, options), WarmUpSeconds);
        (source, target) = set.Draw(task.Points);
        long start = Stopwatch.GetTimestamp();
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, options);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using Process self = Process.GetCurrentProcess();
        return new() { Seconds = seconds, Distance = match.Distance, Gap = match.Gap, Bound = match.BoundKind, PeakBytes = self.PeakWorkingSet64 };
    }
}
