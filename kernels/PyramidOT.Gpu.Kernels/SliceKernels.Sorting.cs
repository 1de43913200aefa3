using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// Blocks of a segment are sorted in shared memory by a bitonic network, then merged two runs at a time: each number finds its place by a
// search among those of the other run. A number and where it stood are one whole number, so that no two are equal and the order is unique.
public static partial class SliceKernels
{
    /// <summary>
    /// Sorts the blocks of all segments. Launch: as many groups as tiles, of <see cref="LaunchSizes.SliceSortBlock"/> rows; group of any
    /// size; <see cref="LaunchSizes.SliceSortBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="shapes">The segments are the rows of each problem.</param>
    /// <param name="tiles">The blocks.</param>
    /// <param name="keys">The numbers.</param>
    /// <param name="pairs">Receives the sorted runs: numbers mapped to whole ones above, where they stood below.</param>
    public static void SortBlocks(BatchShapes shapes, ArrayView<BatchTile> tiles, ArrayView<float> keys, ArrayView<ulong> pairs)
    {
        BatchTile tile = tiles[Grid.IdxX];
        ArrayView<ulong> block = SharedPlaces.Dynamic().Cast<ulong>();
        long first = shapes.RowOffsets[tile.Problem] + tile.FirstRow;
        int count = (int)XMath.Min((long)LaunchSizes.SliceSortBlock, shapes.RowOffsets[tile.Problem + 1] - first);
        int size = 1;
        while (size < count)
        {
            size <<= 1;
        }

        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            // What fills the block up comes last.
            block[i] = i < count ? ((ulong)OrderedBits.Of(keys[first + i]) << 32) | (uint)(tile.FirstRow + i) : ulong.MaxValue;
        }

        Group.Barrier();
        for (int run = 2; run <= size; run <<= 1)
        {
            for (int distance = run >> 1; distance > 0; distance >>= 1)
            {
                for (int i = Group.IdxX; i < size >> 1; i += Group.DimX)
                {
                    int low = ((i & ~(distance - 1)) << 1) | (i & (distance - 1));
                    ulong a = block[low];
                    ulong b = block[low + distance];
                    bool isRising = (low & run) == 0;
                    if (a > b == isRising)
                    {
                        block[low] = b;
                        block[low + distance] = a;
                    }
                }

                Group.Barrier();
            }
        }

        for (int i = Group.IdxX; i < count; i += Group.DimX)
        {
            pairs[first + i] = block[i];
        }
    }

    /// <summary>
    /// Merges each two neighbouring runs. Launch: as many groups as tiles, of <see cref="LaunchSizes.SliceSortBlock"/> rows; group of any
    /// size, a lane a number; no shared memory.
    /// </summary>
    /// <param name="shapes">The segments are the rows of each problem.</param>
    /// <param name="tiles">The blocks.</param>
    /// <param name="shift">A run has 2^shift numbers.</param>
    /// <param name="from">The runs.</param>
    /// <param name="to">Receives runs of twice the length.</param>
    public static void MergeRuns(BatchShapes shapes, ArrayView<BatchTile> tiles, int shift, ArrayView<ulong> from, ArrayView<ulong> to)
    {
        BatchTile tile = tiles[Grid.IdxX];
        long segment = shapes.RowOffsets[tile.Problem];
        long rows = shapes.RowOffsets[tile.Problem + 1] - segment;
        long end = XMath.Min(rows, (long)tile.FirstRow + LaunchSizes.SliceSortBlock);
        for (long i = (long)tile.FirstRow + Group.IdxX; i < end; i += Group.DimX)
        {
            ulong own = from[segment + i];
            long run = i >> shift;
            long pair = (run >> 1) << (shift + 1);
            long other = (run ^ 1) << shift;
            long low = XMath.Min(rows, other);
            long high = XMath.Min(rows, other + (1L << shift));
            long start = low;
            while (low < high)
            {
                long middle = (low + high) >> 1;
                if (from[segment + middle] < own)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            to[segment + pair + (i - (run << shift)) + (low - start)] = own;
        }
    }

    /// <summary>
    /// Takes sorted pairs apart. Launch: any number of groups of any size, a lane a pair; no shared memory.
    /// </summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="sorted">Receives the numbers.</param>
    /// <param name="places">Receives where they stood; or empty.</param>
    public static void TakeApart(ArrayView<ulong> pairs, ArrayView<float> sorted, ArrayView<int> places)
    {
        bool hasPlaces = places.Length > 0;
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < sorted.Length; i += (long)Grid.DimX * Group.DimX)
        {
            ulong pair = pairs[i];
            sorted[i] = OrderedBits.ToFloat((uint)(pair >> 32));
            if (hasPlaces)
            {
                places[i] = (int)(uint)pair;
            }
        }
    }
}
