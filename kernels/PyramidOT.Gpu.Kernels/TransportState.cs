using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>The memory of a transport search.</summary>
internal struct TransportState<T>
    where T : unmanaged
{
    public ArrayView<ulong> Slots;
    public ArrayView<int> Control;
    public ArrayView<T> RowDuals;
    public ArrayView<T> ColumnDuals;
    public ArrayView<T> RowDistances;
    public ArrayView<T> Distances;

    /// <summary>The row that the shortest path to a column comes from, and whether the column is settled.</summary>
    public ArrayView<int> Parents;

    /// <summary>The column that a settled row was reached from; -1 for the root.</summary>
    public ArrayView<int> RowParents;

    public ArrayView<int> SettledRows;
    public ArrayView<int> SettledColumns;
    public ArrayView<long> Excess;
    public ArrayView<long> Wanted;
    public TransportCells Cells;

    /// <summary>Carves the memory.</summary>
    public static TransportState<T> In(TransportProblem problem, int realSize, ArrayView<Float4> header, ArrayView<Float4> memory)
    {
        int rows = problem.Rows;
        int columns = problem.Columns;
        int minimum = LaunchSizes.MinimumUnits(Group.DimX);
        int realRows = SharedPlaces.Units(rows, realSize);
        int realColumns = SharedPlaces.Units(columns, realSize);
        int wholeRows = SharedPlaces.Units4(rows);
        int wholeColumns = SharedPlaces.Units4(columns);
        int wholeCells = SharedPlaces.Units4(rows + columns);
        int longRows = SharedPlaces.Units8(rows);
        int longColumns = SharedPlaces.Units8(columns);
        int ints = 2 * (realRows + realColumns);
        int cells = ints + (3 * (wholeRows + wholeColumns));
        int longs = cells + (4 * wholeCells);
        return new()
        {
            Slots = SharedPlaces.At<ulong>(header, 0, minimum),
            Control = SharedPlaces.At<int>(header, minimum, 1),
            RowDuals = SharedPlaces.At<T>(memory, 0, realRows),
            RowDistances = SharedPlaces.At<T>(memory, realRows, realRows),
            ColumnDuals = SharedPlaces.At<T>(memory, 2 * realRows, realColumns),
            Distances = SharedPlaces.At<T>(memory, (2 * realRows) + realColumns, realColumns),
            RowParents = SharedPlaces.At<int>(memory, ints, wholeRows),
            SettledRows = SharedPlaces.At<int>(memory, ints + wholeRows, wholeRows),
            Parents = SharedPlaces.At<int>(memory, ints + (3 * wholeRows), wholeColumns),
            SettledColumns = SharedPlaces.At<int>(memory, ints + (3 * wholeRows) + wholeColumns, wholeColumns),
            Excess = SharedPlaces.At<long>(memory, longs, longRows),
            Wanted = SharedPlaces.At<long>(memory, longs + longRows, longColumns),
            Cells = new()
            {
                FirstInRow = SharedPlaces.At<int>(memory, ints + (2 * wholeRows), wholeRows),
                FirstInColumn = SharedPlaces.At<int>(memory, ints + (3 * wholeRows) + (2 * wholeColumns), wholeColumns),
                Rows = SharedPlaces.At<int>(memory, cells, wholeCells),
                Columns = SharedPlaces.At<int>(memory, cells + wholeCells, wholeCells),
                NextInRow = SharedPlaces.At<int>(memory, cells + (2 * wholeCells), wholeCells),
                NextInColumn = SharedPlaces.At<int>(memory, cells + (3 * wholeCells), wholeCells),
                Units = SharedPlaces.At<long>(memory, longs + longRows + longColumns, SharedPlaces.Units8(rows + columns)),
                Free = SharedPlaces.At<int>(header, minimum, 1).SubView(3, 1),
            },
        };
    }
}

/// <summary>The cells of a plan that is a forest, in lists by row and by column. Lists are changed by one lane, between barriers.</summary>
internal struct TransportCells
{
    public ArrayView<int> Rows;
    public ArrayView<int> Columns;
    public ArrayView<long> Units;

    /// <summary>A cell of each row; -1 where there is none.</summary>
    public ArrayView<int> FirstInRow;

    public ArrayView<int> FirstInColumn;

    /// <summary>The next cell of the same row; -1 behind the last one. Of cells that are not in use, the next such one.</summary>
    public ArrayView<int> NextInRow;

    public ArrayView<int> NextInColumn;

    /// <summary>The first cell that is not in use.</summary>
    public ArrayView<int> Free;

    /// <summary>Makes all lists empty; by all lanes.</summary>
    public static void Clear(TransportCells cells, int rows, int columns)
    {
        for (int i = Group.IdxX; i < rows; i += Group.DimX)
        {
            cells.FirstInRow[i] = -1;
        }

        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            cells.FirstInColumn[j] = -1;
        }

        for (int k = Group.IdxX; k < rows + columns; k += Group.DimX)
        {
            cells.NextInRow[k] = k + 1 < rows + columns ? k + 1 : -1;
        }

        if (Group.IdxX == 0)
        {
            cells.Free[0] = 0;
        }
    }

    /// <summary>The cell of a pair; -1 where it has no mass.</summary>
    public static int Find(TransportCells cells, int row, int column)
    {
        int cell = cells.FirstInRow[row];
        while (cell >= 0 && cells.Columns[cell] != column)
        {
            cell = cells.NextInRow[cell];
        }

        return cell;
    }

    /// <summary>Adds mass to a pair, or takes some; a cell that is left with none goes.</summary>
    public static void Add(TransportCells cells, int row, int column, long units)
    {
        int cell = Find(cells, row, column);
        if (cell < 0)
        {
            cell = cells.Free[0];
            cells.Free[0] = cells.NextInRow[cell];
            cells.Rows[cell] = row;
            cells.Columns[cell] = column;
            cells.Units[cell] = units;
            cells.NextInRow[cell] = cells.FirstInRow[row];
            cells.NextInColumn[cell] = cells.FirstInColumn[column];
            cells.FirstInRow[row] = cell;
            cells.FirstInColumn[column] = cell;
        }
        else
        {
            cells.Units[cell] += units;
            if (cells.Units[cell] == 0)
            {
                Unlink(cells.FirstInRow, row, cells.NextInRow, cell);
                Unlink(cells.FirstInColumn, column, cells.NextInColumn, cell);
                cells.NextInRow[cell] = cells.Free[0];
                cells.Free[0] = cell;
            }
        }
    }

    private static void Unlink(ArrayView<int> first, int list, ArrayView<int> next, int cell)
    {
        int before = -1;
        int at = first[list];
        while (at != cell)
        {
            before = at;
            at = next[at];
        }

        if (before < 0)
        {
            first[list] = next[cell];
        }
        else
        {
            next[before] = next[cell];
        }
    }
}
