using PyramidOT.Engines.Host;

namespace PyramidOT.Alignment;

/// <summary>
/// Points in an order in which they are cut in half, along the longest side of the box around them, and each half again: so that node k, which holds the
/// positions from start to end, has the children 2k + 1 and 2k + 2, cut at (start + end) / 2.
/// </summary>
internal static class HalvedOrder
{
    // Below, a part is sorted: about as fast, and no worse for any input.
    private const int Small = 24;

    /// <summary>The rows of a cloud in that order.</summary>
    /// <param name="engine">Whose threads compute.</param>
    /// <param name="cloud">The points.</param>
    /// <param name="depth">How often parts are halved.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static int[] Of(ComputeEngine engine, PointCloud cloud, int depth, CancellationToken cancellation)
    {
        int n = cloud.Count;
        int[] order = new int[n];
        for (int i = 0; i < n; i++)
        {
            order[i] = i;
        }

        ulong[] keys = new ulong[n];
        for (int level = 0; level < depth; level++)
        {
            int nodes = 1 << level;
            int part = n / nodes;
            int deep = level;
            engine.ForOnHost(nodes, 20.0 * part * cloud.Dimensions, (first, end) =>
            {
                for (int node = first; node < end && !cancellation.IsCancellationRequested; node++)
                {
                    (int from, int to) = RangeOf(node, deep, n);
                    Halve(cloud, order.AsSpan(from, to - from), keys.AsSpan(from, to - from), ((from + to) / 2) - from);
                }
            });
            cancellation.ThrowIfCancellationRequested();
        }

        return order;
    }

    /// <summary>The positions of a part: the <paramref name="index"/>-th of those that were halved <paramref name="depth"/> times.</summary>
    public static (int Start, int End) RangeOf(int index, int depth, int count)
    {
        int start = 0;
        int end = count;
        for (int bit = depth - 1; bit >= 0; bit--)
        {
            int middle = (start + end) / 2;
            (start, end) = ((index >> bit) & 1) == 0 ? (start, middle) : (middle, end);
        }

        return (start, end);
    }

    private static void Halve(PointCloud cloud, Span<int> rows, Span<ulong> keys, int middle)
    {
        int axis = LongestSide(cloud, rows);
        for (int k = 0; k < rows.Length; k++)
        {
            // Equal numbers go by row, so that the halves do not depend on how they are found.
            keys[k] = FloatOrder.Key(cloud[rows[k]][axis], rows[k]);
        }

        Select(keys, middle);
        for (int k = 0; k < rows.Length; k++)
        {
            rows[k] = FloatOrder.Number(keys[k]);
        }
    }

    private static int LongestSide(PointCloud cloud, ReadOnlySpan<int> rows)
    {
        int longest = 0;
        float side = -1;
        for (int axis = 0; axis < cloud.Dimensions; axis++)
        {
            float low = float.PositiveInfinity;
            float high = float.NegativeInfinity;
            foreach (int row in rows)
            {
                float place = cloud[row][axis];
                low = Math.Min(low, place);
                high = Math.Max(high, place);
            }

            if (high - low > side)
            {
                (longest, side) = (axis, high - low);
            }
        }

        return longest;
    }

    /// <summary>Puts the least keys, all different, first: <paramref name="count"/> of them.</summary>
    private static void Select(Span<ulong> keys, int count)
    {
        // Unlucky pivots end by sorting.
        for (int rounds = 0; keys.Length > Small && rounds < 64; rounds++)
        {
            ulong pivot = Median(keys[keys.Length / 4], keys[keys.Length / 2], keys[3 * (keys.Length / 4)]);
            int low = -1;
            int high = keys.Length;
            while (true)
            {
                while (keys[++low] < pivot)
                {
                }

                while (keys[--high] > pivot)
                {
                }

                if (low >= high)
                {
                    break;
                }

                (keys[low], keys[high]) = (keys[high], keys[low]);
            }

            // The pivot itself stands at low where both met there, else it is in the upper part: either way all before low are below it.
            int split = low;
            if (count == split)
            {
                return;
            }

            if (count < split)
            {
                keys = keys[..split];
            }
            else
            {
                keys = keys[split..];
                count -= split;
            }
        }

        keys.Sort();
    }

    private static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
