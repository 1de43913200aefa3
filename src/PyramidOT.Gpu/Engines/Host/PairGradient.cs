using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The gradients of w g(x, y)^p in float64, rounded once when they are stored; <see cref="ICostKernels.PairedGradients"/> has the
/// formulas. All but the cosine's are differences of the points or their signs times one factor, and those in y their negatives.
/// </summary>
internal static unsafe class PairGradient<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Beyond it a factor makes infinity of every float32 difference but 0, whatever the weight. An infinite one would make NaN of 0.
    private const double LargestFactor = 1e200;

    /// <summary>Stores the gradient in x, and that in y unless <paramref name="gradientY"/> is null.</summary>
    public static void Store(GroundCost cost, float* x, float* y, int dimensions, double weight, float* gradientX, float* gradientY)
    {
        double p = cost.Exponent;
        switch (cost.Distance)
        {
            case GroundDistance.Euclidean:
                StoreDifferences(x, y, dimensions, weight * EuclideanFactor(x, y, dimensions, p), gradientX);
                break;
            case GroundDistance.Manhattan:
                StoreSigns(x, y, dimensions, weight * Factor(ManhattanOrNone(x, y, dimensions, p), p), gradientX);
                break;
            case GroundDistance.Chebyshev:
                StoreLargest(x, y, dimensions, weight, p, gradientX);
                break;
            default:
                StoreCosine(x, y, dimensions, weight, p, gradientX, gradientY);
                return;
        }

        if (gradientY != null)
        {
            TensorPrimitives.Negate(new ReadOnlySpan<float>(gradientX, dimensions), new(gradientY, dimensions));
        }
    }

    /// <summary>p g^(p-1), finite.</summary>
    private static double Factor(double ground, double p) =>
        p == 1 ? 1 : Math.Min(LargestFactor, p * (p == 2 ? ground : Math.Pow(ground, p - 1)));

    /// <summary>p g^(p-2), finite, and 0 for equal points. The squared distance has no need of the points.</summary>
    private static double EuclideanFactor(float* x, float* y, int dimensions, double p)
    {
        if (p == 2)
        {
            return 2;
        }

        double square = ExactDistance<D, W>.Squared(x, y, dimensions);
        return square == 0 ? 0
            : p == 1 ? 1 / Math.Sqrt(square)
            : Math.Min(LargestFactor, p * Math.Pow(square, (p - 2) / 2));
    }

    /// <summary>The Manhattan distance where the factor depends on it.</summary>
    private static double ManhattanOrNone(float* x, float* y, int dimensions, double p) =>
        p == 1 ? 0 : ExactDistance<D, W>.Manhattan(x, y, dimensions);

    /// <summary>factor * (x - y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreDifferences(float* x, float* y, int dimensions, double factor, float* gradient)
    {
        W factors = D.Broadcast(factor);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            D.Narrow(gradient + k, D.Multiply(factors, D.Subtract(D.Widen(x + k), D.Widen(y + k))));
        }

        for (; k < dimensions; k++)
        {
            gradient[k] = (float)(factor * ((double)x[k] - y[k]));
        }
    }

    /// <summary>factor * sign(x - y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreSigns(float* x, float* y, int dimensions, double factor, float* gradient)
    {
        W zero = D.Broadcast(0);
        W up = D.Broadcast(factor);
        W down = D.Broadcast(-factor);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            W from = D.Widen(x + k);
            W to = D.Widen(y + k);
            D.Narrow(gradient + k, D.SelectLess(to, from, up, D.SelectLess(from, to, down, zero)));
        }

        for (; k < dimensions; k++)
        {
            gradient[k] = (float)(x[k] > y[k] ? factor : x[k] < y[k] ? -factor : 0);
        }
    }

    /// <summary>The factor with its sign at the first of the largest differences, 0 elsewhere.</summary>
    private static void StoreLargest(float* x, float* y, int dimensions, double weight, double p, float* gradient)
    {
        new Span<float>(gradient, dimensions).Clear();
        double largest = ExactDistance<D, W>.Chebyshev(x, y, dimensions);
        if (largest > 0)
        {
            int k = First(x, y, dimensions, largest);
            double factor = weight * Factor(largest, p);
            gradient[k] = (float)(x[k] > y[k] ? factor : -factor);
        }
    }

    /// <summary>The first coordinate whose difference is the largest one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int First(float* x, float* y, int dimensions, double largest)
    {
        W wanted = D.Broadcast(largest);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            uint found = D.EqualBits(D.Abs(D.Subtract(D.Widen(x + k), D.Widen(y + k))), wanted);
            if (found != 0)
            {
                return k + BitOperations.TrailingZeroCount(found);
            }
        }

        while (Math.Abs((double)x[k] - y[k]) != largest)
        {
            k++;
        }

        return k;
    }

    /// <summary>
    /// With the directions a = x/|x| and b = y/|y|, the formula in x is p g^(p-1) / |x| (a - b - g a), which does not cancel where the
    /// angle is small.
    /// </summary>
    private static void StoreCosine(float* x, float* y, int dimensions, double weight, double p, float* gradientX, float* gradientY)
    {
        double xx = ExactDistance<D, W>.SquaredLength(x, dimensions);
        double yy = ExactDistance<D, W>.SquaredLength(y, dimensions);
        if (xx == 0 || yy == 0)
        {
            new Span<float>(gradientX, dimensions).Clear();
            new Span<float>(gradientY, gradientY == null ? 0 : dimensions).Clear();
            return;
        }

        double toX = 1 / Math.Sqrt(xx);
        double toY = 1 / Math.Sqrt(yy);
        double ground = ExactDistance<D, W>.Cosine(x, toX, y, toY, dimensions);
        double factor = weight * Factor(ground, p);
        StoreAcross(x, toX, y, toY, dimensions, ground, factor * toX, gradientX);
        if (gradientY != null)
        {
            StoreAcross(y, toY, x, toX, dimensions, ground, factor * toY, gradientY);
        }
    }

    /// <summary>factor * (a - b - g a).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreAcross(float* x, double toX, float* y, double toY, int dimensions, double ground, double factor, float* gradient)
    {
        W toDirectionX = D.Broadcast(toX);
        W toDirectionY = D.Broadcast(toY);
        W grounds = D.Broadcast(ground);
        W factors = D.Broadcast(factor);
        int k = 0;
        for (; k + D.Count <= dimensions; k += D.Count)
        {
            W a = D.Multiply(D.Widen(x + k), toDirectionX);
            W across = D.Subtract(a, D.Multiply(D.Widen(y + k), toDirectionY));
            D.Narrow(gradient + k, D.Multiply(factors, D.Subtract(across, D.Multiply(grounds, a))));
        }

        for (; k < dimensions; k++)
        {
            double a = x[k] * toX;
            gradient[k] = (float)(factor * (a - (y[k] * toY) - (ground * a)));
        }
    }
}
