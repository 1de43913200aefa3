using System.Diagnostics;
using System.Globalization;

namespace PyramidOT.Cli;

/// <summary>Matches clouds, warm and timed, and tells how far it is from the best on the way.</summary>
internal sealed class MatchRun(ComputeEngine engine, Phases phases, Interruption interruption)
{
    // Of larger clouds the warm-up takes parts: they run the same code.
    private const int WarmUpPoints = 512;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private const int HostWarmUpRounds = 4;
    private static readonly TimeSpan s_hostWarmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the work to be measured on parts of the clouds.</summary>
    public void WarmUp(PointCloud source, PointCloud target, GlobalMatchingOptions options)
    {
        phases.Begin("warming up");
        bool isHost = engine.Info.Kind is EngineKind.Host;

        // A device compiles its kernels once, at their first launch; and one that is simulated has no time to waste.
        int points = Math.Min(isHost ? WarmUpPoints : WarmUpPoints / 8, source.Count);
        PointCloud from = CloudPart.Of(source, points);
        PointCloud to = CloudPart.Of(target, points);
        GlobalMatchingOptions all = options with { Gap = 0, Time = s_hostWarmUpTime };
        long start = Stopwatch.GetTimestamp();
        try
        {
            for (int round = 0; isHost ? round < HostWarmUpRounds && Stopwatch.GetElapsedTime(start) < s_hostWarmUpTime : round < 1; round++)
            {
                GlobalMatching.Solve(engine, from, to, all, null, interruption.Token);
            }
        }
        catch (ArgumentException)
        {
            // The scale of this part does not suit the cost. Whether that of the whole does, the work itself tells.
        }
    }

    /// <summary>Matches the clouds.</summary>
    /// <returns>The matching, and how long it took.</returns>
    public (GlobalMatch Match, TimeSpan Time) Solve(PointCloud source, PointCloud target, GlobalMatchingOptions options)
    {
        long limit = (long)(options.Time?.TotalMilliseconds ?? 0);
        phases.Begin("matching", limit > 0 ? limit : null);
        engine.Synchronize();
        long start = Stopwatch.GetTimestamp();
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, options, new Reports<GlobalMatchingProgress>(Tell), interruption.Token);
        engine.Synchronize();
        return (match, Stopwatch.GetElapsedTime(start));

        void Tell(GlobalMatchingProgress progress)
        {
            string stage = progress.Stage switch
            {
                GlobalMatchingStage.Pyramid => "pyramid",
                GlobalMatchingStage.Sweeps => $"sweep {progress.Step}",
                GlobalMatchingStage.Samples => $"sample {progress.Step}",
                _ => $"round {progress.Step}",
            };
            phases.Rename(string.Create(
                CultureInfo.InvariantCulture,
                $"{stage}, distance {progress.Distance:G6}{(progress.LowerBound > 0 ? $", gap {progress.Gap:P3}" : "")}"));
            phases.Reach(Math.Min(limit, (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        }
    }
}
