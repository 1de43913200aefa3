using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>The weights of a batch of transport problems, as masses in whole units.</summary>
public struct TransportWeightViews
{
    /// <summary>Of each problem how many rows and how many columns have weight: two numbers.</summary>
    public ArrayView<int> Counts;

    /// <summary>The rows of each problem, counted within it: those that have weight, then the others.</summary>
    public ArrayView<int> RowNumbers;

    /// <summary>The columns of each problem, likewise.</summary>
    public ArrayView<int> ColumnNumbers;

    /// <summary>The units of the rows, in the order of <see cref="RowNumbers"/>; a problem's rows and columns have the same total, below 2^62.</summary>
    public ArrayView<long> RowUnits;

    /// <summary>The units of the columns, in the order of <see cref="ColumnNumbers"/>.</summary>
    public ArrayView<long> ColumnUnits;
}

/// <summary>Where the transport kernels write, in the order of the batch; a problem's cells begin at its first row plus its first column.</summary>
public struct TransportResults
{
    /// <summary>The row of each cell, counted within its problem; -1 behind the last one.</summary>
    public ArrayView<int> CellRows;

    /// <summary>The column of each cell.</summary>
    public ArrayView<int> CellColumns;

    /// <summary>The mass of each cell, in units; 0 behind the last one.</summary>
    public ArrayView<long> CellUnits;

    /// <summary>The cost of each cell per unit of mass; 0 behind the last one.</summary>
    public ArrayView<float> CellCosts;

    /// <summary>How many cells each problem has.</summary>
    public ArrayView<int> CellCounts;

    /// <summary>One a row; NaN where infeasible.</summary>
    public ArrayView<float> RowDuals;

    /// <summary>One a column; NaN where infeasible.</summary>
    public ArrayView<float> ColumnDuals;

    /// <summary>The rows' duals before they were rounded to float32; of rows without weight 0.</summary>
    public ArrayView<TwoFloats> RowParts;

    /// <summary>The columns' duals before they were rounded.</summary>
    public ArrayView<TwoFloats> ColumnParts;

    /// <summary>How it ended, one a problem: the constants of <see cref="TransportStatus"/>.</summary>
    public ArrayView<int> Status;
}

/// <summary>What the transport kernels write as a status: numbers of the library's <c>SolveStatus</c>.</summary>
public static class TransportStatus
{
    /// <summary>Solved; whether the duals certify it is for the launcher to see.</summary>
    public const int Optimal = 0;

    /// <summary>Forbidden pairs leave no plan.</summary>
    public const int Infeasible = 1;

    /// <summary>The search was given up.</summary>
    public const int IterationLimit = 2;
}

/// <summary>One transport problem as the search sees it: rows and columns that have weight.</summary>
internal struct TransportProblem
{
    /// <summary>Its number in the batch.</summary>
    public int Number;

    /// <summary>Rows that have weight.</summary>
    public int Rows;

    /// <summary>Columns that have weight.</summary>
    public int Columns;

    /// <summary>All rows.</summary>
    public int AllRows;

    /// <summary>All columns.</summary>
    public int AllColumns;

    /// <summary>The first row in the batch.</summary>
    public long FirstRow;

    /// <summary>The first column in the batch.</summary>
    public long FirstColumn;

    /// <summary>The first cost in the batch.</summary>
    public long FirstCost;

    /// <summary>Reads a problem's shape.</summary>
    public static TransportProblem Read(BatchShapes shapes, ArrayView<int> counts, int number)
    {
        long firstRow = shapes.RowOffsets[number];
        long firstColumn = shapes.ColumnOffsets[number];
        return new()
        {
            Number = number,
            Rows = counts[2 * number],
            Columns = counts[(2 * number) + 1],
            AllRows = (int)(shapes.RowOffsets[number + 1] - firstRow),
            AllColumns = (int)(shapes.ColumnOffsets[number + 1] - firstColumn),
            FirstRow = firstRow,
            FirstColumn = firstColumn,
            FirstCost = shapes.CostOffsets[number],
        };
    }
}
