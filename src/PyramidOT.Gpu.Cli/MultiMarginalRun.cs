using System.Diagnostics;

namespace PyramidOT.Cli;

/// <summary>Solves multi-marginal problems and makes histograms alike, warm and timed.</summary>
internal sealed class MultiMarginalRun(ComputeEngine engine, Phases phases, Interruption interruption)
{
    // Of larger batches the warm-up solves smaller ones: they run the same code.
    private const int WarmUpProblems = 16;
    private const int WarmUpHistograms = 16;
    private const int WarmUpBins = 64;
    private const int WarmUpSteps = 8;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private const int HostWarmUpRounds = 64;
    private static readonly TimeSpan s_hostWarmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the work to be measured on histograms of a like shape.</summary>
    /// <param name="layout">The shapes to come.</param>
    /// <param name="options">How they will be solved.</param>
    /// <param name="descent">How they will be made alike; null where they will not.</param>
    public void WarmUp(MarginalLayout layout, MultiMarginalOptions options, MultiMarginalDescentOptions? descent)
    {
        phases.Begin("warming up");
        MarginalLayout part = MarginalLayout.Uniform(
            Math.Clamp(layout.Count, 1, WarmUpProblems), Math.Clamp(layout.MaxHistograms, 1, WarmUpHistograms), Math.Clamp(layout.MaxBins, 1, WarmUpBins));
        double[] masses = [.. Enumerable.Range(0, (int)part.Elements).Select(i => 1.0 + (i * 7919 % 101))];
        MarginalHistograms histograms = MarginalHistograms.Create(masses, part, new() { Masses = MassRule.Normalise });
        bool isHost = engine.Info.Kind is EngineKind.Host;
        long start = Stopwatch.GetTimestamp();

        // A device compiles its kernels once, at their first launch.
        for (int round = 0; isHost ? round < HostWarmUpRounds || Stopwatch.GetElapsedTime(start) < s_hostWarmUpTime : round < 1; round++)
        {
            interruption.Token.ThrowIfCancellationRequested();
            MultiMarginalTransport.Solve(engine, histograms, options);
            if (descent is not null)
            {
                MultiMarginalDescent.Minimise(engine, histograms, descent with { Steps = Math.Min(descent.Steps, WarmUpSteps), Rate = 1e-4 });
            }
        }
    }

    /// <summary>Solves.</summary>
    /// <returns>The result, and how long it took.</returns>
    public (MultiMarginalResult Result, TimeSpan Time) Solve(MarginalHistograms histograms, MultiMarginalOptions options)
    {
        phases.Begin("solving");
        MultiMarginalResult? result = null;
        TimeSpan elapsed = default;
        interruption.Abandonable(() =>
        {
            engine.Synchronize();
            long start = Stopwatch.GetTimestamp();
            result = MultiMarginalTransport.Solve(engine, histograms, options);
            elapsed = Stopwatch.GetElapsedTime(start);
        });
        return (result!, elapsed);
    }

    /// <summary>Makes histograms alike.</summary>
    /// <returns>The result, and how long it took.</returns>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public (MultiMarginalDescentResult Result, TimeSpan Time) Minimise(MarginalHistograms histograms, MultiMarginalDescentOptions options)
    {
        phases.Begin("minimising", options.Steps);
        long start = Stopwatch.GetTimestamp();
        MultiMarginalDescentResult result = MultiMarginalDescent.Minimise(engine, histograms, options, new Steps(phases), interruption.Token);
        return (result, Stopwatch.GetElapsedTime(start));
    }

    private sealed class Steps(Phases phases) : IProgress<MultiMarginalDescentProgress>
    {
        public void Report(MultiMarginalDescentProgress value) => phases.Reach(value.Steps);
    }
}
