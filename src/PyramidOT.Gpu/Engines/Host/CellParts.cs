namespace PyramidOT.Engines.Host;

/// <summary>
/// Cuts the cells of a batch into parts of about equal work: runs of whole cells, and pieces of cells that are too large for one part. The
/// cuts depend on the layout alone, and are found by a search each: nothing is listed, however many cells there are.
/// </summary>
/// <remarks>
/// Cells count as a row each besides their own rows, so that empty ones are work too. A cut that would fall within a cell which fits in
/// a part is moved to its beginning; so a part has less than twice the wanted rows, and at most two cells of it are not whole.
/// </remarks>
/// <param name="cells">The cells.</param>
/// <param name="rowsPerPart">Rows that a part is to have, at least 2.</param>
internal readonly struct CellParts(BatchLayout cells, int rowsPerPart)
{
    /// <summary>Number of parts; some may be empty.</summary>
    public int Count { get; } = checked((int)((cells.Rows + cells.Count + rowsPerPart - 1) / rowsPerPart));

    /// <summary>Whether some cell is cut.</summary>
    public bool AnyCut => cells.MaxRows > rowsPerPart;

    /// <summary>A part.</summary>
    public CellPart this[int part]
    {
        get
        {
            (int firstCell, int firstRow) = Cut(part);
            (int endCell, int endRow) = Cut(part + 1);
            return new(cells, firstCell, firstRow, endCell, endRow);
        }
    }

    /// <summary>
    /// The pieces of the cells that are cut, in order: a part may have two of them, the end of one cell and the beginning of another, and so has
    /// two places here (<see cref="CellPiece.Slot"/>). A place of which a part has no use is an empty piece.
    /// </summary>
    public CellPiece[] Pieces()
    {
        CellPiece[] pieces = new CellPiece[2 * Count];
        for (int i = 0; i < Count && AnyCut; i++)
        {
            CellPart part = this[i];
            for (int cell = part.FirstCell; cell < part.EndCell; cell = Math.Max(cell + 1, part.EndCell - 1))
            {
                CellPiece piece = part[cell];
                if (!piece.IsWhole)
                {
                    pieces[piece.Slot(i)] = piece;
                }
            }
        }

        return pieces;
    }

    /// <summary>Where a part begins: a cell, and a row of it.</summary>
    private (int Cell, int Row) Cut(int part)
    {
        long place = (long)part * rowsPerPart;
        if (part >= Count)
        {
            return (cells.Count, 0);
        }

        // The last cell that begins at or before the place.
        ReadOnlySpan<long> offsets = cells.RowOffsets;
        int cell = 0;
        for (int end = cells.Count; end - cell > 1;)
        {
            int middle = cell + ((end - cell) / 2);
            if (offsets[middle] + middle <= place)
            {
                cell = middle;
            }
            else
            {
                end = middle;
            }
        }

        return (cell, cells.RowsOf(cell) <= rowsPerPart ? 0 : (int)Math.Max(0, place - offsets[cell] - cell - 1));
    }
}

/// <summary>Consecutive cells, of which the first may have begun in an earlier part, and the last may end in a later one.</summary>
internal readonly struct CellPart(BatchLayout cells, int firstCell, int firstRow, int endCell, int endRow)
{
    /// <summary>The first cell.</summary>
    public int FirstCell => firstCell;

    /// <summary>One past the last cell that has rows here, or is empty.</summary>
    public int EndCell => endRow > 0 ? endCell + 1 : endCell;

    /// <summary>What of a cell belongs to the part.</summary>
    public CellPiece this[int cell]
    {
        get
        {
            long offset = cells.RowOffsets[cell];
            int rows = cells.RowsOf(cell);
            int first = cell == firstCell ? firstRow : 0;
            int end = cell == endCell ? endRow : rows;
            return new(cell, offset + first, end - first, first == 0, end == rows);
        }
    }
}

/// <summary>Consecutive positions of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="First">The first position, counted in the batch.</param>
/// <param name="Count">Number of positions.</param>
/// <param name="IsFirst">Whether the cell begins here.</param>
/// <param name="IsLast">Whether the cell ends here.</param>
internal readonly record struct CellPiece(int Cell, long First, int Count, bool IsFirst, bool IsLast)
{
    /// <summary>Whether this is all of the cell.</summary>
    public bool IsWhole => IsFirst && IsLast;

    /// <summary>One past the last position.</summary>
    public long End => First + Count;

    /// <summary>Where a piece that is not whole leaves what it found until all pieces of its cell are done: one of two places of its part.</summary>
    public int Slot(int part) => (2 * part) + (IsFirst ? 1 : 0);
}
