using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// A stable counting sort of each cell's positions by child. Small cells: a lane a position, which counts the positions that go before its own.
// Large cells are cut into blocks, a group each: positions are counted by child a block, one scan over the counts gives each block's place
// for each child, and each block puts its positions there. Within a block, a group takes as many positions at a time as it has lanes, and
// a lane finds its rank among those before it that have the same child: so the order does not depend on the size of the group.
public static partial class CellKernels
{
    /// <summary>
    /// Sorts the cells of at most <see cref="LaunchSizes.SmallCell"/> positions; leaves all others alone. Launch: as many groups as stretches; group
    /// of any size, a lane a position; no shared memory.
    /// </summary>
    /// <param name="shapes">Points (rows) of each cell; columns are not read.</param>
    /// <param name="firstCells">The cell of each stretch's first position.</param>
    /// <param name="order">The row numbers.</param>
    /// <param name="child">The child of each position.</param>
    /// <param name="partitioned">Receives the sorted row numbers.</param>
    /// <param name="counts">Receives the number of points of each child that has some; set to zero before.</param>
    public static void SortSmallCells(
        BatchShapes shapes,
        ArrayView<int> firstCells,
        ArrayView<int> order,
        ArrayView<int> child,
        ArrayView<int> partitioned,
        ArrayView<int> counts)
    {
        Stretch stretch = StretchOf(shapes, firstCells);
        for (long position = stretch.First + Group.IdxX; position < stretch.End; position += Group.DimX)
        {
            int cell = CellAt(shapes, stretch, position);
            long first = shapes.RowOffsets[cell];
            long end = shapes.RowOffsets[cell + 1];
            if (end - first <= LaunchSizes.SmallCell)
            {
                int own = child[position];
                int before = 0;
                int rank = 0;
                int after = 0;
                for (long other = first; other < end; other++)
                {
                    int number = child[other];
                    before += number < own ? 1 : 0;
                    rank += number == own && other < position ? 1 : 0;
                    after += number == own && other >= position ? 1 : 0;
                }

                partitioned[first + before + rank] = order[position];
                if (rank == 0)
                {
                    counts[own] = after;
                }
            }
        }
    }

    /// <summary>
    /// Counts the positions of one block by child. Launch: as many groups as blocks; group of any size; <see cref="LaunchSizes.SortBytes"/> of
    /// dynamic shared memory.
    /// </summary>
    /// <param name="shapes">Points (rows) and children (columns) of each cell.</param>
    /// <param name="blocks">The blocks, one a group.</param>
    /// <param name="blockRows">Positions of a block.</param>
    /// <param name="child">The child of each position.</param>
    /// <param name="tallies">Receives the counts: a cell has those of all its blocks for its first child, then for the next one.</param>
    public static void CountChildren(
        BatchShapes shapes, ArrayView<CellBlock> blocks, int blockRows, ArrayView<int> child, ArrayView<int> tallies)
    {
        CellBlock block = blocks[Grid.IdxX];
        ArrayView<int> turn = SharedPlaces.Dynamic().Cast<int>();
        Extent extent = ExtentOf(shapes, block, blockRows);
        for (int c = Group.IdxX; c < extent.Children; c += Group.DimX)
        {
            tallies[block.Place + ((long)c * extent.Blocks)] = 0;
        }

        for (int start = 0; start < extent.Count; start += Group.DimX)
        {
            Rank own = RankOf(extent, child, start, turn);
            if (own.Before + 1 == own.Count)
            {
                tallies[block.Place + ((long)own.Child * extent.Blocks)] += own.Before + 1;
            }

            // The next positions take the place of these, and their lanes count on.
            Group.Barrier();
        }
    }

    /// <summary>
    /// Turns a cell's counts into places, counted within the cell, and adds them up by child. Launch: as many groups as cells that are cut into blocks;
    /// group of any size; <see cref="LaunchSizes.SortBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="shapes">Points (rows) and children (columns) of each cell.</param>
    /// <param name="cells">The first block of each of the cells.</param>
    /// <param name="blockRows">Positions of a block.</param>
    /// <param name="tallies">The counts, which become places.</param>
    /// <param name="counts">Receives the number of points of each child.</param>
    public static void PlaceChildren(
        BatchShapes shapes, ArrayView<CellBlock> cells, int blockRows, ArrayView<int> tallies, ArrayView<int> counts)
    {
        CellBlock cell = cells[Grid.IdxX];
        ArrayView<int> sums = SharedPlaces.Dynamic().Cast<int>();
        Extent extent = ExtentOf(shapes, cell, blockRows);

        // Each lane adds up a run of counts, then walks it again from what the lanes before it have.
        long all = (long)extent.Children * extent.Blocks;
        long run = (all + Group.DimX - 1) / Group.DimX;
        long first = cell.Place + XMath.Min(all, Group.IdxX * run);
        long end = cell.Place + XMath.Min(all, (Group.IdxX + 1) * run);
        int sum = 0;
        for (long i = first; i < end; i++)
        {
            sum += tallies[i];
        }

        sums[Group.IdxX] = sum;
        Group.Barrier();
        int place = 0;
        for (int lane = 0; lane < Group.IdxX; lane++)
        {
            place += sums[lane];
        }

        for (long i = first; i < end; i++)
        {
            int count = tallies[i];
            tallies[i] = place;
            place += count;
        }

        Group.Barrier();
        for (int c = Group.IdxX; c < extent.Children; c += Group.DimX)
        {
            long at = cell.Place + ((long)c * extent.Blocks);
            int next = c + 1 < extent.Children ? tallies[at + extent.Blocks] : (int)(shapes.RowOffsets[cell.Cell + 1] - extent.CellFirst);
            counts[extent.FirstChild + c] = next - tallies[at];
        }
    }

    /// <summary>
    /// Puts the positions of one block in their places. Launch: as many groups as blocks; group of any size; <see cref="LaunchSizes.SortBytes"/>
    /// of dynamic shared memory.
    /// </summary>
    /// <param name="shapes">Points (rows) and children (columns) of each cell.</param>
    /// <param name="blocks">The blocks, one a group.</param>
    /// <param name="blockRows">Positions of a block.</param>
    /// <param name="order">The row numbers.</param>
    /// <param name="child">The child of each position.</param>
    /// <param name="tallies">The block's places, which move along.</param>
    /// <param name="partitioned">Receives the sorted row numbers.</param>
    public static void SortBlocks(
        BatchShapes shapes,
        ArrayView<CellBlock> blocks,
        int blockRows,
        ArrayView<int> order,
        ArrayView<int> child,
        ArrayView<int> tallies,
        ArrayView<int> partitioned)
    {
        CellBlock block = blocks[Grid.IdxX];
        ArrayView<int> turn = SharedPlaces.Dynamic().Cast<int>();
        Extent extent = ExtentOf(shapes, block, blockRows);
        for (int start = 0; start < extent.Count; start += Group.DimX)
        {
            Rank own = RankOf(extent, child, start, turn);
            long at = block.Place + ((long)own.Child * extent.Blocks);
            int place = 0;
            if (own.Child >= 0)
            {
                place = tallies[at];
                partitioned[extent.CellFirst + place + own.Before] = order[extent.First + start + Group.IdxX];
            }

            // All have read the place that the last lane of each child moves along.
            Group.Barrier();
            if (own.Before + 1 == own.Count)
            {
                tallies[at] = place + own.Before + 1;
            }
        }
    }

    /// <summary>
    /// The child of the lane's position, and its rank among those that the group looks at. All lanes take part; before the next call there
    /// must be a barrier.
    /// </summary>
    private static Rank RankOf(Extent extent, ArrayView<int> child, int start, ArrayView<int> turn)
    {
        int lane = Group.IdxX;
        int count = XMath.Min(Group.DimX, extent.Count - start);
        int own = -1;
        if (lane < count)
        {
            own = (int)(child[extent.First + start + lane] - extent.FirstChild);
        }

        turn[lane] = own;
        Group.Barrier();
        int before = 0;
        int all = 0;
        for (int i = 0; i < count; i++)
        {
            int isSame = turn[i] == own ? 1 : 0;
            all += isSame;
            before += i < lane ? isSame : 0;
        }

        return new() { Child = own, Before = before, Count = all };
    }

    private static Extent ExtentOf(BatchShapes shapes, CellBlock block, int blockRows)
    {
        long cellFirst = shapes.RowOffsets[block.Cell];
        int rows = (int)(shapes.RowOffsets[block.Cell + 1] - cellFirst);
        long firstChild = shapes.ColumnOffsets[block.Cell];
        return new()
        {
            CellFirst = cellFirst,
            First = cellFirst + block.FirstRow,
            Count = XMath.Min(blockRows, rows - block.FirstRow),
            FirstChild = firstChild,
            Children = (int)(shapes.ColumnOffsets[block.Cell + 1] - firstChild),
            Blocks = 1 + ((rows - 1) / blockRows),
        };
    }

    /// <summary>Where a block lies.</summary>
    private struct Extent
    {
        public long CellFirst;
        public long First;
        public int Count;
        public long FirstChild;
        public int Children;
        public int Blocks;
    }

    /// <summary>A lane's child, or -1; how many of the positions that its group looks at have the same one, and how many of those go before its own.</summary>
    private struct Rank
    {
        public int Child;
        public int Before;
        public int Count;
    }
}
