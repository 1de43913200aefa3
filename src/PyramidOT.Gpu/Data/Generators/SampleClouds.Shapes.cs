using PyramidOT.Kernels;

namespace PyramidOT;

public static partial class SampleClouds
{
    private const int RingCount = 3;
    private const int BoardCells = 4;

    /// <summary>
    /// Two interleaved half circles of radius 1 in the plane, and the same turned about the middle between them: the usual example of domain
    /// adaptation.
    /// </summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="noise">The standard deviation of normal noise, from 0 to 1e15.</param>
    /// <param name="degrees">The angle by which the target is turned; finite.</param>
    /// <returns>The clouds, labelled 0 (upper moon) and 1 on both sides; d = 2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) HalfMoons(int points, ulong seed, double noise = 0.05, double degrees = 40)
    {
        CheckSize(points, 2);
        CheckLength(noise, nameof(noise));
        CheckAngle(degrees);
        return (Side(SourceSide, 0), Side(TargetSide, degrees));

        PointCloud Side(ulong side, double angle) => Draw(points, 2, isLabelled: true, (row, point) =>
        {
            int moon = CounterRandom.Below(2, seed, Stream(side, Purpose.Component), row);
            (double sine, double cosine) = Math.SinCos(Math.PI * Uniform(seed, side, Purpose.Position, row));

            // About the middle (1/2, 1/4) between the moons, in which they change places when turned by half.
            (double x, double y) = moon == 0 ? (cosine - 0.5, sine - 0.25) : (0.5 - cosine, 0.25 - sine);
            (x, y) = Turn(x, y, angle);
            Scatter(point, [x + 0.5, y + 0.25], noise, seed, side, row);
            return moon;
        });
    }

    /// <summary>
    /// A ribbon in space in the form of an S: (sin t, h, sign(t) (cos t - 1)) for t in [-3/2 pi, 3/2 pi] and h in [0, 2]; and the same turned
    /// about the second axis.
    /// </summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="noise">The standard deviation of normal noise, from 0 to 1e15.</param>
    /// <param name="degrees">The angle by which the target is turned; finite.</param>
    /// <returns>The clouds, without labels; d = 3.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) SCurve(int points, ulong seed, double noise = 0.05, double degrees = 40)
    {
        CheckSize(points, 3);
        CheckLength(noise, nameof(noise));
        CheckAngle(degrees);
        return (Side(SourceSide, 0), Side(TargetSide, degrees));

        PointCloud Side(ulong side, double angle) => Draw(points, 3, isLabelled: false, (row, point) =>
        {
            double t = 3 * Math.PI * (Uniform(seed, side, Purpose.Position, 2 * row) - 0.5);
            (double x, double z) = Turn(Math.Sin(t), Math.Sign(t) * (Math.Cos(t) - 1), angle);
            Scatter(point, [x, 2 * Uniform(seed, side, Purpose.Position, (2 * row) + 1), z], noise, seed, side, row);
            return 0;
        });
    }

    /// <summary>A board of 4 x 4 squares in [-2, 2]^2: the source is uniform on the squares of one colour, the target on those of the other.</summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The clouds, without labels; d = 2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) Checkerboard(int points, ulong seed)
    {
        CheckSize(points, 2);
        return (Side(SourceSide), Side(TargetSide));

        PointCloud Side(ulong side) => Draw(points, 2, isLabelled: false, (row, point) =>
        {
            // One of the 8 squares of the colour: which row of the board, and which square of the colour in that row.
            int square = CounterRandom.Below(BoardCells * BoardCells / 2, seed, Stream(side, Purpose.Component), row);
            (int i, int j) = Math.DivRem(square, BoardCells / 2);
            j = (2 * j) + ((i + (int)side) % 2);
            point[0] = (float)(j - (BoardCells / 2) + Uniform(seed, side, Purpose.Position, 2 * row));
            point[1] = (float)(i - (BoardCells / 2) + Uniform(seed, side, Purpose.Position, (2 * row) + 1));
            return 0;
        });
    }

    /// <summary>Three rings about the origin, of radius 1, 2 and 3 in the source, and of 1.5, 2.5 and 3.5 in the target.</summary>
    /// <param name="points">Points of each cloud, at least 1; each chooses its ring uniformly.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="noise">The standard deviation of normal noise, from 0 to 1e15.</param>
    /// <returns>The clouds, labelled 0, 1, 2 from the inner ring on; d = 2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) Rings(int points, ulong seed, double noise = 0.05)
    {
        CheckSize(points, 2);
        CheckLength(noise, nameof(noise));
        return (Side(SourceSide, 1), Side(TargetSide, 1.5));

        PointCloud Side(ulong side, double innerRadius) => Draw(points, 2, isLabelled: true, (row, point) =>
        {
            int ring = CounterRandom.Below(RingCount, seed, Stream(side, Purpose.Component), row);
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * Uniform(seed, side, Purpose.Position, row));
            Scatter(point, [(innerRadius + ring) * cosine, (innerRadius + ring) * sine], noise, seed, side, row);
            return ring;
        });
    }

    /// <summary>Uniform points of [0, 1]^d, and uniform points of the same cube moved along the first axis.</summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="dimensions">Coordinates, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="shift">How far the target is moved, from 0 to 1e15. W_p between the two laws is just that.</param>
    /// <returns>The clouds, without labels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) ShiftedSquares(int points, int dimensions, ulong seed, double shift = 0.5)
    {
        CheckSize(points, dimensions);
        CheckLength(shift, nameof(shift));
        return (Side(SourceSide, 0), Side(TargetSide, shift));

        PointCloud Side(ulong side, double offset) => Draw(points, dimensions, isLabelled: false, (row, point) =>
        {
            for (int k = 0; k < point.Length; k++)
            {
                double uniform = Uniform(seed, side, Purpose.Position, (row * (ulong)point.Length) + (ulong)k);
                point[k] = (float)(k == 0 ? uniform + offset : uniform);
            }

            return 0;
        });
    }

    /// <summary>Two independent draws of uniform points of [0, 1]^d.</summary>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="dimensions">Coordinates, at least 1.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The clouds, without labels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">There are more numbers than one array can hold.</exception>
    public static (PointCloud Source, PointCloud Target) UniformSquares(int points, int dimensions, ulong seed) =>
        ShiftedSquares(points, dimensions, seed, shift: 0);

    private static (double X, double Y) Turn(double x, double y, double degrees)
    {
        (double sine, double cosine) = Math.SinCos(degrees * (Math.PI / 180));
        return ((x * cosine) - (y * sine), (x * sine) + (y * cosine));
    }

    private static void CheckAngle(double degrees)
    {
        if (!double.IsFinite(degrees))
            throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "The angle is not finite.");
    }
}
