namespace PyramidOT.Tests.Conformance;

/// <summary>Transport on a line by its definition, in float64: the integral of |F^-1(q) - G^-1(q)|^p over q.</summary>
internal static class ReferenceLines
{
    /// <summary>The mean cost. Weights of any sum; empty ones are equal.</summary>
    public static double Cost(IReadOnlyList<float> x, IReadOnlyList<double> xWeights, IReadOnlyList<float> y, IReadOnlyList<double> yWeights, double p)
    {
        (double[] source, double[] sourceEnds) = Quantiles(x, xWeights);
        (double[] target, double[] targetEnds) = Quantiles(y, yWeights);
        double[] cuts = [.. sourceEnds.Concat(targetEnds).Where(cut => cut < 1).Append(0).Append(1).Order()];
        double sum = 0;
        for (int i = 1; i < cuts.Length; i++)
        {
            double width = cuts[i] - cuts[i - 1];
            if (width > 0)
            {
                // In the middle of a piece both quantile functions are constant.
                double q = cuts[i - 1] + (width / 2);
                sum += width * Math.Pow(Math.Abs(At(source, sourceEnds, q) - At(target, targetEnds, q)), p);
            }
        }

        return sum;
    }

    /// <summary>A stable sort: numbers, and where they stood.</summary>
    public static (float[] Sorted, int[] Places) Sort(float[] keys)
    {
        // OrderBy is stable, and -0 equals 0 in it.
        int[] places = [.. Enumerable.Range(0, keys.Length).OrderBy(i => keys[i])];
        return ([.. places.Select(i => keys[i] == 0 ? 0 : keys[i])], places);
    }

    private static (double[] Positions, double[] Ends) Quantiles(IReadOnlyList<float> positions, IReadOnlyList<double> weights)
    {
        int[] order = [.. Enumerable.Range(0, positions.Count).OrderBy(i => positions[i])];
        double total = weights.Count == 0 ? positions.Count : weights.Sum();
        double sum = 0;
        double[] ends = new double[order.Length];
        for (int i = 0; i < ends.Length; i++)
        {
            sum += (weights.Count == 0 ? 1 : weights[order[i]]) / total;
            ends[i] = sum;
        }

        return ([.. order.Select(i => (double)positions[i])], ends);
    }

    private static double At(double[] positions, double[] ends, double q)
    {
        int i = 0;
        while (i < positions.Length - 1 && ends[i] < q)
        {
            i++;
        }

        return positions[i];
    }
}
