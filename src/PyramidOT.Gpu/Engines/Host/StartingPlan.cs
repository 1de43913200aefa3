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
/// looked for afterwards.
/// </para>
/// </remarks>
internal unsafe ref struct StartingPlan<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    // Some 1.3 were seen.
    private const long SendsPerNode = 50;

    private readonly CostRows _costs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _padded;
    private readonly int _horizon;
    private readonly float* _rowDuals;
    private readonly float* _columnDuals;
    private readonly float* _wantingDuals;
    private readonly float* _reduced;
    private readonly NearestColumns<S, V> _nearest;
    private readonly CancellationToken _cancellation;
    private ForestWalk _walk;
    private long _sendsLeft;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory; what is taken stays taken.</param>
    /// <param name="cancellation">Gives the plan up.</param>
    public StartingPlan(CostRows costs, int rows, int columns, HostScratch scratch, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _costs = costs;
        _rows = rows;
        _columns = columns;
        _padded = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;

        // Measured: at 4 rows of 100 and 16 of 1,000 the time of both methods together is least, and flat.
        _horizon = 4 + ((rows + columns) / 160);
        _rowDuals = scratch.Take<float>(rows);
        _columnDuals = scratch.Take<float>(_padded);
        _wantingDuals = scratch.Take<float>(_padded);
        _reduced = scratch.Take<float>(_padded);
        _nearest = new(columns, scratch);
        _walk = new(rows, columns, scratch);
        _sendsLeft = SendsPerNode * (rows + (long)columns);
    }

    /// <summary>The cells of the plan, a forest.</summary>
    public readonly PlanCells Cells => _walk.Cells;

    /// <summary>The columns' duals: nearly feasible with what the rows' could be.</summary>
    public readonly float* ColumnDuals => _columnDuals;

    /// <summary>Finds the plan.</summary>
    /// <param name="rowUnits">What the rows have, all above 0.</param>
    /// <param name="columnUnits">What the columns want, all above 0, of the same total.</param>
    /// <returns>Whether all mass found its way: there may be none where pairs are forbidden.</returns>
    public bool Find(long* rowUnits, long* columnUnits)
    {
        new ReadOnlySpan<long>(rowUnits, _rows).CopyTo(new(_walk.Excess, _rows));
        new ReadOnlySpan<long>(columnUnits, _columns).CopyTo(new(_walk.Wanted, _columns));
        if (!FillCheapestColumns())
        {
            return false;
        }

        for (int i = 0; i < _rows; i++)
        {
            if (_cancellation.IsCancellationRequested || (_walk.Excess[i] > 0 && !Search(i)))
            {
                return false;
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
        float* reduced = _reduced;
        long* wanted = _walk.Wanted;
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
        new ReadOnlySpan<float>(duals, padded).CopyTo(new(_wantingDuals, padded));
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
            long has = _walk.Excess[i];
            for (int j = 0; j < padded && has > 0; j += S.Count)
            {
                for (uint bits = S.EqualBits(S.Load(reduced + j), tight); bits != 0 && has > 0; bits &= bits - 1)
                {
                    int column = j + BitOperations.TrailingZeroCount(bits);
                    long mass = Math.Min(has, wanted[column]);
                    if (mass > 0)
                    {
                        _walk.Cells.Append(i, column, mass);
                        has -= mass;
                        wanted[column] -= mass;
                        Note(column);
                    }
                }
            }

            _walk.Excess[i] = has;
        }

        return true;
    }

    /// <summary>Sends what a row has left.</summary>
    /// <returns>Whether all of it found a way.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private bool Search(int root)
    {
        float length = 0;
        int relaxed = 0;
        int hidden = 0;
        _walk.Start(root);
        while (true)
        {
            int sink;
            while ((sink = _walk.Spread(length)) >= 0)
            {
                bool isWhole = _walk.Send(root, sink);
                Note(sink);
                if (_sendsLeft-- == 0)
                {
                    return false;
                }

                if (_walk.Excess[root] == 0)
                {
                    ShiftDuals(length);
                    return true;
                }

                if (!isWhole)
                {
                    // All paths become tight, and the search goes on from what is still linked to the root.
                    ShiftDuals(length);
                    length = 0;
                    _walk.Prune();
                    relaxed = 0;
                    hidden = 0;
                }
            }

            // Far from the root, the search goes straight to the nearest column that still wants mass.
            if (_walk.Rows > _horizon)
            {
                if (!GoStraight(length))
                {
                    return false;
                }

                continue;
            }

            if (hidden == 0)
            {
                _nearest.Open(_columnDuals);
            }

            for (; hidden < _walk.Count; hidden++)
            {
                if (_walk.Settled[hidden] < _columns)
                {
                    _nearest.Hide(_walk.Settled[hidden]);
                }
            }

            float shortest = S.MinAcross(RelaxFrom(ref relaxed));
            if (!(shortest < float.PositiveInfinity))
            {
                return false;
            }

            int column = _nearest.At(shortest);
            length = Math.Max(length, shortest);
            _walk.StepTo(column, _nearest.Parent(column), length);
        }
    }

    /// <summary>Settles the column nearest to the first rows that were settled, among those that want mass.</summary>
    /// <returns>Whether there is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool GoStraight(float length)
    {
        // What is settled wants none, so it need not be hidden.
        float* duals = _wantingDuals;
        float shortest = float.PositiveInfinity;
        float reduced = 0;
        int from = -1;
        int left = _horizon;
        for (int k = 0; left > 0; k++)
        {
            int row = _walk.Settled[k] - _columns;
            if (row < 0)
            {
                continue;
            }

            left--;
            float* costs = _costs[row];
            V leasts = S.Broadcast(float.PositiveInfinity);
            for (int j = 0; j < _padded; j += S.Count)
            {
                leasts = S.Min(leasts, S.Subtract(S.Load(costs + j), S.Load(duals + j)));
            }

            float least = S.MinAcross(leasts);
            float path = least + (_walk.Distances[_columns + row] - _rowDuals[row]);
            if (path < shortest)
            {
                shortest = path;
                reduced = least;
                from = row;
            }
        }

        if (from < 0)
        {
            return false;
        }

        float* nearest = _costs[from];
        V wanted = S.Broadcast(reduced);
        uint bits;
        int column = 0;
        for (; (bits = S.EqualBits(S.Subtract(S.Load(nearest + column), S.Load(duals + column)), wanted)) == 0; column += S.Count)
        {
        }

        _walk.StepTo(column + BitOperations.TrailingZeroCount(bits), from, length);
        return true;
    }

    /// <summary>Shortens the paths by those through rows that were settled meanwhile.</summary>
    /// <param name="relaxed">How many settled nodes were seen.</param>
    /// <returns>The least lengths.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly V RelaxFrom(ref int relaxed)
    {
        V least = S.Broadcast(float.PositiveInfinity);
        bool isNew = false;
        for (; relaxed < _walk.Count; relaxed++)
        {
            int row = _walk.Settled[relaxed] - _columns;
            if (row >= 0)
            {
                least = _nearest.Relax(row, _costs[row], _walk.Distances[_columns + row] - _rowDuals[row]);
                isNew = true;
            }
        }

        // A column may have been settled that had no other row.
        return isNew ? least : _nearest.Least();
    }

    /// <summary>Keeps the duals feasible when a search ends, and makes its paths tight, but for those straight to a column.</summary>
    private readonly void ShiftDuals(float length)
    {
        for (int k = 0; k < _walk.Count && length > 0; k++)
        {
            int node = _walk.Settled[k];
            float shift = length - _walk.Distances[node];
            if (node < _columns)
            {
                _columnDuals[node] -= shift;
                _wantingDuals[node] -= shift;
            }
            else
            {
                _rowDuals[node - _columns] += shift;
            }
        }
    }

    /// <summary>Hides a column from those that go straight, once it wants nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Note(int column) =>
        _wantingDuals[column] = _walk.Wanted[column] == 0 ? float.NegativeInfinity : _columnDuals[column];
}
