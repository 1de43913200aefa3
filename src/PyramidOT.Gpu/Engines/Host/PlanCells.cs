namespace PyramidOT.Engines.Host;

/// <summary>The cells of a plan that is a forest, in lists by row and by column.</summary>
internal readonly unsafe struct PlanCells
{
    private readonly int _rows;
    private readonly int* _free;

    public PlanCells(int rows, int columns, HostScratch scratch)
    {
        // While mass moves along a path, cells come before others go: a path that enters a forest links parts of it, so that it stays one.
        int most = rows + columns;
        _rows = rows;
        Rows = scratch.Take<int>(most);
        Columns = scratch.Take<int>(most);
        Units = scratch.Take<long>(most);
        FirstInRow = scratch.Take<int>(rows);
        FirstInColumn = scratch.Take<int>(columns);
        NextInRow = scratch.Take<int>(most);
        NextInColumn = scratch.Take<int>(most);
        _free = scratch.Take<int>(1);
        new Span<int>(FirstInRow, rows).Fill(-1);
        new Span<int>(FirstInColumn, columns).Fill(-1);
        for (int k = 0; k < most; k++)
        {
            NextInRow[k] = k + 1 < most ? k + 1 : -1;
        }

        *_free = 0;
    }

    public int* Rows { get; }

    public int* Columns { get; }

    public long* Units { get; }

    /// <summary>A cell of each row; -1 where there is none.</summary>
    public int* FirstInRow { get; }

    public int* FirstInColumn { get; }

    /// <summary>The next cell of the same row; -1 behind the last one.</summary>
    public int* NextInRow { get; }

    public int* NextInColumn { get; }

    /// <summary>The cell of a pair; -1 where it has no mass.</summary>
    public int Find(int row, int column)
    {
        int cell = FirstInRow[row];
        while (cell >= 0 && Columns[cell] != column)
        {
            cell = NextInRow[cell];
        }

        return cell;
    }

    /// <summary>Adds mass to a pair, or takes some; a cell that is left with none goes.</summary>
    public void Add(int row, int column, long units)
    {
        int cell = Find(row, column);
        if (cell < 0)
        {
            Append(row, column, units);
            return;
        }

        Units[cell] += units;
        if (Units[cell] == 0)
        {
            Remove(cell);
        }
    }

    /// <summary>Adds a cell to a pair that has none.</summary>
    /// <returns>The cell.</returns>
    public int Append(int row, int column, long units)
    {
        int cell = *_free;
        *_free = NextInRow[cell];
        Rows[cell] = row;
        Columns[cell] = column;
        Units[cell] = units;
        NextInRow[cell] = FirstInRow[row];
        NextInColumn[cell] = FirstInColumn[column];
        FirstInRow[row] = cell;
        FirstInColumn[column] = cell;
        return cell;
    }

    /// <summary>Takes a cell away.</summary>
    public void Remove(int cell)
    {
        Unlink(FirstInRow + Rows[cell], NextInRow, cell);
        Unlink(FirstInColumn + Columns[cell], NextInColumn, cell);
        NextInRow[cell] = *_free;
        *_free = cell;
    }

    /// <summary>Copies all cells, row by row.</summary>
    public void CopyTo(ref TransportOutcome outcome)
    {
        for (int i = 0; i < _rows; i++)
        {
            for (int cell = FirstInRow[i]; cell >= 0; cell = NextInRow[cell])
            {
                outcome.Add(i, Columns[cell], Units[cell]);
            }
        }
    }

    private static void Unlink(int* first, int* next, int cell)
    {
        int* link = first;
        while (*link != cell)
        {
            link = next + *link;
        }

        *link = next[cell];
    }
}
