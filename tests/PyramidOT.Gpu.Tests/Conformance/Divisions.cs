namespace PyramidOT.Tests.Conformance;

/// <summary>Ways in which a cell's points go to its children.</summary>
public enum DivisionKind
{
    Random,

    /// <summary>All in the first child.</summary>
    First,

    /// <summary>All in the last child.</summary>
    Last,

    /// <summary>In turn: neighbours part.</summary>
    Alternating,

    /// <summary>In runs, in the order of the children: nothing moves.</summary>
    Sorted,

    /// <summary>In runs, the last child first: everything moves.</summary>
    Backwards,

    /// <summary>In two of the children: of many, most get nothing.</summary>
    InTwo,

    /// <summary>In the first child, but for a single point in the last.</summary>
    OneApart,
}

/// <summary>Makers of divisions: for each position a child of its cell, as a column of the batch.</summary>
internal static class Divisions
{
    public static int[] Make(DivisionKind kind, BatchLayout cells, int seed)
    {
        Draws draws = new(seed);
        int[] child = new int[cells.Rows];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            int points = cells.RowsOf(cell);
            int children = cells.ColumnsOf(cell);
            int apart = draws.Below(Math.Max(1, points));
            for (int i = 0; i < points; i++)
            {
                int own = kind switch
                {
                    DivisionKind.Random => draws.Below(children),
                    DivisionKind.First => 0,
                    DivisionKind.Last => children - 1,
                    DivisionKind.Alternating => i % children,
                    DivisionKind.Sorted => (int)((long)i * children / points),
                    DivisionKind.Backwards => children - 1 - (int)((long)i * children / points),
                    DivisionKind.InTwo => draws.Below(2) == 0 ? children / 3 : children - 1,
                    DivisionKind.OneApart => i == apart ? children - 1 : 0,
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                };
                child[cells.RowOffsets[cell] + i] = (int)cells.ColumnOffsets[cell] + own;
            }
        }

        return child;
    }

    /// <summary>Row numbers for all positions, of which many occur several times.</summary>
    public static int[] RepeatedRows(BatchLayout cells, int seed)
    {
        Draws draws = new(seed);
        return [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(((int)cells.Rows / 2) + 1))];
    }
}
