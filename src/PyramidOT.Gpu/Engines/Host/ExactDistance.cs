using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>Squared Euclidean distances of float32 points in float64, by differences: the reference that fast paths fall back to.</summary>
internal static unsafe class ExactDistance<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    /// <summary>|x - y|^2. Depends on the two points alone, not on where they stand.</summary>
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
}
