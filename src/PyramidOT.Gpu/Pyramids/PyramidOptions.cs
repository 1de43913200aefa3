namespace PyramidOT;

/// <summary>Where the cells of a pyramid come from.</summary>
public enum PyramidScheme
{
    /// <summary>Centres from the source at one level, from the target at the next (algorithm 2 of the paper).</summary>
    Interleaving,

    /// <summary>Centres from the union of both clouds.</summary>
    Joint,

    /// <summary>Centres from the source alone.</summary>
    Source,

    /// <summary>No centres: a randomly shifted grid whose cells are halved, one coordinate after the other. For low dimensions.</summary>
    Grid,

    /// <summary>No tree at all: pairs meet at random. The baseline.</summary>
    Random,
}

/// <summary>How a cell's centres are found.</summary>
public enum CentreSelection
{
    /// <summary>k-means++ and a few Lloyd rounds.</summary>
    KMeans,

    /// <summary>Points drawn at random: cheaper, and coarser.</summary>
    Sample,
}

/// <summary>How a pyramid is built.</summary>
public sealed record PyramidOptions
{
    /// <summary>The scheme; Interleaving by default.</summary>
    public PyramidScheme Scheme { get; init; } = PyramidScheme.Interleaving;

    /// <summary>Children of a cell at the most, at least 2. Grid always has 2.</summary>
    public int Branching { get; init; } = 8;

    /// <summary>A cell in which neither side has more points is a leaf; at least 1.</summary>
    public int LeafSize { get; init; } = 1;

    /// <summary>The deepest level, counted from the root's 0; null for no limit.</summary>
    public int? MaxDepth { get; init; }

    /// <summary>The seed of centres, of the grid's shift, and by default of the pair order.</summary>
    public ulong Seed { get; init; }

    /// <summary>How centres are found.</summary>
    public CentreSelection Centres { get; init; } = CentreSelection.KMeans;

    /// <summary>Lloyd rounds at the most, at least 0. A cell in which nothing changes any more ends early.</summary>
    public int LloydRounds { get; init; } = 10;

    /// <summary>Points of a cell that centres are found from at the most, at least 1: a random sample of them where it has more.</summary>
    public int SampleSize { get; init; } = 2048;

    /// <summary>Interleaving only: whether the root's centres come from the target.</summary>
    public bool StartsWithTarget { get; init; }

    /// <summary>
    /// Class-conditional pairing: pairs are made within equal labels only. The root's children are the labels, and batches do not mix them. Both
    /// clouds need labels. With <see cref="UnpairedPoints.Carry"/> each label has the mass of its source points, and labels that one side lacks
    /// take no part.
    /// </summary>
    public bool WithinLabels { get; init; }

    /// <summary>Refuses options out of their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Scheme))
        {
            throw new ArgumentOutOfRangeException(nameof(Scheme), Scheme, "Not a pyramid scheme.");
        }

        if (!Enum.IsDefined(Centres))
        {
            throw new ArgumentOutOfRangeException(nameof(Centres), Centres, "Not a way to find centres.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Branching, 2, nameof(Branching));
        ArgumentOutOfRangeException.ThrowIfLessThan(LeafSize, 1, nameof(LeafSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDepth ?? 0, 0, nameof(MaxDepth));
        ArgumentOutOfRangeException.ThrowIfLessThan(LloydRounds, 0, nameof(LloydRounds));
        ArgumentOutOfRangeException.ThrowIfLessThan(SampleSize, 1, nameof(SampleSize));
    }
}
