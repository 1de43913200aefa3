using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The search of <see cref="ShortestAugmentingPaths{S, T, V}"/> for larger problems, in which most columns of a row can be shown to lead
/// nowhere without looking at them. Same start, same duals, same optimum.
/// </summary>
/// <remarks>
/// <para>
/// A path that is no shorter than the best one known to a free column cannot be part of the answer. And column duals only ever
/// fall, so reduced costs only rise: what c_ij - v_j was when a row's cheapest columns were listed bounds it from below for good,
/// also as rounded numbers, since rounding keeps order. So a row is scanned along its list, in the order of the bounds, until
/// they pass the best length; some ten columns, on the average. Only where the list ends before is the whole row read. A list that
/// fails often is drawn up anew, by the duals of the day. Columns that were reached wait in a heap.
/// </para>
/// <para>
/// In few dimensions paths are long, and a row reaches thousands of columns: then passes over whole rows are faster. Both are estimated
/// as the search goes on, by what it counts and not by a clock, and where it falls behind it gives up, for the other to
/// complete.
/// </para>
/// <para>
/// A distance is +infinity for columns not reached yet and -infinity for those scanned, which no path can undercut.
/// </para>
/// </remarks>
internal unsafe ref struct PrunedAugmentingPaths<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    private const int ListCapacity = ReducedCostLists<S, V>.Capacity;

    // So many whole rows are read before a list is drawn up anew, which takes as long as reading some.
    private const int FailuresAllowed = 4;

    // Estimates in nanoseconds, measured with AVX-512: a vector of a list, a column reached, a whole row's vector and its start; and of a plain pass
    // a vector and its start.
    private const long ListVector = 12;
    private const long ColumnReached = 20;
    private const long WholeVector = 2;
    private const long WholeStart = 40;
    private const long PlainVector = 3;
    private const long PlainStart = 40;

    // So far it may fall behind before it gives up.
    private const long Allowed = 2_000_000;

    private readonly CostRows _costs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _padded;
    private readonly float* _duals;
    private readonly float* _distances;
    private readonly float* _matchedCosts;
    private readonly float* _tight;
    private readonly int* _rowOf;
    private readonly int* _columnOf;
    private readonly int* _parents;
    private readonly int* _freeRows;
    private readonly int* _reached;
    private readonly int* _scanned;
    private readonly float* _scannedDistances;
    private readonly byte* _failures;
    private readonly ReducedCostLists<S, V> _lists;
    private readonly CancellationToken _cancellation;
    private ColumnHeap _open;

    // The state of one search: the shortest path to a free column so far, where it ends, and how many columns were reached.
    private float _shortest;
    private int _end;
    private int _reachedCount;

    // Estimated cost of the search so far, less that of plain passes.
    private long _behind;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least as many.</param>
    /// <param name="scratch">Memory for the search; what is taken stays taken.</param>
    /// <param name="cancellation">Gives the search up, which then tells of no assignment.</param>
    public PrunedAugmentingPaths(CostRows costs, int rows, int columns, HostScratch scratch, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _costs = costs;
        _rows = rows;
        _columns = columns;
        _padded = ShortestAugmentingPaths<S, float, V>.Padded(columns);
        _duals = scratch.Take<float>(_padded);
        _distances = scratch.Take<float>(_padded);
        _matchedCosts = scratch.Take<float>(columns);
        _tight = scratch.Take<float>(columns);
        _rowOf = scratch.Take<int>(columns);
        _columnOf = scratch.Take<int>(rows);
        _parents = scratch.Take<int>(columns);
        _freeRows = scratch.Take<int>(rows);
        _reached = scratch.Take<int>(columns);
        _scanned = scratch.Take<int>(rows);
        _scannedDistances = scratch.Take<float>(rows);
        _failures = scratch.Take<byte>(rows);
        _lists = new(costs, rows, _padded, _duals, scratch);
        _open = new(columns, _distances, scratch);
    }

    /// <summary>The duals of the columns; the padding is -infinity.</summary>
    public readonly float* ColumnDuals => _duals;

    /// <summary>The column of each row.</summary>
    public readonly int* ColumnOf => _columnOf;

    /// <summary>Whether the search left rows unmatched, for plain passes to match. Duals and matching are valid.</summary>
    public readonly bool GaveUp => _behind > Allowed;

    /// <summary>Solves the problem.</summary>
    /// <param name="columnMinima">The least cost of each column; null where the problem is not square.</param>
    /// <returns>Whether a finite assignment exists.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Solve(float* columnMinima)
    {
        for (int j = 0; j < _columns; j++)
        {
            _duals[j] = columnMinima == null ? 0 : columnMinima[j];
            if (float.IsPositiveInfinity(_duals[j]))
            {
                return false;
            }
        }

        new Span<float>(_duals + _columns, _padded - _columns).Fill(float.NegativeInfinity);
        new Span<float>(_distances, _padded).Fill(float.PositiveInfinity);
        new Span<int>(_rowOf, _columns).Fill(-1);
        new Span<byte>(_failures, _rows).Clear();
        int free = 0;
        for (int i = 0; i < _rows; i++)
        {
            int column = CheapestColumn(i, out bool forbidden);
            if (forbidden)
            {
                return false;
            }

            if (column >= 0)
            {
                Match(i, column);
                Tighten(column);
            }
            else
            {
                _columnOf[i] = -1;
                _freeRows[free++] = i;
            }
        }

        for (int k = 0; k < free && !GaveUp; k++)
        {
            if (_cancellation.IsCancellationRequested || !Augment(_freeRows[k]))
            {
                return false;
            }
        }

        return !GaveUp;
    }

    /// <summary>A free column among the cheapest of a row; -1 where others have them all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly int CheapestColumn(int row, out bool forbidden)
    {
        float* costs = _costs[row];
        float* duals = _duals;
        int padded = _padded;
        V leasts = S.Broadcast(float.PositiveInfinity);
        for (int j = 0; j < padded; j += S.Count)
        {
            leasts = S.Min(leasts, S.Subtract(S.Load(costs + j), S.Load(duals + j)));
        }

        float least = S.MinAcross(leasts);
        forbidden = float.IsPositiveInfinity(least);
        V wanted = S.Broadcast(least);
        for (int j = 0; j < padded && !forbidden; j += S.Count)
        {
            uint bits = S.EqualBits(S.Subtract(S.Load(costs + j), S.Load(duals + j)), wanted);
            for (; bits != 0; bits &= bits - 1)
            {
                int column = j + BitOperations.TrailingZeroCount(bits);
                if (_rowOf[column] < 0)
                {
                    return column;
                }
            }
        }

        return -1;
    }

    /// <summary>Matches one more row, along the shortest path from it to a free column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Augment(int root)
    {
        _shortest = float.PositiveInfinity;
        _end = -1;
        _reachedCount = 0;
        _open.Clear();
        int scanned = 0;
        int row = root;
        float offset = 0;
        while (true)
        {
            Scan(row, offset);
            if (!_open.TryPop(out int column, out float distance) || distance >= _shortest)
            {
                break;
            }

            _scanned[scanned] = column;
            _scannedDistances[scanned] = distance;
            scanned++;
            _distances[column] = float.NegativeInfinity;
            if (_open.TryPeek(out int next))
            {
                // Most often the next row to be scanned; in a large problem its list is far away.
                _lists.Prefetch(_rowOf[next]);
            }

            row = _rowOf[column];
            offset = distance - _tight[column];
        }

        if (_end < 0)
        {
            return false;
        }

        for (int column = _end; ;)
        {
            int parent = _parents[column];
            int released = _columnOf[parent];
            Match(parent, column);
            if (parent == root)
            {
                break;
            }

            column = released;
        }

        Tighten(_end);
        for (int k = 0; k < scanned; k++)
        {
            int column = _scanned[k];
            _duals[column] += _scannedDistances[k] - _shortest;
            Tighten(column);
        }

        for (int k = 0; k < _reachedCount; k++)
        {
            _distances[_reached[k]] = float.PositiveInfinity;
        }

        return true;
    }

    /// <summary>Follows the paths through a row as far as they may be part of the shortest one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Scan(int row, float offset)
    {
        _behind -= PlainStart + (PlainVector * _padded / S.Count);
        _lists.Get(row, out float* bounds, out float* costs, out int* columns, out int count, out float limit);
        float* duals = _duals;
        float* distances = _distances;
        V start = S.Broadcast(offset);
        for (int k = 0; k < count; k += S.Count)
        {
            // Within a vector some bounds may be beyond; their paths are too, and fail the comparison.
            if (offset + bounds[k] >= _shortest)
            {
                return;
            }

            _behind += ListVector;
            V path = S.Add(start, S.Subtract(S.Load(costs + k), S.Gather(duals, columns + k)));
            V longest = S.Min(S.Gather(distances, columns + k), S.Broadcast(_shortest));
            for (uint bits = S.LessBits(path, longest); bits != 0; bits &= bits - 1)
            {
                int entry = k + BitOperations.TrailingZeroCount(bits);
                int column = columns[entry];
                float length = offset + (costs[entry] - duals[column]);
                if (length < _shortest)
                {
                    Reach(column, length, row);
                }
            }
        }

        if (offset + limit < _shortest)
        {
            ScanWhole(row, offset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void ScanWhole(int row, float offset)
    {
        _behind += WholeStart + (WholeVector * _padded / S.Count);
        float* costs = _costs[row];
        V start = S.Broadcast(offset);
        for (int j = 0; j < _padded; j += S.Count)
        {
            V path = S.Add(S.Subtract(S.Load(costs + j), S.Load(_duals + j)), start);
            uint bits = S.LessBits(path, S.Min(S.Load(_distances + j), S.Broadcast(_shortest)));
            for (; bits != 0; bits &= bits - 1)
            {
                int column = j + BitOperations.TrailingZeroCount(bits);
                float length = offset + (costs[column] - _duals[column]);
                if (length < _shortest)
                {
                    Reach(column, length, row);
                }
            }
        }

        if (++_failures[row] == FailuresAllowed)
        {
            _failures[row] = 0;
            _lists.Draw(row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reach(int column, float path, int row)
    {
        if (float.IsPositiveInfinity(_distances[column]))
        {
            _reached[_reachedCount++] = column;
        }

        _distances[column] = path;
        _parents[column] = row;
        if (_rowOf[column] < 0)
        {
            _shortest = path;
            _end = column;
        }
        else
        {
            _behind += ColumnReached;
            _open.Push(column, path);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Match(int row, int column)
    {
        _rowOf[column] = row;
        _columnOf[row] = column;
        _matchedCosts[column] = _costs[row][column];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Tighten(int column) => _tight[column] = _matchedCosts[column] - _duals[column];
}
