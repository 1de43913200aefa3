using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>A ground distance, rounded up: at least the true one, and not more than 1e-5 of it larger. All members are inlined.</summary>
public interface IDistanceBound
{
    /// <summary>The bound for a point and a centre of finite numbers; infinity where the distance is beyond float32.</summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <param name="points">Points.</param>
    /// <param name="point">Where the point's coordinates begin.</param>
    /// <param name="centres">Centres.</param>
    /// <param name="centre">Where the centre's coordinates begin.</param>
    /// <param name="dimensions">d.</param>
    static abstract float Above<TSum, TSummation>(ArrayView<float> points, long point, ArrayView<float> centres, long centre, int dimensions)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>;
}

/// <summary>The root of the sum of squared differences.</summary>
public readonly struct EuclideanBound : IDistanceBound
{
    // Squares beyond these lose bits or overflow.
    private const float SmallestSquare = 1e-30f;
    private const float LargestSquare = 1e37f;

    /// <inheritdoc/>
    public static float Above<TSum, TSummation>(ArrayView<float> points, long point, ArrayView<float> centres, long centre, int dimensions)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        TSum sum = TSummation.From(0);
        for (int k = 0; k < dimensions; k++)
        {
            sum = TSummation.AddSquare(sum, points[point + k], centres[centre + k]);
        }

        float square = TSummation.Mean(sum, 1);
        if (square > SmallestSquare && square < LargestSquare)
        {
            return BoundRounding.Up(XMath.Sqrt(square));
        }

        float largest = 0;
        for (int k = 0; k < dimensions; k++)
        {
            largest = XMath.Max(largest, XMath.Abs(points[point + k] - centres[centre + k]));
        }

        // By 2^100 or 2^-100 and back; a difference beyond float32 stays infinite.
        float scale = largest < 1e-15f ? 1.2676506002282294e30f : largest > 1e15f ? 7.8886090522101181e-31f : 1;
        float back = largest < 1e-15f ? 7.8886090522101181e-31f : largest > 1e15f ? 1.2676506002282294e30f : 1;
        sum = TSummation.From(0);
        for (int k = 0; k < dimensions; k++)
        {
            sum = TSummation.AddSquare(sum, (points[point + k] - centres[centre + k]) * scale, 0);
        }

        return BoundRounding.Up(XMath.Sqrt(TSummation.Mean(sum, 1)) * back);
    }
}

/// <summary>The sum of absolute differences.</summary>
public readonly struct ManhattanBound : IDistanceBound
{
    /// <inheritdoc/>
    public static float Above<TSum, TSummation>(ArrayView<float> points, long point, ArrayView<float> centres, long centre, int dimensions)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        TSum sum = TSummation.From(0);
        for (int k = 0; k < dimensions; k++)
        {
            sum = TSummation.Add(sum, XMath.Abs(points[point + k] - centres[centre + k]));
        }

        return BoundRounding.Up(TSummation.Mean(sum, 1));
    }
}

/// <summary>The largest absolute difference.</summary>
public readonly struct ChebyshevBound : IDistanceBound
{
    /// <inheritdoc/>
    public static float Above<TSum, TSummation>(ArrayView<float> points, long point, ArrayView<float> centres, long centre, int dimensions)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        float largest = 0;
        for (int k = 0; k < dimensions; k++)
        {
            largest = XMath.Max(largest, XMath.Abs(points[point + k] - centres[centre + k]));
        }

        return BoundRounding.Up(largest);
    }
}

/// <summary>One minus the cosine, in float64 whatever sums are kept in.</summary>
/// <remarks>
/// Between nearly parallel vectors, 1 - cos = |p|^2 / (|x|^2 (1 + cos)), p being the part of x that is orthogonal to c. With r = c_a x - x_a c for
/// the longest coordinate a of c, whose terms are products of two float32 numbers and so exact, p is r without its part along c, over c_a;
/// as r has no coordinate a, at least 1/d of |r|^2 is left.
/// </remarks>
public readonly struct CosineBound : IDistanceBound
{
    /// <inheritdoc/>
    public static float Above<TSum, TSummation>(ArrayView<float> points, long point, ArrayView<float> centres, long centre, int dimensions)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        double square = 0;
        double centreSquare = 0;
        double product = 0;
        float x = 0;
        float c = 0;
        for (int k = 0; k < dimensions; k++)
        {
            float a = points[point + k];
            float b = centres[centre + k];
            square += (double)a * a;
            centreSquare += (double)b * b;
            product += (double)a * b;
            x = XMath.Abs(b) > XMath.Abs(c) ? a : x;
            c = XMath.Abs(b) > XMath.Abs(c) ? b : c;
        }

        if (square == 0 || centreSquare == 0)
        {
            return square == centreSquare ? 0 : BoundRounding.Up(1);
        }

        double cosine = product / (XMath.Sqrt(square) * XMath.Sqrt(centreSquare));
        double distance = 1 - cosine;
        if (cosine > 0.5)
        {
            double remainder = 0;
            double along = 0;
            for (int k = 0; k < dimensions; k++)
            {
                double b = centres[centre + k];
                double r = ((double)c * points[point + k]) - (x * b);
                remainder += r * r;
                along += r * b;
            }

            distance = XMath.Max(0, remainder - (along / centreSquare * along)) / ((double)c * c) / square / (1 + cosine);
        }

        // The difference carries d times the errors of its terms. No distance is so small that it must vanish.
        double terms = dimensions + 16.0;
        float bound = BoundRounding.Up((float)(distance * (1 + (9e-16 * terms * terms))));
        return distance > 0 && bound == 0 ? Interop.IntAsFloat(1U) : XMath.Min(bound, 2);
    }
}

/// <summary>
/// One minus the cosine where the device has no float64: half the squared distance of directions in float32. The directions' distance is
/// rounded up by some 2e-6, which for angles below about 0.4 makes more than 1e-5 of the result.
/// </summary>
public readonly struct CoarseCosineBound : IDistanceBound
{
    // More than the rounding errors of two directions.
    private const float Doubt = 2e-6f;

    /// <inheritdoc/>
    public static float Above<TSum, TSummation>(ArrayView<float> points, long point, ArrayView<float> centres, long centre, int dimensions)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        float scale = ScaleOf(points, point, dimensions);
        float centreScale = ScaleOf(centres, centre, dimensions);
        if (scale == 0 || centreScale == 0)
        {
            return scale == centreScale ? 0 : BoundRounding.Up(1);
        }

        float inverse = InverseLength(points, point, scale, dimensions);
        float centreInverse = InverseLength(centres, centre, centreScale, dimensions);
        TwoFloats sum = TwoFloatSummation.From(0);
        bool isSame = true;
        for (int k = 0; k < dimensions; k++)
        {
            float a = points[point + k];
            float b = centres[centre + k];
            isSame = isSame && a == b;
            sum = TwoFloatSummation.AddSquare(sum, a * scale * inverse, b * centreScale * centreInverse);
        }

        float distance = XMath.Sqrt(TwoFloatSummation.Mean(sum, 1)) + Doubt;
        return isSame ? 0 : XMath.Min(BoundRounding.Up(distance * distance * 0.5f), 2);
    }

    /// <summary>What brings a vector's squares into float32's range; 0 for a zero vector.</summary>
    private static float ScaleOf(ArrayView<float> vectors, long vector, int dimensions)
    {
        float largest = 0;
        for (int k = 0; k < dimensions; k++)
        {
            largest = XMath.Max(largest, XMath.Abs(vectors[vector + k]));
        }

        return largest == 0 ? 0 : largest < 1e-15f ? 1.2676506002282294e30f : largest > 1e15f ? 7.8886090522101181e-31f : 1;
    }

    private static float InverseLength(ArrayView<float> vectors, long vector, float scale, int dimensions)
    {
        TwoFloats sum = TwoFloatSummation.From(0);
        for (int k = 0; k < dimensions; k++)
        {
            sum = TwoFloatSummation.AddSquare(sum, vectors[vector + k] * scale, 0);
        }

        return 1 / XMath.Sqrt(TwoFloatSummation.Mean(sum, 1));
    }
}

/// <summary>Rounding of bounds.</summary>
internal static class BoundRounding
{
    /// <summary>
    /// A number that is larger by a little more than the rounding errors of a difference, a sum in more than float32, a product and a root, on any
    /// device. 0, which is exact, stays; what is no number is a distance beyond float32.
    /// </summary>
    public static float Up(float distance)
    {
        if (distance == 0)
        {
            return 0;
        }

        float raised = distance * 1.000002f;

        // The next number, where a product among the smallest ones changes nothing.
        return raised < float.MaxValue ? Interop.IntAsFloat(Interop.FloatAsInt(raised) + 1U) : float.PositiveInfinity;
    }
}
