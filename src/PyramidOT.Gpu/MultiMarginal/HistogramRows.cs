using PyramidOT.Data;

namespace PyramidOT;

/// <summary>Histograms of one problem, one a row, as the barycentres and pairwise sums take them: checked, and of one mass.</summary>
internal static class HistogramRows
{
    // Of the first histogram's mass; a mismatch up to there is taken for rounding.
    private const double LargestMismatch = 1e-6;

    /// <summary>Checks histograms, and scales those whose masses differ by rounding to the mass of the first.</summary>
    /// <param name="histograms">One behind the other.</param>
    /// <param name="count">Their number.</param>
    /// <param name="mass">Receives the mass of each.</param>
    /// <returns>The histograms. Those of the same mass have the same bits, so that what is equal stays equal.</returns>
    /// <exception cref="ArgumentException">A number is no mass, or the histograms have not one mass; the message names the histogram.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one histogram.</exception>
    public static double[] OfOneMass(ReadOnlySpan<double> histograms, int count, out double mass)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (histograms.IsEmpty || histograms.Length % count != 0)
        {
            throw new ArgumentException($"{histograms.Length} numbers are no {count} histograms of one or more bins each.", nameof(histograms));
        }

        double[] rows = histograms.ToArray();
        int bins = rows.Length / count;
        mass = 0;
        for (int j = 0; j < count; j++)
        {
            Span<double> row = rows.AsSpan(j * bins, bins);
            double total = Total(row, j, nameof(histograms));
            mass = j == 0 ? total : mass;
            if (Math.Abs(total - mass) > LargestMismatch * mass)
            {
                throw new ArgumentException(
                    $"Histogram {j} has the mass {PointCheck.Text(total)}, histogram 0 has {PointCheck.Text(mass)}; masses must agree to within 1e-6.", nameof(histograms));
            }

            for (int i = 0; i < bins && total != mass; i++)
            {
                row[i] *= mass / total;
            }
        }

        return rows;
    }

    /// <summary>Shares that add up to 1, equal ones where none are given.</summary>
    /// <exception cref="ArgumentException">There is not one weight a histogram, a weight is none, or all are 0.</exception>
    public static double[] Shares(ReadOnlySpan<double> weights, int count)
    {
        double[] shares = weights.ToArray();
        if (weights.IsEmpty)
        {
            shares = new double[count];
            Array.Fill(shares, 1);
        }

        if (shares.Length != count)
        {
            throw new ArgumentException($"There are {shares.Length} weights for {count} histograms.", nameof(weights));
        }

        return PointCheck.Normalise(shares) is { } problem ? throw new ArgumentException(problem, nameof(weights)) : shares;
    }

    /// <summary>Where the bins lie: at 0, 1, 2 and so on where nothing is given.</summary>
    /// <exception cref="ArgumentException">There is not one position a bin, or positions do not rise, each a finite number.</exception>
    public static double[] Positions(ReadOnlySpan<double> positions, int bins)
    {
        if (positions.IsEmpty)
        {
            return [.. Enumerable.Range(0, bins).Select(bin => (double)bin)];
        }

        if (positions.Length != bins)
        {
            throw new ArgumentException($"There are {positions.Length} positions for {bins} bins.", nameof(positions));
        }

        for (int i = 0; i < bins; i++)
        {
            if (!double.IsFinite(positions[i]) || (i > 0 && positions[i] <= positions[i - 1]))
            {
                throw new ArgumentException(
                    $"Position {i} is {PointCheck.Text(positions[i])}; finite numbers are expected, each above the one before.", nameof(positions));
            }
        }

        return positions.ToArray();
    }

    private static double Total(ReadOnlySpan<double> row, int histogram, string name)
    {
        double total = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (!(row[i] >= 0) || double.IsInfinity(row[i]))
            {
                throw new ArgumentException(
                    $"Bin {i} of histogram {histogram} is {PointCheck.Text(row[i])}; a finite number of at least 0 is expected.", name);
            }

            total += row[i];
        }

        return double.IsFinite(total) ? total : throw new ArgumentException($"The mass of histogram {histogram} overflows float64.", name);
    }
}
