using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// The cheapest columns of a row, one group a row. A first look finds a cut that some tens of columns are below; a second one collects those
/// in shared memory, where they are sorted. Where ties or outliers make them far more or fewer, the cut is moved and the row looked at again.
/// </summary>
/// <remarks>
/// Lanes collect in any order, but what they collect is the same set, and no two sorted numbers are equal: so lists do not depend on
/// schedule or group size.
/// </remarks>
public static class CandidateKernels
{
    /// <summary>
    /// Lists columns of the least <c>factor c - v</c>, and a limit that none left out is below. Launch: as many groups as tiles, of one row
    /// each; group of any size; <see cref="LaunchSizes.CandidateBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="shapes">The shapes. A problem with rows has columns.</param>
    /// <param name="tiles">The rows.</param>
    /// <param name="costs">The cost matrices.</param>
    /// <param name="potentials">The potentials v of the columns.</param>
    /// <param name="factor">What costs are multiplied by.</param>
    /// <param name="capacity">Columns of a list at the most, up to <see cref="LaunchSizes.CandidateGroups"/>.</param>
    /// <param name="columns">Receives <paramref name="capacity"/> columns a row, -1 behind the list's end.</param>
    /// <param name="limits">Receives a limit a row.</param>
    public static void List(
        BatchShapes shapes,
        ArrayView<BatchTile> tiles,
        ArrayView<float> costs,
        ArrayView<float> potentials,
        float factor,
        int capacity,
        ArrayView<int> columns,
        ArrayView<float> limits)
    {
        BatchTile tile = tiles[Grid.IdxX];
        long row = shapes.RowOffsets[tile.Problem] + tile.FirstRow;
        long firstColumn = shapes.ColumnOffsets[tile.Problem];
        CandidateRow own = new() { Width = (int)(shapes.ColumnOffsets[tile.Problem + 1] - firstColumn), Factor = factor };
        own.Costs = costs.SubView(shapes.CostOffsets[tile.Problem] + ((long)tile.FirstRow * own.Width), own.Width);
        own.Potentials = potentials.SubView(firstColumn, own.Width);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        int keyUnits = SharedPlaces.Units8(LaunchSizes.CandidateKeys);
        int groupUnits = SharedPlaces.Units4(LaunchSizes.CandidateSlots);
        ArrayView<ulong> keys = SharedPlaces.At<ulong>(memory, 0, keyUnits);
        ArrayView<float> least = SharedPlaces.At<float>(memory, keyUnits, groupUnits);
        ArrayView<float> sums = SharedPlaces.At<float>(memory, keyUnits + groupUnits, SharedPlaces.Units4(LaunchSizes.CandidateGroups));
        ArrayView<int> counts = SharedPlaces.At<int>(
            memory, keyUnits + groupUnits + SharedPlaces.Units4(LaunchSizes.CandidateGroups), SharedPlaces.Units4(LaunchSizes.CandidateLooks));
        FindLeast(own, least, sums, counts);
        float lowest = least[0];
        float cut = sums[0];
        float tooLow = lowest;
        float tooHigh = float.PositiveInfinity;
        int count = Collect(own, cut, keys, counts, 0);
        for (int look = 1; look < LaunchSizes.CandidateLooks - 1; look++)
        {
            if ((count >= LaunchSizes.LeastCandidates && count <= LaunchSizes.MostCandidates) || !(cut < float.PositiveInfinity))
            {
                break;
            }

            if (count > LaunchSizes.MostCandidates)
            {
                tooHigh = cut;
            }
            else
            {
                tooLow = cut;
            }

            // Between two cuts that failed halfway; while there is but one, four times as far from the least, or a quarter.
            if (tooLow > lowest && tooHigh < float.PositiveInfinity)
            {
                cut = tooLow + ((tooHigh - tooLow) / 2);
            }
            else
            {
                cut = count > LaunchSizes.MostCandidates ? lowest + ((cut - lowest) / 4) : lowest + (4 * (cut - lowest)) + float.Epsilon;
            }

            count = Collect(own, cut, keys, counts, look);
        }

        float limit = cut;
        if (count == 0 || count > LaunchSizes.MostCandidates)
        {
            count = CollectLeast(own, lowest, capacity, keys, counts);
            limit = lowest;
        }

        Sort(keys, count);
        if (count > capacity)
        {
            limit = OrderedBits.ToFloat((uint)(keys[capacity] >> 32));
        }
        else if (count == own.Width)
        {
            limit = float.PositiveInfinity;
        }

        for (int k = Group.IdxX; k < capacity; k += Group.DimX)
        {
            columns[(row * capacity) + k] = k < count ? (int)(uint)keys[k] : -1;
        }

        if (Group.IdxX == 0)
        {
            limits[row] = limit;
        }
    }

    /// <summary>
    /// Leaves the row's least number in <c>least[0]</c>, and in <c>sums[0]</c> the mean of the least numbers of the groups of columns: near
    /// that, some forty columns are below for whatever distribution.
    /// </summary>
    private static void FindLeast(CandidateRow row, ArrayView<float> least, ArrayView<float> sums, ArrayView<int> counts)
    {
        for (int slot = Group.IdxX; slot < LaunchSizes.CandidateSlots; slot += Group.DimX)
        {
            float lowest = float.PositiveInfinity;
            for (int j = slot; j < row.Width; j += LaunchSizes.CandidateSlots)
            {
                float reduced = row.Reduced(j);
                lowest = reduced < lowest ? reduced : lowest;
            }

            least[slot] = lowest;
        }

        for (int look = Group.IdxX; look < LaunchSizes.CandidateLooks; look += Group.DimX)
        {
            counts[look] = 0;
        }

        Group.Barrier();
        for (int stride = LaunchSizes.CandidateSlots >> 1; stride > 0; stride >>= 1)
        {
            for (int i = Group.IdxX; i < stride; i += Group.DimX)
            {
                float one = least[i];
                float other = least[i + stride];
                if (stride < LaunchSizes.CandidateGroups)
                {
                    // The numbers to begin with are the least ones of the groups, each divided first: their sum may have no float.
                    sums[i] = stride == LaunchSizes.CandidateGroups >> 1
                        ? (one / LaunchSizes.CandidateGroups) + (other / LaunchSizes.CandidateGroups)
                        : sums[i] + sums[i + stride];
                }

                least[i] = other < one ? other : one;
            }

            Group.Barrier();
        }
    }

    /// <summary>Lists the columns below the cut, as far as there is room.</summary>
    /// <returns>How many there are.</returns>
    private static int Collect(CandidateRow row, float cut, ArrayView<ulong> keys, ArrayView<int> counts, int look)
    {
        for (int j = Group.IdxX; j < row.Width; j += Group.DimX)
        {
            float reduced = row.Reduced(j);
            if (reduced < cut)
            {
                int place = Atomic.Add(ref counts[look], 1);
                if (place < LaunchSizes.MostCandidates)
                {
                    keys[place] = Real32.Key(reduced, (uint)j);
                }
            }
        }

        Group.Barrier();
        return counts[look];
    }

    /// <summary>Lists the first columns that are at the row's least, a stretch of columns at a time, until there are enough.</summary>
    /// <returns>How many are listed: no more than <paramref name="capacity"/> and a stretch.</returns>
    private static int CollectLeast(CandidateRow row, float lowest, int capacity, ArrayView<ulong> keys, ArrayView<int> counts)
    {
        const int Look = LaunchSizes.CandidateLooks - 1;
        int count = 0;
        for (int start = 0; start < row.Width && count < capacity; start += LaunchSizes.CandidateSlots)
        {
            int end = XMath.Min(row.Width, start + LaunchSizes.CandidateSlots);
            for (int j = start + Group.IdxX; j < end; j += Group.DimX)
            {
                float reduced = row.Reduced(j);
                if (!(reduced > lowest))
                {
                    keys[Atomic.Add(ref counts[Look], 1)] = Real32.Key(reduced, (uint)j);
                }
            }

            Group.Barrier();
            count = counts[Look];

            // No lane adds to the next stretch while another still reads.
            Group.Barrier();
        }

        return count;
    }

    /// <summary>Sorts the first keys, by a bitonic network.</summary>
    private static void Sort(ArrayView<ulong> keys, int count)
    {
        int size = 1;
        while (size < count)
        {
            size <<= 1;
        }

        for (int i = count + Group.IdxX; i < size; i += Group.DimX)
        {
            // What fills the keys up comes last.
            keys[i] = ulong.MaxValue;
        }

        Group.Barrier();
        for (int run = 2; run <= size; run <<= 1)
        {
            for (int distance = run >> 1; distance > 0; distance >>= 1)
            {
                for (int i = Group.IdxX; i < size >> 1; i += Group.DimX)
                {
                    int low = ((i & ~(distance - 1)) << 1) | (i & (distance - 1));
                    ulong a = keys[low];
                    ulong b = keys[low + distance];
                    bool isRising = (low & run) == 0;
                    if (a > b == isRising)
                    {
                        keys[low] = b;
                        keys[low + distance] = a;
                    }
                }

                Group.Barrier();
            }
        }
    }

    /// <summary>One row and what it takes to reduce its costs.</summary>
    private struct CandidateRow
    {
        public ArrayView<float> Costs;
        public ArrayView<float> Potentials;
        public float Factor;
        public int Width;

        public readonly float Reduced(int column) => (Costs[column] * Factor) - Potentials[column];
    }
}
