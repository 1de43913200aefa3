using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>The exact mean cost between clouds, by methods that share nothing with the library's.</summary>
internal static class ExactTransport
{
    /// <summary>The least mean cost between two clouds of equally many points, from float64 costs.</summary>
    public static double MeanCost(float[] source, float[] target, int dimensions, GroundCost cost)
    {
        int n = source.Length / dimensions;
        double[] costs = ReferenceCosts.Grounds(cost.Distance, source, target, dimensions);
        float[] rounded = [.. costs.Select(ground => (float)ReferenceCosts.Power(ground, cost.Exponent))];
        return (n <= 7 ? ReferenceAssignment.BruteForce(rounded, n, n) : ReferenceAssignment.Hungarian(rounded, n, n)) / n;
    }

    /// <summary>The same of some rows of each.</summary>
    public static double MeanCost(
        float[] source, ReadOnlySpan<int> sourceRows, float[] target, ReadOnlySpan<int> targetRows, int dimensions, GroundCost cost) =>
        MeanCost(Clouds.Rows(source, dimensions, sourceRows), Clouds.Rows(target, dimensions, targetRows), dimensions, cost);

    /// <summary>In one dimension the sorted points are each other's partners, for every exponent.</summary>
    public static double MeanCostOnALine(IEnumerable<float> source, IEnumerable<float> target, double exponent) =>
        source.Order().Zip(target.Order(), (x, y) => Math.Pow(Math.Abs((double)x - y), exponent)).Average();

    /// <summary>The mean cost of given pairs.</summary>
    public static double MeanCostOfPairs(
        float[] source, ReadOnlySpan<int> sourceRows, float[] target, ReadOnlySpan<int> targetRows, int dimensions, GroundCost cost)
    {
        double sum = 0;
        for (int i = 0; i < sourceRows.Length; i++)
        {
            sum += ReferenceCosts.Power(
                ReferenceCosts.Ground(
                    cost.Distance,
                    source.AsSpan(sourceRows[i] * dimensions, dimensions),
                    target.AsSpan(targetRows[i] * dimensions, dimensions)),
                cost.Exponent);
        }

        return sum / sourceRows.Length;
    }
}
