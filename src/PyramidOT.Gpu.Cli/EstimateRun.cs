using System.Diagnostics;

namespace PyramidOT.Cli;

/// <summary>Builds pyramids and passes over them, warm and timed, with progress bars and an end to the work by Ctrl+C.</summary>
internal sealed class EstimateRun(ComputeEngine engine, Phases phases, Interruption interruption)
{
    // Of larger clouds and batches, the warm-up takes parts: they run the same code.
    private const int WarmUpPoints = 512;
    private const int WarmUpBatch = 256;
    private const int BarLength = 1000;

    // The runtime compiles a method that it calls often anew, twice, each time when 100 ms have gone by without new code.
    private const int HostWarmUpRounds = 4;
    private static readonly TimeSpan s_hostWarmUpTime = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the work to be measured on parts of the clouds.</summary>
    public void WarmUp(PointCloud source, PointCloud target, PyramidOptions options, int batchSize, MiniBatchOptions pass)
    {
        phases.Begin("warming up");
        bool isHost = engine.Info.Kind is EngineKind.Host;

        // A device compiles its kernels once, at their first launch; and one that is simulated has no time to waste.
        int pairs = Math.Min(isHost ? WarmUpPoints : WarmUpPoints / 4, Math.Min(source.Count, target.Count));
        PointCloud from = CloudPart.Of(source, pairs);
        PointCloud to = CloudPart.Of(target, pairs);
        long start = Stopwatch.GetTimestamp();
        try
        {
            for (int round = 0; isHost ? round < HostWarmUpRounds || Stopwatch.GetElapsedTime(start) < s_hostWarmUpTime : round < 1; round++)
            {
                using PyramidPair pyramid = PyramidPair.Build(engine, from, to, options, cancellation: interruption.Token);
                MiniBatchTransport.Estimate(pyramid, Math.Min(batchSize, WarmUpBatch), pass, cancellation: interruption.Token);
            }
        }
        catch (ArgumentException)
        {
            // The scale of this part does not suit the cost. Whether that of the whole does, the work itself tells.
        }
    }

    /// <summary>Builds a pyramid.</summary>
    /// <returns>The pyramid, and how long it took.</returns>
    public (PyramidPair Pyramid, TimeSpan Time) Build(PointCloud source, PointCloud target, PyramidOptions options)
    {
        phases.Begin("building the pyramid", BarLength);
        PyramidPair? pyramid = null;
        TimeSpan time = Measure(() => pyramid = PyramidPair.Build(
            engine, source, target, options, new Reports<PyramidProgress>(progress => phases.Reach((long)(progress.Settled * BarLength)))));
        return (pyramid!, time);
    }

    /// <summary>Solves all batches of one order of pairs.</summary>
    /// <param name="pyramid">The pyramid.</param>
    /// <param name="batchSize">Pairs of a batch.</param>
    /// <param name="options">Cost, seed of the order, and what happens to surplus points.</param>
    /// <param name="name">What the progress bar calls it.</param>
    /// <returns>What it gave, and how long it took.</returns>
    public (MiniBatchEstimate Estimate, TimeSpan Time) Pass(PyramidPair pyramid, int batchSize, MiniBatchOptions options, string name = "solving")
    {
        phases.Begin(name, Math.Min(pyramid.SourceCount, pyramid.TargetCount));
        MiniBatchEstimate? estimate = null;
        TimeSpan time = Measure(() => estimate = MiniBatchTransport.Estimate(
            pyramid, batchSize, options, new Reports<MiniBatchProgress>(progress => phases.Reach(progress.Pairs))));
        return (estimate!, time);
    }

    /// <summary>Makes sure that the costs of the largest batch have room, before anything is allocated.</summary>
    /// <exception cref="InputException">They have not.</exception>
    public static void CheckRoom(ComputeEngine engine, int batchSize, int pairs)
    {
        Int128 bytes = (Int128)Math.Min(batchSize, pairs) * Math.Min(batchSize, pairs) * sizeof(float);
        if (bytes > engine.Info.MemoryBytes)
        {
            throw new InputException(
                $"--batch-size: the costs of a batch of {Math.Min(batchSize, pairs)} pairs do not fit in the memory of the "
                + $"{engine.Info.Kind.ToName()} engine");
        }
    }

    // A single large batch may take minutes and has no way to stop, so that the process ends under it.
    private TimeSpan Measure(Action work)
    {
        TimeSpan elapsed = default;
        interruption.Abandonable(() =>
        {
            engine.Synchronize();
            long start = Stopwatch.GetTimestamp();
            work();
            engine.Synchronize();
            elapsed = Stopwatch.GetElapsedTime(start);
        });
        return elapsed;
    }
}
