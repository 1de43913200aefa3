namespace PyramidOT.Tests.Conformance;

/// <summary>Entropic transport with penalties in place of marginals.</summary>
public class SinkhornUnbalancedTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Plans_are_those_of_the_plain_iteration(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([1, 4, 9, 16, 6], [1, 7, 3, 16, 20]);
        Draws draws = new(1000);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1001);
        float[] a = Draws.Fill((int)problems.Rows, () => draws.Below(5) == 0 ? 0 : 3 * draws.Uniform());
        float[] b = Draws.Fill((int)problems.Columns, () => draws.Uniform());
        a[0] = 2;
        foreach (double penalty in Some(engine, [0.05, 0.5, 5]))
        {
            SinkhornRun run = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.1, MarginalPenalty = penalty }, a, b);
            for (int p = 0; p < problems.Count; p++)
            {
                Assert.Equal(SolveStatus.Optimal, run.Status[p]);
                run.AssertConsistent(p, SinkhornTests.SlackOf(Engine(engine)));
                double[] expected = ReferenceSinkhorn.Plan(Shapes.Part(costs, problems.CostOffsets, p), run.RowsOf(p), run.ColumnsOf(p), 0.1, penalty);
                double distance = expected.Zip(run.PlanOf(p), (x, y) => Math.Abs(x - y)).Sum();
                Assert.True(distance <= 1e-4 * expected.Sum(), $"Problem {p}, penalty {penalty}: plans differ by {distance}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_large_penalty_is_a_constraint(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(2, 7, 9);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 1010);
        SinkhornRun balanced = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.2 });
        SinkhornRun penalised = SinkhornRun.Of(Engine(engine), problems, costs, new() { Epsilon = 0.2, MarginalPenalty = 1e4 });
        for (int p = 0; p < 2; p++)
        {
            SinkhornRun.AssertNear(balanced.Primal[p], penalised.Primal[p], 1e-3, "Value");
            Assert.True(balanced.PlanOf(p).Zip(penalised.PlanOf(p), (x, y) => Math.Abs(x - y)).Sum() <= 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_cannot_be_moved_is_dropped(string engine)
    {
        // The second row has no pair at all; the second problem no column, the third no row, the fourth neither.
        BatchLayout problems = BatchLayout.Ragged([2, 3, 0, 0], [2, 0, 2, 0]);
        float infinity = float.PositiveInfinity;
        SinkhornRun run = SinkhornRun.Of(
            Engine(engine), problems, [0.1f, 0.4f, infinity, infinity], new() { Epsilon = 0.1, MarginalPenalty = 1 }, [1, 2, 1, 1, 1], [0.5f, 0.5f, 4, 3]);
        Assert.All(run.Status, status => Assert.Equal(SolveStatus.Optimal, status));
        Assert.Equal(0, run.Plan[2]);
        Assert.Equal(0, run.Plan[3]);
        Assert.Equal(double.PositiveInfinity, run.RowPotentials[1]);
        run.AssertConsistent(0, SinkhornTests.SlackOf(Engine(engine)));
        SinkhornRun.AssertNear(3, run.Primal[1], 1e-12, "All dropped");
        SinkhornRun.AssertNear(7, run.Dual[2], 1e-12, "All dropped");
        Assert.Equal(0, run.Primal[3]);
    }
}
