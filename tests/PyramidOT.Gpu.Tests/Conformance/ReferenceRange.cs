namespace PyramidOT.Tests.Conformance;

/// <summary>The closed form for the range cost, number by number.</summary>
internal static class ReferenceRange
{
    /// <summary>One problem's value, and its gradient.</summary>
    /// <param name="masses">d x n numbers.</param>
    /// <param name="d">Histograms.</param>
    /// <param name="n">Bins.</param>
    /// <param name="positions">n numbers, or none.</param>
    /// <param name="ties">The rule.</param>
    /// <param name="tolerance">Of the averaged rule, absolute.</param>
    public static (double Value, double[] Gradient) Solve(double[] masses, int d, int n, double[] positions, TieRule ties, double tolerance)
    {
        double[] gradient = new double[d * n];
        double[] cumulative = new double[d];
        double[] slope = new double[d];
        double value = 0;
        for (int k = 0; k + 1 < n && d > 0; k++)
        {
            for (int j = 0; j < d; j++)
            {
                cumulative[j] += masses[(j * n) + k];
            }

            double width = positions.Length == 0 ? 1 : positions[k + 1] - positions[k];
            double least = cumulative.Min();
            double most = cumulative.Max();
            value += width * (most - least);
            int[] low = [.. Enumerable.Range(0, d).Where(j => cumulative[j] - least <= (ties == TieRule.Averaged ? tolerance : 0))];
            int[] high = [.. Enumerable.Range(0, d).Where(j => most - cumulative[j] <= (ties == TieRule.Averaged ? tolerance : 0))];
            if (ties == TieRule.FirstLast)
            {
                low = [low[0]];
                high = [high[^1]];
            }

            Array.ForEach(low, j => slope[j] += width / low.Length);
            Array.ForEach(high, j => slope[j] -= width / high.Length);
            for (int j = 0; j < d; j++)
            {
                gradient[(j * n) + k + 1] = slope[j];
            }
        }

        return (value, gradient);
    }
}
