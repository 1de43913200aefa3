using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Transport;

public class Transport1DTests
{
    [Fact]
    public void Solve_gives_value_plan_and_potentials()
    {
        using ComputeEngine engine = Host();
        Transport1DSolution solution = Transport1D.Solve(
            engine, [5, 1], [2, 0, 4], [0.25, 0.75], [0.5, 0.25, 0.25], new() { P = 1, WithGradient = true, WithPlan = true, WithPotentials = true });

        // 0.25 from 1 to 0, 0.5 from 1 to 2, 0.25 from 5 to 4.
        Assert.Equal(1, solution.Value, 1e-15);
        Assert.Equal([1, 1, 0], solution.Plan!.SourceRows);
        Assert.Equal([1, 0, 2], solution.Plan.TargetRows);
        Assert.Equal([0.25, 0.5, 0.25], solution.Plan.Masses);
        Assert.Equal([0.25f, -0.25f], solution.SourceGradient);
        Assert.Equal([0.5f, -0.25f, -0.25f], solution.TargetGradient);
        Assert.Equal(0, solution.Gap, 1e-15);
    }

    [Fact]
    public void Value_alone_leaves_the_rest_empty()
    {
        using ComputeEngine engine = Host();
        Transport1DSolution solution = Transport1D.Solve(engine, [0, 1], [3, 2]);
        Assert.Equal(4, solution.Value);
        Assert.Empty(solution.SourceGradient);
        Assert.Empty(solution.TargetPotentials);
        Assert.Null(solution.Plan);
        Assert.True(double.IsNaN(solution.DualValue));
        Assert.True(double.IsNaN(solution.Gap));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1.7)]
    [InlineData(4)]
    public void It_costs_what_an_optimal_assignment_costs(double p)
    {
        using ComputeEngine engine = Host();
        Draws draws = new(500);
        foreach (int n in new[] { 1, 2, 7, 40 })
        {
            float[] x = Draws.Fill(n, () => draws.Below(12));
            float[] y = Draws.Fill(n, () => draws.Below(12) + 2);
            float[] costs = new float[n * n];
            for (int i = 0; i < costs.Length; i++)
            {
                costs[i] = (float)Math.Pow(Math.Abs(x[i / n] - y[i % n]), p);
            }

            double expected = LinearAssignment.Solve(engine, costs, n, n).Cost / n;
            Assert.Equal(expected, Transport1D.Solve(engine, x, y, options: new() { P = p }).Value, 1e-5 * (1 + expected));
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1.5, true)]
    [InlineData(2, true)]
    public void Plan_and_potentials_certify_each_other(double p, bool isWeighted)
    {
        using ComputeEngine engine = Host();
        Draws draws = new(501);
        foreach ((int n, int m) in new[] { (1, 1), (1, 9), (9, 1), (12, 12), (30, 17), (16, 40) })
        {
            float[] x = Draws.Fill(n, () => n % 2 == 0 ? draws.Below(6) : draws.Normal());
            float[] y = Draws.Fill(m, () => n % 2 == 0 ? draws.Below(6) : draws.Normal());
            double[] a = [.. Enumerable.Range(0, n).Select(i => isWeighted ? draws.Below(4) + (i == 0 ? 1 : 0) : 1.0)];
            double[] b = [.. Enumerable.Range(0, m).Select(j => isWeighted ? draws.Below(4) + (j == 0 ? 1 : 0) : 1.0)];
            double scale = a.Sum() / b.Sum();
            b = [.. b.Select(weight => weight * scale)];
            Transport1DSolution solution = Transport1D.Solve(engine, x, y, a, b, new() { P = p, WithPlan = true, WithPotentials = true });

            Assert.Equal(0, solution.Gap, 1e-11 * (1 + solution.Value));
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < m; j++)
                {
                    double slack = Math.Pow(Math.Abs((double)x[i] - y[j]), p) - solution.SourcePotentials[i] - solution.TargetPotentials[j];
                    Assert.True(slack > -1e-11, $"n = {n}, m = {m}: pair ({i}, {j}) has slack {slack}.");
                }
            }

            Transport1DPlan plan = solution.Plan!;
            Assert.InRange(plan.Masses.Count, 1, n + m - 1);
            double[] sent = new double[n];
            double[] taken = new double[m];
            for (int k = 0; k < plan.Masses.Count; k++)
            {
                Assert.True(plan.Masses[k] > 0);
                sent[plan.SourceRows[k]] += plan.Masses[k];
                taken[plan.TargetRows[k]] += plan.Masses[k];
            }

            Assert.All(Enumerable.Range(0, n), i => Assert.Equal(a[i], sent[i], 1e-12 * a.Sum()));
            Assert.All(Enumerable.Range(0, m), j => Assert.Equal(b[j], taken[j], 1e-12 * a.Sum()));
        }
    }

    [Fact]
    public void Distances_beyond_float32s_squares_are_kept()
    {
        using ComputeEngine engine = Host();
        Assert.Equal(4e60, Transport1D.Solve(engine, [1e30f], [-1e30f]).Value, 1e54);
        Assert.Equal(1e-60, Transport1D.Solve(engine, [1e-30f], [0]).Value, 1e-66);
        ArgumentException far = Assert.ThrowsAny<ArgumentException>(() => Transport1D.Solve(engine, [1e30f], [-1e30f], options: new() { P = 20 }));
        Assert.Contains("Problem 0", far.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Totals_may_differ_by_rounding()
    {
        using ComputeEngine engine = Host();
        Assert.Equal(2, Transport1D.Solve(engine, [0], [1, 1], [2], [1, 1 + 1e-7]).Value, 1e-12);
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => Transport1D.SolveBatch(
            engine, [0, 0], [1, 1], BatchLayout.Uniform(2, 1, 1), [1, 2], [1, 2.001]));
        Assert.Contains("Problem 1 has mass 2 at its sources and 2.001 at its targets", exception.Message, StringComparison.Ordinal);
        Assert.Equal("targetWeights", exception.ParamName);
        Assert.Equal("sourceWeights", Assert.ThrowsAny<ArgumentException>(() => Transport1D.Solve(engine, [0, 1], [1], [1, 1])).ParamName);
    }

    [Fact]
    public void What_is_no_problem_is_refused()
    {
        using ComputeEngine engine = Host();
        BatchLayout two = BatchLayout.Ragged([2, 1], [1, 1]);
        Refused("source", "There are 2 source positions where the shapes ask for 3.", () => Transport1D.SolveBatch(engine, [1, 2], [1, 2], two));
        Refused("target", "There are 3 target positions", () => Transport1D.SolveBatch(engine, [1, 2, 3], [1, 2, 3], two));
        Refused("source", "Problem 1, source position 0 is NaN", () => Transport1D.SolveBatch(engine, [1, 2, float.NaN], [1, 2], two));
        Refused("target", "Problem 1, target position 0 is infinity", () => Transport1D.SolveBatch(engine, [1, 2, 3], [1, float.PositiveInfinity], two));
        Refused("sourceWeights", "There are 1 weights of sources", () => Transport1D.SolveBatch(engine, [1, 2, 3], [1, 2], two, [1]));
        Refused("sourceWeights", "Weight 1 of problem 0, source is -1", () => Transport1D.SolveBatch(engine, [1, 2, 3], [1, 2], two, [2, -1, 1]));
        Refused("targetWeights", "Weight 0 of problem 1, target is NaN", () => Transport1D.SolveBatch(engine, [1, 2, 3], [1, 2], two, [], [1, double.NaN]));
        Refused("sourceWeights", "The weights of problem 0, source sum to 0", () => Transport1D.Solve(engine, [1, 2], [1, 2], [0, 0]));
        Refused("problems", "Problem 0 has 2 source positions and 0 target positions.", () => Transport1D.Solve(engine, [1, 2], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Transport1D.Solve(engine, [1], [2], options: new() { P = 0.9 }));
        Assert.Throws<ArgumentNullException>(() => Transport1D.Solve(null!, [1], [2]));
        Assert.Empty(Transport1D.SolveBatch(engine, [], [], BatchLayout.Uniform(0, 0, 0)));
        Assert.Equal(0, Transport1D.Solve(engine, [], [], options: new() { WithPlan = true, WithPotentials = true, WithGradient = true }).Value);

        static void Refused(string name, string part, Action call)
        {
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(call);
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
            Assert.Equal(name, exception.ParamName);
        }
    }

    private static ComputeEngine Host() => ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });
}
