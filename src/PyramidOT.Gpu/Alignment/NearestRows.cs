namespace PyramidOT.Alignment;

/// <summary>The nearest sample points so far of one point, in order; of equally near ones the lower row first.</summary>
/// <param name="rows">Receives their rows: as many as are wanted.</param>
/// <param name="squaredDistances">Receives their squared distances; as many.</param>
internal ref struct NearestRows(Span<int> rows, Span<double> squaredDistances)
{
    private readonly Span<int> _rows = rows;
    private readonly Span<double> _squaredDistances = squaredDistances;
    private int _count;

    /// <summary>What a sample point must not lie beyond to be one of them; infinity until there are enough.</summary>
    public readonly double Limit => _count == _rows.Length ? _squaredDistances[_count - 1] : double.PositiveInfinity;

    /// <summary>Takes a sample point where it is one of the nearest.</summary>
    public void Offer(int row, double squaredDistance)
    {
        if (_count == _rows.Length && !IsBefore(row, squaredDistance, _count - 1))
        {
            return;
        }

        int k = _count < _rows.Length ? _count++ : _count - 1;
        for (; k > 0 && IsBefore(row, squaredDistance, k - 1); k--)
        {
            _rows[k] = _rows[k - 1];
            _squaredDistances[k] = _squaredDistances[k - 1];
        }

        (_rows[k], _squaredDistances[k]) = (row, squaredDistance);
    }

    private readonly bool IsBefore(int row, double squaredDistance, int place) =>
        squaredDistance < _squaredDistances[place] || (squaredDistance == _squaredDistances[place] && row < _rows[place]);
}
