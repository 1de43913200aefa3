using System.Numerics.Tensors;

namespace PyramidOT.Engines.Host;

/// <summary>The mean of some points.</summary>
internal static unsafe class Mean
{
    /// <summary>Computes the mean of count points of d coordinates, in a fixed order. Meant as a centre near the points: float32 will do.</summary>
    public static void OfRows(float* points, int count, int dimensions, float* mean)
    {
        Span<float> sum = new(mean, dimensions);
        sum.Clear();

        // Weighted before it is added, so that no sum overflows.
        float weight = 1f / count;
        for (int i = 0; i < count; i++)
        {
            TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(points + ((long)i * dimensions), dimensions), weight, sum, sum);
        }
    }
}

/// <summary>Moves points so that a centre becomes their origin: scalar products of centred points cancel less.</summary>
internal static unsafe class Centring<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>Subtracts the centre from a point, and returns the sum of squares.</summary>
    public static float Subtract(float* point, float* centre, float* centred, int dimensions)
    {
        V squares = S.Broadcast(0);
        int k = 0;
        for (; k + S.Count <= dimensions; k += S.Count)
        {
            V difference = S.Subtract(S.Load(point + k), S.Load(centre + k));
            S.Store(centred + k, difference);
            squares = S.MultiplyAdd(difference, difference, squares);
        }

        float sum = S.SumAcross(squares);
        for (; k < dimensions; k++)
        {
            centred[k] = point[k] - centre[k];
            sum += centred[k] * centred[k];
        }

        return sum;
    }
}
