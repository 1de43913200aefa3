using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>What the costs' values are known to be by other formulas, and the laws that they keep.</summary>
public sealed class CostIdentityTests : IDisposable
{
    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, WalkHistograms.Kinds + 1)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_are_sums_of_distances_of_pairs(int kind)
    {
        Draws draws = new(530 + kind);
        for (int round = 0; round < 8; round++)
        {
            int d = 2 + draws.Below(4);
            int n = 2 + draws.Below(7);
            double[][] rows = WalkHistograms.Problem(draws, d, n, kind);
            double Pairs(double p) => Enumerable.Range(0, d).Sum(a => Enumerable.Range(0, a).Sum(b => Wasserstein(rows[a], rows[b], p)));
            double first = Pairs(1);
            foreach ((string cost, double p) in new[] { ("pair^1", 1.0), ("pair^1.5", 1.5), ("pair^2", 2), ("pair^2.2", 2.2), ("pair^3", 3) })
            {
                Equal(Pairs(p), rows, cost);
            }

            Equal(Pairs(2) / d, rows, "variance");
            Equal(Enumerable.Range(1, d - 1).Sum(j => Wasserstein(rows[0], rows[j], 1)), rows, "star");
            Equal(Enumerable.Range(1, d - 1).Sum(j => Wasserstein(rows[j - 1], rows[j], 1)), rows, "chain");
            double range = Value(rows, "range");
            if (d <= 3)
            {
                Assert.Equal(d == 2 ? first : first / 2, range, 1e-12);
            }

            Assert.True(range <= (first / (d - 1)) + 1e-12 && range >= (first / (d * d / 4)) - 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_are_sums_over_cuts(int kind)
    {
        Draws draws = new(540 + kind);
        for (int round = 0; round < 8; round++)
        {
            int d = 2 + draws.Below(4);
            int n = 2 + draws.Below(5);
            double[][] rows = WalkHistograms.Problem(draws, d, n, kind);
            double[][] ends = [.. rows.Select(Cumulative)];
            double[] low = [.. Enumerable.Range(0, n - 1).Select(k => ends.Min(end => end[k]))];
            double[] high = [.. Enumerable.Range(0, n - 1).Select(k => ends.Max(end => end[k]))];
            double[] widths = [.. high.Zip(low, (most, least) => most - least)];
            Equal(widths.Sum(), rows, "range");
            double overlaps = Enumerable.Range(0, n - 1).Sum(l => Enumerable.Range(0, l).Sum(k => Math.Max(0, high[k] - low[l])));
            Equal(widths.Sum() + (2 * overlaps), rows, "range^2");
            Equal(n - 1 - low.Sum(), rows, "max");

            // A best barycentre has the median of the cumulative masses.
            double median = Enumerable.Range(0, n - 1).Sum(k =>
            {
                double[] cut = [.. ends.Select(end => end[k]).Order()];
                return cut.Sum(end => Math.Abs(end - cut[d / 2]));
            });
            Equal(median, rows, "median");

            // One more histogram adds how far it leaves the band of the others.
            double[] more = WalkHistograms.Draw(draws, n, kind % WalkHistograms.Kinds);
            double[] end = Cumulative(more);
            double outside = Enumerable.Range(0, n - 1).Sum(k => Math.Max(0, Math.Max(low[k] - end[k], end[k] - high[k])));
            Equal(Value(rows, "range") + outside, [.. rows, more], "range");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Laws_hold(int kind)
    {
        Draws draws = new(550 + kind);
        string[] symmetric = [.. WalkCosts.Names.Where(name => name is not ("star" or "chain" or "max" or "product"))];
        foreach (string cost in symmetric)
        {
            int d = 2 + draws.Below(3);
            int n = 2 + draws.Below(6);
            double[][] rows = WalkHistograms.Problem(draws, d, n, kind);
            double value = Value(rows, cost);

            // Histograms in another order, bins reversed, more mass, empty bins on both sides, equal histograms.
            Equal(value, [.. draws.Permutation(d).Select(j => rows[j])], cost);
            Equal(value, [.. rows.Select(row => row.Reverse().ToArray())], cost);
            Equal(4 * value, [.. rows.Select(row => row.Select(mass => 4 * mass).ToArray())], cost);
            Equal(value, [.. rows.Select(row => (double[])[0, .. row, 0, 0])], cost);
            Equal(0, [.. rows.Select(_ => rows[0])], cost);

            // A common part does not matter to costs that keep it where it is, and a mean of the histograms none to the range.
            double[] common = WalkHistograms.Draw(draws, n, kind % WalkHistograms.Kinds);
            if (cost is "range" or "pair^1" or "median")
            {
                Equal(value, [.. rows.Select(row => row.Zip(common, (x, y) => x + y).ToArray())], cost);
            }

            if (cost == "range")
            {
                double[] mean = [.. Enumerable.Range(0, n).Select(i => rows.Average(row => row[i]))];
                Equal(value, [.. rows, mean], cost);
            }

            Assert.True(Value([.. rows, common], cost) >= value - 1e-12);
        }
    }

    public void Dispose() => _engine.Dispose();

    /// <summary>W_p^p by the integral over quantiles.</summary>
    private static double Wasserstein(double[] a, double[] b, double p)
    {
        float[] bins = [.. Enumerable.Range(0, a.Length).Select(i => (float)i)];
        return ReferenceLines.Cost(bins, a, bins, b, p);
    }

    private static double[] Cumulative(double[] row)
    {
        double sum = 0;
        return [.. row.Select(mass => sum += mass)];
    }

    private double Value(double[][] rows, string cost) => MultiMarginalTransport.Solve(
        _engine, MarginalHistograms.Of(rows), new() { Cost = WalkCosts.Of(cost), Method = MultiMarginalMethod.Walk, WithGradients = false }).Values[0];

    private void Equal(double expected, double[][] rows, string cost) => Assert.Equal(expected, Value(rows, cost), 1e-11 * (1 + Math.Abs(expected)));
}
