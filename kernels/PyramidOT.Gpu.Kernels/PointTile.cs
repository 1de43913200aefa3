using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Tiles of points in shared memory, coordinate by coordinate: <c>chunk[k * stride + i]</c> is coordinate k of the tile's i-th
/// point, so that a lane takes four points' coordinate in one access of 16 bytes. Coordinates beyond the last are 0 in both tiles of a
/// pair and so add nothing; rows beyond the last repeat the last one and are not stored.
/// </summary>
internal static class PointTile
{
    /// <summary>Copies a chunk of the points at consecutive positions. All lanes take part; barriers are the caller's.</summary>
    /// <param name="cells">The points.</param>
    /// <param name="first">The position of the tile's first point.</param>
    /// <param name="count">Points that there are from there on, at least 1.</param>
    /// <param name="tile">Points of the tile.</param>
    /// <param name="coordinate">First coordinate of the chunk.</param>
    /// <param name="fours">Not 0 where d is a multiple of 4 and the points begin at a multiple of 16 bytes.</param>
    /// <param name="chunk">Receives the chunk.</param>
    public static void Load(CellPoints cells, long first, int count, int tile, int coordinate, int fours, ArrayView<float> chunk)
    {
        int stride = LaunchSizes.ChunkStride(tile);
        int left = cells.Dimensions - coordinate;
        if (fours != 0)
        {
            ArrayView<Float4> quads = cells.Points.Cast<Float4>();
            int width = cells.Dimensions >> 2;
            for (int e = Group.IdxX; e < tile << (LaunchSizes.ChunkShift - 2); e += Group.DimX)
            {
                int part = e & ((1 << (LaunchSizes.ChunkShift - 2)) - 1);
                int i = e >> (LaunchSizes.ChunkShift - 2);
                int place = (4 * part * stride) + i;
                Float4 quad = default;
                if (4 * part < left)
                {
                    quad = quads[(cells.RowAt(first + XMath.Min(i, count - 1)) * width) + (coordinate >> 2) + part];
                }

                chunk[place] = quad.X;
                chunk[place + stride] = quad.Y;
                chunk[place + (2 * stride)] = quad.Z;
                chunk[place + (3 * stride)] = quad.W;
            }

            return;
        }

        for (int e = Group.IdxX; e < tile << LaunchSizes.ChunkShift; e += Group.DimX)
        {
            int k = e & (LaunchSizes.ChunkDimensions - 1);
            int i = e >> LaunchSizes.ChunkShift;
            float value = 0;
            if (k < left)
            {
                value = cells.Points[(cells.RowAt(first + XMath.Min(i, count - 1)) * cells.Dimensions) + coordinate + k];
            }

            chunk[(k * stride) + i] = value;
        }
    }

    /// <summary>Points that stand one behind the other.</summary>
    public static CellPoints InPlace(ArrayView<float> points, int dimensions) => new() { Points = points, Dimensions = dimensions };

    /// <summary>The number at a place of a chunk, and the three next to it.</summary>
    public static Float4 Four(ArrayView<Float4> chunk, int k, int stride, int quad) => chunk[(k * (stride >> 2)) + quad];

    /// <summary>
    /// The Euclidean distance of two points whatever its range: scaled by a power of two where the largest difference's square, or the sum of
    /// such squares, would leave float32's.
    /// </summary>
    public static float ScaledDistance(ArrayView<float> x, long xStart, ArrayView<float> y, long yStart, int dimensions)
    {
        float largest = 0;
        for (int k = 0; k < dimensions; k++)
        {
            largest = XMath.Max(largest, XMath.Abs(x[xStart + k] - y[yStart + k]));
        }

        // A difference beyond float32 stays infinite.
        int shift = ShiftOf(largest);
        float scale = ScaledFloat.PowerOfTwo(-shift);
        float back = ScaledFloat.PowerOfTwo(shift);
        float sum = 0;
        for (int k = 0; k < dimensions; k++)
        {
            float difference = (x[xStart + k] - y[yStart + k]) * scale;
            sum += difference * difference;
        }

        return XMath.Sqrt(sum) * back;
    }

    /// <summary>
    /// The power of two that numbers are divided by, so that sums of squares of them stay in float32's range: that of 2^100, 1 or 2^-100.
    /// </summary>
    /// <param name="largest">The largest magnitude.</param>
    public static int ShiftOf(float largest) => largest < 1e-15f ? -100 : largest > 1e15f ? 100 : 0;

    /// <summary>(x - y) / 2^shift, without an overflow on the way: the shift is above 0 for large differences only, below it for small ones.</summary>
    public static float ShiftedDifference(float x, float y, int shift)
    {
        float scale = ScaledFloat.PowerOfTwo(-shift);
        return shift > 0 ? (x * scale) - (y * scale) : (x - y) * scale;
    }
}
