namespace PyramidOT.Engines.Host;

/// <summary>Moves points so that a centre becomes their origin: scalar products of centred points cancel less.</summary>
internal static unsafe class Centring<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>The mean of some points, in a fixed order. Meant as a place near them: float32 will do.</summary>
    public static void Mean(float* points, int count, int dimensions, float* mean)
    {
        // Weighted before it is added, so that no sum overflows.
        float weight = 1f / count;
        int k = 0;
        for (; k + S.Count <= dimensions; k += S.Count)
        {
            MeanOfLanes(points + k, count, dimensions, weight, mean + k);
        }

        if (k < dimensions && dimensions >= S.Count)
        {
            // The rest as the end of a whole vector, whose first lanes come out as before.
            MeanOfLanes(points + dimensions - S.Count, count, dimensions, weight, mean + dimensions - S.Count);
            return;
        }

        for (; k < dimensions; k++)
        {
            float sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += points[((long)i * dimensions) + k] * weight;
            }

            mean[k] = sum;
        }
    }

    private static void MeanOfLanes(float* points, int count, long stride, float weight, float* mean)
    {
        // Four sums, as one would wait for itself.
        V weights = S.Broadcast(weight);
        V s0 = S.Broadcast(0), s1 = s0, s2 = s0, s3 = s0;
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            s0 = S.MultiplyAdd(S.Load(points), weights, s0);
            s1 = S.MultiplyAdd(S.Load(points + stride), weights, s1);
            s2 = S.MultiplyAdd(S.Load(points + (2 * stride)), weights, s2);
            s3 = S.MultiplyAdd(S.Load(points + (3 * stride)), weights, s3);
            points += 4 * stride;
        }

        for (; i < count; i++)
        {
            s0 = S.MultiplyAdd(S.Load(points), weights, s0);
            points += stride;
        }

        S.Store(mean, S.Add(S.Add(s0, s1), S.Add(s2, s3)));
    }

    /// <summary>Subtracts the centre from a point, and returns the sum of squares.</summary>
    public static float Subtract(float* point, float* centre, float* centred, int dimensions)
    {
        V squares = S.Broadcast(0);
        V part = squares;
        int k = 0;
        for (; k + S.Count <= dimensions; k += S.Count)
        {
            V difference = S.Subtract(S.Load(point + k), S.Load(centre + k));
            S.Store(centred + k, difference);
            part = S.MultiplyAdd(difference, difference, part);
            if ((k & ((PairTiles<S, V>.Part * S.Count) - S.Count)) == 0)
            {
                // Long sums are cut, as those of the tiles are.
                squares = S.Add(squares, part);
                part = S.Broadcast(0);
            }
        }

        squares = S.Add(squares, part);

        if (k < dimensions && dimensions >= S.Count)
        {
            // The rest once more as the end of a whole vector; its first lanes were counted before.
            int rest = dimensions - S.Count;
            V difference = S.Subtract(S.Load(point + rest), S.Load(centre + rest));
            S.Store(centred + rest, difference);
            difference = S.SelectLess(S.Indices, S.Broadcast(k - rest), S.Broadcast(0), difference);
            squares = S.MultiplyAdd(difference, difference, squares);
            k = dimensions;
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
