using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>One assignment problem as the search sees it: rows are the shorter side.</summary>
internal struct AssignmentProblem
{
    /// <summary>Its number in the batch.</summary>
    public int Number;

    /// <summary>The shorter side.</summary>
    public int Rows;

    /// <summary>The longer side.</summary>
    public int Columns;

    /// <summary>Whether rows and columns have changed places.</summary>
    public bool IsTransposed;

    /// <summary>The first row in the batch (of the problem as it was given).</summary>
    public long FirstRow;

    /// <summary>The first column in the batch.</summary>
    public long FirstColumn;

    /// <summary>The first cost in the batch.</summary>
    public long FirstCost;

    /// <summary>Reads a problem's shape.</summary>
    public static AssignmentProblem Read(BatchShapes shapes, int number)
    {
        long firstRow = shapes.RowOffsets[number];
        long firstColumn = shapes.ColumnOffsets[number];
        int rows = (int)(shapes.RowOffsets[number + 1] - firstRow);
        int columns = (int)(shapes.ColumnOffsets[number + 1] - firstColumn);
        bool transposed = rows > columns;
        return new()
        {
            Number = number,
            Rows = transposed ? columns : rows,
            Columns = transposed ? rows : columns,
            IsTransposed = transposed,
            FirstRow = firstRow,
            FirstColumn = firstColumn,
            FirstCost = shapes.CostOffsets[number],
        };
    }
}
