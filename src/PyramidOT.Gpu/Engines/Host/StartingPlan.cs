using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// A first plan for the network simplex method, close to the best one: rows fill the columns of their least reduced cost; what a row has left
/// goes along shortest paths, as in <see cref="TransportPaths{D, W}"/>, but in float32, and short-sightedly: a search that has met a few rows
/// goes straight to the nearest column that still wants mass.
/// </summary>
/// <remarks>
/// <para>
/// All of it may be wrong by as much as it likes, as long as the cells are a forest that moves all mass: the simplex method starts from
/// there, and decides. Searching on where few rows have something left would find the optimum, but by reading whole parts of the
/// plan again and again: the simplex method's last steps are cheaper.
/// </para>
/// <para>
/// Cells never close a cycle: what cells link is entered as a whole, before any other column is looked for, and no column within it is
/// looked for afterwards. What a search reads and writes of a column stands together: a block holds <c>S.Count</c> columns' distances, then
/// their open duals, then their parents (see <see cref="ShortestAugmentingPaths{S, T, V}"/>).
/// </para>
/// </remarks>
internal unsafe ref struct StartingPlan<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    // Some 1.5 were seen.
    private const long SearchesPerNode = 50;

    private readonly CostRows _costs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _padded;
    private readonly int _horizon;
    private readonly float* _rowDuals;
    private readonly float* _columnDuals;
    private readonly float* _filled;
    private readonly float* _blocks;
    private readonly float* _rowDistances;
    private readonly float* _columnDistances;
    private readonly int* _rowParents;
    private readonly int* _columnParents;
    private readonly int* _rowCells;
    private readonly int* _columnCells;
    private readonly int* _settledRows;
    private readonly int* _settledColumns;
    private readonly long* _excess;
    private readonly long* _wanted;
    private readonly PlanCells _cells;
    private int _rowCount;
    private int _columnCount;
    private int _nextRow;
    private int _nextColumn;
    private long _searchesLeft;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory; what is taken stays taken.</param>
    public StartingPlan(CostRows costs, int rows, int columns, HostScratch scratch)
    {
        _costs = costs;
        _rows = rows;
        _columns = columns;
        _padded = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;

        // Measured: at 4 rows of 100 and 16 of 1,000 the time of both methods together is least, and flat.
        _horizon = 4 + ((rows + columns) / 160);
        _rowDuals = scratch.Take<float>(rows);
        _columnDuals = scratch.Take<float>(_padded);
        _filled = scratch.Take<float>(_padded);
        _blocks = scratch.Take<float>(3L * _padded);
        _rowDistances = scratch.Take<float>(rows);
        _columnDistances = scratch.Take<float>(columns);
        _rowParents = scratch.Take<int>(rows);
        _columnParents = scratch.Take<int>(columns);
        _rowCells = scratch.Take<int>(rows);
        _columnCells = scratch.Take<int>(columns);
        _settledRows = scratch.Take<int>(rows);
        _settledColumns = scratch.Take<int>(columns);
        _excess = scratch.Take<long>(rows);
        _wanted = scratch.Take<long>(columns);
        _cells = new(rows, columns, scratch);
        _searchesLeft = SearchesPerNode * (rows + (long)columns);
    }

    /// <summary>The cells of the plan, a forest.</summary>
    public readonly PlanCells Cells => _cells;

    /// <summary>The columns' duals: nearly feasible with what the rows' could be.</summary>
    public readonly float* ColumnDuals => _columnDuals;

    // Offsets within a block of 3 * S.Count numbers.
    private static int OpenDuals => S.Count;

    private static int Parents => 2 * S.Count;

    private static int Stride => 3 * S.Count;

    /// <summary>Finds the plan.</summary>
    /// <param name="rowUnits">What the rows have, all above 0.</param>
    /// <param name="columnUnits">What the columns want, all above 0, of the same total.</param>
    /// <returns>Whether all mass found its way: there may be none where pairs are forbidden.</returns>
    public bool Find(long* rowUnits, long* columnUnits)
    {
        new ReadOnlySpan<long>(rowUnits, _rows).CopyTo(new(_excess, _rows));
        new ReadOnlySpan<long>(columnUnits, _columns).CopyTo(new(_wanted, _columns));
        if (!FillCheapestColumns())
        {
            return false;
        }

        for (int i = 0; i < _rows; i++)
        {
            while (_excess[i] > 0)
            {
                if (!Search(i))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Makes the column minima the columns' duals, and moves what mass can move between pairs that are tight then.</summary>
    /// <returns>Whether each row and column has a pair that is not forbidden.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private readonly bool FillCheapestColumns()
    {
        int padded = _padded;
        float* duals = _columnDuals;
        float* reduced = _blocks;
        new Span<float>(duals, padded).Fill(float.PositiveInfinity);
        for (int i = 0; i < _rows; i++)
        {
            float* row = _costs[i];
            for (int j = 0; j < padded; j += S.Count)
            {
                S.Store(duals + j, S.Min(S.Load(duals + j), S.Load(row + j)));
            }
        }

        if (new ReadOnlySpan<float>(duals, _columns).Contains(float.PositiveInfinity))
        {
            return false;
        }

        new Span<float>(duals + _columns, padded - _columns).Fill(float.NegativeInfinity);
        new Span<float>(_filled, padded).Clear();
        for (int i = 0; i < _rows; i++)
        {
            float* row = _costs[i];
            V leasts = S.Broadcast(float.PositiveInfinity);
            for (int j = 0; j < padded; j += S.Count)
            {
                V difference = S.Subtract(S.Load(row + j), S.Load(duals + j));
                S.Store(reduced + j, difference);
                leasts = S.Min(leasts, difference);
            }

            float least = S.MinAcross(leasts);
            if (!(least < float.PositiveInfinity))
            {
                return false;
            }

            // Each cell uses up its row or its column, so cells close no cycle, however many tie.
            _rowDuals[i] = least;
            V tight = S.Broadcast(least);
            for (int j = 0; j < padded && _excess[i] > 0; j += S.Count)
            {
                for (uint bits = S.EqualBits(S.Load(reduced + j), tight); bits != 0 && _excess[i] > 0; bits &= bits - 1)
                {
                    int column = j + BitOperations.TrailingZeroCount(bits);
                    if (_wanted[column] > 0)
                    {
                        long mass = Math.Min(_excess[i], _wanted[column]);
                        _cells.Append(i, column, mass);
                        Move(i, column, mass);
                    }
                }
            }
        }

        return true;
    }

    /// <summary>Sends what a row has left, until it has nothing left or a cell is emptied, as the paths through that are void then.</summary>
    /// <returns>Whether a path was found.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private bool Search(int root)
    {
        _rowCount = 0;
        _columnCount = 0;
        _nextRow = 0;
        _nextColumn = 0;
        float length = 0;
        int relaxed = 0;
        int hidden = 0;
        SettleRow(root, -1, -1, length);
        while (true)
        {
            int sink;
            while ((sink = Spread(length)) >= 0)
            {
                if (!Send(root, sink) || _excess[root] == 0)
                {
                    ShiftDuals(length);
                    return _searchesLeft-- > 0;
                }
            }

            if (relaxed == 0)
            {
                Open();
            }

            for (; hidden < _columnCount; hidden++)
            {
                Hide(_settledColumns[hidden]);
            }

            V least = S.Broadcast(float.PositiveInfinity);
            if (relaxed == _rowCount)
            {
                // A column was settled that had no other row.
                least = Least(null);
            }

            int end = Math.Min(_rowCount, _horizon);
            for (; relaxed < end; relaxed++)
            {
                int row = _settledRows[relaxed];
                least = Relax(row, _rowDistances[row] - _rowDuals[row]);
            }

            bool isFar = _rowCount > _horizon;
            least = isFar ? Least(_filled) : least;
            float shortest = S.MinAcross(least);
            if (!(shortest < float.PositiveInfinity))
            {
                return false;
            }

            int column = At(shortest, isFar ? _filled : null);
            length = isFar ? length : Math.Max(length, shortest);
            SettleColumn(column, (int)*Place(column, Parents), -1, length);
        }
    }

    /// <summary>Keeps the duals feasible when a search ends, and makes its paths tight, but for those straight to a column.</summary>
    private readonly void ShiftDuals(float length)
    {
        for (int k = 0; k < _rowCount; k++)
        {
            int row = _settledRows[k];
            _rowDuals[row] += length - _rowDistances[row];
        }

        for (int k = 0; k < _columnCount; k++)
        {
            int column = _settledColumns[k];
            _columnDuals[column] -= length - _columnDistances[column];
        }
    }

    private readonly void Open()
    {
        V infinity = S.Broadcast(float.PositiveInfinity);
        float* block = _blocks;
        for (int j = 0; j < _padded; j += S.Count)
        {
            S.Store(block, infinity);
            S.Store(block + OpenDuals, S.Load(_columnDuals + j));
            block += Stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Hide(int column)
    {
        *Place(column, 0) = float.PositiveInfinity;
        *Place(column, OpenDuals) = float.NegativeInfinity;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly float* Place(int column, int offset) =>
        _blocks + ((long)((uint)column / (uint)S.Count) * Stride) + offset + (column & (S.Count - 1));

    /// <summary>Shortens the distances by the paths through a row, and returns the least of them, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly V Relax(int rowNumber, float offset)
    {
        float* row = _costs[rowNumber];
        float* end = row + _padded;
        float* block = _blocks;
        V start = S.Broadcast(offset);
        V number = S.Broadcast(rowNumber);
        V least = S.Broadcast(float.PositiveInfinity);
        for (; row < end; row += S.Count)
        {
            V path = S.Add(S.Subtract(S.Load(row), S.Load(block + OpenDuals)), start);
            V old = S.Load(block);
            S.Store(block + Parents, S.SelectLess(path, old, number, S.Load(block + Parents)));
            path = S.Min(path, old);
            S.Store(block, path);
            least = S.Min(least, path);
            block += Stride;
        }

        return least;
    }

    /// <summary>The least distances, lane by lane; those of columns that want nothing are left out where <paramref name="filled"/> is given.</summary>
    private readonly V Least(float* filled)
    {
        V least = S.Broadcast(float.PositiveInfinity);
        float* block = _blocks;
        for (int j = 0; j < _padded; j += S.Count)
        {
            least = S.Min(least, filled == null ? S.Load(block) : S.Add(S.Load(block), S.Load(filled + j)));
            block += Stride;
        }

        return least;
    }

    /// <summary>A column at a distance that there is.</summary>
    private readonly int At(float distance, float* filled)
    {
        V wanted = S.Broadcast(distance);
        float* block = _blocks;
        for (int j = 0; ; j += S.Count)
        {
            uint bits = S.EqualBits(filled == null ? S.Load(block) : S.Add(S.Load(block), S.Load(filled + j)), wanted);
            if (bits != 0)
            {
                return j + BitOperations.TrailingZeroCount(bits);
            }

            block += Stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SettleRow(int row, int parent, int cell, float distance)
    {
        _rowParents[row] = parent;
        _rowCells[row] = cell;
        _rowDistances[row] = distance;
        _settledRows[_rowCount++] = row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SettleColumn(int column, int parent, int cell, float distance)
    {
        _columnParents[column] = parent;
        _columnCells[column] = cell;
        _columnDistances[column] = distance;
        _settledColumns[_columnCount++] = column;
    }

    /// <summary>Settles all that cells link to what was settled.</summary>
    /// <returns>A column among it that wants mass; -1 where there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Spread(float distance)
    {
        int* rows = _cells.Rows;
        int* columns = _cells.Columns;
        while (true)
        {
            // A forest has one way to each node, so only the one that it was reached by must be kept from being gone back.
            for (; _nextColumn < _columnCount; _nextColumn++)
            {
                int column = _settledColumns[_nextColumn];
                if (_wanted[column] > 0)
                {
                    return column;
                }

                int parent = _columnParents[column];
                for (int cell = _cells.FirstInColumn[column]; cell >= 0; cell = _cells.NextInColumn[cell])
                {
                    if (rows[cell] != parent)
                    {
                        SettleRow(rows[cell], column, cell, distance);
                    }
                }
            }

            if (_nextRow == _rowCount)
            {
                return -1;
            }

            for (; _nextRow < _rowCount; _nextRow++)
            {
                int row = _settledRows[_nextRow];
                int parent = _rowParents[row];
                for (int cell = _cells.FirstInRow[row]; cell >= 0; cell = _cells.NextInRow[cell])
                {
                    if (columns[cell] != parent)
                    {
                        SettleColumn(columns[cell], row, cell, distance);
                    }
                }
            }
        }
    }

    /// <summary>Moves as much mass as the path bears.</summary>
    /// <returns>Whether all its cells still have some.</returns>
    private readonly bool Send(int root, int target)
    {
        long* units = _cells.Units;
        long mass = Math.Min(_excess[root], _wanted[target]);
        for (int row = _columnParents[target]; row != root; row = _columnParents[_rowParents[row]])
        {
            mass = Math.Min(mass, units[_rowCells[row]]);
        }

        Move(root, target, mass);
        bool isWhole = true;
        int column = target;
        while (true)
        {
            int row = _columnParents[column];
            int cell = _columnCells[column];
            if (cell < 0)
            {
                _columnCells[column] = _cells.Append(row, column, mass);
            }
            else
            {
                units[cell] += mass;
            }

            if (row == root)
            {
                return isWhole;
            }

            column = _rowParents[row];
            cell = _rowCells[row];
            units[cell] -= mass;
            if (units[cell] == 0)
            {
                _cells.Remove(cell);
                isWhole = false;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Move(int row, int column, long mass)
    {
        _excess[row] -= mass;
        _wanted[column] -= mass;
        _filled[column] = _wanted[column] == 0 ? float.PositiveInfinity : 0;
    }
}
