using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>
/// All pairs of a few points x and many points y, in tiles whose sums stay in registers: a vector of points y for each coordinate,
/// against one coordinate of each of 4 or 8 points x. Every lane adds its coordinates one after the other, so that a pair's
/// result has the same bits wherever its points stand.
/// </summary>
/// <remarks>
/// The points y are packed into panels of up to four vectors' width, coordinate by coordinate; the last point fills what is left of
/// the last vector. Panels are laid out and meant to be visited from the right to the left (<see cref="PanelVectors"/>). Twelve sums
/// (4 x 3) or eight (4 x 2, 8 x 1) hide the latency of the multiply-adds and fit the sixteen registers of AVX2; with the
/// thirty-two of AVX-512, sixteen (4 x 4) take the place of two narrow panels.
/// </remarks>
internal static unsafe class PairTiles<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>Long sums are cut into parts of so many terms, and the parts added, so that rounding errors grow with the part's length.</summary>
    public const int Part = 128;

    /// <summary>Numbers that a tile of results has at the most.</summary>
    public static int TileSize => 16 * S.Count;

    /// <summary>
    /// Vectors in the rightmost panel of so many: never one alone, which would be bound by latency, unless there is but one. The next
    /// panel is the rightmost one of those left of it.
    /// </summary>
    public static int PanelVectors(int vectors) => vectors % 3 == 1 && vectors > 1 ? (S.Count == 16 ? 4 : 2) : Math.Min(vectors, 3);

    /// <summary>Points x of a tile over a panel of so many vectors.</summary>
    public static int TileRows(int vectors) => vectors == 1 ? 8 : 4;

    /// <summary>Vectors that hold <paramref name="count"/> points.</summary>
    public static int Vectors(int count) => (int)(((uint)count + (uint)S.Count - 1) / (uint)S.Count);

    /// <summary>Numbers in the panels of <paramref name="count"/> points.</summary>
    public static long PackedSize(int count, int dimensions) => (long)Vectors(count) * S.Count * dimensions;

    /// <summary>Packs points into panels, minus a centre.</summary>
    /// <param name="points">count x dimensions numbers.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="centre">What to subtract, d numbers; or null.</param>
    /// <param name="packed">Receives <see cref="PackedSize"/> numbers.</param>
    public static void Pack(float* points, int count, int dimensions, float* centre, float* packed)
    {
        for (int vectors = Vectors(count); vectors > 0;)
        {
            int panel = PanelVectors(vectors);
            vectors -= panel;
            long first = vectors * S.Count;
            PackPanel(points + (first * dimensions), (int)(count - first), dimensions, centre, packed + (first * dimensions), panel * S.Count);
        }
    }

    /// <summary>The sums of squares of packed points.</summary>
    public static void SquaredNorms(float* packed, int count, int dimensions, float* norms)
    {
        for (int vectors = Vectors(count); vectors > 0;)
        {
            int panel = PanelVectors(vectors);
            int width = panel * S.Count;
            vectors -= panel;
            long first = vectors * S.Count;
            for (int c = 0; c < width; c += S.Count)
            {
                float* values = packed + (first * dimensions) + c;
                V sum = S.Broadcast(0);
                for (int k = 0; k < dimensions; k += Part)
                {
                    V part = S.Broadcast(0);
                    for (int end = Math.Min(dimensions - k, Part); end > 0; end--)
                    {
                        V value = S.Load(values);
                        part = S.MultiplyAdd(value, value, part);
                        values += width;
                    }

                    sum = S.Add(sum, part);
                }

                S.Store(norms + first + c, sum);
            }
        }
    }

    /// <summary>Computes one tile.</summary>
    /// <param name="x">The first point x; the others follow each <paramref name="stride"/> numbers.</param>
    /// <param name="stride">Numbers from one point x to the next.</param>
    /// <param name="rows">How many points x there are; when there are fewer than the tile has, the last one is taken again.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="vectors">Its width in vectors.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="tile">Receives the results, a row of the panel's width for each of <see cref="TileRows"/> points x.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<P>(float* x, long stride, int rows, float* panel, int vectors, int dimensions, float* tile)
        where P : struct, IPairStep<V>
    {
        for (int k = 0; k < dimensions; k += Part)
        {
            int length = Math.Min(Part, dimensions - k);
            float* part = panel + ((long)k * vectors * S.Count);
            switch (vectors)
            {
                case 4:
                    Tile4x4<P>(x + k, stride, rows, part, length, tile, k > 0);
                    break;
                case 3:
                    Tile4x3<P>(x + k, stride, rows, part, length, tile, k > 0);
                    break;
                case 2:
                    Tile4x2<P>(x + k, stride, rows, part, length, tile, k > 0);
                    break;
                default:
                    Tile8x1<P>(x + k, stride, rows, part, length, tile, k > 0);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x4<P>(float* x, long stride, int rows, float* panel, int dimensions, float* tile, bool add)
        where P : struct, IPairStep<V>
    {
        float* x1 = x + (Math.Min(1, rows - 1) * stride);
        float* x2 = x + (Math.Min(2, rows - 1) * stride);
        float* x3 = x + (Math.Min(3, rows - 1) * stride);
        V s00 = S.Broadcast(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
        V s20 = s00, s21 = s00, s22 = s00, s23 = s00, s30 = s00, s31 = s00, s32 = s00, s33 = s00;
        for (nint k = 0; k < dimensions; k++)
        {
            V y0 = S.Load(panel);
            V y1 = S.Load(panel + S.Count);
            V y2 = S.Load(panel + (2 * S.Count));
            V y3 = S.Load(panel + (3 * S.Count));
            panel += 4 * S.Count;
            V a = S.Broadcast(x[k]);
            s00 = P.Add(s00, a, y0);
            s01 = P.Add(s01, a, y1);
            s02 = P.Add(s02, a, y2);
            s03 = P.Add(s03, a, y3);
            a = S.Broadcast(x1[k]);
            s10 = P.Add(s10, a, y0);
            s11 = P.Add(s11, a, y1);
            s12 = P.Add(s12, a, y2);
            s13 = P.Add(s13, a, y3);
            a = S.Broadcast(x2[k]);
            s20 = P.Add(s20, a, y0);
            s21 = P.Add(s21, a, y1);
            s22 = P.Add(s22, a, y2);
            s23 = P.Add(s23, a, y3);
            a = S.Broadcast(x3[k]);
            s30 = P.Add(s30, a, y0);
            s31 = P.Add(s31, a, y1);
            s32 = P.Add(s32, a, y2);
            s33 = P.Add(s33, a, y3);
        }

        Put<P>(tile, 0, s00, add);
        Put<P>(tile, 1, s01, add);
        Put<P>(tile, 2, s02, add);
        Put<P>(tile, 3, s03, add);
        Put<P>(tile, 4, s10, add);
        Put<P>(tile, 5, s11, add);
        Put<P>(tile, 6, s12, add);
        Put<P>(tile, 7, s13, add);
        Put<P>(tile, 8, s20, add);
        Put<P>(tile, 9, s21, add);
        Put<P>(tile, 10, s22, add);
        Put<P>(tile, 11, s23, add);
        Put<P>(tile, 12, s30, add);
        Put<P>(tile, 13, s31, add);
        Put<P>(tile, 14, s32, add);
        Put<P>(tile, 15, s33, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x3<P>(float* x, long stride, int rows, float* panel, int dimensions, float* tile, bool add)
        where P : struct, IPairStep<V>
    {
        float* x1 = x + (Math.Min(1, rows - 1) * stride);
        float* x2 = x + (Math.Min(2, rows - 1) * stride);
        float* x3 = x + (Math.Min(3, rows - 1) * stride);
        V s00 = S.Broadcast(0), s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00;
        V s20 = s00, s21 = s00, s22 = s00, s30 = s00, s31 = s00, s32 = s00;
        for (nint k = 0; k < dimensions; k++)
        {
            V y0 = S.Load(panel);
            V y1 = S.Load(panel + S.Count);
            V y2 = S.Load(panel + (2 * S.Count));
            panel += 3 * S.Count;
            V a = S.Broadcast(x[k]);
            s00 = P.Add(s00, a, y0);
            s01 = P.Add(s01, a, y1);
            s02 = P.Add(s02, a, y2);
            a = S.Broadcast(x1[k]);
            s10 = P.Add(s10, a, y0);
            s11 = P.Add(s11, a, y1);
            s12 = P.Add(s12, a, y2);
            a = S.Broadcast(x2[k]);
            s20 = P.Add(s20, a, y0);
            s21 = P.Add(s21, a, y1);
            s22 = P.Add(s22, a, y2);
            a = S.Broadcast(x3[k]);
            s30 = P.Add(s30, a, y0);
            s31 = P.Add(s31, a, y1);
            s32 = P.Add(s32, a, y2);
        }

        Put<P>(tile, 0, s00, add);
        Put<P>(tile, 1, s01, add);
        Put<P>(tile, 2, s02, add);
        Put<P>(tile, 3, s10, add);
        Put<P>(tile, 4, s11, add);
        Put<P>(tile, 5, s12, add);
        Put<P>(tile, 6, s20, add);
        Put<P>(tile, 7, s21, add);
        Put<P>(tile, 8, s22, add);
        Put<P>(tile, 9, s30, add);
        Put<P>(tile, 10, s31, add);
        Put<P>(tile, 11, s32, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x2<P>(float* x, long stride, int rows, float* panel, int dimensions, float* tile, bool add)
        where P : struct, IPairStep<V>
    {
        float* x1 = x + (Math.Min(1, rows - 1) * stride);
        float* x2 = x + (Math.Min(2, rows - 1) * stride);
        float* x3 = x + (Math.Min(3, rows - 1) * stride);
        V s00 = S.Broadcast(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (nint k = 0; k < dimensions; k++)
        {
            V y0 = S.Load(panel);
            V y1 = S.Load(panel + S.Count);
            panel += 2 * S.Count;
            V a = S.Broadcast(x[k]);
            s00 = P.Add(s00, a, y0);
            s01 = P.Add(s01, a, y1);
            a = S.Broadcast(x1[k]);
            s10 = P.Add(s10, a, y0);
            s11 = P.Add(s11, a, y1);
            a = S.Broadcast(x2[k]);
            s20 = P.Add(s20, a, y0);
            s21 = P.Add(s21, a, y1);
            a = S.Broadcast(x3[k]);
            s30 = P.Add(s30, a, y0);
            s31 = P.Add(s31, a, y1);
        }

        Put<P>(tile, 0, s00, add);
        Put<P>(tile, 1, s01, add);
        Put<P>(tile, 2, s10, add);
        Put<P>(tile, 3, s11, add);
        Put<P>(tile, 4, s20, add);
        Put<P>(tile, 5, s21, add);
        Put<P>(tile, 6, s30, add);
        Put<P>(tile, 7, s31, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile8x1<P>(float* x, long stride, int rows, float* panel, int dimensions, float* tile, bool add)
        where P : struct, IPairStep<V>
    {
        float* x1 = x + (Math.Min(1, rows - 1) * stride);
        float* x2 = x + (Math.Min(2, rows - 1) * stride);
        float* x3 = x + (Math.Min(3, rows - 1) * stride);
        float* x4 = x + (Math.Min(4, rows - 1) * stride);
        float* x5 = x + (Math.Min(5, rows - 1) * stride);
        float* x6 = x + (Math.Min(6, rows - 1) * stride);
        float* x7 = x + (Math.Min(7, rows - 1) * stride);
        V s0 = S.Broadcast(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (nint k = 0; k < dimensions; k++)
        {
            V y = S.Load(panel);
            panel += S.Count;
            s0 = P.Add(s0, S.Broadcast(x[k]), y);
            s1 = P.Add(s1, S.Broadcast(x1[k]), y);
            s2 = P.Add(s2, S.Broadcast(x2[k]), y);
            s3 = P.Add(s3, S.Broadcast(x3[k]), y);
            s4 = P.Add(s4, S.Broadcast(x4[k]), y);
            s5 = P.Add(s5, S.Broadcast(x5[k]), y);
            s6 = P.Add(s6, S.Broadcast(x6[k]), y);
            s7 = P.Add(s7, S.Broadcast(x7[k]), y);
        }

        Put<P>(tile, 0, s0, add);
        Put<P>(tile, 1, s1, add);
        Put<P>(tile, 2, s2, add);
        Put<P>(tile, 3, s3, add);
        Put<P>(tile, 4, s4, add);
        Put<P>(tile, 5, s5, add);
        Put<P>(tile, 6, s6, add);
        Put<P>(tile, 7, s7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<P>(float* tile, int vector, V sum, bool add)
        where P : struct, IPairStep<V>
    {
        float* place = tile + (vector * S.Count);
        if (add)
        {
            // Parts of a sum add up; parts of a maximum have the larger one.
            V before = S.Load(place);
            sum = typeof(P) == typeof(LargestStep<S, V>) ? S.Max(sum, before) : S.Add(sum, before);
        }

        S.Store(place, sum);
    }

    private static void PackPanel(float* points, int count, int dimensions, float* centre, float* panel, int width)
    {
        // A few coordinates of all points at a time, so that what four points leave of a cache line is filled by the next four.
        const int Coordinates = 32;
        for (int k = 0; k < dimensions; k += Coordinates)
        {
            for (int j = 0; j < width; j += 4)
            {
                PackFour(
                    points + ((long)Math.Min(j, count - 1) * dimensions) + k,
                    points + ((long)Math.Min(j + 1, count - 1) * dimensions) + k,
                    points + ((long)Math.Min(j + 2, count - 1) * dimensions) + k,
                    points + ((long)Math.Min(j + 3, count - 1) * dimensions) + k,
                    Math.Min(Coordinates, dimensions - k),
                    centre == null ? null : centre + k,
                    panel + ((long)k * width) + j,
                    width);
            }
        }
    }

    /// <summary>Transposes four points, where the machine can 4 x 4 numbers at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackFour(float* p0, float* p1, float* p2, float* p3, int dimensions, float* centre, float* to, int width)
    {
        int k = 0;
        if (Sse.IsSupported)
        {
            for (; k + 4 <= dimensions; k += 4)
            {
                Vector128<float> middle = centre == null ? Vector128<float>.Zero : Vector128.Load(centre + k);
                Vector128<float> a = Vector128.Load(p0 + k) - middle;
                Vector128<float> b = Vector128.Load(p1 + k) - middle;
                Vector128<float> c = Vector128.Load(p2 + k) - middle;
                Vector128<float> d = Vector128.Load(p3 + k) - middle;
                Vector128<float> abLow = Sse.UnpackLow(a, b);
                Vector128<float> abHigh = Sse.UnpackHigh(a, b);
                Vector128<float> cdLow = Sse.UnpackLow(c, d);
                Vector128<float> cdHigh = Sse.UnpackHigh(c, d);
                Sse.MoveLowToHigh(abLow, cdLow).Store(to);
                Sse.MoveHighToLow(cdLow, abLow).Store(to + width);
                Sse.MoveLowToHigh(abHigh, cdHigh).Store(to + (2 * width));
                Sse.MoveHighToLow(cdHigh, abHigh).Store(to + (3 * width));
                to += 4 * width;
            }
        }

        for (; k < dimensions; k++)
        {
            float middle = centre == null ? 0 : centre[k];
            to[0] = p0[k] - middle;
            to[1] = p1[k] - middle;
            to[2] = p2[k] - middle;
            to[3] = p3[k] - middle;
            to += width;
        }
    }
}
