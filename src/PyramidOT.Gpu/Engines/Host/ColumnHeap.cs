namespace PyramidOT.Engines.Host;

/// <summary>
/// The columns that a search has reached, nearest first: a binary heap. A column that comes nearer is pushed again, and its older
/// entries are passed over when they come up, since their distance is no longer the column's.
/// </summary>
/// <remarks>An entry is one number, the distance in its upper half and the column in its lower one: one comparison, one move.</remarks>
internal unsafe ref struct ColumnHeap
{
    private readonly float* _distances;
    private readonly ulong* _entries;
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
        _entries = scratch.Take<ulong>(_capacity + 1);
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

        ulong entry = FloatOrder.Key(distance, column);
        ulong* entries = _entries;
        int place = _count++;
        while (place > 0)
        {
            int above = (place - 1) >> 1;
            if (entries[above] <= entry)
            {
                break;
            }

            entries[place] = entries[above];
            place = above;
        }

        entries[place] = entry;
    }

    /// <summary>Takes the nearest column out, of equally near ones the first; false where there is none.</summary>
    public bool TryPop(out int column, out float distance)
    {
        while (_count > 0)
        {
            ulong nearest = _entries[0];
            _count--;
            SiftDown(0, _entries[_count]);
            column = FloatOrder.Number(nearest);
            distance = _distances[column];
            if (FloatOrder.Key(distance, column) == nearest)
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
        column = _count > 0 ? FloatOrder.Number(_entries[0]) : -1;
        return _count > 0;
    }

    private readonly void SiftDown(int place, ulong entry)
    {
        ulong* entries = _entries;
        while (true)
        {
            int below = (2 * place) + 1;
            if (below >= _count)
            {
                break;
            }

            // The right one where it is nearer, without a branch that could not be predicted. Behind the last entry there is room.
            bool right = entries[below + 1] < entries[below] & below + 1 < _count;
            below += *(byte*)&right;
            if (entries[below] >= entry)
            {
                break;
            }

            entries[place] = entries[below];
            place = below;
        }

        entries[place] = entry;
    }

    private void DropStale()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            // A column is pushed at ever smaller distances, so at most one of its entries is kept.
            int column = FloatOrder.Number(_entries[i]);
            if (FloatOrder.Key(_distances[column], column) == _entries[i])
            {
                _entries[kept++] = _entries[i];
            }
        }

        _count = kept;
        for (int i = (kept / 2) - 1; i >= 0; i--)
        {
            SiftDown(i, _entries[i]);
        }
    }
}
