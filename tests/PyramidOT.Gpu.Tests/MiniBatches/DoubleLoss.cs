namespace PyramidOT.Tests.MiniBatches;

/// <summary>The loss of a small batch in float64, and its derivatives by central differences: no formula of a gradient anywhere.</summary>
internal static class DoubleLoss
{
    /// <summary>The least mean cost over all permutations, by trying them.</summary>
    public static double Of(double[] source, double[] target, int dimensions, GroundCost cost)
    {
        int n = source.Length / dimensions;
        return Least(Costs(source, target, dimensions, cost), n, 0, 0) / n;
    }

    /// <summary>The costs of all pairs, row-major.</summary>
    public static double[] Costs(double[] source, double[] target, int dimensions, GroundCost cost)
    {
        int n = source.Length / dimensions;
        int m = target.Length / dimensions;
        double[] costs = new double[n * m];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < m; j++)
            {
                costs[(i * m) + j] = Math.Pow(
                    Ground(cost.Distance, source.AsSpan(i * dimensions, dimensions), target.AsSpan(j * dimensions, dimensions)), cost.Exponent);
            }
        }

        return costs;
    }

    /// <summary>The derivatives in all coordinates of one of the two clouds.</summary>
    public static double[] Gradient(double[] source, double[] target, int dimensions, GroundCost cost, bool ofTarget)
    {
        double[] moved = [.. ofTarget ? target : source];
        double[] gradient = new double[moved.Length];
        for (int k = 0; k < moved.Length; k++)
        {
            const double Step = 1e-6;
            double at = moved[k];
            moved[k] = at + Step;
            double above = ofTarget ? Of(source, moved, dimensions, cost) : Of(moved, target, dimensions, cost);
            moved[k] = at - Step;
            double below = ofTarget ? Of(source, moved, dimensions, cost) : Of(moved, target, dimensions, cost);
            moved[k] = at;
            gradient[k] = (above - below) / (2 * Step);
        }

        return gradient;
    }

    private static double Ground(GroundDistance distance, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double squares = 0;
        double sum = 0;
        double largest = 0;
        double dot = 0;
        double xx = 0;
        double yy = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double difference = Math.Abs(x[k] - y[k]);
            squares += difference * difference;
            sum += difference;
            largest = Math.Max(largest, difference);
            dot += x[k] * y[k];
            xx += x[k] * x[k];
            yy += y[k] * y[k];
        }

        return distance switch
        {
            GroundDistance.Euclidean => Math.Sqrt(squares),
            GroundDistance.Manhattan => sum,
            GroundDistance.Chebyshev => largest,
            _ => 1 - (dot / Math.Sqrt(xx * yy)),
        };
    }

    private static double Least(double[] costs, int n, int row, int used)
    {
        double least = row == n ? 0 : double.PositiveInfinity;
        for (int j = 0; row < n && j < n; j++)
        {
            if ((used & (1 << j)) == 0)
            {
                least = Math.Min(least, costs[(row * n) + j] + Least(costs, n, row + 1, used | (1 << j)));
            }
        }

        return least;
    }
}
