namespace PyramidOT;

/// <summary>
/// The cells of one level of a pyramid, in flat arrays. Positions count in the pyramid's order of each side
/// (<see cref="PyramidPair.SourceOrder"/>, <see cref="PyramidPair.TargetOrder"/>), in which the points of every cell stand together.
/// </summary>
public sealed class PyramidLevel
{
    private readonly List<int> _sourceStart = [];
    private readonly List<int> _sourceEnd = [];
    private readonly List<int> _targetStart = [];
    private readonly List<int> _targetEnd = [];
    private readonly List<int> _firstChild = [];
    private readonly List<int> _childCount = [];

    internal PyramidLevel()
    {
    }

    /// <summary>Number of cells.</summary>
    public int Count => _sourceStart.Count;

    /// <summary>The first source position of each cell.</summary>
    public ReadOnlySpan<int> SourceStart => Span(_sourceStart);

    /// <summary>One past the last source position of each cell.</summary>
    public ReadOnlySpan<int> SourceEnd => Span(_sourceEnd);

    /// <summary>The first target position of each cell.</summary>
    public ReadOnlySpan<int> TargetStart => Span(_targetStart);

    /// <summary>One past the last target position of each cell.</summary>
    public ReadOnlySpan<int> TargetEnd => Span(_targetEnd);

    /// <summary>The first child of each cell, counted in the next level.</summary>
    public ReadOnlySpan<int> FirstChild => Span(_firstChild);

    /// <summary>The number of children of each cell, which stand together; 0 for a leaf.</summary>
    public ReadOnlySpan<int> ChildCount => Span(_childCount);

    /// <summary>Adds a cell, a leaf for now.</summary>
    internal void Add(int sourceStart, int sourceEnd, int targetStart, int targetEnd)
    {
        _sourceStart.Add(sourceStart);
        _sourceEnd.Add(sourceEnd);
        _targetStart.Add(targetStart);
        _targetEnd.Add(targetEnd);
        _firstChild.Add(0);
        _childCount.Add(0);
    }

    /// <summary>Gives a cell its children.</summary>
    internal void SetChildren(int cell, int first, int count)
    {
        _firstChild[cell] = first;
        _childCount[cell] = count;
    }

    private static ReadOnlySpan<int> Span(List<int> list) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list);
}
