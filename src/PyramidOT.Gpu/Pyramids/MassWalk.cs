namespace PyramidOT.Pyramids;

/// <summary>
/// Reads the order of pairs off a tree where points carry masses: at each cell the north-west rule over leftover sources and targets in
/// random order, until one side has no mass left. Masses are whole units, so that nothing is lost or gained on the way up.
/// </summary>
internal sealed class MassWalk : TreeWalk
{
    private readonly PyramidPair _pyramid;
    private readonly long[] _sourceUnits;
    private readonly long[] _targetUnits;
    private readonly double _total;
    private readonly int[] _sources;
    private readonly int[] _targets;
    private int _sourceTop;
    private int _targetTop;

    public MassWalk(PyramidPair pyramid, ulong seed)
        : base(pyramid, seed)
    {
        _pyramid = pyramid;
        (_sourceUnits, _targetUnits, long total) = MassUnits.Of(pyramid);
        _total = total;
        _sources = new int[pyramid.SourceCount];
        _targets = new int[pyramid.TargetCount];
    }

    protected override int SourceTop => _sourceTop;

    protected override int TargetTop => _targetTop;

    /// <summary>Reads all pairs: at most n + m - 1, of mass 1 together.</summary>
    public PairOrder ReadAll()
    {
        List<int> sourceRows = new(_sources.Length + _targets.Length);
        List<int> targetRows = new(_sources.Length + _targets.Length);
        List<int> levels = new(_sources.Length + _targets.Length);
        List<double> masses = new(_sources.Length + _targets.Length);
        while (MoveNext(out int level, out int sourceBase, out int targetBase))
        {
            bool wantsSource = true;
            bool wantsTarget = true;
            while (_sourceTop > sourceBase && _targetTop > targetBase)
            {
                // A point whose mass is used in part stays on top.
                int source = wantsSource ? BringUp(_sources, sourceBase, _sourceTop) : _sources[_sourceTop - 1];
                int target = wantsTarget ? BringUp(_targets, targetBase, _targetTop) : _targets[_targetTop - 1];
                long units = Math.Min(_sourceUnits[source], _targetUnits[target]);
                _sourceUnits[source] -= units;
                _targetUnits[target] -= units;
                wantsSource = _sourceUnits[source] == 0;
                wantsTarget = _targetUnits[target] == 0;
                _sourceTop -= wantsSource ? 1 : 0;
                _targetTop -= wantsTarget ? 1 : 0;
                sourceRows.Add(source);
                targetRows.Add(target);
                levels.Add(level);
                masses.Add(units / _total);
            }
        }

        return new([.. sourceRows], [.. targetRows], [.. levels], [.. masses], _pyramid.Labels?.Source);
    }

    protected override void AddLeaf(int sourceStart, int sourceEnd, int targetStart, int targetEnd)
    {
        AddMassive(_pyramid.SourceOrder[sourceStart..sourceEnd], _sourceUnits, _sources, ref _sourceTop);
        AddMassive(_pyramid.TargetOrder[targetStart..targetEnd], _targetUnits, _targets, ref _targetTop);
    }

    private static void AddMassive(ReadOnlySpan<int> rows, long[] units, int[] leftovers, ref int top)
    {
        foreach (int row in rows)
        {
            if (units[row] > 0)
            {
                leftovers[top++] = row;
            }
        }
    }

    /// <summary>Brings a random one of the leftovers to the top.</summary>
    private int BringUp(int[] rows, int first, int top)
    {
        int place = first + Draws.Below(top - first);
        (rows[place], rows[top - 1]) = (rows[top - 1], rows[place]);
        return rows[top - 1];
    }
}
