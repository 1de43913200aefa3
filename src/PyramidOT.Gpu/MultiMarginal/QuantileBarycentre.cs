using PyramidOT.Data;

namespace PyramidOT;

/// <summary>
/// The Wasserstein barycentre of histograms on a line for the squared distance, of free support and exact: its quantile function is the
/// weighted mean of theirs (Agueh and Carlier, SIAM J. Math. Anal. 43, 2011). It minimises the sum over j of w_j W_2²(p_j, b) over all measures b.
/// Times the number of histograms, its value for equal weights is the multi-marginal distance for the cost sum (i_j - mean)².
/// </summary>
public sealed class QuantileBarycentre
{
    private readonly double[] _positions;
    private readonly double[] _masses;

    private QuantileBarycentre(double[] positions, double[] masses, double value)
    {
        _positions = positions;
        _masses = masses;
        Value = value;
    }

    /// <summary>Where the barycentre has mass, rising; at most d (n - 1) + 1 places.</summary>
    public ReadOnlyMemory<double> Positions => _positions;

    /// <summary>The mass at each position, above 0. They add up to the mass of the histograms.</summary>
    public ReadOnlyMemory<double> Masses => _masses;

    /// <summary>The minimum: the weighted mean of the squared distances W_2² to the histograms.</summary>
    public double Value { get; }

    /// <summary>Finds the barycentre. O(n d²).</summary>
    /// <param name="histograms">d histograms of n bins, one behind the other: finite numbers of at least 0, one mass for all.</param>
    /// <param name="count">d, at least 1.</param>
    /// <param name="weights">The weight of each histogram; empty where all weigh the same. Only their proportions count.</param>
    /// <param name="positions">Where the n bins lie, rising; empty for 0, 1, 2 and so on.</param>
    /// <exception cref="ArgumentException">
    /// A number is no mass, masses differ by more than 1e-6 of them, or weights or positions are not as said; the message names it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one histogram.</exception>
    public static QuantileBarycentre Of(
        ReadOnlySpan<double> histograms, int count, ReadOnlySpan<double> weights = default, ReadOnlySpan<double> positions = default)
    {
        double[] rows = HistogramRows.OfOneMass(histograms, count, out _);
        double[] shares = HistogramRows.Shares(weights, count);
        double[] places = HistogramRows.Positions(positions, rows.Length / count);
        List<double> at = [];
        List<double> masses = [];
        double value = 0;
        foreach ((int[] bins, double quantity) in new CommonQuantiles(rows, count))
        {
            double mean = 0;
            for (int j = 0; j < count; j++)
            {
                mean += shares[j] * places[bins[j]];
            }

            for (int j = 0; j < count; j++)
            {
                value += quantity * shares[j] * (places[bins[j]] - mean) * (places[bins[j]] - mean);
            }

            // A histogram of weight 0 moves on alone and leaves the mean where it is.
            if (at.Count > 0 && mean <= at[^1])
            {
                masses[^1] += quantity;
            }
            else
            {
                at.Add(mean);
                masses.Add(quantity);
            }
        }

        return new([.. at], [.. masses], value);
    }

    /// <summary>
    /// The barycentre as a histogram. Mass between two bins is split between them in proportion to how near they are, so that the mean stays
    /// exactly where it was; the variance grows by at most a quarter of the squared distance between the bins.
    /// </summary>
    /// <param name="positions">Where the bins lie, rising. Mass beyond the ends goes to the end.</param>
    /// <exception cref="ArgumentException">There is no position, or they do not rise, each a finite number.</exception>
    public double[] ToHistogram(ReadOnlySpan<double> positions)
    {
        if (positions.IsEmpty)
        {
            throw new ArgumentException("There is no bin.", nameof(positions));
        }

        double[] places = HistogramRows.Positions(positions, positions.Length);
        double[] histogram = new double[places.Length];
        int bin = 0;
        for (int s = 0; s < _positions.Length; s++)
        {
            while (bin < places.Length - 2 && places[bin + 1] <= _positions[s])
            {
                bin++;
            }

            if (places.Length == 1)
            {
                histogram[0] += _masses[s];
                continue;
            }

            double share = Math.Clamp((_positions[s] - places[bin]) / (places[bin + 1] - places[bin]), 0, 1);
            histogram[bin] += (1 - share) * _masses[s];
            histogram[bin + 1] += share * _masses[s];
        }

        return histogram;
    }

    /// <summary>As <see cref="ToHistogram(ReadOnlySpan{double})"/> for bins at 0, 1, 2 and so on.</summary>
    /// <param name="bins">Their number, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one bin.</exception>
    public double[] ToHistogram(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        return ToHistogram(HistogramRows.Positions([], bins));
    }
}
