using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Sorts the columns of a block, as many at a time as a vector has lanes: a bitonic network, whose comparators are a minimum and a maximum of
/// two rows. What happens does not depend on the numbers, so that nothing is mispredicted.
/// </summary>
/// <remarks>
/// Batcher's network in the form in which every comparator leaves the smaller number in the earlier row: two sorted runs are compared end to
/// end, the first row with the last, and each half is then cleaned over half the distance, a quarter, and so on. Numbers that are largest
/// therefore never leave the last rows, and rows past the end are taken to hold such: what reaches only them is left out. Four steps run on
/// sixteen rows in registers before they are written.
/// </remarks>
internal static unsafe class LaneNetwork<T, S, V>
    where T : unmanaged
    where S : struct, ISimd<T, V>
    where V : struct
{
    /// <summary>Rows that are sorted in registers; a block has whole multiples.</summary>
    public const int Base = 16;

    /// <summary>Rows that there must be room for: a power of two. Those past the ones sorted must hold the largest number.</summary>
    public static int Rows(int rows) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(Base, rows));

    /// <summary>Sorts each column of a block.</summary>
    /// <param name="block">Rows of one vector each.</param>
    /// <param name="rows">Rows that are not all of the largest number.</param>
    public static void Sort(T* block, int rows) => Sort(block, rows, Rows(rows));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sort(T* block, int rows, int size)
    {
        if (size == Base)
        {
            SortBase(block);
            return;
        }

        // The halves one after the other, so that small runs are merged while they are in the cache.
        int half = size / 2;
        Sort(block, Math.Min(rows, half), half);
        if (rows > half)
        {
            Sort(block + ((long)half * S.Count), rows - half, half);
            Merge(block, rows, half);
        }
    }

    /// <summary>Merges two runs of <paramref name="half"/> rows each.</summary>
    private static void Merge(T* block, int rows, int half)
    {
        switch (half)
        {
            case Base:
                FlipTwo(block, half);
                Clean(block, rows, half / 2);
                break;
            case 2 * Base:
                FlipFour(block, half);
                Clean(block, rows, half / 4);
                break;
            case 4 * Base:
                FlipEight(block, half);
                Clean(block, rows, half / 8);
                break;
            default:
                FlipSixteen(block, half);
                Clean(block, rows, half / 16);
                break;
        }
    }

    /// <summary>Cleans over a distance, a power of two of at least 8, and over all shorter ones.</summary>
    public static void Clean(T* block, int rows, int distance)
    {
        for (; distance >= 8 * Base; distance /= 16)
        {
            Clean16(block, rows, distance / 8);
        }

        switch (distance)
        {
            case 4 * Base:
                Clean8(block, rows, Base);
                break;
            case 2 * Base:
                Clean4(block, rows, Base);
                break;
            case Base:
                Clean2(block, rows, Base);
                break;
        }

        Clean16(block, rows, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FlipTwo(T* block, int half)
    {
        T* low = block;
        T* high = block + (((2L * half) - 1) * S.Count);
        for (int i = 0; i < half; i++)
        {
            V a = S.Load(low);
            V b = S.Load(high);
            S.Store(low, S.Min(a, b));
            S.Store(high, S.Max(a, b));
            low += S.Count;
            high -= S.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FlipFour(T* block, int half)
    {
        nint step = (nint)(half / 2) * S.Count;
        T* low = block;
        T* high = block + (((2L * half) - 1) * S.Count);
        for (int i = 0; i < half / 2; i++)
        {
            V a0 = S.Load(low), a1 = S.Load(low + step);
            V b0 = S.Load(high), b1 = S.Load(high - step);
            Order(ref a0, ref b0);
            Order(ref a1, ref b1);
            Order(ref a0, ref a1);
            Order(ref b1, ref b0);
            S.Store(low, a0);
            S.Store(low + step, a1);
            S.Store(high, b0);
            S.Store(high - step, b1);
            low += S.Count;
            high -= S.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FlipEight(T* block, int half)
    {
        nint step = (nint)(half / 4) * S.Count;
        T* low = block;
        T* high = block + (((2L * half) - 1) * S.Count);
        for (int i = 0; i < half / 4; i++)
        {
            V a0 = S.Load(low), a1 = S.Load(low + step), a2 = S.Load(low + (2 * step)), a3 = S.Load(low + (3 * step));
            V b0 = S.Load(high), b1 = S.Load(high - step), b2 = S.Load(high - (2 * step)), b3 = S.Load(high - (3 * step));
            Order(ref a0, ref b0);
            Order(ref a1, ref b1);
            Order(ref a2, ref b2);
            Order(ref a3, ref b3);
            CleanFour(ref a0, ref a1, ref a2, ref a3);
            CleanFour(ref b3, ref b2, ref b1, ref b0);
            S.Store(low, a0);
            S.Store(low + step, a1);
            S.Store(low + (2 * step), a2);
            S.Store(low + (3 * step), a3);
            S.Store(high, b0);
            S.Store(high - step, b1);
            S.Store(high - (2 * step), b2);
            S.Store(high - (3 * step), b3);
            low += S.Count;
            high -= S.Count;
        }
    }

    /// <summary>The first four steps of a merge of long runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FlipSixteen(T* block, int half)
    {
        nint step = (nint)(half / 8) * S.Count;
        T* low = block;
        T* high = block + (((2L * half) - 1) * S.Count);
        for (int i = 0; i < half / 8; i++)
        {
            V a0 = S.Load(low), a1 = S.Load(low + step), a2 = S.Load(low + (2 * step)), a3 = S.Load(low + (3 * step));
            V a4 = S.Load(low + (4 * step)), a5 = S.Load(low + (5 * step)), a6 = S.Load(low + (6 * step)), a7 = S.Load(low + (7 * step));
            V b0 = S.Load(high), b1 = S.Load(high - step), b2 = S.Load(high - (2 * step)), b3 = S.Load(high - (3 * step));
            V b4 = S.Load(high - (4 * step)), b5 = S.Load(high - (5 * step)), b6 = S.Load(high - (6 * step)), b7 = S.Load(high - (7 * step));
            Order(ref a0, ref b0);
            Order(ref a1, ref b1);
            Order(ref a2, ref b2);
            Order(ref a3, ref b3);
            Order(ref a4, ref b4);
            Order(ref a5, ref b5);
            Order(ref a6, ref b6);
            Order(ref a7, ref b7);
            CleanEight(ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
            S.Store(low, a0);
            S.Store(low + step, a1);
            S.Store(low + (2 * step), a2);
            S.Store(low + (3 * step), a3);
            S.Store(low + (4 * step), a4);
            S.Store(low + (5 * step), a5);
            S.Store(low + (6 * step), a6);
            S.Store(low + (7 * step), a7);
            CleanEight(ref b7, ref b6, ref b5, ref b4, ref b3, ref b2, ref b1, ref b0);
            S.Store(high, b0);
            S.Store(high - step, b1);
            S.Store(high - (2 * step), b2);
            S.Store(high - (3 * step), b3);
            S.Store(high - (4 * step), b4);
            S.Store(high - (5 * step), b5);
            S.Store(high - (6 * step), b6);
            S.Store(high - (7 * step), b7);
            low += S.Count;
            high -= S.Count;
        }
    }

    /// <summary>Cleans over the distances 8, 4, 2 and 1 times <paramref name="apart"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Clean16(T* block, int rows, int apart)
    {
        nint step = (nint)apart * S.Count;
        for (int first = 0; first < rows; first += 16 * apart)
        {
            T* row = block + ((long)first * S.Count);
            for (int i = 0; i < apart; i++)
            {
                V a0 = S.Load(row), a1 = S.Load(row + step), a2 = S.Load(row + (2 * step)), a3 = S.Load(row + (3 * step));
                V a4 = S.Load(row + (4 * step)), a5 = S.Load(row + (5 * step)), a6 = S.Load(row + (6 * step)), a7 = S.Load(row + (7 * step));
                V b0 = S.Load(row + (8 * step)), b1 = S.Load(row + (9 * step)), b2 = S.Load(row + (10 * step)), b3 = S.Load(row + (11 * step));
                V b4 = S.Load(row + (12 * step)), b5 = S.Load(row + (13 * step)), b6 = S.Load(row + (14 * step)), b7 = S.Load(row + (15 * step));
                Order(ref a0, ref b0);
                Order(ref a1, ref b1);
                Order(ref a2, ref b2);
                Order(ref a3, ref b3);
                Order(ref a4, ref b4);
                Order(ref a5, ref b5);
                Order(ref a6, ref b6);
                Order(ref a7, ref b7);
                CleanEight(ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                S.Store(row, a0);
                S.Store(row + step, a1);
                S.Store(row + (2 * step), a2);
                S.Store(row + (3 * step), a3);
                S.Store(row + (4 * step), a4);
                S.Store(row + (5 * step), a5);
                S.Store(row + (6 * step), a6);
                S.Store(row + (7 * step), a7);
                CleanEight(ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7);
                S.Store(row + (8 * step), b0);
                S.Store(row + (9 * step), b1);
                S.Store(row + (10 * step), b2);
                S.Store(row + (11 * step), b3);
                S.Store(row + (12 * step), b4);
                S.Store(row + (13 * step), b5);
                S.Store(row + (14 * step), b6);
                S.Store(row + (15 * step), b7);
                row += S.Count;
            }
        }
    }

    /// <summary>Cleans over the distances 4, 2 and 1 times <paramref name="apart"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Clean8(T* block, int rows, int apart)
    {
        nint step = (nint)apart * S.Count;
        for (int first = 0; first < rows; first += 8 * apart)
        {
            T* row = block + ((long)first * S.Count);
            for (int i = 0; i < apart; i++)
            {
                V a0 = S.Load(row), a1 = S.Load(row + step), a2 = S.Load(row + (2 * step)), a3 = S.Load(row + (3 * step));
                V a4 = S.Load(row + (4 * step)), a5 = S.Load(row + (5 * step)), a6 = S.Load(row + (6 * step)), a7 = S.Load(row + (7 * step));
                CleanEight(ref a0, ref a1, ref a2, ref a3, ref a4, ref a5, ref a6, ref a7);
                S.Store(row, a0);
                S.Store(row + step, a1);
                S.Store(row + (2 * step), a2);
                S.Store(row + (3 * step), a3);
                S.Store(row + (4 * step), a4);
                S.Store(row + (5 * step), a5);
                S.Store(row + (6 * step), a6);
                S.Store(row + (7 * step), a7);
                row += S.Count;
            }
        }
    }

    /// <summary>Cleans over the distances 2 and 1 times <paramref name="apart"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Clean4(T* block, int rows, int apart)
    {
        nint step = (nint)apart * S.Count;
        for (int first = 0; first < rows; first += 4 * apart)
        {
            T* row = block + ((long)first * S.Count);
            for (int i = 0; i < apart; i++)
            {
                V a0 = S.Load(row), a1 = S.Load(row + step), a2 = S.Load(row + (2 * step)), a3 = S.Load(row + (3 * step));
                CleanFour(ref a0, ref a1, ref a2, ref a3);
                S.Store(row, a0);
                S.Store(row + step, a1);
                S.Store(row + (2 * step), a2);
                S.Store(row + (3 * step), a3);
                row += S.Count;
            }
        }
    }

    /// <summary>Cleans over the distance of <paramref name="apart"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Clean2(T* block, int rows, int apart)
    {
        nint step = (nint)apart * S.Count;
        for (int first = 0; first < rows; first += 2 * apart)
        {
            T* row = block + ((long)first * S.Count);
            for (int i = 0; i < apart; i++)
            {
                V a = S.Load(row), b = S.Load(row + step);
                S.Store(row, S.Min(a, b));
                S.Store(row + step, S.Max(a, b));
                row += S.Count;
            }
        }
    }

    /// <summary>Sorts sixteen rows: Batcher's odd-even network of 63 comparators.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void SortBase(T* row)
    {
        int step = S.Count;
        V r0 = S.Load(row), r1 = S.Load(row + step), r2 = S.Load(row + (2 * step)), r3 = S.Load(row + (3 * step));
        V r4 = S.Load(row + (4 * step)), r5 = S.Load(row + (5 * step)), r6 = S.Load(row + (6 * step)), r7 = S.Load(row + (7 * step));
        V r8 = S.Load(row + (8 * step)), r9 = S.Load(row + (9 * step)), r10 = S.Load(row + (10 * step)), r11 = S.Load(row + (11 * step));
        V r12 = S.Load(row + (12 * step)), r13 = S.Load(row + (13 * step)), r14 = S.Load(row + (14 * step)), r15 = S.Load(row + (15 * step));
        Order(ref r0, ref r1);
        Order(ref r2, ref r3);
        Order(ref r4, ref r5);
        Order(ref r6, ref r7);
        Order(ref r8, ref r9);
        Order(ref r10, ref r11);
        Order(ref r12, ref r13);
        Order(ref r14, ref r15);
        Order(ref r0, ref r2);
        Order(ref r1, ref r3);
        Order(ref r4, ref r6);
        Order(ref r5, ref r7);
        Order(ref r8, ref r10);
        Order(ref r9, ref r11);
        Order(ref r12, ref r14);
        Order(ref r13, ref r15);
        Order(ref r0, ref r4);
        Order(ref r1, ref r2);
        Order(ref r3, ref r7);
        Order(ref r5, ref r6);
        Order(ref r8, ref r12);
        Order(ref r9, ref r10);
        Order(ref r11, ref r15);
        Order(ref r13, ref r14);
        Order(ref r0, ref r8);
        Order(ref r1, ref r5);
        Order(ref r2, ref r6);
        Order(ref r7, ref r15);
        Order(ref r9, ref r13);
        Order(ref r10, ref r14);
        Order(ref r2, ref r4);
        Order(ref r3, ref r5);
        Order(ref r10, ref r12);
        Order(ref r11, ref r13);
        Order(ref r1, ref r2);
        Order(ref r3, ref r4);
        Order(ref r5, ref r6);
        Order(ref r9, ref r10);
        Order(ref r11, ref r12);
        Order(ref r13, ref r14);
        Order(ref r1, ref r9);
        Order(ref r2, ref r10);
        Order(ref r3, ref r11);
        Order(ref r4, ref r12);
        Order(ref r5, ref r13);
        Order(ref r6, ref r14);
        Order(ref r4, ref r8);
        Order(ref r5, ref r9);
        Order(ref r6, ref r10);
        Order(ref r7, ref r11);
        Order(ref r2, ref r4);
        Order(ref r3, ref r5);
        Order(ref r6, ref r8);
        Order(ref r7, ref r9);
        Order(ref r10, ref r12);
        Order(ref r11, ref r13);
        Order(ref r1, ref r2);
        Order(ref r3, ref r4);
        Order(ref r5, ref r6);
        Order(ref r7, ref r8);
        Order(ref r9, ref r10);
        Order(ref r11, ref r12);
        Order(ref r13, ref r14);
        S.Store(row, r0);
        S.Store(row + step, r1);
        S.Store(row + (2 * step), r2);
        S.Store(row + (3 * step), r3);
        S.Store(row + (4 * step), r4);
        S.Store(row + (5 * step), r5);
        S.Store(row + (6 * step), r6);
        S.Store(row + (7 * step), r7);
        S.Store(row + (8 * step), r8);
        S.Store(row + (9 * step), r9);
        S.Store(row + (10 * step), r10);
        S.Store(row + (11 * step), r11);
        S.Store(row + (12 * step), r12);
        S.Store(row + (13 * step), r13);
        S.Store(row + (14 * step), r14);
        S.Store(row + (15 * step), r15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CleanEight(ref V a0, ref V a1, ref V a2, ref V a3, ref V a4, ref V a5, ref V a6, ref V a7)
    {
        Order(ref a0, ref a4);
        Order(ref a1, ref a5);
        Order(ref a2, ref a6);
        Order(ref a3, ref a7);
        CleanFour(ref a0, ref a1, ref a2, ref a3);
        CleanFour(ref a4, ref a5, ref a6, ref a7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CleanFour(ref V a0, ref V a1, ref V a2, ref V a3)
    {
        Order(ref a0, ref a2);
        Order(ref a1, ref a3);
        Order(ref a0, ref a1);
        Order(ref a2, ref a3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Order(ref V low, ref V high)
    {
        V least = S.Min(low, high);
        high = S.Max(low, high);
        low = least;
    }
}
