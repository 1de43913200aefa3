using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Stable sorting of floats by three passes over digits of 11 bits. Floats are mapped to whole numbers of the same order on the first pass
/// and back on the last; the order is unique, and so the same however the work is cut.
/// </summary>
internal static unsafe class RadixSorting
{
    /// <summary>Numbers of all counts of one piece: three digits.</summary>
    public const int Counts = 3 * Radix;

    private const int Radix = 1 << DigitBits;
    private const int DigitBits = 11;

    // Below, clearing and adding up the counts takes longer than comparing.
    private const int FewKeys = 512;

    /// <summary>A whole number that orders as the float does; -0 and +0 are one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Ordered(float value)
    {
        // -0 + 0 is +0.
        int bits = BitConverter.SingleToInt32Bits(value + 0f);
        return (uint)(bits ^ ((bits >> 31) | int.MinValue));
    }

    /// <summary>The float of a whole number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Value(uint ordered) =>
        BitConverter.UInt32BitsToSingle((int)ordered < 0 ? ordered ^ 0x80000000U : ~ordered);

    /// <summary>Sorts numbers without their places.</summary>
    public static void Sort(float* keys, int count, float* sorted, HostScratch scratch)
    {
        uint* first = (uint*)sorted;
        if (count < FewKeys)
        {
            for (int i = 0; i < count; i++)
            {
                first[i] = Ordered(keys[i]);
            }

            new Span<uint>(first, count).Sort();
            for (int i = 0; i < count; i++)
            {
                sorted[i] = Value(first[i]);
            }

            return;
        }

        HostScratch.Mark mark = scratch.Here;
        int* places = scratch.Take<int>(Counts);
        uint* second = scratch.Take<uint>(count);
        Count(keys, count, places);
        ToPlaces(places);
        for (int i = 0; i < count; i++)
        {
            uint key = Ordered(keys[i]);
            first[places[Digit(key, 0)]++] = key;
        }

        for (int i = 0; i < count; i++)
        {
            uint key = first[i];
            second[places[Radix + Digit(key, 1)]++] = key;
        }

        for (int i = 0; i < count; i++)
        {
            uint key = second[i];
            sorted[places[(2 * Radix) + Digit(key, 2)]++] = Value(key);
        }

        scratch.Rewind(mark);
    }

    /// <summary>Sorts numbers, and tells where each of them stood.</summary>
    public static void Sort(float* keys, int count, float* sorted, int* places, HostScratch scratch)
    {
        HostScratch.Mark mark = scratch.Here;
        ulong* first = scratch.Take<ulong>(count);
        if (count < FewKeys)
        {
            for (int i = 0; i < count; i++)
            {
                first[i] = Pair(keys[i], i);
            }

            // With the places in them no two are equal.
            new Span<ulong>(first, count).Sort();
            for (int i = 0; i < count; i++)
            {
                Put(first[i], sorted, places, i);
            }
        }
        else
        {
            ulong* second = scratch.Take<ulong>(count);
            int* digits = scratch.Take<int>(Counts);
            Count(keys, count, digits);
            ToPlaces(digits);
            ScatterFirst(keys, 0, count, digits, first);
            ScatterSecond(first, 0, count, digits + Radix, second);
            ScatterLast(second, 0, count, digits + (2 * Radix), sorted, places);
        }

        scratch.Rewind(mark);
    }

    /// <summary>Sorts one large segment on all threads: each pass counts the digits of all pieces, then puts each piece's numbers in their places.</summary>
    /// <param name="workers">The threads.</param>
    /// <param name="keys">The numbers.</param>
    /// <param name="count">How many.</param>
    /// <param name="sorted">Receives them in order.</param>
    /// <param name="places">Receives where they stood; or null.</param>
    /// <param name="room">Two runs of <paramref name="count"/> numbers.</param>
    /// <param name="digits">Room for <see cref="PiecesOf"/> counts of a digit each.</param>
    public static void SortLarge(HostWorkers workers, float* keys, int count, float* sorted, int* places, ulong* room, int* digits)
    {
        ulong* first = room;
        ulong* second = room + count;
        int pieces = PiecesOf(count);
        for (int pass = 0; pass < 3; pass++)
        {
            int current = pass;
            ulong* from = pass == 2 ? second : first;
            workers.For(pieces, 2 * PieceSize, (start, end, _) =>
            {
                for (int piece = start; piece < end; piece++)
                {
                    (int begin, int stop) = Piece(piece, count);
                    int* own = digits + ((long)piece * Radix);
                    new Span<int>(own, Radix).Clear();
                    for (int i = begin; i < stop; i++)
                    {
                        own[Digit(current == 0 ? Ordered(keys[i]) : (uint)(from[i] >> 32), current)]++;
                    }
                }
            });
            int place = 0;
            for (int digit = 0; digit < Radix; digit++)
            {
                for (int piece = 0; piece < pieces; piece++)
                {
                    int* own = digits + ((long)piece * Radix) + digit;
                    int number = *own;
                    *own = place;
                    place += number;
                }
            }

            workers.For(pieces, 4 * PieceSize, (start, end, _) =>
            {
                for (int piece = start; piece < end; piece++)
                {
                    (int begin, int stop) = Piece(piece, count);
                    int* own = digits + ((long)piece * Radix);
                    switch (current)
                    {
                        case 0:
                            ScatterFirst(keys, begin, stop, own, first);
                            break;
                        case 1:
                            ScatterSecond(first, begin, stop, own, second);
                            break;
                        default:
                            ScatterLast(second, begin, stop, own, sorted, places);
                            break;
                    }
                }
            });
        }
    }

    /// <summary>Pieces that a large segment is cut into.</summary>
    public static int PiecesOf(int count) => (int)(((long)count + PieceSize - 1) / PieceSize);

    /// <summary>Numbers that the counts of so many pieces take.</summary>
    public static long DigitsOf(int count) => (long)PiecesOf(count) * Radix;

    private const int PieceSize = 1 << 16;

    private static (int Begin, int End) Piece(int piece, int count) =>
        (piece * PieceSize, (int)Math.Min(count, ((long)piece + 1) * PieceSize));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digit(uint key, int digit) => (int)((key >> (digit * DigitBits)) & (Radix - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pair(float key, int place) => ((ulong)Ordered(key) << 32) | (uint)place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ulong pair, float* sorted, int* places, int at)
    {
        sorted[at] = Value((uint)(pair >> 32));
        if (places != null)
        {
            places[at] = (int)(uint)pair;
        }
    }

    private static void Count(float* keys, int count, int* digits)
    {
        new Span<int>(digits, Counts).Clear();
        for (int i = 0; i < count; i++)
        {
            uint key = Ordered(keys[i]);
            digits[Digit(key, 0)]++;
            digits[Radix + Digit(key, 1)]++;
            digits[(2 * Radix) + Digit(key, 2)]++;
        }
    }

    private static void ToPlaces(int* digits)
    {
        for (int digit = 0; digit < 3; digit++)
        {
            int place = 0;
            for (int i = 0; i < Radix; i++)
            {
                int number = *digits;
                *digits++ = place;
                place += number;
            }
        }
    }

    private static void ScatterFirst(float* keys, int begin, int end, int* places, ulong* to)
    {
        for (int i = begin; i < end; i++)
        {
            ulong pair = Pair(keys[i], i);
            to[places[Digit((uint)(pair >> 32), 0)]++] = pair;
        }
    }

    private static void ScatterSecond(ulong* from, int begin, int end, int* places, ulong* to)
    {
        for (int i = begin; i < end; i++)
        {
            ulong pair = from[i];
            to[places[Digit((uint)(pair >> 32), 1)]++] = pair;
        }
    }

    private static void ScatterLast(ulong* from, int begin, int end, int* places, float* sorted, int* sortedPlaces)
    {
        for (int i = begin; i < end; i++)
        {
            ulong pair = from[i];
            Put(pair, sorted, sortedPlaces, places[Digit((uint)(pair >> 32), 2)]++);
        }
    }
}
