namespace PyramidOT.Alignment;

/// <summary>
/// A lower bound of the optimal mean cost from transport along each coordinate alone. On a line the sorted order is optimal; and
/// any matching of the points matches their coordinates.
/// </summary>
/// <remarks>
/// With a_k = |x_k - y_k|: Manhattan (sum a)^p >= sum a^p; Euclidean (sum a^2)^(p/2) >= sum a^p for p >= 2, and at least the largest a^p below;
/// Chebyshev, the largest a^p. Sums over k of optima are at most the optimum of the sum, and so is the largest of them.
/// </remarks>
internal static class CoordinateBound
{
    /// <summary>The bound; 0 for cosine distances, of which coordinates tell nothing.</summary>
    public static double Of(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost, CancellationToken cancellation)
    {
        if (cost.Distance == GroundDistance.Cosine)
        {
            return 0;
        }

        int n = source.Count;
        bool adds = cost.Distance == GroundDistance.Manhattan || (cost.Distance == GroundDistance.Euclidean && cost.Exponent >= 2);
        double bound = 0;
        float[] x = new float[n];
        float[] y = new float[n];
        for (int k = 0; k < source.Dimensions; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            int axis = k;
            engine.ForOnHost(2, double.PositiveInfinity, (start, end) =>
            {
                for (int side = start; side < end; side++)
                {
                    Sort(side == 0 ? source : target, axis, side == 0 ? x : y);
                }
            });
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                double gap = Math.Abs((double)x[i] - y[i]);
                sum += cost.Exponent == 2 ? gap * gap : cost.Exponent == 1 ? gap : Math.Pow(gap, cost.Exponent);
            }

            bound = adds ? bound + (sum / n) : Math.Max(bound, sum / n);
        }

        // What the sums may have been rounded up by.
        return bound * (1 - 1e-12);
    }

    /// <summary>The rows of a cloud on a line, by place.</summary>
    public static int[] Order(PointCloud cloud)
    {
        int[] rows = [.. Enumerable.Range(0, cloud.Count)];
        Array.Sort(cloud.Points.ToArray(), rows);
        return rows;
    }

    private static void Sort(PointCloud cloud, int axis, float[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = cloud[i][axis];
        }

        Array.Sort(values);
    }
}
