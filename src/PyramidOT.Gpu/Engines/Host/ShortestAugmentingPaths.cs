using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The cost matrix of one assignment problem with at least as many columns as rows.</summary>
/// <remarks>
/// Whole vectors are read at a row's end, and what lies beyond it is hidden by the search. For every row but the last that is the
/// next row's begin; the last row is a copy of its own, padded with infinity. A copy of all rows, aligned and padded, was
/// measured to gain nothing.
/// </remarks>
internal readonly unsafe struct CostRows(float* first, long stride, float* last, int rows)
{
    /// <summary>The address of a row.</summary>
    public float* this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => row == rows - 1 ? last : first + (row * stride);
    }
}

/// <summary>
/// The linear assignment problem by shortest augmenting paths over dual variables (Jonker and Volgenant, Computing 38, 1987), without
/// their row reduction, which on clustered data takes more time than it saves. The first duals of a square problem are the
/// column minima; rows take their cheapest column as long as it is free; each row left over is matched along a shortest path
/// in the reduced costs (Dijkstra's algorithm, one pass over a row of the matrix a step).
/// </summary>
/// <remarks>
/// <para>
/// One pass does all: relax the distances by the new row, remember where they came from, take the minimum. Columns already scanned
/// are hidden by a reduced dual of -infinity, which makes every path to them infinitely long, and an own distance of +infinity,
/// which keeps them out of the minimum; padding lanes hide the same way. Row numbers of the search tree are kept as lanes of the
/// scalar type, so that one kind of vector serves all: exact, as there are fewer than 2^24 rows.
/// </para>
/// <para>
/// A step is bound by latency: minimum across lanes, column of the minimum, its row, that row's first costs. What depends on
/// the column alone is therefore kept by column: the address of its row, and the matched pair's reduced cost (the row's dual).
/// </para>
/// <para>
/// What a pass reads and writes of a column stands together: a block holds <c>S.Count</c> columns' distances, then their open
/// duals, then their parents. Three arrays instead would now and then lie a multiple of 4 KB apart, and a load that
/// seems to follow a store to the same address waits for it.
/// </para>
/// </remarks>
/// <typeparam name="S">Vector width.</typeparam>
/// <typeparam name="T">float, or double where float's rounding does not certify the optimum.</typeparam>
/// <typeparam name="V">The vector of <typeparamref name="T"/>.</typeparam>
internal unsafe ref struct ShortestAugmentingPaths<S, T, V>
    where S : struct, ISimd<T, V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
{
    // Distances are compared 128 columns at a time, so that a search among 100 columns has no branch to mispredict.
    private const int Window = 128;

    private readonly CostRows _costs;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _padded;
    private readonly int _windowed;
    private readonly T* _duals;
    private readonly T* _blocks;
    private readonly T* _scannedDistance;
    private readonly int* _scannedColumn;
    private readonly int* _rowOf;
    private readonly float** _rowAt;
    private readonly T* _matchedCosts;
    private readonly T* _tight;
    private readonly int* _columnOf;
    private readonly int* _freeRows;
    private readonly ulong* _freeColumns;
    private readonly CancellationToken _cancellation;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least as many.</param>
    /// <param name="scratch">Memory for the search; what is taken stays taken.</param>
    /// <param name="cancellation">Gives the search up, which then tells of no assignment.</param>
    public ShortestAugmentingPaths(CostRows costs, int rows, int columns, HostScratch scratch, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _costs = costs;
        _rows = rows;
        _columns = columns;
        _padded = Padded(columns);
        _windowed = (columns + Window - 1) & -Window;
        _duals = scratch.Take<T>(_padded);
        _blocks = scratch.Take<T>(3L * _windowed);
        _scannedDistance = scratch.Take<T>(rows);
        _scannedColumn = scratch.Take<int>(rows);
        _rowOf = scratch.Take<int>(columns);
        _rowAt = (float**)scratch.Take<nint>(columns);
        _matchedCosts = scratch.Take<T>(columns);
        _tight = scratch.Take<T>(columns);
        _columnOf = scratch.Take<int>(rows);
        _freeRows = scratch.Take<int>(rows);
        _freeColumns = scratch.Take<ulong>(_windowed / 64);
    }

    /// <summary>The duals of the columns, <see cref="Padded"/> of them; the padding is -infinity.</summary>
    public readonly T* ColumnDuals => _duals;

    /// <summary>The column of each row.</summary>
    public readonly int* ColumnOf => _columnOf;

    // Offsets within a block of 3 * S.Count numbers.
    private static int OpenDuals => S.Count;

    private static int Parents => 2 * S.Count;

    private static int Stride => 3 * S.Count;

    /// <summary>Columns rounded up to whole vectors of float32, which are whole vectors of float64 too.</summary>
    public static int Padded(int columns) => (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;

    /// <summary>Solves the problem.</summary>
    /// <param name="columnMinima">
    /// The least cost of each column, <see cref="Padded"/> numbers; null where the problem is not square, since only then every column is
    /// matched and its dual may be positive.
    /// </param>
    /// <returns>Whether a finite assignment exists.</returns>
    public readonly bool Solve(float* columnMinima)
    {
        for (int j = 0; j < _columns; j++)
        {
            T dual = columnMinima == null ? T.Zero : T.CreateTruncating(columnMinima[j]);
            if (!(dual < T.PositiveInfinity))
            {
                return false;
            }

            _duals[j] = dual;
        }

        Clear();
        int freeRows = TakeCheapestColumns();
        return freeRows >= 0 && AugmentAll(freeRows);
    }

    /// <summary>Completes what another search began.</summary>
    /// <param name="columnDuals">Its column duals.</param>
    /// <param name="columnOf">Its matching, tight by the duals; -1 for rows that are still free.</param>
    /// <returns>Whether a finite assignment exists.</returns>
    public readonly bool Resume(T* columnDuals, int* columnOf)
    {
        new ReadOnlySpan<T>(columnDuals, _columns).CopyTo(new(_duals, _columns));
        Clear();
        int freeRows = 0;
        for (int i = 0; i < _rows; i++)
        {
            _columnOf[i] = columnOf[i];
            if (columnOf[i] < 0)
            {
                _freeRows[freeRows++] = i;
            }
            else
            {
                Match(i, columnOf[i]);
                Tighten(columnOf[i]);
            }
        }

        return AugmentAll(freeRows);
    }

    /// <summary>Makes all columns free, and hides the padding.</summary>
    private readonly void Clear()
    {
        new Span<T>(_duals + _columns, _padded - _columns).Fill(T.NegativeInfinity);
        new Span<T>(_blocks, 3 * _windowed).Fill(T.PositiveInfinity);
        new Span<int>(_rowOf, _columns).Fill(-1);
        new Span<ulong>(_freeColumns, _windowed / 64).Fill(ulong.MaxValue);
    }

    private readonly bool AugmentAll(int freeRows)
    {
        for (int k = 0; k < freeRows; k++)
        {
            // A path is a matter of milliseconds at the most.
            if (_cancellation.IsCancellationRequested || !Augment(_freeRows[k]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Matches rows to their cheapest column where it is free, and lists the rest.</summary>
    /// <returns>How many are left; -1 where a row has no column that it may take.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int TakeCheapestColumns()
    {
        // Fields are read once into locals here and below: behind stores through pointers the compiler would read them again.
        int padded = _padded;
        T* duals = _duals;
        int free = 0;
        for (int i = 0; i < _rows; i++)
        {
            float* row = _costs[i];
            T* block = _blocks;
            V leasts = S.Broadcast(T.PositiveInfinity);
            for (int j = 0; j < padded; j += S.Count)
            {
                V reduced = S.Subtract(S.Widen(row + j), S.Load(duals + j));
                S.Store(block, reduced);
                leasts = S.Min(leasts, reduced);
                block += Stride;
            }

            T least = S.MinAcross(leasts);
            if (T.IsPositiveInfinity(least))
            {
                return -1;
            }

            int column = Find(least, tie: true);
            if (_rowOf[column] < 0)
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

        return free;
    }

    /// <summary>Matches one more row, along the shortest path from it to a free column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly bool Augment(int root)
    {
        T shortest = Start(root);
        bool tie = true;
        int scanned = 0;
        int column;
        while (true)
        {
            if (!(shortest < T.PositiveInfinity))
            {
                return false;
            }

            column = Find(shortest, tie);
            int owner = _rowOf[column];
            if (owner < 0)
            {
                break;
            }

            _scannedColumn[scanned] = column;
            _scannedDistance[scanned] = shortest;
            scanned++;
            Hide(column);
            T next = Relax(_rowAt[column], shortest - _tight[column], owner);

            // With many ties, free columns at the same distance would wait behind all matched ones.
            tie = next == shortest;
            shortest = next;
        }

        // The path first, as it reads which rows the columns were scanned with; then the duals, and what is tight by them.
        int free = column;
        while (true)
        {
            int parent = int.CreateTruncating(_blocks[((long)((uint)column / (uint)S.Count) * Stride) + Parents + (column & (S.Count - 1))]);
            int released = _columnOf[parent];
            Match(parent, column);
            if (parent == root)
            {
                break;
            }

            column = released;
        }

        Tighten(free);
        for (int k = 0; k < scanned; k++)
        {
            _duals[_scannedColumn[k]] += _scannedDistance[k] - shortest;
            Tighten(_scannedColumn[k]);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Match(int row, int column)
    {
        _rowOf[column] = row;
        _rowAt[column] = _costs[row];
        _matchedCosts[column] = T.CreateTruncating(_rowAt[column][column]);
        _columnOf[row] = column;
        _freeColumns[column >> 6] &= ~(1UL << column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Tighten(int column) => _tight[column] = _matchedCosts[column] - _duals[column];

    /// <summary>Sets the distances to the paths that lead from a row directly to the columns, and returns the least of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly T Start(int root)
    {
        int padded = _padded;
        T* duals = _duals;
        T* block = _blocks;
        float* row = _costs[root];
        V number = S.Broadcast(T.CreateTruncating(root));
        V least = S.Broadcast(T.PositiveInfinity);
        for (int j = 0; j < padded; j += S.Count)
        {
            V dual = S.Load(duals + j);
            V path = S.Subtract(S.Widen(row + j), dual);
            S.Store(block, path);
            S.Store(block + OpenDuals, dual);
            S.Store(block + Parents, number);
            least = S.Min(least, path);
            block += Stride;
        }

        return S.MinAcross(least);
    }

    /// <summary>Shortens the distances by the paths through a row, and returns the least of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly T Relax(float* row, T offset, int rowNumber)
    {
        V start = S.Broadcast(offset);
        V number = S.Broadcast(T.CreateTruncating(rowNumber));
        float* end = row + _padded;
        T* block = _blocks;

        // Two minima, as one would be a chain of dependent operations longer than the rest of a step.
        V least = S.Broadcast(T.PositiveInfinity);
        V least2 = least;
        for (; row + S.Count < end; row += 2 * S.Count)
        {
            V path = S.Add(S.Subtract(S.Widen(row), S.Load(block + OpenDuals)), start);
            V path2 = S.Add(S.Subtract(S.Widen(row + S.Count), S.Load(block + Stride + OpenDuals)), start);
            V old = S.Load(block);
            V old2 = S.Load(block + Stride);
            S.Store(block + Parents, S.SelectLess(path, old, number, S.Load(block + Parents)));
            S.Store(block + Stride + Parents, S.SelectLess(path2, old2, number, S.Load(block + Stride + Parents)));
            path = S.Min(path, old);
            path2 = S.Min(path2, old2);
            S.Store(block, path);
            S.Store(block + Stride, path2);
            least = S.Min(least, path);
            least2 = S.Min(least2, path2);
            block += 2 * Stride;
        }

        if (row < end)
        {
            V path = S.Add(S.Subtract(S.Widen(row), S.Load(block + OpenDuals)), start);
            V old = S.Load(block);
            S.Store(block + Parents, S.SelectLess(path, old, number, S.Load(block + Parents)));
            path = S.Min(path, old);
            S.Store(block, path);
            least = S.Min(least, path);
        }

        return S.MinAcross(S.Min(least, least2));
    }

    /// <summary>A column at a distance. Of those in one window, and with <paramref name="tie"/> of all, a free one is preferred.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int Find(T distance, bool tie)
    {
        V wanted = S.Broadcast(distance);
        T* block = _blocks;
        int windowed = _windowed;
        ulong* freeColumns = _freeColumns;
        int first = -1;
        for (int j = 0; j < windowed; j += Window)
        {
            ulong low = EqualBits(block, wanted);
            ulong high = EqualBits(block + (3 * 64), wanted);
            block += 3 * Window;
            if ((low | high) == 0)
            {
                continue;
            }

            ulong freeLow = low & freeColumns[j >> 6];
            ulong freeHigh = high & freeColumns[(j >> 6) + 1];
            if ((freeLow | freeHigh) != 0)
            {
                return j + FirstBit(freeLow, freeHigh);
            }

            first = first < 0 ? j + FirstBit(low, high) : first;
            if (!tie)
            {
                break;
            }
        }

        return first;
    }

    /// <summary>The position of the first bit of two words, of which one at least is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstBit(ulong low, ulong high)
    {
        // Without a branch, which could not be predicted: 64 zeros are counted where the low word has no bit.
        int first = BitOperations.TrailingZeroCount(low);
        return first + (BitOperations.TrailingZeroCount(high) & -(first >> 6));
    }

    /// <summary>Bit i is set where the distance of the i-th of 64 columns equals the wanted one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EqualBits(T* block, V wanted)
    {
        if (S.Count == 16)
        {
            return S.EqualBits(S.Load(block), wanted)
                | ((ulong)S.EqualBits(S.Load(block + 48), wanted) << 16)
                | ((ulong)S.EqualBits(S.Load(block + 96), wanted) << 32)
                | ((ulong)S.EqualBits(S.Load(block + 144), wanted) << 48);
        }

        ulong bits = 0;
        for (int lane = 0; lane < 64; lane += S.Count)
        {
            bits |= (ulong)S.EqualBits(S.Load(block + (3 * lane)), wanted) << lane;
        }

        return bits;
    }

    /// <summary>Takes a scanned column out of the search.</summary>
    /// <remarks>Whole vectors are written, since a vector load right after a scalar store within it would stall.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Hide(int column)
    {
        T* block = _blocks + ((uint)column / (uint)S.Count * Stride);
        V lane = S.Broadcast(T.CreateTruncating(column & (S.Count - 1)));
        V infinity = S.Broadcast(T.PositiveInfinity);
        V negative = S.Broadcast(T.NegativeInfinity);
        S.Store(block, S.SelectEqual(S.Indices, lane, infinity, S.Load(block)));
        S.Store(block + OpenDuals, S.SelectEqual(S.Indices, lane, negative, S.Load(block + OpenDuals)));
    }
}
