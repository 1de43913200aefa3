namespace PyramidOT;

/// <summary>
/// The Wasserstein barycentre of histograms on a line for the distance itself, on their own bins and exact: its cumulative sums are the
/// weighted medians of theirs. It minimises the sum over j of w_j W_1(p_j, b), and no measure off the bins does better. Times the number of histograms,
/// its value for equal weights is the multi-marginal distance for the cost sum |i_j - median|.
/// </summary>
public sealed class MedianBarycentre
{
    private readonly double[] _histogram;

    private MedianBarycentre(double[] histogram, double value)
    {
        _histogram = histogram;
        Value = value;
    }

    /// <summary>The barycentre, n masses. Where several minimise, the one of the lower medians: it lies furthest to the right.</summary>
    public ReadOnlyMemory<double> Histogram => _histogram;

    /// <summary>The minimum: the weighted mean of the distances W_1 to the histograms.</summary>
    public double Value { get; }

    /// <summary>Finds the barycentre. O(n d log d).</summary>
    /// <param name="histograms">d histograms of n bins, one behind the other: finite numbers of at least 0, one mass for all.</param>
    /// <param name="count">d, at least 1.</param>
    /// <param name="weights">The weight of each histogram; empty where all weigh the same. Only their proportions count.</param>
    /// <param name="positions">Where the n bins lie, rising; empty for 0, 1, 2 and so on.</param>
    /// <exception cref="ArgumentException">
    /// A number is no mass, masses differ by more than 1e-6 of them, or weights or positions are not as said; the message names it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one histogram.</exception>
    public static MedianBarycentre Of(
        ReadOnlySpan<double> histograms, int count, ReadOnlySpan<double> weights = default, ReadOnlySpan<double> positions = default)
    {
        double[] rows = HistogramRows.OfOneMass(histograms, count, out double mass);
        double[] shares = HistogramRows.Shares(weights, count);
        int bins = rows.Length / count;
        double[] places = HistogramRows.Positions(positions, bins);
        double[] histogram = new double[bins];
        double[] sums = new double[count];
        double[] keys = new double[count];
        double[] weightOf = new double[count];
        double before = 0;
        double value = 0;
        for (int k = 0; k < bins - 1; k++)
        {
            for (int j = 0; j < count; j++)
            {
                sums[j] += rows[(j * bins) + k];
            }

            sums.CopyTo(keys, 0);
            shares.CopyTo(weightOf, 0);
            double median = LowerMedian(keys, weightOf);
            for (int j = 0; j < count; j++)
            {
                value += shares[j] * Math.Abs(sums[j] - median) * (places[k + 1] - places[k]);
            }

            // Sums rise, so their medians do.
            histogram[k] = Math.Max(0, median - before);
            before = Math.Max(before, median);
        }

        histogram[^1] = Math.Max(0, mass - before);
        return new(histogram, value);
    }

    /// <summary>The least number up to which half of the weight lies.</summary>
    private static double LowerMedian(double[] numbers, double[] weights)
    {
        Array.Sort(numbers, weights);
        double weight = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            weight += weights[i];

            // Equal weights add up to a half but for rounding.
            if (weight >= 0.5 - 1e-12)
            {
                return numbers[i];
            }
        }

        return numbers[^1];
    }
}
