using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

public class BarycentreTests
{
    private static readonly double[] s_three = [.5, .2, .1, .1, .1, .2, .1, .2, .3, .2, .1, .1, .5, .2, .1];

    [Fact]
    public void Quantiles_of_two_points_meet_between_them()
    {
        QuantileBarycentre middle = QuantileBarycentre.Of([0, 1, 0, 0, 0, 0, 0, 1], 2);
        Assert.Equal([2], middle.Positions.ToArray());
        Assert.Equal([1], middle.Masses.ToArray());
        Assert.Equal(1, middle.Value);
        Assert.Equal([0, 0, 1, 0], middle.ToHistogram(4));

        QuantileBarycentre near = QuantileBarycentre.Of([0, 2, 0, 0, 0, 0, 0, 2], 2, [3, 1]);
        Assert.Equal([1.5], near.Positions.ToArray());
        Assert.Equal([0, 1, 1, 0], near.ToHistogram(4));
        Assert.Equal(2 * ((0.75 * 0.25) + (0.25 * 2.25)), near.Value, 1e-15);
        Assert.Equal([2], near.ToHistogram(1));
        Assert.Equal([2, 0], near.ToHistogram([4, 7]));
    }

    [Fact]
    public void Quantiles_give_the_weighted_sum_over_pairs_and_keep_the_mean()
    {
        Draws draws = new(2);
        for (int turn = 0; turn < 60; turn++)
        {
            int count = 1 + draws.Below(5);
            int bins = 1 + draws.Below(9);
            double[] rows = Histograms(draws, count, bins, mass: turn % 2 == 0 ? 1 : 3);
            double[] weights = [.. Enumerable.Range(0, count).Select(j => j == 1 ? 0 : 1.0 + draws.Below(4))];
            QuantileBarycentre barycentre = QuantileBarycentre.Of(rows, count, weights);

            double total = weights.Sum();
            double pairs = 0;
            double mean = 0;
            for (int a = 0; a < count; a++)
            {
                mean += weights[a] / total * Enumerable.Range(0, bins).Sum(i => i * rows[(a * bins) + i]);
                for (int b = a + 1; b < count; b++)
                {
                    double[] pair = [.. rows.AsSpan(a * bins, bins), .. rows.AsSpan(b * bins, bins)];
                    pairs += weights[a] * weights[b] / (total * total) * PairwiseTransport.Sum(pair, 2, 2);
                }
            }

            double[] histogram = barycentre.ToHistogram(bins);
            Assert.Equal(pairs, barycentre.Value, 1e-12 * (1 + pairs));
            Assert.Equal(rows.Take(bins).Sum(), histogram.Sum(), 1e-13);
            Assert.Equal(mean, histogram.Select((mass, i) => mass * i).Sum(), 1e-12 * (1 + mean));
            Assert.Equal(barycentre.Positions.ToArray().Order().Distinct(), barycentre.Positions.ToArray());
            Assert.All(barycentre.Masses.ToArray(), mass => Assert.True(mass > 0));
            Assert.InRange(barycentre.Masses.Length, 1, (count * (bins - 1)) + 1);
        }
    }

    [Fact]
    public void Median_is_the_one_of_the_fixed_vectors_and_no_other_histogram_costs_less()
    {
        // The multi-marginal distance for the cost sum |i - median| is 1.3, three times the mean.
        Assert.Equal(1.3 / 3, MedianBarycentre.Of(s_three, 3).Value, 1e-15);
        Draws draws = new(3);
        for (int turn = 0; turn < 60; turn++)
        {
            int count = 1 + draws.Below(5);
            int bins = 1 + draws.Below(7);
            double[] rows = Histograms(draws, count, bins, mass: 1);
            double[] weights = turn % 2 == 0 ? [] : [.. Enumerable.Range(0, count).Select(_ => 1.0 + draws.Below(3))];
            MedianBarycentre barycentre = MedianBarycentre.Of(rows, count, weights);

            Assert.Equal(barycentre.Value, Distance(barycentre.Histogram.Span), 1e-13);
            Assert.Equal(1, barycentre.Histogram.ToArray().Sum(), 1e-14);
            for (int other = 0; other < 20; other++)
            {
                // Histograms near to it, and any others.
                double[] candidate = Histograms(draws, 1, bins, mass: 1);
                for (int i = 0; i < bins && other % 2 == 0; i++)
                {
                    candidate[i] = (0.01 * candidate[i]) + (0.99 * barycentre.Histogram.Span[i]);
                }

                Assert.True(Distance(candidate) >= barycentre.Value - 1e-12);
            }

            double Distance(ReadOnlySpan<double> histogram)
            {
                double sum = 0;
                for (int j = 0; j < count; j++)
                {
                    double[] pair = [.. histogram, .. rows.AsSpan(j * bins, bins)];
                    sum += (weights.Length == 0 ? 1.0 / count : weights[j] / weights.Sum()) * PairwiseTransport.Sum(pair, 2);
                }

                return sum;
            }
        }
    }

    [Fact]
    public void Entropic_barycentre_of_points_has_a_closed_form()
    {
        // The plan of a point is forced: b is the exponential of the mean cost to the points.
        double[] rows = new double[18];
        (rows[1], rows[6 + 4], rows[12 + 5]) = (2, 2, 2);
        double[] weights = [1, 2, 1];
        foreach (double epsilon in new[] { 0.05, 1, 40 })
        {
            EntropicBarycentre found = EntropicBarycentre.Of(rows, 3, new() { Epsilon = epsilon, IsRelativeEpsilon = false, P = 1.5 }, weights);
            double[] expected = [.. Enumerable.Range(0, 6).Select(k =>
                Math.Exp(-((1 * Math.Pow(Math.Abs(1 - k), 1.5)) + (2 * Math.Pow(Math.Abs(4 - k), 1.5)) + Math.Pow(Math.Abs(5 - k), 1.5)) / 4 / epsilon))];
            Assert.True(found.HasConverged);
            Assert.All(found.Histogram.ToArray().Zip(expected), pair => Assert.Equal(2 * pair.Second / expected.Sum(), pair.First, 1e-12));
        }
    }

    [Fact]
    public void Entropic_barycentre_of_one_histogram_is_its_blur()
    {
        // No marginal binds the columns, so that each row spreads as the kernel does.
        double[] histogram = [.1, .2, .4, .3];
        EntropicBarycentre found = EntropicBarycentre.Of(histogram, 1, new() { Epsilon = 0.1 });
        double[] expected = new double[4];
        for (int i = 0; i < 4; i++)
        {
            double[] row = [.. Enumerable.Range(0, 4).Select(k => Math.Exp(-(i - k) * (i - k) / 0.9))];
            for (int k = 0; k < 4; k++)
            {
                expected[k] += histogram[i] * row[k] / row.Sum();
            }
        }

        Assert.All(found.Histogram.ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
    }

    [Fact]
    public void Entropic_barycentre_costs_no_less_nearby()
    {
        Draws draws = new(4);
        for (int turn = 0; turn < 2; turn++)
        {
            double[] rows = Histograms(draws, 3, 5, mass: 1);
            double[] weights = [0.5, 0.3, 0.2];
            const double Epsilon = 3;
            EntropicBarycentre found = EntropicBarycentre.Of(rows, 3, new() { Epsilon = Epsilon, IsRelativeEpsilon = false }, weights);
            Assert.True(found.HasConverged);
            Assert.InRange(found.MarginalError, 0, 1e-9);
            double least = Objective(found.Histogram.Span);
            for (int from = 0; from < 5; from++)
            {
                for (int to = 0; to < 5; to++)
                {
                    double[] moved = found.Histogram.ToArray();
                    double step = from == to ? 0 : 0.01 * moved[from];
                    (moved[from], moved[to]) = (moved[from] - step, moved[to] + step);
                    Assert.True(Objective(moved) >= least - 1e-9);
                }
            }

            double Objective(ReadOnlySpan<double> b)
            {
                double sum = 0;
                for (int j = 0; j < 3; j++)
                {
                    sum += weights[j] * Entropic(rows.AsSpan(j * 5, 5), b, Epsilon);
                }

                return sum;
            }
        }
    }

    [Fact]
    public void An_iteration_limit_is_told()
    {
        EntropicBarycentre cut = EntropicBarycentre.Of(s_three, 3, new() { Epsilon = 1e-3, MaximumIterations = 2 });
        Assert.False(cut.HasConverged);
        Assert.Equal(2, cut.Iterations);
        Assert.True(cut.MarginalError > 1e-9);
        Assert.Equal(1, cut.Histogram.ToArray().Sum(), 1e-14);
    }

    [Fact]
    public void Pairs_give_the_fixed_vectors()
    {
        double[] gradient = new double[15];
        Assert.Equal(2.6, PairwiseTransport.Sum(s_three, 3, 1, gradient), 1e-14);
        AssertSlopes([0, -2, -4, -6, -8, 0, 0, 0, 2, 4, 0, 2, 4, 4, 4]);
        Assert.Equal(4, PairwiseTransport.Sum(s_three, 3, 2, gradient), 1e-14);
        AssertSlopes([0, -8, -14, -18, -20, 0, 0, 2, 8, 12, 0, 2, 6, 8, 8]);

        void AssertSlopes(double[] expected)
        {
            // The first and the last histogram have the same mass in their last bins: what one loses there, the other may take.
            (expected[4], gradient[4]) = (expected[4] + expected[14], gradient[4] + gradient[14]);
            Assert.Equal(expected[..14], gradient[..14]);
        }
    }

    [Fact]
    public void The_slope_of_pairs_supports_their_sum_everywhere()
    {
        Draws draws = new(5);
        for (int turn = 0; turn < 60; turn++)
        {
            int count = 1 + draws.Below(4);
            int bins = 1 + draws.Below(7);
            double p = new[] { 1, 1.5, 2, 3 }[turn % 4];
            double[] rows = Histograms(draws, count, bins, mass: 1);
            double[] gradient = new double[rows.Length];
            double sum = PairwiseTransport.Sum(rows, count, p, gradient);
            Assert.Equal(sum, PairwiseTransport.Sum(rows, count, p), 0.0);
            Assert.Equal(sum, Inner(gradient, rows), 1e-12 * (1 + sum));
            double[] others = Histograms(draws, count, bins, mass: 1);
            Assert.True(PairwiseTransport.Sum(others, count, p) >= Inner(gradient, others) - 1e-12);
        }

        static double Inner(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
    }

    [Fact]
    public void Everything_refuses_what_is_no_histogram()
    {
        foreach (Action<double[], int> work in new Action<double[], int>[]
        {
            (rows, count) => QuantileBarycentre.Of(rows, count),
            (rows, count) => MedianBarycentre.Of(rows, count),
            (rows, count) => EntropicBarycentre.Of(rows, count),
            (rows, count) => PairwiseTransport.Sum(rows, count),
        })
        {
            Assert.Contains("Bin 1 of histogram 1 is NaN", Refusal(() => work([1, 0, 1, double.NaN], 2)), StringComparison.Ordinal);
            Assert.Contains("Bin 0 of histogram 0 is -1", Refusal(() => work([-1, 2], 1)), StringComparison.Ordinal);
            Assert.Contains("Histogram 1 has the mass 2, histogram 0 has 1", Refusal(() => work([1, 0, 1, 1], 2)), StringComparison.Ordinal);
            Assert.Contains("3 numbers are no 2 histograms", Refusal(() => work([1, 0, 1], 2)), StringComparison.Ordinal);
            Assert.Contains("overflows", Refusal(() => work([1e308, 1e308], 1)), StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => work([1], 0));
        }

        Assert.Contains("2 weights for 1 ", Refusal(() => QuantileBarycentre.Of([1], 1, [1, 1])), StringComparison.Ordinal);
        Assert.Contains("Weight 0 is -1", Refusal(() => MedianBarycentre.Of([1, 1], 2, [-1, 1])), StringComparison.Ordinal);
        Assert.Contains("Position 1 is 0;", Refusal(() => QuantileBarycentre.Of([1, 1], 1, [], [0, 0])), StringComparison.Ordinal);
        Assert.Contains("1 positions for 2", Refusal(() => MedianBarycentre.Of([1, 1], 1, [], [0])), StringComparison.Ordinal);
        Assert.Contains("empty", Refusal(() => EntropicBarycentre.Of([0, 0], 2)), StringComparison.Ordinal);
        Assert.Contains("leave the range", Refusal(() => EntropicBarycentre.Of([1, 1, 1], 1, new() { P = 2000 })), StringComparison.Ordinal);
        Assert.Contains("leave the range", Refusal(() => PairwiseTransport.Sum([1, 1, 1], 1, 2000)), StringComparison.Ordinal);
        Assert.Contains("room for 1 ", Refusal(() => PairwiseTransport.Sum([1, 1], 2, 1, new double[1])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => PairwiseTransport.Sum([1], 1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => EntropicBarycentre.Of([1], 1, new() { Epsilon = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EntropicBarycentre.Of([1], 1, new() { P = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EntropicBarycentre.Of([1], 1, new() { Tolerance = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EntropicBarycentre.Of([1], 1, new() { MaximumIterations = 0 }));
        Assert.Equal(0, PairwiseTransport.Sum([0, 0, 0, 0], 2));
        Assert.Equal([0, 0], MedianBarycentre.Of([0, 0, 0, 0], 2).Histogram.ToArray());
    }

    /// <summary>Histograms of one mass, some bins of which are empty.</summary>
    private static double[] Histograms(Draws draws, int count, int bins, double mass)
    {
        double[] rows = new double[count * bins];
        for (int j = 0; j < count; j++)
        {
            for (int i = 0; i < bins; i++)
            {
                rows[(j * bins) + i] = draws.Below(3) == 0 ? 0 : draws.Below(8);
            }

            rows[(j * bins) + draws.Below(bins)] += 1;
        }

        Normalise(rows, bins);
        return [.. rows.Select(x => x * mass)];
    }

    private static void Normalise(double[] rows, int bins)
    {
        for (int start = 0; start < rows.Length; start += bins)
        {
            double total = rows.AsSpan(start, bins).ToArray().Sum();
            foreach (ref double mass in rows.AsSpan(start, bins))
            {
                mass /= total;
            }
        }
    }

    /// <summary>The least of cost + epsilon sum P (log P - 1) over the plans P from one histogram to another, for the squared distance.</summary>
    private static double Entropic(ReadOnlySpan<double> from, ReadOnlySpan<double> to, double epsilon)
    {
        int n = from.Length;
        double[] u = [.. Enumerable.Repeat(1.0, n)];
        double[] v = [.. Enumerable.Repeat(1.0, n)];
        for (int round = 0; round < 60; round++)
        {
            for (int i = 0; i < n; i++)
            {
                double sum = 0;
                for (int k = 0; k < n; k++)
                {
                    sum += Math.Exp(-(i - k) * (i - k) / epsilon) * v[k];
                }

                u[i] = from[i] / sum;
            }

            for (int k = 0; k < n; k++)
            {
                double sum = 0;
                for (int i = 0; i < n; i++)
                {
                    sum += Math.Exp(-(i - k) * (i - k) / epsilon) * u[i];
                }

                v[k] = to[k] / sum;
            }
        }

        double value = 0;
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < n; k++)
            {
                double mass = u[i] * Math.Exp(-(i - k) * (i - k) / epsilon) * v[k];
                value += mass > 0 ? (mass * (i - k) * (i - k)) + (epsilon * mass * (Math.Log(mass) - 1)) : 0;
            }
        }

        return value;
    }

    private static string Refusal(Action act) => Assert.Throws<ArgumentException>(act).Message;
}
