using System.Diagnostics;

namespace PyramidOT.Cli;

/// <summary>Evaluates sliced distances, warm and timed.</summary>
internal sealed class SlicedRun(ComputeEngine engine, Phases phases, Interruption interruption)
{
    // Of larger clouds the warm-up takes the first points: they run the same code.
    private const int WarmUpPoints = 512;
    private const int WarmUpProjections = 16;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private const int HostWarmUpRounds = 4;
    private static readonly TimeSpan s_hostWarmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the work to be measured on parts of the clouds.</summary>
    /// <exception cref="ArgumentException">Costs leave the range of numbers already here.</exception>
    public void WarmUp(PointCloud source, PointCloud target, SlicedOptions options)
    {
        phases.Begin("warming up");
        bool isHost = engine.Info.Kind is EngineKind.Host;
        PointCloud from = CloudPart.Of(source, isHost ? WarmUpPoints : WarmUpPoints / 4);
        PointCloud to = CloudPart.Of(target, isHost ? WarmUpPoints : WarmUpPoints / 4);
        SlicedOptions few = options with { Projections = Math.Min(options.Projections, WarmUpProjections), AscentSteps = 1 };
        long start = Stopwatch.GetTimestamp();

        // A device compiles its kernels once, at their first launch.
        for (int round = 0; isHost ? round < HostWarmUpRounds || Stopwatch.GetElapsedTime(start) < s_hostWarmUpTime : round < 1; round++)
        {
            SlicedWasserstein.Evaluate(engine, from, to, few, interruption.Token);
        }
    }

    /// <summary>Evaluates the distance.</summary>
    /// <returns>The distance, and how long it took.</returns>
    public (SlicedDistance Distance, TimeSpan Time) Evaluate(PointCloud source, PointCloud target, SlicedOptions options)
    {
        phases.Begin("projecting and moving");
        SlicedDistance? distance = null;
        TimeSpan elapsed = default;

        // One wave of directions has no way to stop, so that the process ends under it.
        interruption.Abandonable(() =>
        {
            engine.Synchronize();
            long start = Stopwatch.GetTimestamp();
            distance = SlicedWasserstein.Evaluate(engine, source, target, options);
            elapsed = Stopwatch.GetElapsedTime(start);
        });
        return (distance!, elapsed);
    }
}
