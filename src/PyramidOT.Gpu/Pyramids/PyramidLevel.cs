namespace PyramidOT;

/// <summary>
/// The cells of one level of a pyramid, in flat arrays. Positions count in the pyramid's order of each side, in which the points of every
/// cell stand together.
/// </summary>
public sealed class PyramidLevel
{
    internal PyramidLevel(int[] sourceStart, int[] sourceEnd, int[] targetStart, int[] targetEnd, int[] firstChild, int[] childCount)
    {
        SourceStarts = sourceStart;
        SourceEnds = sourceEnd;
        TargetStarts = targetStart;
        TargetEnds = targetEnd;
        FirstChildren = firstChild;
        ChildCounts = childCount;
    }

    /// <summary>Number of cells.</summary>
    public int Count => SourceStarts.Length;

    /// <summary>The first source position of each cell.</summary>
    public ReadOnlySpan<int> SourceStart => SourceStarts;

    /// <summary>One past the last source position of each cell.</summary>
    public ReadOnlySpan<int> SourceEnd => SourceEnds;

    /// <summary>The first target position of each cell.</summary>
    public ReadOnlySpan<int> TargetStart => TargetStarts;

    /// <summary>One past the last target position of each cell.</summary>
    public ReadOnlySpan<int> TargetEnd => TargetEnds;

    /// <summary>The first child of each cell, counted in the next level.</summary>
    public ReadOnlySpan<int> FirstChild => FirstChildren;

    /// <summary>The number of children of each cell, which stand together; 0 for a leaf.</summary>
    public ReadOnlySpan<int> ChildCount => ChildCounts;

    internal int[] SourceStarts { get; }

    internal int[] SourceEnds { get; }

    internal int[] TargetStarts { get; }

    internal int[] TargetEnds { get; }

    internal int[] FirstChildren { get; }

    internal int[] ChildCounts { get; }
}
