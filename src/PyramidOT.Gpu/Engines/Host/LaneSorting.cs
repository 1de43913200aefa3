using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Stable sorting of segments of floats in the lanes of vectors: as many segments at a time as there are lanes, or fewer, each in several lanes
/// that are merged. The order is unique, and so the same as <see cref="RadixSorting"/> gives.
/// </summary>
internal static unsafe class LaneSorting
{
    /// <summary>Numbers of a segment, with their places, beyond which counting digits is faster; alone, of twice as many.</summary>
    public const int MostKeys = 1 << 17;

    // Numbers below which, in few lanes, all that is around the network takes longer than comparing them one by one.
    private const int FewKeys = 128;

    // What a block may take, so that it stays in a core's own cache.
    private const int MostBytes = 1 << 20;

    // Lanes of the widest vectors.
    private const int MostLanes = 16;

    private static int Lanes(bool withPlaces) => withPlaces ? SimdWidth.Floats / 2 : SimdWidth.Floats;

    /// <summary>The least bytes that a block of so many segments of so many numbers takes.</summary>
    private static long Bytes(int segments, int longest, bool withPlaces) =>
        (long)BitOperations.RoundUpToPowerOf2((ulong)segments) * (long)BitOperations.RoundUpToPowerOf2((ulong)longest) * (withPlaces ? 8 : 4);

    /// <summary>Segments that are sorted at a time: a power of two.</summary>
    /// <param name="count">Segments.</param>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="withPlaces">Whether places are wanted.</param>
    /// <param name="threads">Threads that there should be work for.</param>
    public static int Group(int count, long numbers, bool withPlaces, int threads)
    {
        int group = Lanes(withPlaces);
        int mean = (int)Math.Max(1, numbers / Math.Max(1, count));
        while (group > 1 && (Bytes(group, mean, withPlaces) > MostBytes || (long)group * threads > count))
        {
            group /= 2;
        }

        return group;
    }

    /// <summary>Sorts consecutive segments, best as many as <see cref="Group"/> says.</summary>
    /// <param name="offsets">Where each segment begins, and where the last one ends.</param>
    /// <param name="keys">The numbers that offsets count.</param>
    /// <param name="sorted">Receives them in order.</param>
    /// <param name="places">Receives where each stood in its segment; or null.</param>
    /// <param name="scratch">Room.</param>
    public static void Sort(ReadOnlySpan<long> offsets, float* keys, float* sorted, int* places, HostScratch scratch)
    {
        int segments = offsets.Length - 1;
        int longest = 0;
        for (int b = 0; b < segments; b++)
        {
            longest = Math.Max(longest, (int)(offsets[b + 1] - offsets[b]));
        }

        // Lanes take as long as the longest of them: those of very different lengths go apart, and so do those that are too many for the cache.
        bool withPlaces = places != null;
        long numbers = offsets[^1] - offsets[0];
        if (segments > 1
            && (segments > Lanes(withPlaces) || Bytes(segments, longest, withPlaces) > MostBytes || numbers < (long)longest * segments / 2))
        {
            int half = segments / 2;
            Sort(offsets[..(half + 1)], keys, sorted, places, scratch);
            Sort(offsets[half..], keys, sorted, places, scratch);
            return;
        }

        bool isWorthIt = longest <= (withPlaces ? MostKeys : 2 * MostKeys) && (numbers >= FewKeys || segments >= Lanes(withPlaces) / 2);
        bool isDone = isWorthIt && (SimdWidth.Floats, withPlaces) switch
        {
            (16, false) => TrySort<float, Floats16, Vector512<float>>(offsets, longest, keys, sorted, places, scratch),
            (16, true) => TrySort<double, Doubles8, Vector512<double>>(offsets, longest, keys, sorted, places, scratch),
            (8, false) => TrySort<float, Floats8, Vector256<float>>(offsets, longest, keys, sorted, places, scratch),
            (8, true) => TrySort<double, Doubles4, Vector256<double>>(offsets, longest, keys, sorted, places, scratch),
            (_, false) => TrySort<float, Floats4, Vector128<float>>(offsets, longest, keys, sorted, places, scratch),
            _ => TrySort<double, Doubles2, Vector128<double>>(offsets, longest, keys, sorted, places, scratch),
        };
        if (isDone)
        {
            return;
        }

        // Long ones, few short ones, and those with a NaN, for which minima and maxima are not made.
        for (int b = 0; b < segments; b++)
        {
            long first = offsets[b];
            int count = (int)(offsets[b + 1] - first);
            if (places == null)
            {
                RadixSorting.Sort(keys + first, count, sorted + first, scratch);
            }
            else
            {
                RadixSorting.Sort(keys + first, count, sorted + first, places + first, scratch);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TrySort<T, S, V>(ReadOnlySpan<long> offsets, int longest, float* keys, float* sorted, int* places, HostScratch scratch)
        where T : unmanaged
        where S : struct, ISimd<T, V>
        where V : struct
    {
        int segments = offsets.Length - 1;

        // Lanes that are left share the segments, while there are enough numbers for all.
        int parts = 1;
        while (2 * parts * segments <= S.Count && longest > parts * LaneNetwork<T, S, V>.Base)
        {
            parts *= 2;
        }

        int rows = (longest + parts - 1) / parts;
        int room = LaneNetwork<T, S, V>.Rows(rows);
        if (parts > 1)
        {
            rows = room;
        }

        LanePart* lanes = stackalloc LanePart[MostLanes];
        float** to = stackalloc float*[MostLanes];
        int** placesTo = stackalloc int*[MostLanes];
        for (int lane = 0; lane < S.Count; lane++)
        {
            int b = lane / parts;
            int first = lane % parts * rows;
            int count = b < segments ? Math.Clamp((int)(offsets[b + 1] - offsets[b]) - first, 0, rows) : 0;
            long begin = count == 0 ? 0 : offsets[b] + first;
            lanes[lane] = new() { Keys = keys + begin, Count = count, First = first };
            to[lane] = sorted + begin;
            placesTo[lane] = places + begin;
        }

        HostScratch.Mark mark = scratch.Here;
        T* block = scratch.Take<T>((long)room * S.Count);
        bool isFine = LaneKeys<T>.Pack(lanes, S.Count, room, block);
        if (isFine)
        {
            LaneNetwork<T, S, V>.Sort(block, rows);
            LaneMerging<T, S, V>.Merge(block, rows, parts);
            LaneKeys<T>.Unpack(lanes, S.Count, block, to, places == null ? null : placesTo);
        }

        scratch.Rewind(mark);
        return isFine;
    }
}
