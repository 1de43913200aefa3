using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Merges columns of a block that are parts of one segment: those of two lanes, then of four, and so on. A segment's numbers run down its first
/// lane and on down the next.
/// </summary>
/// <remarks>
/// The same network as <see cref="LaneNetwork{T, S, V}"/>, on numbers that lie lane by lane: its longest distances are between lanes, and are
/// taken with the lanes of a vector in another order; the others are between rows as before.
/// </remarks>
internal static unsafe class LaneMerging<T, S, V>
    where T : unmanaged
    where S : struct, ISimd<T, V>
    where V : struct
{
    /// <summary>Merges the sorted columns of each <paramref name="parts"/> lanes.</summary>
    /// <param name="block">Rows of one vector each.</param>
    /// <param name="rows">Rows: a power of two, all of them numbers.</param>
    /// <param name="parts">Lanes of a segment: a power of two that divides the lanes.</param>
    public static void Merge(T* block, int rows, int parts)
    {
        for (int lanes = 2; lanes <= parts; lanes *= 2)
        {
            Flip(block, rows, lanes);
            LaneNetwork<T, S, V>.Clean(block, rows, rows / 2);
        }
    }

    /// <summary>Compares runs of half as many lanes end to end, and cleans over distances of whole lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Flip(T* block, int rows, int lanes)
    {
        T* numbers = stackalloc T[S.Count];
        V mirror = Lanes(numbers, lanes - 1);
        V upper = Mask(numbers, lanes / 2);
        T* low = block;
        T* high = block + ((rows - 1L) * S.Count);
        V swap4 = Lanes(numbers, 4), upper4 = Mask(numbers, 4);
        V swap2 = Lanes(numbers, 2), upper2 = Mask(numbers, 2), swap1 = Lanes(numbers, 1), upper1 = Mask(numbers, 1);
        for (; low < high; low += S.Count, high -= S.Count)
        {
            V a = S.Load(low);
            V b = S.Shuffle(S.Load(high), mirror);
            V least = S.Min(a, b);
            V most = S.Max(a, b);
            a = S.Select(upper, most, least);
            b = S.Shuffle(S.Select(upper, least, most), mirror);
            if (lanes > 8)
            {
                a = Clean(a, swap4, upper4);
                b = Clean(b, swap4, upper4);
            }

            if (lanes > 4)
            {
                a = Clean(a, swap2, upper2);
                b = Clean(b, swap2, upper2);
            }

            if (lanes > 2)
            {
                a = Clean(a, swap1, upper1);
                b = Clean(b, swap1, upper1);
            }

            S.Store(low, a);
            S.Store(high, b);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Clean(V value, V swap, V upper)
    {
        V other = S.Shuffle(value, swap);
        return S.Select(upper, S.Max(value, other), S.Min(value, other));
    }

    /// <summary>The numbers of the lanes, with some bits turned over.</summary>
    private static V Lanes(T* numbers, int turned)
    {
        for (int lane = 0; lane < S.Count; lane++)
        {
            SetBits(numbers, lane, (lane ^ turned) & (S.Count - 1));
        }

        return S.Load(numbers);
    }

    /// <summary>All bits in lanes whose numbers have a bit.</summary>
    private static V Mask(T* numbers, int bit)
    {
        for (int lane = 0; lane < S.Count; lane++)
        {
            SetBits(numbers, lane, (lane & bit) == 0 ? 0 : -1);
        }

        return S.Load(numbers);
    }

    private static void SetBits(T* numbers, int lane, int bits)
    {
        if (sizeof(T) == sizeof(int))
        {
            ((int*)numbers)[lane] = bits;
        }
        else
        {
            ((long*)numbers)[lane] = bits;
        }
    }
}
