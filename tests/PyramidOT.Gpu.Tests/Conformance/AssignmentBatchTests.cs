namespace PyramidOT.Tests.Conformance;

/// <summary>Batches of assignment problems: ragged shapes, empty problems, independence, refusals.</summary>
public class AssignmentBatchTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<string, MatrixKind> Cases => Crossed.With(EnginesAtHand.Names, CostMatrices.AllKinds);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_ragged_batch_gives_the_bits_of_its_problems_one_by_one(string engine, MatrixKind kind)
    {
        BatchLayout problems = Shapes.Layout(Shapes.Ragged);
        SolvedBatch together = SolvedBatch.Of(Engine(engine), problems, CostMatrices.Batch(kind, problems, seed: 400));
        for (int b = 0; b < problems.Count; b++)
        {
            SolvedProblem one = together[b];
            SolvedBatch alone = SolvedBatch.Of(Engine(engine), one.Rows, one.Columns, one.Costs);
            Assert.Equal(alone.Status[0], one.Status);
            Bits.AssertSame(alone.ColumnOfRow, one.ColumnOfRow, $"{kind}, {one.Name}, permutation");
            Bits.AssertSame(alone.RowDuals, one.RowDuals, $"{kind}, {one.Name}, row duals");
            Bits.AssertSame(alone.ColumnDuals, one.ColumnDuals, $"{kind}, {one.Name}, column duals");
            Bits.AssertSame(alone.Primal, [one.Primal], $"{kind}, {one.Name}, primal");
            Bits.AssertSame(alone.Dual, [one.Dual], $"{kind}, {one.Name}, dual");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Problems_without_rows_or_columns_cost_nothing(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([0, 0, 5, 1, 0], [0, 4, 0, 1, 0]);
        SolvedBatch solved = SolvedBatch.Of(Engine(engine), problems, [3]);
        for (int b = 0; b < problems.Count; b++)
        {
            solved[b].AssertOptimal("Empty", gap: 0);
            Assert.Equal(b == 3 ? 3 : 0, solved[b].Primal);
            Assert.Equal(b == 3 ? 3 : 0, solved[b].Dual);
        }

        Assert.Equal([-1, -1, -1, -1, -1, 0], solved.ColumnOfRow);
        Assert.Equal(new float[5], solved.RowDuals[..5]);
        Assert.Equal(new float[4], solved.ColumnDuals[..4]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_problems_are_no_work(string engine)
    {
        Assert.Empty(SolvedBatch.Of(Engine(engine), BatchLayout.Uniform(0, 3, 3), []).Primal);
        Assert.Equal([0, 0, 0], SolvedBatch.Of(Engine(engine), BatchLayout.Uniform(3, 0, 0), []).Primal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_by_one_takes_the_only_pair(string engine)
    {
        float[] costs = [0, -0f, 1, -2.5f, 1e30f, -1e30f, float.Epsilon, float.PositiveInfinity];
        SolvedBatch solved = SolvedBatch.Of(Engine(engine), BatchLayout.Uniform(costs.Length, 1, 1), costs);
        for (int b = 0; b < costs.Length; b++)
        {
            solved[b].AssertCost(costs[b], "One by one", gap: 0);
            if (float.IsFinite(costs[b]))
            {
                solved[b].AssertOptimal("One by one", gap: 0);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_infeasible_problem_leaves_its_neighbours_alone(string engine)
    {
        foreach (int n in new[] { 1, 3, 16, 20, 70 })
        {
            BatchLayout problems = BatchLayout.Uniform(5, n, n);
            float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 20);
            float[] forbidden = [.. costs];
            foreach (int b in new[] { 0, 2, 4 })
            {
                // A row, a column, everything.
                for (int k = 0; k < (b == 4 ? n * n : n); k++)
                {
                    forbidden[(b * n * n) + (b == 2 ? k * n : k)] = float.PositiveInfinity;
                }
            }

            SolvedBatch expected = SolvedBatch.Of(Engine(engine), problems, costs);
            SolvedBatch solved = SolvedBatch.Of(Engine(engine), problems, forbidden);
            for (int b = 0; b < 5; b++)
            {
                if (b % 2 == 0)
                {
                    solved[b].AssertInfeasible("Forbidden");
                    continue;
                }

                Assert.Equal(SolveStatus.Optimal, solved[b].Status);
                Bits.AssertSame(expected[b].ColumnOfRow, solved[b].ColumnOfRow, "Neighbour");
                Bits.AssertSame(expected[b].ColumnDuals, solved[b].ColumnDuals, "Neighbour");
                Assert.Equal(expected[b].Primal, solved[b].Primal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Results_are_used_again(string engine)
    {
        // What a first solve left in the results and in the engine's own memory must not show in the second one.
        ComputeEngine at = Engine(engine);
        BatchLayout problems = Shapes.Layout(Shapes.Ragged);
        float[] first = CostMatrices.Batch(MatrixKind.MostlyForbidden, problems, seed: 30);
        float[] second = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 31);
        SolvedBatch expected = SolvedBatch.Of(at, problems, second);
        using AssignmentBuffers result = new(at, problems);
        using EngineBuffer<float> costs = at.Upload(first);
        at.Assignment.Solve(problems, costs, result);
        costs.Upload(second);
        at.Assignment.Solve(problems, costs, result);
        Bits.AssertSame(expected.ColumnOfRow, result.ColumnOfRow.ToArray(), "Permutation");
        Bits.AssertSame(expected.RowDuals, result.RowDuals.ToArray(), "Row duals");
        Bits.AssertSame(expected.ColumnDuals, result.ColumnDuals.ToArray(), "Column duals");
        Bits.AssertSame(expected.Primal, result.Primal.ToArray(), "Primal");
        Bits.AssertSame(expected.Dual, result.Dual.ToArray(), "Dual");
        Bits.AssertSame(expected.Status, result.Status.ToArray(), "Status");
    }
}
