using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// What building a tree takes beside clustering. Cells may be one of a million points or a million of a few, so lanes take positions, not
/// cells: a group works on a stretch of <see cref="LaunchSizes.PositionsPerStretch"/> positions, whatever cells they belong to.
/// </summary>
/// <remarks>
/// <c>firstCells</c> names the cell of each stretch's first position, and in the end that of the very last position: one number more than
/// stretches. Where several groups have points of one cell, they meet in atomic operations on whole numbers, whose order does not matter.
/// </remarks>
public static partial class CellKernels
{
    /// <summary>
    /// Halves each cell at a threshold in one coordinate. Launch: as many groups as stretches; group of any size, a lane a position; no shared
    /// memory.
    /// </summary>
    /// <param name="shapes">Points (rows) of each cell; columns are not read.</param>
    /// <param name="firstCells">The cell of each stretch's first position.</param>
    /// <param name="cells">The points.</param>
    /// <param name="coordinates">The coordinate that each cell is halved in.</param>
    /// <param name="thresholds">The threshold of each cell.</param>
    /// <param name="child">Receives, for each position, twice its cell's number where the point is below the threshold, else one more.</param>
    public static void Halve(
        BatchShapes shapes,
        ArrayView<int> firstCells,
        CellPoints cells,
        ArrayView<int> coordinates,
        ArrayView<float> thresholds,
        ArrayView<int> child)
    {
        Stretch stretch = StretchOf(shapes, firstCells);
        for (long position = stretch.First + Group.IdxX; position < stretch.End; position += Group.DimX)
        {
            int cell = CellAt(shapes, stretch, position);
            float value = cells.Points[(cells.RowAt(position) * cells.Dimensions) + coordinates[cell]];
            child[position] = (2 * cell) + (value < thresholds[cell] ? 0 : 1);
        }
    }

    /// <summary>The stretch of the group.</summary>
    private static Stretch StretchOf(BatchShapes shapes, ArrayView<int> firstCells)
    {
        int index = Grid.IdxX;
        long first = (long)index * LaunchSizes.PositionsPerStretch;
        return new()
        {
            First = first,
            End = XMath.Min(first + LaunchSizes.PositionsPerStretch, shapes.RowOffsets[shapes.RowOffsets.Length - 1]),
            FirstCell = firstCells[index],
            LastCell = firstCells[index + 1],
        };
    }

    /// <summary>The cell of a position: the last one that begins at or before it, since empty ones begin where the next one does.</summary>
    private static int CellAt(BatchShapes shapes, Stretch stretch, long position)
    {
        int cell = stretch.FirstCell;
        int end = stretch.LastCell + 1;
        while (end - cell > 1)
        {
            int middle = (cell + end) >> 1;
            if (shapes.RowOffsets[middle] <= position)
            {
                cell = middle;
            }
            else
            {
                end = middle;
            }
        }

        return cell;
    }

    /// <summary>Consecutive positions, and cells among which are theirs.</summary>
    private struct Stretch
    {
        public long First;
        public long End;
        public int FirstCell;
        public int LastCell;
    }
}
