namespace PyramidOT.Pyramids;

/// <summary>
/// Reads the order of pairs off a tree where each point counts once: at each cell min(leftover sources, leftover targets) pairs, drawn
/// at random. It can be read piece by piece, so that a wave of batches is extracted while the one before is solved.
/// </summary>
internal sealed class PairWalk : TreeWalk
{
    private readonly PyramidPair _pyramid;
    private readonly int[] _sources;
    private readonly int[] _targets;
    private int _sourceTop;
    private int _targetTop;

    // The cell whose pairs are being given.
    private int _level;
    private int _sourceBase;
    private int _targetBase;
    private int _pairsLeft;

    public PairWalk(PyramidPair pyramid, ulong seed)
        : base(pyramid, seed)
    {
        _pyramid = pyramid;
        _sources = new int[pyramid.SourceCount];
        _targets = new int[pyramid.TargetCount];
        Count = pyramid.PairCount;
    }

    /// <summary>Pairs of the whole walk.</summary>
    public int Count { get; }

    protected override int SourceTop => _sourceTop;

    protected override int TargetTop => _targetTop;

    /// <summary>Reads the next pairs.</summary>
    /// <returns>Their number: less than asked for at the end only.</returns>
    public int Read(Span<int> sourceRows, Span<int> targetRows, Span<int> levels)
    {
        int read = 0;
        while (read < sourceRows.Length)
        {
            if (_pairsLeft == 0)
            {
                if (!MoveNext(out _level, out _sourceBase, out _targetBase))
                {
                    break;
                }

                _pairsLeft = Math.Min(_sourceTop - _sourceBase, _targetTop - _targetBase);
            }

            int end = Math.Min(sourceRows.Length, read + _pairsLeft);
            _pairsLeft -= end - read;
            for (; read < end; read++)
            {
                sourceRows[read] = Draw(_sources, _sourceBase, ref _sourceTop);
                targetRows[read] = Draw(_targets, _targetBase, ref _targetTop);
                levels[read] = _level;
            }
        }

        return read;
    }

    /// <summary>Reads all pairs.</summary>
    public PairOrder ReadAll()
    {
        int[] sourceRows = new int[Count];
        int[] targetRows = new int[Count];
        int[] levels = new int[Count];
        Read(sourceRows, targetRows, levels);
        return new(sourceRows, targetRows, levels, null, _pyramid.Labels?.Source);
    }

    protected override void AddLeaf(int sourceStart, int sourceEnd, int targetStart, int targetEnd)
    {
        _pyramid.SourceOrder[sourceStart..sourceEnd].CopyTo(_sources.AsSpan(_sourceTop));
        _pyramid.TargetOrder[targetStart..targetEnd].CopyTo(_targets.AsSpan(_targetTop));
        _sourceTop += sourceEnd - sourceStart;
        _targetTop += targetEnd - targetStart;
    }

    /// <summary>Takes a random one of the leftovers from <paramref name="first"/> on.</summary>
    private int Draw(int[] rows, int first, ref int top)
    {
        int place = first + Draws.Below(top - first);
        int row = rows[place];
        rows[place] = rows[--top];
        return row;
    }
}
