namespace PyramidOT.Bench.Instances;

/// <summary>
/// Squared Euclidean cost matrices. Computed by plain code, so that an instance does not depend on what is measured.
/// </summary>
internal static class CostMatrices
{
    /// <summary>Dimensions of the points, where nothing else is said.</summary>
    public const int Dimensions = 100;

    /// <summary>Draws the source and target clouds of square problems, and computes their costs.</summary>
    /// <returns>count x size x size numbers.</returns>
    public static float[] Draw(PointDistribution distribution, int count, int size, ulong seed) =>
        Draw(distribution, count, size, size, Dimensions, seed);

    /// <summary>Draws the source and target clouds of problems, and computes their costs.</summary>
    /// <returns>count x rows x columns numbers.</returns>
    public static float[] Draw(PointDistribution distribution, int count, int rows, int columns, int dimensions, ulong seed)
    {
        float[] source = Clouds.DrawMany(distribution, count, rows, dimensions, Clouds.SeedOf(seed, 0));
        float[] target = Clouds.DrawMany(distribution, count, columns, dimensions, Clouds.SeedOf(seed, 1));
        float[] costs = new float[(long)count * rows * columns];
        Parallel.For(0, count * rows, row =>
        {
            ReadOnlySpan<float> x = source.AsSpan(row * dimensions, dimensions);
            int first = row / rows * columns;
            Span<float> rowCosts = costs.AsSpan(row * columns, columns);
            for (int j = 0; j < columns; j++)
            {
                rowCosts[j] = (float)SquaredDistance(x, target.AsSpan((first + j) * dimensions, dimensions));
            }
        });
        return costs;
    }

    private static double SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        // Four sums, since one would be a chain of additions that wait for each other.
        double a = 0, b = 0, c = 0, d = 0;
        int k = 0;
        for (; k + 3 < x.Length && k + 3 < y.Length; k += 4)
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

        for (; k < x.Length && k < y.Length; k++)
        {
            double difference = x[k] - (double)y[k];
            a += difference * difference;
        }

        return (a + b) + (c + d);
    }
}
