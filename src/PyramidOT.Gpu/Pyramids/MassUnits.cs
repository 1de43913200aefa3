using System.Numerics;

namespace PyramidOT.Pyramids;

/// <summary>
/// The masses of two clouds as whole units of equal total. Uniform clouds of n and m points: m / g units a source point and n / g a target
/// point, g their greatest common divisor. Weights: parts of 2^60, rounded, with what rounding lost given to the heaviest point; a
/// weight below 2^-61 counts as 0.
/// </summary>
internal static class MassUnits
{
    private const long WeightedTotal = 1L << 60;

    public static (long[] Source, long[] Target, long Total) Of(PyramidPair pyramid)
    {
        ReadOnlySpan<double> sourceWeights = pyramid.Source is null ? [] : pyramid.Source.Weights;
        ReadOnlySpan<double> targetWeights = pyramid.Target is null ? [] : pyramid.Target.Weights;
        int n = pyramid.SourceCount;
        int m = pyramid.TargetCount;
        if (sourceWeights.IsEmpty && targetWeights.IsEmpty)
        {
            long divisor = (long)BigInteger.GreatestCommonDivisor(n, m);
            return (Uniform(n, m / divisor), Uniform(m, n / divisor), n * (m / divisor));
        }

        return (Weighted(sourceWeights, n), Weighted(targetWeights, m), WeightedTotal);
    }

    private static long[] Uniform(int count, long units)
    {
        long[] all = new long[count];
        Array.Fill(all, units);
        return all;
    }

    private static long[] Weighted(ReadOnlySpan<double> weights, int count)
    {
        long[] units = new long[count];
        long left = WeightedTotal;
        int heaviest = 0;
        for (int i = 0; i < count; i++)
        {
            double weight = weights.IsEmpty ? 1.0 / count : weights[i];
            units[i] = (long)Math.Round(weight * WeightedTotal);
            left -= units[i];
            heaviest = units[i] > units[heaviest] ? i : heaviest;
        }

        // Rounding errors of n weights, each far below the heaviest one, which holds at least 1 / n.
        units[heaviest] += left;
        return units;
    }
}
