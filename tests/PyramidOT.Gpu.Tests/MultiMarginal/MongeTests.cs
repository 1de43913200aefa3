using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>Costs that the walk is not optimal for are refused, with cells that show it.</summary>
public sealed class MongeTests : IDisposable
{
    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

    [Theory]
    [InlineData("range^0.5")]
    [InlineData("range^0.9")]
    [InlineData("discrete")]
    public void Other_costs_are_refused(string name)
    {
        MultiMarginalCost cost = name switch
        {
            "range^0.5" => MultiMarginalCost.Of(new AnyRangeCost(0.5)),
            "range^0.9" => MultiMarginalCost.Of(new AnyRangeCost(0.9)),
            _ => MultiMarginalCost.Of(default(DiscreteCost)),
        };
        string message = Assert.Throws<ArgumentException>(() => Solve(3, 4, cost)).Message;
        Assert.StartsWith("The cost is not Monge", message, StringComparison.Ordinal);

        // The cells that are shown break the inequality by the costs that are shown.
        int[][] cells = [.. System.Text.RegularExpressions.Regex.Matches(message, @"= \(([0-9, ]+)\)").Select(
            match => match.Groups[1].Value.Split(", ").Select(int.Parse).ToArray())];
        Assert.Equal(4, cells.Length);
        Assert.Equal(cells[0].Zip(cells[1], Math.Min), cells[2]);
        Assert.Equal(cells[0].Zip(cells[1], Math.Max), cells[3]);
        double At(int[] cell) => cost.CostOf([.. cell.Select(bin => (double)bin)]);
        Assert.True(At(cells[2]) + At(cells[3]) > At(cells[0]) + At(cells[1]) + 1e-9);

        // On pairs, and on a grid that is too large to see all of it.
        Assert.Throws<ArgumentException>(() => Solve(2, 12, cost));
        Assert.Throws<ArgumentException>(() => Solve(8, 6, cost));
    }

    [Fact]
    public void Right_costs_pass()
    {
        MultiMarginalCost power = MultiMarginalCost.Of(new AnyRangeCost(1.5), "mine");
        Assert.Equal("mine", power.Name);
        MongeCheck check = Solve(3, 5, power).Monge;

        // Pairs of axes, and blocks of neighbours on two of them, at each bin of the third.
        Assert.Equal(new MongeCheck(MongeProof.Exhaustive, 3 * 4 * 4 * 5), check);
        Assert.Equal(new MongeCheck(MongeProof.Sampled, MongeCheck.Samples), Solve(8, 6, power).Monge);
        Assert.Equal(new MongeCheck(MongeProof.Known, 0), Solve(8, 6, MultiMarginalCost.Variance).Monge);
        Assert.Equal(new MongeCheck(MongeProof.Known, 0), Solve(8, 6, MultiMarginalCost.Range).Monge);
        Assert.Equal(0, Solve(1, 5, power).Monge.Inequalities);
    }

    [Fact]
    public void Batches_are_tested_for_each_shape()
    {
        MultiMarginalCost cost = MultiMarginalCost.Of(new AnyRangeCost(2));
        MarginalHistograms histograms = MarginalHistograms.OfProblems([[[1, 0], [0, 1]], [[1, 0, 0], [0, 1, 0]], [[0, 1], [1, 0]], [], [[1, 0, 0], [0, 1, 0]]]);
        MultiMarginalResult result = MultiMarginalTransport.Solve(_engine, histograms, new() { Cost = cost });
        Assert.Equal(new MongeCheck(MongeProof.Exhaustive, 1 + 4), result.Monge);
        Assert.Equal([1.0, 1, 1, 0, 1], result.Values.ToArray());
    }

    [Fact]
    public void Library_costs_pass_their_own_test()
    {
        Draws draws = new(520);
        double[] positions = [.. Enumerable.Range(0, 5).Select(i => i + (0.9 * draws.Uniform()))];
        foreach (string name in WalkCosts.Names)
        {
            MultiMarginalCost cost = WalkCosts.Of(name);
            foreach (double[]? at in new[] { null, positions })
            {
                for (int cell = 0; cell < 625; cell += 3)
                {
                    int[] first = DenseSimplex.CellOf(cell, [5, 5, 5, 5]);
                    int[] second = [.. first.Select(_ => draws.Below(5))];
                    double At(IEnumerable<int> bins) => cost.CostOf([.. bins.Select(bin => at?[bin] ?? bin)]);
                    double four = At(first) + At(second) - At(first.Zip(second, Math.Min)) - At(first.Zip(second, Math.Max));
                    Assert.True(four >= -1e-11, $"{name}: {four}");
                }
            }
        }
    }

    [Fact]
    public void Rounding_is_no_fault()
    {
        // Additive: equality everywhere, but for rounding at sizes of 1e6.
        double[] positions = [1e6 / 3, 1e6 / 1.7, 1e6 / 1.1, 1e6];
        MarginalHistograms histograms = MarginalHistograms.Of([[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]], new() { Positions = positions });
        MultiMarginalResult result = MultiMarginalTransport.Solve(_engine, histograms, new() { Cost = MultiMarginalCost.Of(default(SumCost)) });
        Assert.Equal((1e6 / 3) + 1e6 + (1e6 / 1.7), result.Values[0], 1e-6);
        Assert.Equal(SolveStatus.Optimal, result.Status[0]);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        foreach (double power in new[] { 0.99, 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Equal("power", Assert.Throws<ArgumentOutOfRangeException>(() => MultiMarginalCost.Pairwise(power)).ParamName);
            Assert.Equal("power", Assert.Throws<ArgumentOutOfRangeException>(() => MultiMarginalCost.RangePower(power)).ParamName);
        }

        foreach (double threshold in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Equal("threshold", Assert.Throws<ArgumentOutOfRangeException>(() => MultiMarginalCost.Huber(threshold)).ParamName);
        }

        Assert.Throws<ArgumentException>(() => MultiMarginalCost.Range.CostOf());
        Assert.Contains("cell (0, 0)", Assert.Throws<ArgumentException>(() => Solve(2, 2, MultiMarginalCost.Of(new AnyRangeCost(-1)))).Message, StringComparison.Ordinal);
        Assert.Contains("cost", Assert.Throws<ArgumentException>(() => Solve(2, 2, null!)).Message, StringComparison.Ordinal);
        MarginalHistograms histograms = MarginalHistograms.Of([[1, 0], [0, 1]]);
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiMarginalTransport.Solve(_engine, histograms, new() { Method = (MultiMarginalMethod)7 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => MultiMarginalTransport.Solve(_engine, histograms, new() { Ties = (TieRule)7, Cost = MultiMarginalCost.Star }));
        MarginalHistograms far = MarginalHistograms.Of([[1, 0], [0, 1]], new() { Positions = [-1e200, 1e200] });
        Assert.Contains("Problem 0", Assert.Throws<ArgumentException>(
            () => MultiMarginalTransport.Solve(_engine, far, new() { Cost = MultiMarginalCost.Pairwise(2) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_problems_are_defined()
    {
        foreach (string name in WalkCosts.Names.Where(name => name is not ("max" or "product")))
        {
            MultiMarginalOptions options = new() { Cost = WalkCosts.Of(name), Method = MultiMarginalMethod.Walk, WithPlans = true };
            MultiMarginalResult result = MultiMarginalTransport.Solve(
                _engine, MarginalHistograms.OfProblems([[], [[1, 2]], [[3], [3]], [[], []], [[0, 0], [0, 0]]]), options);
            Assert.Equal(new double[5], result.Values.ToArray());
            Assert.All(Enumerable.Range(0, 5), b => Assert.Equal(0, result.GapOf(b)));
            Assert.Equal([0, 2, 1, 0, 0], result.Plans.Select(plan => plan.Count));
            Assert.Equal([1.0, 2], result.Plans[1].Masses.ToArray());
            Assert.Equal(3, result.Plans[2].Masses[0]);
        }

        // One histogram: all that it costs is its own position.
        MultiMarginalResult one = MultiMarginalTransport.Solve(
            _engine, MarginalHistograms.Of([[1, 2]], new() { Positions = [4, 6] }), new() { Cost = MultiMarginalCost.Of(default(LargestCost)) });
        Assert.Equal(16, one.Values[0]);
        Assert.Equal([0.0, 2], one.GradientOf(0).ToArray());
        Assert.Equal(16, one.DualValues[0]);
    }

    public void Dispose() => _engine.Dispose();

    private MultiMarginalResult Solve(int histograms, int bins, MultiMarginalCost cost)
    {
        Draws draws = new(521);
        return MultiMarginalTransport.Solve(_engine, MarginalHistograms.Of(WalkHistograms.Problem(draws, histograms, bins, 0)), new() { Cost = cost });
    }
}

/// <summary>The sum of all positions: modular.</summary>
public readonly struct SumCost : IMarginalCost
{
    public double At<TCell>(TCell cell)
        where TCell : struct, IMarginalCell
    {
        double sum = 0;
        for (int j = 0; j < cell.Count; j++)
        {
            sum += cell[j];
        }

        return sum;
    }
}
