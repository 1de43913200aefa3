using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Distances of float32 points in float64, by differences: the reference that fast paths fall back to, and fast enough where points are
/// read once. No float32 number leaves the range, as its square is far from float64's ends. All depend on the two points alone, not
/// on where they stand, and are exactly 0 where the points are equal.
/// </summary>
internal static unsafe class ExactDistance<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    /// <summary>g(x, y)^p.</summary>
    public static double Cost(GroundCost cost, float* x, float* y, int dimensions)
    {
        double sum = cost.Distance switch
        {
            GroundDistance.Euclidean => Squared(x, y, dimensions),
            GroundDistance.Manhattan => Manhattan(x, y, dimensions),
            GroundDistance.Chebyshev => Chebyshev(x, y, dimensions),
            _ => Cosine(x, y, dimensions),
        };
        double power = cost.Distance == GroundDistance.Euclidean ? cost.Exponent / 2 : cost.Exponent;
        return power switch
        {
            1 => sum,
            0.5 => Math.Sqrt(sum),
            2 => sum * sum,
            _ => Math.Pow(sum, power),
        };
    }

    /// <summary>|x - y|^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Squared(float* x, float* y, int dimensions)
    {
        W squares = D.Broadcast(0);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            W difference = D.Subtract(D.Widen(x + k), D.Widen(y + k));
            squares = D.MultiplyAdd(difference, difference, squares);
        }

        double sum = D.SumAcross(squares);
        for (; k < dimensions; k++)
        {
            double difference = (double)x[k] - y[k];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>The sum of the absolute differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Manhattan(float* x, float* y, int dimensions)
    {
        W differences = D.Broadcast(0);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            differences = D.Add(differences, D.Abs(D.Subtract(D.Widen(x + k), D.Widen(y + k))));
        }

        double sum = D.SumAcross(differences);
        for (; k < dimensions; k++)
        {
            sum += Math.Abs((double)x[k] - y[k]);
        }

        return sum;
    }

    /// <summary>The largest absolute difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Chebyshev(float* x, float* y, int dimensions)
    {
        // The least negative one, as vectors have a least lane only; 0 less it, so that no -0 comes out.
        W zero = D.Broadcast(0);
        W least = zero;
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            least = D.Min(least, D.Subtract(zero, D.Abs(D.Subtract(D.Widen(x + k), D.Widen(y + k)))));
        }

        double largest = 0 - D.MinAcross(least);
        for (; k < dimensions; k++)
        {
            largest = Math.Max(largest, Math.Abs((double)x[k] - y[k]));
        }

        return largest;
    }

    /// <summary>One minus the cosine; of a zero vector 0 to another one, and 1 to all else.</summary>
    public static double Cosine(float* x, float* y, int dimensions)
    {
        double xx = SquaredLength(x, dimensions);
        double yy = SquaredLength(y, dimensions);
        return xx == 0 || yy == 0 ? (xx == yy ? 0 : 1) : Cosine(x, 1 / Math.Sqrt(xx), y, 1 / Math.Sqrt(yy), dimensions);
    }

    /// <summary>One minus the cosine of two vectors whose inverse lengths are known.</summary>
    /// <remarks>Half the squared distance of the directions: it does not cancel for nearly parallel vectors, as 1 - cos does.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Cosine(float* x, double toX, float* y, double toY, int dimensions)
    {
        W toDirectionX = D.Broadcast(toX);
        W toDirectionY = D.Broadcast(toY);
        W squares = D.Broadcast(0);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            // Two products and a difference, not fused: equal points would come out unequal.
            W difference = D.Subtract(D.Multiply(D.Widen(x + k), toDirectionX), D.Multiply(D.Widen(y + k), toDirectionY));
            squares = D.MultiplyAdd(difference, difference, squares);
        }

        double sum = D.SumAcross(squares);
        for (; k < dimensions; k++)
        {
            double difference = (x[k] * toX) - (y[k] * toY);
            sum += difference * difference;
        }

        return sum / 2;
    }

    /// <summary>|x|^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredLength(float* x, int dimensions)
    {
        W squares = D.Broadcast(0);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            W value = D.Widen(x + k);
            squares = D.MultiplyAdd(value, value, squares);
        }

        double sum = D.SumAcross(squares);
        for (; k < dimensions; k++)
        {
            sum += (double)x[k] * x[k];
        }

        return sum;
    }
}
