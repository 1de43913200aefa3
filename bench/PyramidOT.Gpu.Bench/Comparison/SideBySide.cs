namespace PyramidOT.Bench.Comparison;

/// <summary>Measures workloads: ours, a peer, ours, the next peer, ours, so that a machine that changes its pace is found out.</summary>
internal sealed class SideBySide : IDisposable
{
    private const int SlowestPasses = 5;

    // Calls this long are measured once a segment.
    private const double LongCall = 2;

    private readonly Effort _effort;
    private readonly PeerScripts _peers;
    private readonly TemporaryFolder _folder = new();
    private readonly ComputeEngine _one = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
    private readonly ComputeEngine? _two = Environment.ProcessorCount < 2 ? null : ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });

    public SideBySide(Effort effort, PeerScripts peers)
    {
        _effort = effort;
        _peers = peers;
    }

    /// <summary>The engine that is measured.</summary>
    public ComputeEngine Engine => _one;

    public ComparisonRow Measure(Workload workload)
    {
        using PreparedWorkload ours = workload.Prepare(_one);
        double estimate = Timing.WarmUp(ours.Run, _effort.WarmUpSeconds);
        bool isLong = estimate > LongCall;
        if (workload.Peers.Count > 0)
        {
            workload.WriteFiles(_folder.Path);
        }

        List<double[]> segments = [Segment(ours, estimate, isLong)];
        Dictionary<PeerColumn, PeerOutcome> peers = [];
        foreach ((PeerColumn column, PeerCall call) in workload.Peers)
        {
            peers[column] = RunPeer(call, workload.Count, ours);
            segments.Add(Segment(ours, estimate, isLong));
        }

        if (segments.Count == 1)
        {
            segments.Add(Segment(ours, estimate, isLong));
        }

        double seconds = Timing.Median(segments.SelectMany(rounds => rounds));
        double[] medians = segments.Select(Timing.Median).ToArray();
        double? slowest = workload.Count == 1 ? null : ours.SlowestSeconds(SlowestPasses);
        foreach (string file in Directory.EnumerateFiles(_folder.Path))
        {
            File.Delete(file);
        }

        return new()
        {
            Name = workload.Name,
            Size = workload.Size,
            Count = workload.Count,
            Target = workload.Target,
            Microseconds = 1e6 * seconds / workload.Count,
            Drift = (medians.Max() / medians.Min()) - 1,
            SlowestMicroseconds = 1e6 * slowest,
            TwoThreads = TwoThreads(workload, ours, estimate),
            Error = ours.Error(),
            Fault = ours.Fault(),
            Peers = peers,
        };
    }

    public void Dispose()
    {
        _two?.Dispose();
        _one.Dispose();
        _folder.Dispose();
    }

    private double[] Segment(PreparedWorkload ours, double estimate, bool isLong)
    {
        if (isLong)
        {
            return [Timing.Round(ours.Run, estimate, 0)];
        }

        // While a peer ran, the caches were its own.
        Timing.Round(ours.Run, estimate, _effort.RoundSeconds);
        return Enumerable.Range(0, _effort.Rounds).Select(_ => Timing.Round(ours.Run, estimate, _effort.RoundSeconds)).ToArray();
    }

    private PeerOutcome RunPeer(PeerCall call, int count, PreparedWorkload ours)
    {
        PeerReport report = _peers.Run(call, _folder.Path, _effort);
        if (report.Failure is not null)
        {
            return new() { Failure = report.Failure };
        }

        if (report.Seconds is not { } seconds)
        {
            return new();
        }

        return new()
        {
            Microseconds = 1e6 * seconds / count,
            Difference = LargestDifference(ours.Results(), report.Results),
            Tolerance = ours.Tolerance(report.Error),
            Error = report.Error,
        };
    }

    /// <summary>How many times faster two threads are, by turns with one.</summary>
    private double? TwoThreads(Workload workload, PreparedWorkload one, double estimate)
    {
        if (_two is null || !workload.IsShared)
        {
            return null;
        }

        using PreparedWorkload two = workload.Prepare(_two);
        double estimateOfTwo = Timing.WarmUp(two.Run, _effort.WarmUpSeconds);
        List<double> ratios = [];
        for (int round = 0; round < _effort.Rounds; round++)
        {
            double alone = Timing.Round(one.Run, estimate, _effort.RoundSeconds);
            ratios.Add(alone / Timing.Round(two.Run, estimateOfTwo, _effort.RoundSeconds));
        }

        return Timing.Median(ratios);
    }

    private static double LargestDifference(double[] ours, IReadOnlyList<double> theirs)
    {
        if (ours.Length != theirs.Count)
        {
            return double.PositiveInfinity;
        }

        double largest = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            double difference = Math.Abs(ours[i] - theirs[i]) / Math.Max(Math.Abs(ours[i]), Math.Abs(theirs[i]));
            if (double.IsNaN(difference))
            {
                // Two zeros agree; a number that is none agrees with nothing.
                difference = ours[i] == theirs[i] ? 0 : double.PositiveInfinity;
            }

            largest = Math.Max(largest, difference);
        }

        return largest;
    }
}
