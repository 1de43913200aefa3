namespace PyramidOT.Bench.Pyramids;

/// <summary>What a way to estimate the distance took and gave, on one thread.</summary>
internal sealed record MethodRow
{
    public required string Name { get; init; }

    /// <summary>Seconds of a full estimate; null where the method did not run.</summary>
    public double? Seconds { get; init; }

    /// <summary>Ours for the same work, in seconds; null for our own rows.</summary>
    public double? OursSeconds { get; init; }

    /// <summary>The root of the mean cost of all pairs; null where the method did not run.</summary>
    public double? PooledDistance { get; init; }

    /// <summary>The distance that it should have given; null where none is known.</summary>
    public double? Expected { get; init; }

    /// <summary>The relative difference from <see cref="Expected"/> that chance and rounding explain.</summary>
    public double Tolerance { get; init; }

    /// <summary>What is missing on this machine; null where the method could run.</summary>
    public string? Missing { get; init; }

    /// <summary>What went wrong; null where nothing did.</summary>
    public string? Failure { get; init; }

    /// <summary>How far the distance lies from <see cref="Expected"/>, relative to it; null where there is nothing to compare.</summary>
    public double? Difference => PooledDistance is { } distance && Expected is { } expected ? Math.Abs(distance - expected) / expected : null;

    /// <summary>Whether the distance is right, as far as it was checked.</summary>
    public bool IsRight => Failure is null && (Difference is not { } difference || difference <= Tolerance);
}
