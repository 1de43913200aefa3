using PyramidOT.Engines;

namespace PyramidOT.Tests.Conformance;

/// <summary>Entropic transport that begins with given epsilons and potentials.</summary>
public class SinkhornStartTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Epsilons_that_are_given_count(string engine)
    {
        BatchLayout problems = ProblemsFor(engine);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 940);
        double[] epsilons = [0.3, 0.1, 0.2, 1];
        foreach (bool isRelative in new[] { false, true })
        {
            SinkhornSettings settings = new() { Epsilon = 7, IsRelativeEpsilon = isRelative };
            SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, settings, epsilons: epsilons);
            Assert.Equal(epsilons, run.Epsilon);
            for (int p = 0; p < problems.Count - 1; p++)
            {
                float[] own = Shapes.Part(costs, problems.CostOffsets, p);
                Assert.Equal(SolveStatus.Optimal, run.Status[p]);
                run.AssertConsistent(p, SinkhornTests.SlackOf(Engine(engine)));
                AssertNear(ReferenceSinkhorn.Plan(own, run.RowsOf(p), run.ColumnsOf(p), epsilons[p]), run.PlanOf(p), p);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_potentials_lead_to_the_plan_and_good_ones_soon(string engine)
    {
        BatchLayout problems = ProblemsFor(engine);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 941);
        float[] later = [.. costs.Select((cost, k) => cost + (0.01f * (k % 3)))];
        foreach (double? penalty in new double?[] { null, 3 })
        {
            SinkhornSettings settings = new() { Epsilon = 0.05, MarginalPenalty = penalty, Tolerance = 1e-5 };
            SinkhornRun before = SinkhornRun.Of(Engine(engine), problems, costs, settings);
            SinkhornRun cold = SinkhornRun.Of(Engine(engine), problems, later, settings);
            SinkhornRun warm = SinkhornRun.Of(Engine(engine), problems, later, settings, potentials: before.ColumnPotentials);
            SinkhornRun same = SinkhornRun.Of(Engine(engine), problems, costs, settings, potentials: before.ColumnPotentials);
            double[] wild = [.. before.ColumnPotentials.Select((g, j) => (j % 4) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => g + 0.3, _ => 0 })];
            SinkhornRun far = SinkhornRun.Of(Engine(engine), problems, later, settings, potentials: wild);
            for (int p = 0; p < problems.Count - 1; p++)
            {
                Assert.Equal((SolveStatus.Optimal, SolveStatus.Optimal, SolveStatus.Optimal), (warm.Status[p], far.Status[p], same.Status[p]));
                warm.AssertConsistent(p, SinkhornTests.SlackOf(Engine(engine)));
                far.AssertConsistent(p, SinkhornTests.SlackOf(Engine(engine)));
                AssertNear(cold.PlanOf(p), warm.PlanOf(p), p);
                AssertNear(cold.PlanOf(p), far.PlanOf(p), p);
                Assert.InRange(same.Iterations[p], 0, Math.Max(8, before.Iterations[p] / 2));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_no_epsilon_is_refused(string engine)
    {
        BatchLayout two = BatchLayout.Uniform(2, 2, 2);
        float[] costs = new float[8];
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(
                () => SinkhornRun.Of(Engine(engine), two, costs, new() { Epsilon = 1 }, epsilons: [1, bad]));
            Assert.Contains("problem 1", exception.Message, StringComparison.Ordinal);
        }

        Assert.ThrowsAny<ArgumentException>(() => SinkhornRun.Of(Engine(engine), two, costs, new() { Epsilon = 1 }, epsilons: [1]));
        Assert.ThrowsAny<ArgumentException>(() => SinkhornRun.Of(Engine(engine), two, costs, new() { Epsilon = 1 }, potentials: [1, 2, 3]));
    }

    /// <summary>Few for a device; the Host takes larger ones another way than tiny ones.</summary>
    private BatchLayout ProblemsFor(string engine) => Engine(engine).Info.Kind == EngineKind.Host
        ? BatchLayout.Ragged([6, 1, 40, 0], [5, 7, 33, 0]) : BatchLayout.Ragged([6, 1, 7, 0], [5, 4, 6, 0]);

    private static void AssertNear(double[] expected, double[] actual, int problem)
    {
        double distance = expected.Zip(actual, (x, y) => Math.Abs(x - y)).Sum();
        Assert.True(distance <= 2e-4 * expected.Sum(), $"Problem {problem}: plans differ by {distance}.");
    }
}
