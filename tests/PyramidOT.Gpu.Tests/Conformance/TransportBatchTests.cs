using PyramidOT.Engines.Ilgpu;

namespace PyramidOT.Tests.Conformance;

/// <summary>Batches of transport problems: ragged shapes, empty problems, weights of nothing, independence, threads.</summary>
public class TransportBatchTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private const string OneThread = "host, 1 thread";

    public static TheoryData<string> MoreThreads => [.. EnginesAtHand.HostNames.Where(name => name != OneThread)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_ragged_batch_gives_the_bits_of_its_problems_one_by_one(string engine)
    {
        BatchLayout problems = Shapes.Layout(Shapes.Ragged);
        foreach (MassKind kind in Some(engine, [MassKind.Uniform, MassKind.Pixels, MassKind.Random]))
        {
            (float[] rows, float[] columns) = TransportMasses.Batch(kind, problems, seed: 500);
            SolvedTransports together = SolvedTransports.Of(
                Engine(engine), problems, CostMatrices.Batch(MatrixKind.Clustered, problems, seed: 501), rows, columns);
            for (int b = 0; b < problems.Count; b++)
            {
                SolvedTransport one = together[b];
                one.AssertOptimal($"{kind}");
                SolvedTransport alone = SolvedTransports.Of(Engine(engine), one.Costs, one.RowWeights, one.ColumnWeights);
                Assert.Equal(alone.Status, one.Status);
                Bits.AssertSame(alone.Plan, one.Plan, $"{kind}, {one.Name}, plan");
                Bits.AssertSame(alone.RowDuals, one.RowDuals, $"{kind}, {one.Name}, row duals");
                Bits.AssertSame(alone.ColumnDuals, one.ColumnDuals, $"{kind}, {one.Name}, column duals");
                Bits.AssertSame([alone.Primal], [one.Primal], $"{kind}, {one.Name}, primal");
                Bits.AssertSame([alone.Dual], [one.Dual], $"{kind}, {one.Name}, dual");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_weighs_nothing_costs_nothing(string engine)
    {
        BatchLayout problems = BatchLayout.Ragged([0, 0, 5, 2, 0, 3], [0, 4, 0, 3, 0, 2]);
        float[] costs = [1, -2, 3, 4, 5, -6, 1, 2, 3, 4, float.PositiveInfinity, float.PositiveInfinity];
        SolvedTransports solved = SolvedTransports.Of(Engine(engine), problems, costs, new float[10], new float[9]);
        for (int b = 0; b < problems.Count; b++)
        {
            solved[b].AssertOptimal("Nothing");
            Assert.Equal(0, solved[b].Primal);
            Assert.Equal(0, solved[b].Dual);
            Assert.Empty(solved[b].Plan);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rows_and_columns_of_no_weight_may_be_forbidden_everywhere(string engine)
    {
        const float No = float.PositiveInfinity;
        SolvedTransport solved = SolvedTransports.Of(Engine(engine), [No, No, No, No, 1, 2, No, 3, -4], [0, 1, 3], [0, 3, 1]);
        solved.AssertOptimal("Forbidden");
        Assert.Equal(1 + (2 * 3) - 4, solved.Primal);

        // The same with weight has no plan.
        SolvedTransports.Of(Engine(engine), [No, No, No, No, 1, 2, No, 3, -4], [1, 1, 3], [0, 4, 1]).AssertInfeasible("Forbidden");
        SolvedTransports.Of(Engine(engine), [No, No, No, No, 1, 2, No, 3, -4], [0, 1, 3], [1, 2, 1]).AssertInfeasible("Forbidden");
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Rows_and_columns_of_no_weight_are_left_out_of_large_problems_too(string engine)
    {
        // On a device: costs in shared memory, state alone, and neither.
        BatchLayout problems = BatchLayout.Ragged([60, 160, 820], [70, 170, 110]);
        Draws draws = new(505);
        float[] rows = Draws.Fill((int)problems.Rows, () => draws.Below(10) == 0 ? 0 : 1 + draws.Below(50));
        float[] columns = Draws.Fill((int)problems.Columns, () => draws.Below(10) == 0 ? 0 : 1 + draws.Below(50));
        for (int b = 0; b < problems.Count; b++)
        {
            Span<float> own = rows.AsSpan((int)problems.RowOffsets[b], problems.RowsOf(b));
            Span<float> other = columns.AsSpan((int)problems.ColumnOffsets[b], problems.ColumnsOf(b));
            (own[0], other[0]) = (0, 0);
            float surplus = other.ToArray().Sum() - own.ToArray().Sum();
            (surplus > 0 ? ref own[^1] : ref other[^1]) += Math.Abs(surplus);
        }

        SolvedTransports solved = SolvedTransports.Of(
            Engine(engine), problems, CostMatrices.Batch(MatrixKind.Clustered, problems, seed: 506), rows, columns);
        for (int b = 0; b < problems.Count; b++)
        {
            solved[b].AssertOptimal("Left out");
        }
    }

    [Fact]
    public void Little_memory_takes_more_launches()
    {
        BatchLayout problems = BatchLayout.Uniform(60, 40, 8);
        (float[] rows, float[] columns) = TransportMasses.Batch(MassKind.Random, problems, seed: 540);
        float[] costs = CostMatrices.Batch(MatrixKind.Clustered, problems, seed: 541);
        using IlgpuEngine roomy = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1), new());

        // Room for some half of what all of it takes besides costs and results.
        using IlgpuEngine narrow = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1) { MemoryLimit = 250_000 }, new() { PooledBytes = 0 });
        SolvedTransports.AssertSame(
            SolvedTransports.Of(roomy, problems, costs, rows, columns), SolvedTransports.Of(narrow, problems, costs, rows, columns), "Narrow");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_problems_are_no_work(string engine)
    {
        Assert.Empty(SolvedTransports.Of(Engine(engine), BatchLayout.Uniform(0, 3, 3), [], [], []).Primal);
        Assert.Equal([0, 0, 0], SolvedTransports.Of(Engine(engine), BatchLayout.Uniform(3, 0, 0), [], [], []).Primal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_infeasible_problem_leaves_its_neighbours_alone(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(5, 9, 14);
        (float[] rows, float[] columns) = TransportMasses.Batch(MassKind.Random, problems, seed: 510);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 511);
        float[] forbidden = [.. costs];
        for (int k = 0; k < 14; k++)
        {
            forbidden[(1 * 9 * 14) + k] = float.PositiveInfinity;
            forbidden[(3 * 9 * 14) + ((k % 9) * 14)] = float.PositiveInfinity;
        }

        SolvedTransports expected = SolvedTransports.Of(Engine(engine), problems, costs, rows, columns);
        SolvedTransports solved = SolvedTransports.Of(Engine(engine), problems, forbidden, rows, columns);
        for (int b = 0; b < 5; b++)
        {
            if (b % 2 == 1)
            {
                solved[b].AssertInfeasible("Forbidden");
                continue;
            }

            Assert.Equal(SolveStatus.Optimal, solved[b].Status);
            Bits.AssertSame(expected[b].Plan, solved[b].Plan, "Neighbour");
            Bits.AssertSame(expected[b].ColumnDuals, solved[b].ColumnDuals, "Neighbour");
        }
    }

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Threads_do_not_change_bits(string engine)
    {
        Draws draws = new(520);
        BatchLayout many = Shapes.Layout(Enumerable.Range(0, 300).Select(_ => (draws.Below(30), draws.Below(30))));
        foreach (BatchLayout problems in new[] { many, BatchLayout.Ragged([200, 1, 120], [100, 150, 2]) })
        {
            foreach (MassKind kind in new[] { MassKind.Uniform, MassKind.SmallIntegers, MassKind.Pixels })
            {
                (float[] rows, float[] columns) = TransportMasses.Batch(kind, problems, seed: 521);
                float[] costs = CostMatrices.Batch(MatrixKind.Forbidden, problems, seed: 522);
                SolvedTransports.AssertSame(
                    SolvedTransports.Of(Engine(OneThread), problems, costs, rows, columns),
                    SolvedTransports.Of(Engine(engine), problems, costs, rows, columns),
                    $"{kind}, {problems.Count} problems");
            }
        }
    }

    [Fact]
    public void Without_float64_plans_are_optimal()
    {
        using IlgpuEngine engine = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1) { WithoutDoubles = true }, new());
        BatchLayout problems = BatchLayout.Ragged([3, 20, 7, 30], [3, 20, 9, 25]);
        foreach (MatrixKind kind in new[] { MatrixKind.LogUniform, MatrixKind.Clustered, MatrixKind.Forbidden })
        {
            foreach (MassKind masses in new[] { MassKind.TinyNextToLarge, MassKind.Pixels, MassKind.Uniform })
            {
                (float[] rows, float[] columns) = TransportMasses.Batch(masses, problems, seed: 530);
                SolvedTransports solved = SolvedTransports.Of(engine, problems, CostMatrices.Batch(kind, problems, seed: 531), rows, columns);
                for (int b = 0; b < problems.Count; b++)
                {
                    if (solved[b].Status != SolveStatus.Infeasible)
                    {
                        solved[b].AssertOptimal($"{kind}, {masses}");
                    }
                }
            }
        }
    }
}
