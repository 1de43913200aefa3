namespace PyramidOT.Engines.Host;

/// <summary>A stable counting sort of the positions of each cell by child.</summary>
internal readonly unsafe struct CellSorting(BatchLayout cells, int* order, int* child, int* partitioned, int* counts)
{
    /// <summary>The first position of a piece whose child is not one of its cell; -1 where there is none.</summary>
    public long FirstStray(in CellPiece piece)
    {
        int first = (int)cells.ColumnOffsets[piece.Cell];
        uint columns = (uint)cells.ColumnsOf(piece.Cell);
        for (long i = piece.First; i < piece.End; i++)
        {
            if ((uint)(child[i] - first) >= columns)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Counts the positions of a piece by child.</summary>
    /// <param name="piece">The piece; its children are known to be right.</param>
    /// <param name="ofChild">Receives a number for each child of the cell.</param>
    public void Count(in CellPiece piece, int* ofChild)
    {
        new Span<int>(ofChild, cells.ColumnsOf(piece.Cell)).Clear();
        int* to = ofChild - cells.ColumnOffsets[piece.Cell];
        for (long i = piece.First; i < piece.End; i++)
        {
            to[child[i]]++;
        }
    }

    /// <summary>Puts the positions of a piece in their places.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="places">For each child of the cell, where the piece's first position of it goes within the cell; moved along.</param>
    public void Place(in CellPiece piece, int* places)
    {
        int* to = partitioned + cells.RowOffsets[piece.Cell];
        if (cells.ColumnsOf(piece.Cell) == 1)
        {
            new ReadOnlySpan<int>(order + piece.First, piece.Count).CopyTo(new(to + places[0], piece.Count));
            return;
        }

        int* next = places - cells.ColumnOffsets[piece.Cell];
        for (long i = piece.First; i < piece.End; i++)
        {
            to[next[child[i]]++] = order[i];
        }
    }

    /// <summary>Sorts a whole cell.</summary>
    /// <param name="piece">The cell.</param>
    /// <param name="places">Room for a number for each of its children.</param>
    public void Sort(in CellPiece piece, int* places)
    {
        int columns = cells.ColumnsOf(piece.Cell);
        int* ofChild = counts + cells.ColumnOffsets[piece.Cell];
        if (columns == 1)
        {
            ofChild[0] = piece.Count;
            places[0] = 0;
        }
        else
        {
            Count(piece, ofChild);
            Sum(ofChild, columns, places);
        }

        Place(piece, places);
    }

    /// <summary>Adds the counts of a piece to those of its cell.</summary>
    public void Add(in CellPiece piece, int* ofChild)
    {
        int columns = cells.ColumnsOf(piece.Cell);
        int* all = counts + cells.ColumnOffsets[piece.Cell];
        if (piece.IsFirst)
        {
            new Span<int>(all, columns).Clear();
        }

        for (int c = 0; c < columns; c++)
        {
            all[c] += ofChild[c];
        }
    }

    /// <summary>Turns the counts of a piece into its places. The pieces of a cell come here in their order.</summary>
    /// <param name="piece">The piece; the counts of its cell are complete.</param>
    /// <param name="ofChild">The counts, which become places.</param>
    /// <param name="next">Room for a number for each child of the cell, which lasts from its first piece to its last.</param>
    public void Spread(in CellPiece piece, int* ofChild, int* next)
    {
        int columns = cells.ColumnsOf(piece.Cell);
        if (piece.IsFirst)
        {
            Sum(counts + cells.ColumnOffsets[piece.Cell], columns, next);
        }

        for (int c = 0; c < columns; c++)
        {
            int count = ofChild[c];
            ofChild[c] = next[c];
            next[c] += count;
        }
    }

    /// <summary>Where each child begins, when those before it have so many positions.</summary>
    private static void Sum(int* ofChild, int columns, int* places)
    {
        int place = 0;
        for (int c = 0; c < columns; c++)
        {
            places[c] = place;
            place += ofChild[c];
        }
    }
}
