namespace PyramidOT;

/// <summary>
/// The shapes of a batch of small problems of any sizes. Problem b has <c>RowOffsets[b + 1] - RowOffsets[b]</c> rows (source points)
/// and <c>ColumnOffsets[b + 1] - ColumnOffsets[b]</c> columns (target points); rows, columns and costs of all problems lie behind
/// each other, so its cost matrix is the row-major block of rows x columns elements that begins at <c>CostOffsets[b]</c>.
/// Immutable.
/// </summary>
public sealed class BatchLayout
{
    private readonly long[] _rowOffsets;
    private readonly long[] _columnOffsets;
    private readonly long[] _costOffsets;

    private BatchLayout(long[] rowOffsets, long[] columnOffsets)
    {
        _rowOffsets = rowOffsets;
        _columnOffsets = columnOffsets;
        _costOffsets = new long[rowOffsets.Length];
        for (int b = 0; b < Count; b++)
        {
            long rows = rowOffsets[b + 1] - rowOffsets[b];
            long columns = columnOffsets[b + 1] - columnOffsets[b];
            if (rows is < 0 or > int.MaxValue || columns is < 0 or > int.MaxValue)
            {
                throw new ArgumentException($"Problem {b} has {rows} rows and {columns} columns; each must be from 0 to {int.MaxValue}.");
            }

            _costOffsets[b + 1] = checked(_costOffsets[b] + (rows * columns));
            MaxRows = Math.Max(MaxRows, (int)rows);
            MaxColumns = Math.Max(MaxColumns, (int)columns);
        }
    }

    /// <summary>Number of problems.</summary>
    public int Count => _rowOffsets.Length - 1;

    /// <summary>Rows of all problems together.</summary>
    public long Rows => _rowOffsets[^1];

    /// <summary>Columns of all problems together.</summary>
    public long Columns => _columnOffsets[^1];

    /// <summary>Elements of all cost matrices together.</summary>
    public long Costs => _costOffsets[^1];

    /// <summary>Rows of the tallest problem.</summary>
    public int MaxRows { get; }

    /// <summary>Columns of the widest problem.</summary>
    public int MaxColumns { get; }

    /// <summary>First row of each problem, and after the last one <see cref="Rows"/>: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<long> RowOffsets => _rowOffsets;

    /// <summary>First column of each problem, and after the last one <see cref="Columns"/>: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<long> ColumnOffsets => _columnOffsets;

    /// <summary>First cost of each problem, and after the last one <see cref="Costs"/>: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<long> CostOffsets => _costOffsets;

    /// <summary>A batch of problems that all have one shape.</summary>
    /// <param name="count">Number of problems, at least 0.</param>
    /// <param name="rows">Rows of each, at least 0.</param>
    /// <param name="columns">Columns of each, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static BatchLayout Uniform(int count, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        long[] rowOffsets = new long[count + 1];
        long[] columnOffsets = new long[count + 1];
        for (int b = 1; b <= count; b++)
        {
            rowOffsets[b] = (long)b * rows;
            columnOffsets[b] = (long)b * columns;
        }

        return new(rowOffsets, columnOffsets);
    }

    /// <summary>A batch of problems of any shapes.</summary>
    /// <param name="rows">Rows of each problem, at least 0.</param>
    /// <param name="columns">Columns of each problem, at least 0; as many numbers.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is negative.</exception>
    public static BatchLayout Ragged(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        if (rows.Length != columns.Length)
        {
            throw new ArgumentException($"{columns.Length} numbers of columns were given for {rows.Length} problems.", nameof(columns));
        }

        return new(Accumulate(rows, nameof(rows)), Accumulate(columns, nameof(columns)));
    }

    /// <summary>A batch whose offsets are known: as the properties of those names, each starting at 0 and never falling.</summary>
    /// <exception cref="ArgumentException">The offsets are empty, do not start at 0, fall, or differ in length.</exception>
    public static BatchLayout FromOffsets(ReadOnlySpan<long> rowOffsets, ReadOnlySpan<long> columnOffsets)
    {
        if (rowOffsets.IsEmpty || rowOffsets.Length != columnOffsets.Length || rowOffsets[0] != 0 || columnOffsets[0] != 0)
        {
            throw new ArgumentException("Row and column offsets are equally many, at least one, and start at 0.");
        }

        return new(rowOffsets.ToArray(), columnOffsets.ToArray());
    }

    /// <summary>Rows of problem <paramref name="problem"/>.</summary>
    public int RowsOf(int problem) => (int)(_rowOffsets[problem + 1] - _rowOffsets[problem]);

    /// <summary>Columns of problem <paramref name="problem"/>.</summary>
    public int ColumnsOf(int problem) => (int)(_columnOffsets[problem + 1] - _columnOffsets[problem]);

    /// <summary>The problem, row and column that a position among all costs belongs to.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cost"/> is not from 0 to <see cref="Costs"/> - 1.</exception>
    public (int Problem, int Row, int Column) Locate(long cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cost, Costs);

        // The last problem that begins at or before it; empty problems begin where the next one does, so they are never the last.
        int low = 0;
        int high = Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (_costOffsets[middle] <= cost)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        long within = cost - _costOffsets[low];
        int columns = ColumnsOf(low);
        return (low, (int)(within / columns), (int)(within % columns));
    }

    private static long[] Accumulate(ReadOnlySpan<int> counts, string name)
    {
        long[] offsets = new long[counts.Length + 1];
        for (int b = 0; b < counts.Length; b++)
        {
            if (counts[b] < 0)
            {
                throw new ArgumentException($"Problem {b} has {counts[b]} {name}; at least 0 is expected.", name);
            }

            offsets[b + 1] = offsets[b] + counts[b];
        }

        return offsets;
    }
}
