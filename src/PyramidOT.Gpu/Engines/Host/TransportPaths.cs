using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The transportation problem by shortest augmenting paths in float64: slower than the network simplex method, but its duals are path
/// lengths, which stay as small as the costs that the plan needs. The way out where costs differ by many powers of ten.
/// </summary>
/// <remarks>
/// Cells of the plan are tight, so all that is linked by cells is equally near, and a search enters it as a whole. What a path enters it has
/// not been in before; so cells never close a cycle, and the plan stays a forest.
/// </remarks>
internal unsafe ref struct TransportPaths<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Some 2 were seen.
    private const long PathsPerNode = 1000;

    private readonly TransportProblem _problem;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _padded;
    private readonly double* _rowDuals;
    private readonly double* _columnDuals;
    private readonly double* _open;
    private readonly double* _distances;
    private readonly int* _parents;
    private readonly double* _rowDistances;
    private readonly double* _columnDistances;
    private readonly int* _rowParents;
    private readonly long* _excess;
    private readonly long* _wanted;
    private readonly int* _settledRows;
    private readonly int* _settledColumns;
    private readonly PlanCells _cells;
    private int _rowCount;
    private int _columnCount;

    public TransportPaths(in TransportProblem problem, HostScratch scratch)
    {
        _problem = problem;
        _rows = problem.Rows;
        _columns = problem.Columns;
        _padded = (_columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        _rowDuals = scratch.Take<double>(_rows);
        _columnDuals = scratch.Take<double>(_padded);
        _open = scratch.Take<double>(_padded);
        _distances = scratch.Take<double>(_padded);
        _parents = scratch.Take<int>(_columns);
        _rowDistances = scratch.Take<double>(_rows);
        _columnDistances = scratch.Take<double>(_columns);
        _rowParents = scratch.Take<int>(_rows);
        _excess = scratch.Take<long>(_rows);
        _wanted = scratch.Take<long>(_columns);
        _settledRows = scratch.Take<int>(_rows);
        _settledColumns = scratch.Take<int>(_columns);
        _cells = new(_rows, _columns, scratch);
    }

    /// <summary>Finds the best plan.</summary>
    /// <param name="outcome">Receives plan and column duals, and <see cref="SolveStatus.IterationLimit"/> where the search did not come to its end.</param>
    public void Solve(ref TransportOutcome outcome)
    {
        outcome.Cells = 0;
        outcome.Status = Start() ? AugmentAll() : SolveStatus.Infeasible;
        if (outcome.Status == SolveStatus.Optimal)
        {
            _cells.CopyTo(ref outcome);
            new ReadOnlySpan<double>(_columnDuals, _padded).CopyTo(new(outcome.ColumnDuals, _padded));
        }
    }

    private readonly bool Start()
    {
        new ReadOnlySpan<long>(_problem.RowUnits, _rows).CopyTo(new(_excess, _rows));
        new ReadOnlySpan<long>(_problem.ColumnUnits, _columns).CopyTo(new(_wanted, _columns));
        new Span<double>(_columnDuals, _columns).Fill(double.PositiveInfinity);
        new Span<double>(_columnDuals + _columns, _padded - _columns).Fill(double.NegativeInfinity);
        for (int i = 0; i < _rows; i++)
        {
            float* row = _problem.Costs[i];
            for (int j = 0; j < _columns; j++)
            {
                _columnDuals[j] = Math.Min(_columnDuals[j], row[j]);
            }
        }

        for (int j = 0; j < _columns; j++)
        {
            if (double.IsPositiveInfinity(_columnDuals[j]))
            {
                return false;
            }
        }

        for (int i = 0; i < _rows; i++)
        {
            _rowDuals[i] = TransportDuals.RowDual<D, W>(_problem.Costs[i], _columnDuals, _columns);
            if (double.IsPositiveInfinity(_rowDuals[i]))
            {
                return false;
            }
        }

        return true;
    }

    private SolveStatus AugmentAll()
    {
        long left = PathsPerNode * (_rows + (long)_columns);
        for (int i = 0; i < _rows; i++)
        {
            while (_excess[i] > 0)
            {
                if (left-- == 0 || _problem.Cancellation.IsCancellationRequested)
                {
                    return SolveStatus.IterationLimit;
                }

                int column = Search(i, out double length);
                if (column < 0)
                {
                    return SolveStatus.Infeasible;
                }

                for (int k = 0; k < _rowCount; k++)
                {
                    _rowDuals[_settledRows[k]] += length - _rowDistances[_settledRows[k]];
                }

                for (int k = 0; k < _columnCount; k++)
                {
                    _columnDuals[_settledColumns[k]] -= length - _columnDistances[_settledColumns[k]];
                }

                Send(i, column);
            }
        }

        return SolveStatus.Optimal;
    }

    /// <summary>Finds the nearest column that still wants mass.</summary>
    /// <returns>The column; -1 where no path leads to one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Search(int root, out double length)
    {
        _rowCount = 0;
        _columnCount = 0;
        new ReadOnlySpan<double>(_columnDuals, _padded).CopyTo(new(_open, _padded));
        new Span<double>(_distances, _padded).Fill(double.PositiveInfinity);
        length = 0;
        int relaxed = 0;
        int found = EnterRow(root, -1, 0);
        while (found < 0)
        {
            for (; relaxed < _rowCount; relaxed++)
            {
                Relax(_settledRows[relaxed]);
            }

            int nearest = -1;
            length = double.PositiveInfinity;
            for (int j = 0; j < _columns; j++)
            {
                if (_distances[j] < length && !double.IsNegativeInfinity(_open[j]))
                {
                    length = _distances[j];
                    nearest = j;
                }
            }

            if (nearest < 0)
            {
                return -1;
            }

            found = EnterColumn(nearest, _parents[nearest], length);
        }

        return found;
    }

    /// <summary>Shortens the distances by the paths through a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Relax(int row)
    {
        float* costs = _problem.Costs[row];
        W offset = D.Broadcast(_rowDistances[row] - _rowDuals[row]);
        for (int j = 0; j < _padded; j += D.Count)
        {
            W path = D.Add(D.Subtract(D.Widen(costs + j), D.Load(_open + j)), offset);
            W old = D.Load(_distances + j);
            for (uint bits = D.LessBits(path, old); bits != 0; bits &= bits - 1)
            {
                _parents[j + System.Numerics.BitOperations.TrailingZeroCount(bits)] = row;
            }

            D.Store(_distances + j, D.Min(path, old));
        }
    }

    /// <summary>Settles a row and all that cells link to it.</summary>
    /// <returns>A column among it that wants mass; -1 where there is none.</returns>
    private int EnterRow(int row, int parent, double distance)
    {
        int firstRow = _rowCount;
        int firstColumn = _columnCount;
        SettleRow(row, parent, distance);
        return Spread(firstRow, firstColumn, distance);
    }

    private int EnterColumn(int column, int parent, double distance)
    {
        int firstRow = _rowCount;
        int firstColumn = _columnCount;
        SettleColumn(column, parent, distance);
        return Spread(firstRow, firstColumn, distance);
    }

    private void SettleRow(int row, int parent, double distance)
    {
        _rowParents[row] = parent;
        _rowDistances[row] = distance;
        _settledRows[_rowCount++] = row;
    }

    private void SettleColumn(int column, int parent, double distance)
    {
        _parents[column] = parent;
        _open[column] = double.NegativeInfinity;
        _columnDistances[column] = distance;
        _settledColumns[_columnCount++] = column;
    }

    private int Spread(int nextRow, int nextColumn, double distance)
    {
        // A forest has one way to each node, so only the one that it was reached by must be kept from being gone back.
        while (nextRow < _rowCount || nextColumn < _columnCount)
        {
            if (nextColumn < _columnCount)
            {
                int column = _settledColumns[nextColumn++];
                if (_wanted[column] > 0)
                {
                    return column;
                }

                for (int cell = _cells.FirstInColumn[column]; cell >= 0; cell = _cells.NextInColumn[cell])
                {
                    if (_cells.Rows[cell] != _parents[column])
                    {
                        SettleRow(_cells.Rows[cell], column, distance);
                    }
                }
            }
            else
            {
                int row = _settledRows[nextRow++];
                for (int cell = _cells.FirstInRow[row]; cell >= 0; cell = _cells.NextInRow[cell])
                {
                    if (_cells.Columns[cell] != _rowParents[row])
                    {
                        SettleColumn(_cells.Columns[cell], row, distance);
                    }
                }
            }
        }

        return -1;
    }

    /// <summary>Moves as much mass as the path bears.</summary>
    private readonly void Send(int root, int target)
    {
        long mass = Math.Min(_excess[root], _wanted[target]);
        for (int row = _parents[target]; row != root; row = _parents[_rowParents[row]])
        {
            mass = Math.Min(mass, _cells.Units[_cells.Find(row, _rowParents[row])]);
        }

        int column = target;
        while (true)
        {
            int row = _parents[column];
            _cells.Add(row, column, mass);
            if (row == root)
            {
                break;
            }

            column = _rowParents[row];
            _cells.Add(row, column, -mass);
        }

        _excess[root] -= mass;
        _wanted[target] -= mass;
    }
}
