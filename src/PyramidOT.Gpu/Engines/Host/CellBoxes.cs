using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The box around some points, lanes being coordinates.</summary>
/// <remarks>
/// A box under way is three rows of numbers: the least ones, the largest ones, and marks that become NaN where a coordinate was NaN, since
/// the machine's minima and maxima may lose one. Rows are at least a vector long. What is left after the last whole vector is done as the
/// end of a whole one: a coordinate that is taken twice changes no box.
/// </remarks>
internal static unsafe class CellBoxes<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>Points of which some coordinates are taken before the next ones: they stay in the nearest cache.</summary>
    public const int PointsAtATime = 64;

    /// <summary>Numbers of a box under way.</summary>
    public static int Size(int dimensions) => 3 * Width(dimensions);

    /// <summary>A box around nothing.</summary>
    public static void Clear(float* box, int dimensions)
    {
        int width = Width(dimensions);
        new Span<float>(box, width).Fill(float.PositiveInfinity);
        new Span<float>(box + width, width).Fill(float.NegativeInfinity);
        new Span<float>(box + (2 * width), width).Clear();
    }

    /// <summary>Widens a box around the points at consecutive positions.</summary>
    public static void Add(in CellRows cells, long first, long end, float* box)
    {
        int width = Width(cells.Dimensions);
        for (long start = first; start < end; start += PointsAtATime)
        {
            long stop = Math.Min(end, start + PointsAtATime);
            int k = 0;
            for (; k + (4 * S.Count) <= width; k += 4 * S.Count)
            {
                AddFour(cells, start, stop, k, box + k, width);
            }

            for (; k < width; k += S.Count)
            {
                int from = Math.Min(k, width - S.Count);
                AddOne(cells, start, stop, from, box + from, width);
            }
        }
    }

    /// <summary>Writes down the box around few points at consecutive positions: as the three steps would, without a box under way.</summary>
    public static void Write(in CellRows cells, long first, long end, float* lows, float* highs)
    {
        int d = cells.Dimensions;
        for (int k = 0; k < d; k += S.Count)
        {
            int at = Math.Max(0, Math.Min(k, d - S.Count));
            V low = S.Broadcast(float.PositiveInfinity);
            V high = S.Broadcast(float.NegativeInfinity);
            V mark = S.Broadcast(0);
            Take(cells, first, end, at, ref low, ref high, ref mark);
            Finish(low, mark, lows + at, d);
            Finish(high, mark, highs + at, d);
        }
    }

    /// <summary>Widens a box around another one.</summary>
    public static void Merge(float* box, float* other, int dimensions)
    {
        int width = Width(dimensions);
        for (int k = 0; k < width; k += S.Count)
        {
            int at = Math.Min(k, width - S.Count);
            V mark = S.Load(other + at + (2 * width));
            S.Store(box + at, S.Min(S.Load(box + at), S.Load(other + at)));
            S.Store(box + at + width, S.Max(S.Load(box + at + width), S.Load(other + at + width)));
            S.Store(box + at + (2 * width), S.SelectEqual(mark, mark, S.Load(box + at + (2 * width)), mark));
        }
    }

    /// <summary>Writes a box down.</summary>
    public static void Finish(float* box, int dimensions, float* lows, float* highs)
    {
        int width = Width(dimensions);
        for (int k = 0; k < dimensions; k += S.Count)
        {
            int at = Math.Min(k, width - S.Count);
            V mark = S.Load(box + at + (2 * width));
            Finish(S.Load(box + at), mark, lows + at, dimensions);
            Finish(S.Load(box + at + width), mark, highs + at, dimensions);
        }
    }

    /// <summary>Writes down a vector of bounds. Zeros come out positive, so that it does not matter in which order points came.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(V bounds, V marks, float* to, int dimensions)
    {
        bounds = S.SelectEqual(marks, marks, S.Add(bounds, S.Broadcast(0)), S.Broadcast(float.NaN));
        if (dimensions >= S.Count)
        {
            S.Store(to, bounds);
        }
        else
        {
            StoreShort(bounds, to, dimensions);
        }
    }

    private static void StoreShort(V bounds, float* to, int dimensions)
    {
        float* all = stackalloc float[S.Count];
        S.Store(all, bounds);
        new ReadOnlySpan<float>(all, dimensions).CopyTo(new(to, dimensions));
    }

    private static int Width(int dimensions) => Math.Max(dimensions, S.Count);

    /// <summary>Takes one vector of coordinates of each point.</summary>
    private static void AddOne(in CellRows cells, long first, long end, int coordinate, float* box, int width)
    {
        V low = S.Load(box);
        V high = S.Load(box + width);
        V mark = S.Load(box + (2 * width));
        Take(cells, first, end, coordinate, ref low, ref high, ref mark);
        S.Store(box, low);
        S.Store(box + width, high);
        S.Store(box + (2 * width), mark);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(in CellRows cells, long first, long end, int coordinate, ref V low, ref V high, ref V mark)
    {
        V l = low, h = high, m = mark;
        for (long i = first; i < end; i++)
        {
            float* point = cells.Point(i) + coordinate;

            // Lanes beyond a short point hold what comes next and count for nothing, but at the very end there is nothing.
            V value = cells.PointsEnd - point < S.Count ? LoadShort(point, cells.Dimensions) : S.Load(point);
            l = S.Min(l, value);
            h = S.Max(h, value);
            m = S.SelectEqual(value, value, m, value);
        }

        low = l;
        high = h;
        mark = m;
    }

    /// <summary>A point of fewer coordinates than a vector, the last one repeated.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V LoadShort(float* point, int dimensions)
    {
        int* places = stackalloc int[S.Count];
        for (int k = 0; k < S.Count; k++)
        {
            places[k] = Math.Min(k, dimensions - 1);
        }

        return S.Gather(point, places);
    }

    /// <summary>Takes four vectors of coordinates of each point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour(in CellRows cells, long first, long end, int coordinate, float* box, int width)
    {
        float* highs = box + width;
        float* marks = highs + width;
        V l0 = S.Load(box), l1 = S.Load(box + S.Count), l2 = S.Load(box + (2 * S.Count)), l3 = S.Load(box + (3 * S.Count));
        V h0 = S.Load(highs), h1 = S.Load(highs + S.Count), h2 = S.Load(highs + (2 * S.Count)), h3 = S.Load(highs + (3 * S.Count));
        V m0 = S.Load(marks), m1 = S.Load(marks + S.Count), m2 = S.Load(marks + (2 * S.Count)), m3 = S.Load(marks + (3 * S.Count));
        for (long i = first; i < end; i++)
        {
            float* point = cells.Point(i) + coordinate;
            V value = S.Load(point);
            l0 = S.Min(l0, value);
            h0 = S.Max(h0, value);
            m0 = S.SelectEqual(value, value, m0, value);
            value = S.Load(point + S.Count);
            l1 = S.Min(l1, value);
            h1 = S.Max(h1, value);
            m1 = S.SelectEqual(value, value, m1, value);
            value = S.Load(point + (2 * S.Count));
            l2 = S.Min(l2, value);
            h2 = S.Max(h2, value);
            m2 = S.SelectEqual(value, value, m2, value);
            value = S.Load(point + (3 * S.Count));
            l3 = S.Min(l3, value);
            h3 = S.Max(h3, value);
            m3 = S.SelectEqual(value, value, m3, value);
        }

        S.Store(box, l0);
        S.Store(box + S.Count, l1);
        S.Store(box + (2 * S.Count), l2);
        S.Store(box + (3 * S.Count), l3);
        S.Store(highs, h0);
        S.Store(highs + S.Count, h1);
        S.Store(highs + (2 * S.Count), h2);
        S.Store(highs + (3 * S.Count), h3);
        S.Store(marks, m0);
        S.Store(marks + S.Count, m1);
        S.Store(marks + (2 * S.Count), m2);
        S.Store(marks + (3 * S.Count), m3);
    }
}
