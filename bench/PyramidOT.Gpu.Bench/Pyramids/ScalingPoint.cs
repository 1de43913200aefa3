namespace PyramidOT.Bench.Pyramids;

/// <summary>What a full estimate of one size took, in a process of its own.</summary>
internal sealed record ScalingPoint
{
    public required PyramidInstance Instance { get; init; }

    /// <summary>Levels of the tree.</summary>
    public required int Levels { get; init; }

    /// <summary>The build of both sides: the median of all passes, like all seconds here.</summary>
    public required double BuildSeconds { get; init; }

    /// <summary>One order of all pairs, read off the tree for itself.</summary>
    public required double OrderSeconds { get; init; }

    /// <summary>All that comes after the build: order, costs and assignments.</summary>
    public required double SolveSeconds { get; init; }

    /// <summary>Build and solve.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>The most memory that the process had taken after the first pass, its clouds and the runtime included; 0 where the system does not tell.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The root of the mean cost of all pairs.</summary>
    public required double PooledDistance { get; init; }

    /// <summary>What is wrong with the estimate; null where it stands.</summary>
    public string? Fault { get; init; }

    /// <summary>Microseconds of <see cref="TotalSeconds"/> a point of one cloud.</summary>
    public double MicrosecondsPerPoint() => 1e6 * TotalSeconds / Instance.Points;
}
