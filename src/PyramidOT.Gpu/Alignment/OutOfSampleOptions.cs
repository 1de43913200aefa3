namespace PyramidOT;

/// <summary>How much each of a point's nearest sample points counts.</summary>
public enum NeighbourWeights
{
    /// <summary>All alike.</summary>
    Equal,

    /// <summary>
    /// In proportion to one over the Euclidean distance. Where sample points are at distance 0, these alone count, all alike.
    /// </summary>
    InverseDistance,
}

/// <summary>Options of <see cref="OutOfSampleMap"/>.</summary>
public sealed record OutOfSampleOptions
{
    /// <summary>The most sample points that can be followed.</summary>
    public const int MostNeighbours = 32;

    /// <summary>The number k of sample points that a new point follows, from 1 to <see cref="MostNeighbours"/>. Where there are fewer, all of them.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>How much each of them counts.</summary>
    public NeighbourWeights Weights { get; init; }

    /// <summary>
    /// Whether a new point is set to the mean of the images themselves, in place of being moved as their points were. Then it lands among the images,
    /// and k = 1 knows no other places than theirs.
    /// </summary>
    public bool TakeImages { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Neighbours, MostNeighbours);
        if (!Enum.IsDefined(Weights))
        {
            throw new ArgumentOutOfRangeException(nameof(Weights), Weights, "Not a way to weight neighbours.");
        }
    }
}
