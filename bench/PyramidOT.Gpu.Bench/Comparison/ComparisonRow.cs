namespace PyramidOT.Bench.Comparison;

/// <summary>What was measured of one workload.</summary>
internal sealed record ComparisonRow
{
    public required string Name { get; init; }

    public required int Size { get; init; }

    /// <summary>Problems a call.</summary>
    public required int Count { get; init; }

    public required Target Target { get; init; }

    /// <summary>Ours on one thread, microseconds a problem: the median of all rounds.</summary>
    public required double Microseconds { get; init; }

    /// <summary>How much slower our slowest segment was than our fastest one: 0.1 is ten percent.</summary>
    public required double Drift { get; init; }

    /// <summary>Ours, the slowest problem, in microseconds; null where problems do not differ.</summary>
    public double? SlowestMicroseconds { get; init; }

    /// <summary>How many times faster two threads were than one; null where that was not measured.</summary>
    public double? TwoThreads { get; init; }

    /// <summary>How exact our results are: see <see cref="PreparedWorkload.Error"/>; null where that does not apply.</summary>
    public double? Error { get; init; }

    /// <summary>What is wrong with our result by our own certificate; null where it stands.</summary>
    public string? Fault { get; init; }

    /// <summary>The peers that had a turn.</summary>
    public required IReadOnlyDictionary<PeerColumn, PeerOutcome> Peers { get; init; }

    /// <summary>Whether all results are right, as far as they were checked.</summary>
    public bool IsRight => Fault is null && Peers.Values.All(peer => peer.Failure is null && !peer.Disagrees);
}

/// <summary>What a peer did on one workload.</summary>
internal sealed record PeerOutcome
{
    /// <summary>Relative differences up to this are rounding: the peers sum in other orders, and some in float32.</summary>
    public const double Rounding = 1e-5;

    /// <summary>Microseconds a problem; null where it did not run.</summary>
    public double? Microseconds { get; init; }

    /// <summary>The largest relative difference between its results and ours.</summary>
    public double Difference { get; init; }

    /// <summary>The largest one that is let pass.</summary>
    public double Tolerance { get; init; } = Rounding;

    /// <summary>How exact its results are: see <see cref="PreparedWorkload.Error"/>; null where that does not apply.</summary>
    public double? Error { get; init; }

    /// <summary>What went wrong; null where it ran, or is not installed.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether its results are not ours.</summary>
    public bool Disagrees => !(Difference <= Tolerance);
}
