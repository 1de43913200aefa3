using System.Numerics;

namespace PyramidOT.Pyramids;

/// <summary>
/// The masses of two clouds as whole units of equal total. Uniform clouds of n and m points: m / g units a source point and n / g a target
/// point, g their greatest common divisor. Weights: parts of 2^60, rounded, with what rounding lost given to the heaviest point; a
/// weight below 2^-61 counts as 0.
/// </summary>
/// <remarks>
/// Where points meet within equal labels only, each label has the mass of its source points, and its target points share that by their
/// weights. Labels that one side lacks have none, and the others make up the whole.
/// </remarks>
internal static class MassUnits
{
    private const long WeightedTotal = 1L << 60;

    public static (long[] Source, long[] Target, long Total) Of(PyramidPair pyramid)
    {
        ReadOnlySpan<double> sourceWeights = pyramid.Source is null ? [] : pyramid.Source.Weights;
        ReadOnlySpan<double> targetWeights = pyramid.Target is null ? [] : pyramid.Target.Weights;
        int n = pyramid.SourceCount;
        int m = pyramid.TargetCount;
        if (pyramid.Labels is { } labels)
        {
            return WithinLabels(labels, All(sourceWeights, n), All(targetWeights, m));
        }

        if (sourceWeights.IsEmpty && targetWeights.IsEmpty)
        {
            long divisor = (long)BigInteger.GreatestCommonDivisor(n, m);
            return (Uniform(n, m / divisor), Uniform(m, n / divisor), n * (m / divisor));
        }

        return (Share(WeightedTotal, All(sourceWeights, n)), Share(WeightedTotal, All(targetWeights, m)), WeightedTotal);
    }

    private static long[] Uniform(int count, long units)
    {
        long[] all = new long[count];
        Array.Fill(all, units);
        return all;
    }

    private static double[] All(ReadOnlySpan<double> weights, int count)
    {
        if (!weights.IsEmpty)
        {
            return weights.ToArray();
        }

        double[] all = new double[count];
        Array.Fill(all, 1.0 / count);
        return all;
    }

    private static (long[] Source, long[] Target, long Total) WithinLabels(PairLabels labels, double[] sourceWeights, double[] targetWeights)
    {
        Dictionary<int, List<int>> sourceRows = RowsOf(labels.Source);
        Dictionary<int, List<int>> targetRows = RowsOf(labels.Target);
        int[] common = [.. sourceRows.Keys.Where(label => targetRows.ContainsKey(label)
            && sourceRows[label].Any(row => sourceWeights[row] > 0) && targetRows[label].Any(row => targetWeights[row] > 0)).Order()];
        if (common.Length == 0)
        {
            throw new InvalidOperationException("No label has mass on both sides, so no pair can be made within equal labels.");
        }

        long[] unitsOfLabel = Share(WeightedTotal, Array.ConvertAll(common, label => sourceRows[label].Sum(row => sourceWeights[row])));
        long[] source = new long[sourceWeights.Length];
        long[] target = new long[targetWeights.Length];
        for (int k = 0; k < common.Length; k++)
        {
            Fill(source, sourceRows[common[k]], sourceWeights, unitsOfLabel[k]);
            Fill(target, targetRows[common[k]], targetWeights, unitsOfLabel[k]);
        }

        return (source, target, WeightedTotal);
    }

    private static Dictionary<int, List<int>> RowsOf(int[] labels)
    {
        Dictionary<int, List<int>> rows = [];
        for (int i = 0; i < labels.Length; i++)
        {
            if (!rows.TryGetValue(labels[i], out List<int>? list))
            {
                list = [];
                rows.Add(labels[i], list);
            }

            list.Add(i);
        }

        return rows;
    }

    /// <summary>Shares a label's units among its points.</summary>
    private static void Fill(long[] units, List<int> rows, double[] weights, long total)
    {
        long[] shares = Share(total, [.. rows.Select(row => weights[row])]);
        for (int i = 0; i < shares.Length; i++)
        {
            units[rows[i]] = shares[i];
        }
    }

    /// <summary>Shares units by weights of any sum.</summary>
    private static long[] Share(long total, double[] weights)
    {
        double sum = weights.Sum();
        long[] units = new long[weights.Length];
        long left = total;
        int heaviest = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            units[i] = (long)Math.Round(weights[i] / sum * total);
            left -= units[i];
            heaviest = units[i] > units[heaviest] ? i : heaviest;
        }

        // Rounding errors of n weights, each far below the heaviest one, which holds at least 1 / n.
        units[heaviest] += left;
        return units;
    }
}
