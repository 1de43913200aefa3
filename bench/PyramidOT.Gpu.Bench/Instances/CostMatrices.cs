namespace PyramidOT.Bench.Instances;

/// <summary>
/// Squared Euclidean cost matrices of assignment problems. Computed by plain code, so that an instance does not depend on what is measured.
/// </summary>
internal static class CostMatrices
{
    /// <summary>Dimensions of the points in all instances.</summary>
    public const int Dimensions = 100;

    /// <summary>Draws the source and target clouds of problems, and computes their costs.</summary>
    /// <returns>count x size x size numbers.</returns>
    public static float[] Draw(PointDistribution distribution, int count, int size, ulong seed)
    {
        float[] source = Clouds.DrawMany(distribution, count, size, Dimensions, Clouds.SeedOf(seed, 0));
        float[] target = Clouds.DrawMany(distribution, count, size, Dimensions, Clouds.SeedOf(seed, 1));
        float[] costs = new float[(long)count * size * size];
        Parallel.For(0, count * size, row =>
        {
            ReadOnlySpan<float> x = source.AsSpan(row * Dimensions, Dimensions);
            int cloud = row / size * size;
            Span<float> rowCosts = costs.AsSpan(row * size, size);
            for (int j = 0; j < size; j++)
            {
                rowCosts[j] = (float)SquaredDistance(x, target.AsSpan((cloud + j) * Dimensions, Dimensions));
            }
        });
        return costs;
    }

    private static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        // Four sums, since one would be a chain of additions that wait for each other.
        double a = 0, b = 0, c = 0, d = 0;
        for (int k = 0; k + 3 < x.Length && k + 3 < y.Length; k += 4)
        {
            double da = x[k] - (double)y[k];
            double db = x[k + 1] - (double)y[k + 1];
            double dc = x[k + 2] - (double)y[k + 2];
            double dd = x[k + 3] - (double)y[k + 3];
            a += da * da;
            b += db * db;
            c += dc * dc;
            d += dd * dd;
        }

        return (a + b) + (c + d);
    }
}
