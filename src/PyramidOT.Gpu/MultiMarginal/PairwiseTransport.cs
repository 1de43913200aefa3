using PyramidOT.Data;

namespace PyramidOT;

/// <summary>
/// The sum of W_p^p over all pairs of histograms on a line: the baseline that multi-marginal transport is compared with. It is the
/// multi-marginal distance for the cost sum over pairs |i_a - i_b|^p; here each pair is solved by itself, O(d² n) in all.
/// </summary>
public static class PairwiseTransport
{
    /// <summary>The sum, and its gradient.</summary>
    /// <param name="histograms">d histograms of n bins, one behind the other: finite numbers of at least 0, one mass for all.</param>
    /// <param name="count">d, at least 1.</param>
    /// <param name="p">The exponent, at least 1; 1 for the sum of the distances W_1.</param>
    /// <param name="gradient">
    /// Receives a subgradient, d x n, 0 at each histogram's first bin: optimal potentials, summed over the pairs; empty where it is not wanted.
    /// </param>
    /// <returns>The sum, 0 for a single histogram.</returns>
    /// <exception cref="ArgumentException">
    /// A number is no mass, masses differ by more than 1e-6 of them, the gradient has not as many numbers as the histograms, or costs leave float64's
    /// range; the message names it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one histogram, or the exponent is NaN, infinite or below 1.</exception>
    public static double Sum(ReadOnlySpan<double> histograms, int count, double p = 1, Span<double> gradient = default)
    {
        if (!(p >= 1) || double.IsInfinity(p))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "The exponent is a finite number of at least 1.");
        }

        if (!gradient.IsEmpty && gradient.Length != histograms.Length)
        {
            throw new ArgumentException($"There is room for {gradient.Length} slopes of {histograms.Length} masses.", nameof(gradient));
        }

        double[] rows = HistogramRows.OfOneMass(histograms, count, out _);
        int bins = rows.Length / count;
        double[] costs = [.. Enumerable.Range(0, bins).Select(distance => Math.Pow(distance, p))];
        if (!double.IsFinite(costs[^1] * count * count))
        {
            throw new ArgumentException($"The costs for p = {PointCheck.Text(p)} leave the range of numbers.", nameof(p));
        }

        gradient.Clear();
        double sum = 0;
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                sum += gradient.IsEmpty
                    ? Pair(rows.AsSpan(a * bins, bins), rows.AsSpan(b * bins, bins), costs, [], [])
                    : Pair(rows.AsSpan(a * bins, bins), rows.AsSpan(b * bins, bins), costs, gradient.Slice(a * bins, bins), gradient.Slice(b * bins, bins));
            }
        }

        return sum;
    }

    /// <summary>Moves one histogram to another: the leftmost mass to the leftmost. Adds the potentials that this walk is tight for.</summary>
    private static double Pair(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double[] costs, Span<double> fromSlopes, Span<double> toSlopes)
    {
        int last = from.Length - 1;
        int i = 0;
        int k = 0;
        double fromLeft = from[0];
        double toLeft = to[0];
        double f = 0;
        double g = 0;
        double cost = 0;
        for (int step = 0; step < 2 * last; step++)
        {
            // The last bins never end: rounding is left over there.
            bool endsFrom = i < last && (k == last || fromLeft <= toLeft);
            double mass = endsFrom ? fromLeft : toLeft;
            double here = costs[Math.Abs(i - k)];
            cost += mass * here;
            fromLeft = Math.Max(0, fromLeft - mass);
            toLeft = Math.Max(0, toLeft - mass);
            if (endsFrom)
            {
                fromLeft = from[++i];
                f += costs[Math.Abs(i - k)] - here;
                if (!fromSlopes.IsEmpty)
                {
                    fromSlopes[i] += f;
                }
            }
            else
            {
                toLeft = to[++k];
                g += costs[Math.Abs(i - k)] - here;
                if (!toSlopes.IsEmpty)
                {
                    toSlopes[k] += g;
                }
            }
        }

        // At the end of both walks the cost is 0 a unit.
        return cost;
    }
}
