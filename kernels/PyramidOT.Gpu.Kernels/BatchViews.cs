using System.Runtime.InteropServices;
using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>The offsets of a batch of problems (or cells): problem b's rows begin at <c>RowOffsets[b]</c>, and so on; one number more than problems.</summary>
public struct BatchShapes
{
    /// <summary>First row of each problem, and after the last one the number of rows.</summary>
    public ArrayView<long> RowOffsets;

    /// <summary>First column of each problem, and after the last one the number of columns.</summary>
    public ArrayView<long> ColumnOffsets;

    /// <summary>First cost of each problem, and after the last one the number of costs. Clustering does not read it.</summary>
    public ArrayView<long> CostOffsets;
}

/// <summary>The piece of one problem that one group works on.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct BatchTile
{
    /// <summary>The problem (or cell).</summary>
    public int Problem;

    /// <summary>The first row of the piece, counted within the problem.</summary>
    public int FirstRow;

    /// <summary>The first column of the piece, counted within the problem.</summary>
    public int FirstColumn;
}

/// <summary>A block of one cell's positions, which a group sorts.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct CellBlock
{
    /// <summary>Where the counts of the block begin: that for the cell's first child. Those of the next children follow at steps of the cell's blocks.</summary>
    public long Place;

    /// <summary>The cell.</summary>
    public int Cell;

    /// <summary>The first position of the block, counted within the cell.</summary>
    public int FirstRow;
}

/// <summary>Points, cell by cell, and where they stand.</summary>
public struct CellPoints
{
    /// <summary>n x d numbers.</summary>
    public ArrayView<float> Points;

    /// <summary>The rows of the points, cell by cell. Not read where <see cref="IsOrdered"/> is 0.</summary>
    public ArrayView<int> Order;

    /// <summary>1 where <see cref="Order"/> says which point stands at a position; 0 where position p is point p.</summary>
    public int IsOrdered;

    /// <summary>d, at least 1.</summary>
    public int Dimensions;

    /// <summary>The row of the point at a position.</summary>
    public readonly long RowAt(long position) => IsOrdered != 0 ? Order[position] : position;
}

/// <summary>Pairs of points of two clouds.</summary>
public struct PairPoints
{
    /// <summary>n x d numbers.</summary>
    public ArrayView<float> Source;

    /// <summary>The source row of each pair.</summary>
    public ArrayView<int> SourceRows;

    /// <summary>m x d numbers.</summary>
    public ArrayView<float> Target;

    /// <summary>The target row of each pair.</summary>
    public ArrayView<int> TargetRows;

    /// <summary>d, at least 1.</summary>
    public int Dimensions;

    /// <summary>Where a pair's source point begins.</summary>
    public readonly long SourceOf(long pair) => (long)SourceRows[pair] * Dimensions;

    /// <summary>Where a pair's target point begins.</summary>
    public readonly long TargetOf(long pair) => (long)TargetRows[pair] * Dimensions;
}

/// <summary>Where the assignment kernels write, in the order of the batch. <typeparamref name="TSum"/> is double or <see cref="TwoFloats"/>.</summary>
/// <typeparam name="TSum">The number that sums are kept in.</typeparam>
public struct AssignmentResults<TSum>
    where TSum : unmanaged
{
    /// <summary>The column of each row, -1 where there is none. One a row.</summary>
    public ArrayView<int> ColumnOfRow;

    /// <summary>One a row; NaN where infeasible.</summary>
    public ArrayView<float> RowDuals;

    /// <summary>One a column; NaN where infeasible.</summary>
    public ArrayView<float> ColumnDuals;

    /// <summary>The summed cost, one a problem; infinity where infeasible.</summary>
    public ArrayView<TSum> Primal;

    /// <summary>The value of the duals, one a problem; NaN where infeasible.</summary>
    public ArrayView<TSum> Dual;

    /// <summary>How it ended, one a problem: the constants of <see cref="AssignmentStatus"/>.</summary>
    public ArrayView<int> Status;
}

/// <summary>What the assignment kernels write as a status. The first two are those of the library's <c>SolveStatus</c>.</summary>
public static class AssignmentStatus
{
    /// <summary>Solved, and the duals certify it.</summary>
    public const int Optimal = 0;

    /// <summary>There is no finite assignment.</summary>
    public const int Infeasible = 1;

    /// <summary>
    /// Solved, but the gap is more than 1e-6 of the summed magnitudes: float32 was too coarse. The results are valid; to be solved
    /// again in float64, by <see cref="AssignmentKernels.SolveAgainInDouble{TLanes}"/> or on the host.
    /// </summary>
    public const int Uncertified = 2;
}
