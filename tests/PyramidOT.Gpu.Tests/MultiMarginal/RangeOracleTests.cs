using System.Numerics.Tensors;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>What is known of the range cost's distance without solving for it (Kline 2019; Mehta et al. 2023), in float64.</summary>
public sealed class RangeOracleTests : IDisposable
{
    private static readonly double[] s_first = [0.5, 0.2, 0.1, 0.1, 0.1];
    private static readonly double[] s_second = [0.2, 0.1, 0.2, 0.3, 0.2];
    private static readonly double[] s_third = [0.1, 0.1, 0.5, 0.2, 0.1];

    private static readonly double[][] s_all = [s_first, s_second, s_third];

    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

    public static TheoryData<int, int> Sizes => new() { { 2, 5 }, { 3, 4 }, { 4, 20 }, { 9, 16 }, { 6, 33 } };

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Worked_examples_come_out()
    {
        AssertSolved(1.1, [0, -1, -2, -3, -4, 0, 1, 2, 3, 4], s_first, s_second);
        AssertSolved(1.3, [], s_first, s_second, s_third);

        // In whole numbers, as the last cut is a tie: first and third have 0.9 in front of it, which is rounded either way.
        AssertSolved(13, [0, -1, -2, -3, -3, 0, 0, 0, 1, 2, 0, 1, 2, 2, 1], [.. s_all.Select(row => Array.ConvertAll(row, mass => Math.Round(10 * mass)))]);
        AssertSolved(0.6, [0, 1, 2, 3, 2, 0, -1, -2, -3, -2], [0.1, 0.1, 0.2, 0.5, 0.1], [0.2, 0.1, 0.3, 0.1, 0.3]);
        AssertSolved(2, [], [1, 0, 0], [0, 1, 0], [0, 0, 1]);
        AssertSolved(2, [], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.25, 0.5, 0.25]);
        double[][] five = [[0.15, 0.55, 0.2, 0.1], [0.05, 0.6, 0.25, 0.1], [0.1, 0.6, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1], [0.1, 0.1, 0.2, 0.6]];
        AssertSolved(1.35, [], five);
        AssertSolved(1.35, [], [.. five.Reverse()]);

        // Two bumps of a Gaussian: in the tails all but 1e-30 of the mass is on one side.
        double[][] bumps = [Bump(100, 20, 5), Bump(100, 60, 8)];
        AssertSolved(39.99954930374168, [], bumps, 1e-12);
        AssertSolved(0.13667759626298503, [], [Bump(4, 20, 5), Bump(4, 60, 8)], 1e-15);
    }

    [Fact]
    public void A_trailing_empty_bin_does_not_end_the_walk_too_early()
    {
        // The published loop returns z = ((0, 1), (0, 0)) here, whose sum at the cell (1, 1) is above the cost.
        MultiMarginalResult result = Solve([[1, 0], [1, 0]]);
        Assert.Equal(0, result.Values[0]);
        Assert.Equal([0, 1, 0, -1], result.Gradients);
        Assert.Equal([0, 0, 0, 0], Solve([[1, 0], [1, 0]], TieRule.Averaged).Gradients);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Duals_are_feasible_and_certify_the_value(int d, int n)
    {
        foreach (double[][] rows in Families(d, n, seed: 600))
        {
            foreach (TieRule ties in Enum.GetValues<TieRule>())
            {
                MultiMarginalResult result = Solve(rows, ties);
                double[] z = result.Gradients.ToArray();
                Assert.True(result.GapOf(0) < 1e-11, $"Gap {result.GapOf(0)}.");
                Assert.Equal(SolveStatus.Optimal, result.Status[0]);
                for (int j = 0; j < d; j++)
                {
                    Assert.Equal(0, z[j * n]);
                }

                for (int i = 0; i < n; i++)
                {
                    Assert.Equal(0, Enumerable.Range(0, d).Sum(j => z[(j * n) + i]), 1e-12);
                }

                Assert.All(z, number => Assert.True(Math.Abs(number) <= n - 1));
                if (ties == TieRule.FirstLast)
                {
                    Assert.All(z, number => Assert.Equal(Math.Round(number), number));
                }

                Assert.True(WorstCell(z, d, n) < 1e-12, "A cell's duals exceed its cost.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_value_is_bounded_by_pairs(int d, int n)
    {
        foreach (double[][] rows in Families(d, n, seed: 601))
        {
            double value = Value(rows);
            double[] pairs = [.. from a in Enumerable.Range(0, d) from b in Enumerable.Range(0, a) select Distance(rows[a], rows[b])];
            Assert.True(value >= (pairs.Sum() / (d * d / 4)) - 1e-12);
            Assert.True(value <= (pairs.Sum() / (d - 1)) + 1e-12);
            Assert.True(value >= pairs.Max() - 1e-12);
            if (d <= 3)
            {
                Assert.Equal(pairs.Sum() / (d - 1), value, 1e-12);
            }
        }

        double[] one = Row(new(602), n);
        Assert.Equal(0, Value([.. Enumerable.Repeat(one, d)]));
        double[][] other = [.. Enumerable.Repeat(one, d)];
        other[d / 2] = [one[0] / 2, one[1] + (one[0] / 2), .. one[2..]];
        Assert.Equal(one[0] / 2, Value(other), 1e-14);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_value_goes_with_its_histograms(int d, int n)
    {
        Draws draws = new(603);
        foreach (double[][] rows in Families(d, n, seed: 604))
        {
            double value = Value(rows);
            double[] pad = Row(draws, n);
            double[][] others = Random(draws, d, n);
            Assert.Equal(value, Value([.. draws.Permutation(d).Select(j => rows[j])]), 1e-12);
            Assert.Equal(value, Value([.. rows.Select(row => row.Reverse().ToArray())]), 1e-12);
            Assert.Equal(7.5 * value, Value([.. rows.Select(row => Array.ConvertAll(row, mass => 7.5 * mass))]), 1e-11);
            Assert.Equal(value, Value([.. rows.Select(row => row.Zip(pad, (a, b) => a + b).ToArray())]), 1e-12);
            Assert.Equal(value, Value([.. rows.Select(row => (double[])[0, 0, .. row, 0, 0, 0])]), 1e-12);
            Assert.Equal(value, Value([.. rows, [.. Enumerable.Range(0, n).Select(i => rows.Average(row => row[i]))]]), 1e-12);

            // Sums of all with all (each a histogram of rows beside each of others) spread as far as both together.
            double[][] sums = [.. from a in rows from b in others select a.Zip(b, (x, y) => x + y).ToArray()];
            Assert.Equal(value + Value(others), Value(sums), 1e-11);

            // One more adds what it stands beyond the others at each cut.
            double[] more = Row(draws, n);
            double[][] cumulative = [.. rows.Select(Cumulative)];
            double beyond = Cumulative(more)[..^1].Select((f, k) =>
                Math.Max(0, Math.Max(f - cumulative.Max(row => row[k]), cumulative.Min(row => row[k]) - f))).Sum();
            Assert.Equal(value + beyond, Value([.. rows, more]), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_are_subgradients(int d, int n)
    {
        Draws draws = new(605);
        foreach (double[][] rows in Families(d, n, seed: 606))
        {
            foreach (TieRule ties in Enum.GetValues<TieRule>())
            {
                double[] z = Solve(rows, ties).Gradients.ToArray();
                for (int trial = 0; trial < 10; trial++)
                {
                    double[][] other = Random(draws, d, n);
                    double product = TensorPrimitives.Dot<double>(z, other.SelectMany(row => row).ToArray());
                    Assert.True(Value(other) >= product - 1e-11, $"{Value(other)} is below {product}.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Gradients_are_those_of_finite_differences(int d, int n)
    {
        const double Step = 1e-7;
        Draws draws = new(607);
        double[] positions = [.. Enumerable.Range(0, n).Select(i => (1.5 * i) + (0.7 * draws.Uniform()))];
        foreach (double[]? at in new[] { null, positions })
        {
            double[][] rows = Random(draws, d, n);
            double[] z = Solve(rows, TieRule.FirstLast, at).Gradients.ToArray();
            for (int trial = 0; trial < 5; trial++)
            {
                // Totals stay what they are.
                double[][] direction = [.. rows.Select(_ => Row(draws, n).Zip(Row(draws, n), (a, b) => a - b).ToArray())];
                double above = Value(Moved(Step), at);
                double below = Value(Moved(-Step), at);
                double expected = TensorPrimitives.Dot<double>(z, direction.SelectMany(row => row).ToArray());
                Assert.Equal(expected, (above - below) / (2 * Step), 2e-6);

                double[][] Moved(double step) => [.. rows.Select((row, j) => row.Zip(direction[j], (mass, change) => mass + (step * change)).ToArray())];
            }
        }
    }

    [Fact]
    public void Positions_stretch_the_value()
    {
        Draws draws = new(608);
        double[][] rows = Random(draws, 5, 12);
        double value = Value(rows);
        Assert.Equal(value, Value(rows, [.. Enumerable.Range(0, 12).Select(i => i - 40.0)]), 1e-12);
        Assert.Equal(0.25 * value, Value(rows, [.. Enumerable.Range(0, 12).Select(i => 0.25 * i)]), 1e-12);

        // Bins that no mass is in might as well not be there.
        double[][] spread = [.. rows.Select(row => row.SelectMany(mass => (double[])[mass, 0, 0]).ToArray())];
        Assert.Equal(Value(spread), Value(rows, [.. Enumerable.Range(0, 12).Select(i => 3.0 * i)]), 1e-11);
    }

    [Fact]
    public void Float32_comes_close_to_float64()
    {
        double[][] rows = [Bump(50, 10, 5), Bump(50, 30, 5), Bump(50, 49, 5)];
        double value = Value(rows);
        float[] masses = [.. rows.SelectMany(row => row).Select(mass => (float)mass)];
        using EngineBuffer<float> from = _engine.Upload(masses);
        using EngineBuffer<float> to = _engine.Allocate<float>(masses.Length);
        double[] values = new double[1];
        MultiMarginalTransport.Range(_engine, MarginalLayout.Uniform(1, 3, 50), from, default, TieRule.FirstLast, values, to);
        Assert.Equal(value, values[0], 1e-5);
        Assert.Equal(Solve(rows).Gradients.ToArray(), Array.ConvertAll(to.ToArray(), z => (double)z));
    }

    private static double[] Bump(int n, double middle, double deviation)
    {
        double[] row = [.. Enumerable.Range(0, n).Select(i => Math.Exp(-(i - middle) * (i - middle) / (2 * deviation * deviation)))];
        double sum = row.Sum();
        return Array.ConvertAll(row, mass => mass / sum);
    }

    // Everything positive; ties on a coarse grid with empty bins; single bins; and all but one alike.
    private static IEnumerable<double[][]> Families(int d, int n, int seed)
    {
        Draws draws = new(seed);
        yield return Random(draws, d, n);
        yield return [.. Enumerable.Range(0, d).Select(_ => Pieces(4))];
        yield return [.. Enumerable.Range(0, d).Select(_ => Pieces(1))];
        double[] one = Pieces(8);
        yield return [.. Enumerable.Range(0, d).Select(j => j == 1 ? Pieces(8) : one)];

        double[] Pieces(int count)
        {
            double[] row = new double[n];
            for (int k = 0; k < count; k++)
            {
                row[draws.Below(n)] += 1.0 / count;
            }

            return row;
        }
    }

    private static double[][] Random(Draws draws, int d, int n) => [.. Enumerable.Range(0, d).Select(_ => Row(draws, n))];

    private static double[] Row(Draws draws, int n)
    {
        double[] row = [.. Enumerable.Range(0, n).Select(_ => -Math.Log(1 - draws.Uniform()))];
        double sum = row.Sum();
        return Array.ConvertAll(row, mass => mass / sum);
    }

    private static double[] Cumulative(double[] row)
    {
        double sum = 0;
        return Array.ConvertAll(row, mass => sum += mass);
    }

    private static double Distance(double[] a, double[] b) => Cumulative(a).Zip(Cumulative(b), (f, g) => Math.Abs(f - g)).Sum();

    /// <summary>The most by which the duals of a cell exceed its cost: for each range of bins, every histogram's best within it.</summary>
    private static double WorstCell(double[] z, int d, int n)
    {
        double worst = double.NegativeInfinity;
        for (int low = 0; low < n; low++)
        {
            for (int high = low; high < n; high++)
            {
                double sum = Enumerable.Range(0, d).Sum(j => z[((j * n) + low)..((j * n) + high + 1)].Max());
                worst = Math.Max(worst, sum - (high - low));
            }
        }

        return worst;
    }

    private MultiMarginalResult Solve(double[][] rows, TieRule ties = TieRule.FirstLast, double[]? positions = null) =>
        MultiMarginalTransport.Solve(_engine, MarginalHistograms.Of(rows, new() { Positions = positions }), new() { Ties = ties });

    private double Value(double[][] rows, double[]? positions = null) => Solve(rows, positions: positions).Values[0];

    private void AssertSolved(double value, double[] gradient, params double[][] rows) => AssertSolved(value, gradient, rows, 1e-15 * 4);

    private void AssertSolved(double value, double[] gradient, double[][] rows, double tolerance)
    {
        MultiMarginalResult result = Solve(rows);
        Assert.Equal(value, result.Values[0], tolerance);
        Assert.Equal(0, result.GapOf(0), 10 * tolerance);
        if (gradient.Length > 0)
        {
            Assert.Equal(gradient, result.Gradients);
        }
    }
}
