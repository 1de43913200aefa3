namespace PyramidOT.Engines.Host;

/// <summary>
/// The columns that a search has reached, nearest first: a binary heap. A column that comes nearer is pushed again, and its older
/// entries are passed over when they come up, since their distance is no longer the column's.
/// </summary>
internal unsafe ref struct ColumnHeap
{
    private readonly float* _distances;
    private readonly float* _keys;
    private readonly int* _columns;
    private readonly int _capacity;
    private int _count;

    /// <param name="columns">Number of columns.</param>
    /// <param name="distances">The columns' distances as they stand.</param>
    /// <param name="scratch">Where to take memory from.</param>
    public ColumnHeap(int columns, float* distances, HostScratch scratch)
    {
        // Valid entries are at most one a column; with twice the room, throwing the others out is rare enough to cost nothing.
        _capacity = (2 * columns) + 1;
        _distances = distances;
        _keys = scratch.Take<float>(_capacity);
        _columns = scratch.Take<int>(_capacity);
    }

    /// <summary>Removes all columns.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a column at the distance that it has now.</summary>
    public void Push(int column, float distance)
    {
        if (_count == _capacity)
        {
            DropStale();
        }

        int place = _count++;
        while (place > 0)
        {
            int above = (place - 1) >> 1;
            if (_keys[above] <= distance)
            {
                break;
            }

            _keys[place] = _keys[above];
            _columns[place] = _columns[above];
            place = above;
        }

        _keys[place] = distance;
        _columns[place] = column;
    }

    /// <summary>Takes the nearest column out; false where there is none.</summary>
    public bool TryPop(out int column, out float distance)
    {
        while (_count > 0)
        {
            column = _columns[0];
            distance = _keys[0];
            _count--;
            SiftDown(0, _keys[_count], _columns[_count]);
            if (distance == _distances[column])
            {
                return true;
            }
        }

        column = -1;
        distance = float.PositiveInfinity;
        return false;
    }

    /// <summary>The column that may come next; false where there is none.</summary>
    public readonly bool TryPeek(out int column)
    {
        column = _count > 0 ? _columns[0] : -1;
        return _count > 0;
    }

    private readonly void SiftDown(int place, float key, int column)
    {
        while (true)
        {
            int below = (2 * place) + 1;
            if (below >= _count)
            {
                break;
            }

            if (below + 1 < _count && _keys[below + 1] < _keys[below])
            {
                below++;
            }

            if (_keys[below] >= key)
            {
                break;
            }

            _keys[place] = _keys[below];
            _columns[place] = _columns[below];
            place = below;
        }

        _keys[place] = key;
        _columns[place] = column;
    }

    private void DropStale()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_keys[i] == _distances[_columns[i]])
            {
                _keys[kept] = _keys[i];
                _columns[kept] = _columns[i];
                kept++;
            }
        }

        // A column is pushed at ever smaller distances, so at most one of its entries is kept.
        _count = kept;
        for (int i = (kept / 2) - 1; i >= 0; i--)
        {
            SiftDown(i, _keys[i], _columns[i]);
        }
    }
}
