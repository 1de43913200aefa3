namespace PyramidOT.Engines;

/// <summary>The checks of weights that all engines share.</summary>
internal static class SinkhornWeights
{
    /// <summary>Balanced totals may differ by this part: by what sums of float32 weights do.</summary>
    private const double LargestDifference = 1e-5;

    /// <summary>Refuses weights that are none, and totals that do not fit.</summary>
    /// <param name="problems">The shapes.</param>
    /// <param name="rows">The rows' weights; or empty for equal ones.</param>
    /// <param name="columns">The columns' weights; or empty.</param>
    /// <param name="isBalanced">Whether totals must be equal.</param>
    /// <exception cref="ArgumentException">They are not; the message names the problem, and the row or column.</exception>
    public static void Check(BatchLayout problems, ReadOnlySpan<float> rows, ReadOnlySpan<float> columns, bool isBalanced)
    {
        for (int b = 0; b < problems.Count; b++)
        {
            double a = Total(b, rows, problems.RowOffsets, "row");
            double c = Total(b, columns, problems.ColumnOffsets, "column");
            if (isBalanced && problems.RowsOf(b) > 0 && problems.ColumnsOf(b) > 0 && Math.Abs(a - c) > LargestDifference * Math.Max(a, c))
            {
                throw new ArgumentException(
                    $"The weights of problem {b} sum to {a} over its rows and {c} over its columns; equal totals are expected, unless a marginal penalty is set.");
            }
        }
    }

    private static double Total(int problem, ReadOnlySpan<float> weights, ReadOnlySpan<long> offsets, string side)
    {
        int first = (int)offsets[problem];
        int count = (int)(offsets[problem + 1] - offsets[problem]);
        if (weights.IsEmpty || count == 0)
        {
            return 1;
        }

        double total = 0;
        for (int i = 0; i < count; i++)
        {
            float weight = weights[first + i];
            if (!(weight >= 0) || float.IsInfinity(weight))
            {
                throw new ArgumentException($"The weight of problem {problem}, {side} {i} is {weight}; a finite number, at least 0, is expected.", $"{side}Weights");
            }

            total += weight;
        }

        if (total == 0)
        {
            throw new ArgumentException($"The weights of problem {problem}'s {side}s are all 0; at least one must be positive.", $"{side}Weights");
        }

        return total;
    }
}
