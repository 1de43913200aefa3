using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>The greedy walk on the Host, in float64, against what it is known to be: optimal, feasible, and the same by other ways.</summary>
public sealed class WalkTests : IDisposable
{
    // In tenths, whose sums are exact: 0.1 + 0.2 and 0.3 would be no tie. The duals that are known for these three come from a walk whose rounding
    // let the histogram 5, 2, 1, 1, 1 move on last at every tie; here it stands last.
    private static readonly double[][] s_three = [[2, 1, 2, 3, 2], [1, 1, 5, 2, 1], [5, 2, 1, 1, 1]];

    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

    public static TheoryData<string> Costs => [.. WalkCosts.Names];

    [Theory]
    [InlineData("range", 1.3, "0,0,0,1,2|0,1,2,2,2|0,-1,-2,-3,-4")]
    [InlineData("pair^1", 2.6, "0,0,0,2,4|0,2,4,4,4|0,-2,-4,-6,-8")]
    [InlineData("pair^2", 4.0, "0,0,2,8,12|0,2,6,8,8|0,-8,-14,-18,-20")]
    [InlineData("range^2", 2.3, "0,0,0,5,8|0,1,4,4,4|0,-5,-8,-11,-12")]
    [InlineData("variance", 4.0 / 3, null)]
    [InlineData("median", 1.3, null)]
    public void Known_values_and_duals(string cost, double value, string? duals)
    {
        MultiMarginalResult result = Walk(s_three, cost);
        Assert.Equal(10 * value, result.Values[0], 1e-13);
        Assert.Equal(0, result.GapOf(0), 1e-13);
        if (duals is not null)
        {
            AssertClose(Parse(duals), result.GradientOf(0), 0);
        }
    }

    [Fact]
    public void Known_plan()
    {
        MarginalPlan plan = Walk(s_three, "range").Plans[0];
        int[] cells = [0, 0, 0, 0, 1, 0, 1, 2, 0, 2, 2, 0, 3, 2, 1, 3, 3, 2, 4, 3, 3, 4, 4, 4];
        Assert.Equal(cells, plan.Bins.ToArray());
        AssertClose([1, 1, 1, 2, 2, 1, 1, 1], plan.Masses, 0);
    }

    [Theory]
    [InlineData(1.1, "0,-1,-2,-3,-4|0,1,2,3,4", "0.5,0.2,0.1,0.1,0.1|0.2,0.1,0.2,0.3,0.2")]
    [InlineData(0.6, "0,1,2,3,2|0,-1,-2,-3,-2", "0.1,0.1,0.2,0.5,0.1|0.2,0.1,0.3,0.1,0.3")]
    [InlineData(2, null, "1,0,0|0,1,0|0,0,1")]
    [InlineData(2, null, "1,0,0|0,1,0|0,0,1|0.25,0.5,0.25")]
    [InlineData(1.35, null, "0.15,0.55,0.2,0.1|0.05,0.6,0.25,0.1|0.1,0.6,0.2,0.1|0.4,0.3,0.2,0.1|0.1,0.1,0.2,0.6")]
    [InlineData(1.35, null, "0.1,0.2,0.55,0.15|0.1,0.25,0.6,0.05|0.1,0.2,0.6,0.1|0.1,0.2,0.3,0.4|0.6,0.2,0.1,0.1")]
    public void Known_range_distances(double value, string? duals, string histograms)
    {
        double[][] rows = Rows(histograms);
        foreach (MultiMarginalMethod method in Enum.GetValues<MultiMarginalMethod>())
        {
            MultiMarginalResult result = Solve(rows, new() { Method = method });
            Assert.Equal(value, result.Values[0], 1e-14);
            if (duals is not null)
            {
                AssertClose(Parse(duals), result.GradientOf(0), 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Walk_is_the_event_sorted_walk(string cost)
    {
        Draws draws = new(510);
        for (int round = 0; round < 32; round++)
        {
            // A caller's own cost is tested on the whole grid first.
            int d = 1 + draws.Below(6);
            int n = 1 + draws.Below(cost is "max" or "product" ? 4 : 9);
            double[][] rows = WalkHistograms.Problem(draws, d, n, round % (WalkHistograms.Kinds + 1));
            double[]? positions = round % 3 == 0 ? Positions(draws, n) : null;
            EventSortedWalk expected = EventSortedWalk.Solve(rows, positions, x => WalkCosts.Formula(cost, x));
            MultiMarginalResult result = Walk(rows, cost, positions);
            double scale = 1 + expected.Duals.Max(dual => dual.Max(Math.Abs));
            Assert.Equal(expected.Value, result.Values[0], 1e-12 * scale);
            Assert.Equal(0, result.GapOf(0), 1e-12 * scale);
            Assert.Equal(SolveStatus.Optimal, result.Status[0]);
            AssertClose([.. expected.Duals.SelectMany(dual => dual)], result.GradientOf(0), 1e-12 * scale);
            MarginalPlan plan = result.Plans[0];
            Assert.Equal(expected.Plan.SelectMany(cell => cell.Cell), plan.Bins.ToArray());
            AssertClose([.. expected.Plan.Select(cell => cell.Mass)], plan.Masses, 1e-14);
        }
    }

    [Fact]
    public void Walk_of_the_range_is_its_closed_form_to_the_bit()
    {
        Draws draws = new(511);
        for (int round = 0; round < 48; round++)
        {
            int n = 1 + draws.Below(12);
            double[][] rows = WalkHistograms.Problem(draws, 1 + draws.Below(7), n, round % (WalkHistograms.Kinds + 1));
            double[]? positions = round % 3 == 0 ? [.. Enumerable.Range(0, n).Select(i => (double)(i * (i + 3)))] : null;
            MultiMarginalResult closed = Solve(rows, new(), positions);
            MultiMarginalResult walk = Walk(rows, "range", positions);
            Assert.Equal(closed.Values[0], walk.Values[0], 1e-12);
            Assert.Equal(closed.GradientOf(0).ToArray(), walk.GradientOf(0).ToArray());
            MarginalPlan planned = Solve(rows, new() { WithPlans = true }, positions).Plans[0];
            Assert.Equal(walk.Plans[0].Bins.ToArray(), planned.Bins.ToArray());
            Assert.Equal(walk.Plans[0].Masses.ToArray(), planned.Masses.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Walk_is_the_linear_program(string cost)
    {
        Draws draws = new(512);
        (int Histograms, int Bins)[] shapes = [(2, 6), (3, 4), (4, 2), (5, 2), (6, 2), (3, 3), (2, 8)];
        for (int round = 0; round < 8; round++)
        {
            (int d, int n) = shapes[round % shapes.Length];
            double[][] rows = WalkHistograms.Problem(draws, d, n, (round * 3) % (WalkHistograms.Kinds + 1));
            double[]? positions = round % 2 == 0 ? null : Positions(draws, n);
            double expected = DenseSimplex.Transport(
                rows, cell => WalkCosts.Formula(cost, [.. cell.Select(bin => positions is null ? bin : positions[bin])]));
            Assert.Equal(expected, Walk(rows, cost, positions).Values[0], 1e-8 * (1 + Math.Abs(expected)));
        }
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Duals_are_feasible_and_subgradients(string cost)
    {
        Draws draws = new(513);
        for (int round = 0; round < 16; round++)
        {
            int d = 2 + draws.Below(3);
            int n = 2 + draws.Below(4);
            double[][] rows = WalkHistograms.Problem(draws, d, n, round % (WalkHistograms.Kinds + 1));
            double[]? positions = round % 3 == 0 ? Positions(draws, n) : null;
            foreach (TieRule ties in Enum.GetValues<TieRule>())
            {
                MultiMarginalResult result = Walk(rows, cost, positions, ties);
                double[] z = result.GradientOf(0).ToArray();
                double Cost(int[] cell) => WalkCosts.Formula(cost, [.. cell.Select(bin => positions is null ? bin : positions[bin])]);
                double first = Cost(new int[d]);
                double scale = 1 + z.Max(Math.Abs);
                int[] sizes = [.. Enumerable.Repeat(n, d)];
                for (int cell = 0; cell < Math.Pow(n, d); cell++)
                {
                    int[] at = DenseSimplex.CellOf(cell, sizes);
                    Assert.True(at.Select((bin, j) => z[(j * n) + bin]).Sum() <= Cost(at) - first + (1e-12 * scale), $"{cost}, {ties}: ({string.Join(", ", at)})");
                }

                for (int j = 0; j < d; j++)
                {
                    Assert.Equal(0, z[j * n]);
                }

                Assert.Equal(0, result.GapOf(0), 1e-11 * scale);
                double[][] other = WalkHistograms.Problem(draws, d, n, draws.Below(WalkHistograms.Kinds));
                double bound = other.SelectMany(row => row).Zip(z, (mass, dual) => mass * dual).Sum() + first;
                Assert.True(Walk(other, cost, positions).Values[0] >= bound - (1e-11 * scale));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Plans_have_the_marginals_and_are_chains(string cost)
    {
        Draws draws = new(514);
        for (int round = 0; round < 10; round++)
        {
            int d = 1 + draws.Below(5);
            int n = 1 + draws.Below(cost is "max" or "product" ? 6 : 20);

            // Masses whose sums are rounded.
            double[][] rows = [.. Enumerable.Range(0, d).Select(_ => Enumerable.Range(0, n).Select(_ => draws.Below(3) * draws.Uniform()).ToArray())];
            rows = [.. rows.Select(row => row.Sum() > 0 ? row.Select(mass => 3 * mass / row.Sum()).ToArray() : [3, .. new double[n - 1]])];
            MultiMarginalResult result = Walk(rows, cost);
            MarginalPlan plan = result.Plans[0];
            Assert.InRange(plan.Count, 1, (d * (n - 1)) + 1);
            for (int j = 0; j < d; j++)
            {
                AssertClose(rows[j], plan.MarginalOf(j, n), 1e-11);
            }

            double value = 0;
            for (int cell = 0; cell < plan.Count; cell++)
            {
                Assert.True(plan.Masses[cell] > 0);
                Assert.True(cell == 0 || plan.BinsOf(cell - 1).ToArray().Zip(plan.BinsOf(cell).ToArray()).All(pair => pair.First <= pair.Second));
                value += plan.Masses[cell] * WalkCosts.Formula(cost, [.. plan.BinsOf(cell).ToArray().Select(bin => (double)bin)]);
            }

            Assert.Equal(value, result.Values[0], 1e-9 * (1 + Math.Abs(value)));
        }
    }

    [Fact]
    public void Empty_last_bins_leave_the_duals_feasible()
    {
        // A walk that stops with the mass gives this problem duals that add up to 1 at cell (1, 1), whose cost is 0.
        double[] z = Walk([[1, 0], [1, 0]], "range").GradientOf(0).ToArray();
        Assert.Equal([0.0, 1, 0, -1], z);
        Assert.Equal([0.0, 0, 0, 0], Walk([[1, 0], [1, 0]], "range", ties: TieRule.Averaged).GradientOf(0).ToArray());
    }

    [Theory]
    [InlineData("range")]
    [InlineData("range^2")]
    [InlineData("pair^1")]
    [InlineData("pair^2.2")]
    [InlineData("huber 1.5")]
    [InlineData("variance")]
    [InlineData("median")]
    public void Equal_histograms_cost_nothing_and_have_no_averaged_gradient(string cost)
    {
        Draws draws = new(515);
        for (int d = 2; d < 6; d++)
        {
            // Sums in other orders, so that equal ones differ by rounding.
            double[] row = [.. Enumerable.Range(0, 6).Select(_ => 0.05 + draws.Uniform())];
            row = [.. row.Select(mass => mass / row.Sum())];
            double[][] rows = [.. Enumerable.Range(0, d).Select(j => row.Select((mass, i) => mass * (1 + (1e-15 * ((i * j) % 3)))).ToArray())];
            MultiMarginalResult result = Walk(rows, cost, ties: TieRule.Averaged);
            Assert.Equal(0, result.Values[0], 1e-13);
            AssertClose(new double[d * 6], result.GradientOf(0), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Central_differences_are_the_gradient(string cost)
    {
        Draws draws = new(516);
        const double Step = 1e-6;
        for (int round = 0; round < 4; round++)
        {
            int d = 2 + draws.Below(3);
            const int Bins = 5;
            double[][] rows = [.. Enumerable.Range(0, d).Select(_ => Enumerable.Range(0, Bins).Select(_ => 0.1 + draws.Uniform()).ToArray())];
            rows = [.. rows.Select(row => row.Select(mass => mass / row.Sum()).ToArray())];
            double[][] way = [.. rows.Select(_ => Enumerable.Range(0, Bins).Select(_ => draws.Normal()).ToArray())];
            way = [.. way.Select(row => row.Select(x => x - row.Average()).ToArray())];
            double At(double step) => Walk([.. rows.Select((row, j) => row.Select((mass, i) => mass + (step * way[j][i])).ToArray())], cost).Values[0];
            double slope = Walk(rows, cost).GradientOf(0).ToArray().Zip(way.SelectMany(row => row), (z, x) => z * x).Sum();
            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), slope, 1e-7 * (1 + Math.Abs(slope)));
        }
    }

    [Theory]
    [MemberData(nameof(Costs))]
    public void Costs_are_their_formulas(string cost)
    {
        Draws draws = new(517);
        for (int round = 0; round < 50; round++)
        {
            double[] x = [.. Enumerable.Range(0, 1 + draws.Below(8)).Select(_ => round % 2 == 0 ? draws.Below(5) : 7 * draws.Uniform())];
            double expected = WalkCosts.Formula(cost, x);
            Assert.Equal(expected, WalkCosts.Of(cost).CostOf(x), 1e-13 * (1 + Math.Abs(expected)));
        }
    }

    [Fact]
    public void Histograms_of_other_lengths_are_filled_up()
    {
        Draws draws = new(518);
        foreach (string cost in WalkCosts.Names)
        {
            double[][] rows = [WalkHistograms.Draw(draws, 3, 0), WalkHistograms.Draw(draws, 5, 0), WalkHistograms.Draw(draws, 2, 0)];
            double expected = DenseSimplex.Transport(rows, cell => WalkCosts.Formula(cost, [.. cell.Select(bin => (double)bin)]));
            MultiMarginalResult result = MultiMarginalTransport.Solve(_engine, MarginalHistograms.Of(rows), new() { Cost = WalkCosts.Of(cost), WithPlans = true });
            Assert.Equal(expected, result.Values[0], 1e-8 * (1 + Math.Abs(expected)));
            Assert.Equal(EventSortedWalk.Solve(rows, null, x => WalkCosts.Formula(cost, x)).Plan.SelectMany(cell => cell.Cell), result.Plans[0].Bins.ToArray());
        }
    }

    public void Dispose() => _engine.Dispose();

    private static double[] Positions(Draws draws, int bins)
    {
        double at = draws.Uniform();
        return [.. Enumerable.Range(0, bins).Select(_ => at += 0.05 + draws.Uniform())];
    }

    private static double[][] Rows(string text) => [.. text.Split('|').Select(Parse)];

    private static double[] Parse(string text) =>
        [.. text.Split(',', '|').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];

    private static void AssertClose(double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }

    private MultiMarginalResult Walk(double[][] rows, string cost, double[]? positions = null, TieRule ties = TieRule.FirstLast) =>
        Solve(rows, new() { Cost = WalkCosts.Of(cost), Method = MultiMarginalMethod.Walk, WithPlans = true, Ties = ties }, positions);

    private MultiMarginalResult Solve(double[][] rows, MultiMarginalOptions options, double[]? positions = null) =>
        MultiMarginalTransport.Solve(_engine, MarginalHistograms.Of(rows, new() { Positions = positions }), options);
}
