namespace PyramidOT.Bench.Matching;

/// <summary>A matching to be measured.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Dimensions">Coordinates of a point.</param>
/// <param name="Points">Points of each cloud.</param>
/// <param name="Gap">The gap that is asked for.</param>
/// <param name="Target">Seconds that the project set out to stay below; null for none.</param>
/// <param name="Time">When to end with what there is, in seconds; null for never.</param>
/// <param name="WithPeer">Whether SciPy solves it too.</param>
internal sealed record MatchingTask(string Name, int Dimensions, int Points, double Gap, double? Target = null, double? Time = null, bool WithPeer = false);

/// <summary>What was measured of one matching.</summary>
internal sealed record MatchingPoint
{
    /// <summary>The seconds of the whole matching.</summary>
    public required double Seconds { get; init; }

    /// <summary>The distance that was found.</summary>
    public required double Distance { get; init; }

    /// <summary>The proven gap.</summary>
    public required double Gap { get; init; }

    /// <summary>What proves it.</summary>
    public required LowerBoundKind Bound { get; init; }

    /// <summary>The most memory that the process had taken, its clouds and the runtime included.</summary>
    public required long PeakBytes { get; init; }
}

/// <summary>A row of a table.</summary>
/// <param name="Task">What was to be matched.</param>
/// <param name="Point">What was measured; null where it failed.</param>
/// <param name="PeerSeconds">SciPy's seconds, costs included.</param>
/// <param name="PeerDistance">The optimal distance by SciPy.</param>
/// <param name="PeerBytes">The most memory that SciPy's process had taken.</param>
/// <param name="Failure">What went wrong.</param>
internal sealed record MatchingRow(
    MatchingTask Task, MatchingPoint? Point, double? PeerSeconds = null, double? PeerDistance = null, double? PeerBytes = null, string? Failure = null)
{
    // Distances by SciPy come from float64 costs of float32 points.
    private const double Tolerance = 1e-6;

    /// <summary>Whether the optimum lies between the bound and the distance.</summary>
    public bool IsRight => Failure is null && Point is not null && (PeerDistance is not { } exact
        || (Point.Distance >= exact * (1 - Tolerance) && Point.Distance * (1 - Point.Gap) <= exact * (1 + Tolerance)));
}
