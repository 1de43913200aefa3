namespace PyramidOT.Tests.Conformance;

/// <summary>Batches of costs: ragged shapes, threads, refusals.</summary>
public class CostBatchTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<string, GroundDistance> EnginesAndDistances =>
        Crossed.With(EnginesAtHand.Names, Enum.GetValues<GroundDistance>());

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void A_ragged_batch_gives_the_bits_of_its_problems_one_by_one(string engine, GroundDistance distance)
    {
        BatchLayout batch = Shapes.Layout(Shapes.Ragged);
        foreach (int dimensions in Some(engine, [1, 3, 100, 17]))
        {
            foreach (CloudKind kind in new[] { CloudKind.Normal, CloudKind.FarTwins })
            {
                (float[] x, float[] y) = Clouds.Pair(kind, (int)batch.Rows, (int)batch.Columns, dimensions, seed: 11);
                foreach (double exponent in new[] { 1, 2, 2.5 })
                {
                    GroundCost cost = new(distance, exponent);
                    float[] together = CostRun.Pairwise(Engine(engine), batch, x, y, dimensions, cost);
                    for (int b = 0; b < batch.Count; b++)
                    {
                        float[] alone = CostRun.Pairwise(
                            Engine(engine),
                            BatchLayout.Uniform(1, batch.RowsOf(b), batch.ColumnsOf(b)),
                            Shapes.Part(x, batch.RowOffsets, b, dimensions),
                            Shapes.Part(y, batch.ColumnOffsets, b, dimensions),
                            dimensions,
                            cost);
                        Bits.AssertSame(alone, Shapes.Part(together, batch.CostOffsets, b), $"{kind}, {cost}, {dimensions} dimensions, problem {b}");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_empty_batch_writes_nothing(string engine)
    {
        foreach (BatchLayout batch in new[] { BatchLayout.Uniform(0, 3, 3), BatchLayout.Uniform(5, 0, 0), BatchLayout.Uniform(2, 0, 7) })
        {
            float[] x = new float[batch.Rows * 2];
            float[] y = new float[batch.Columns * 2];
            Assert.Empty(CostRun.Pairwise(Engine(engine), batch, x, y, 2, GroundCost.SquaredEuclidean));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout batch = BatchLayout.Uniform(2, 3, 4);
        using EngineBuffer<float> x = at.Allocate<float>(2 * 3 * 5);
        using EngineBuffer<float> y = at.Allocate<float>(2 * 4 * 5);
        using EngineBuffer<float> costs = at.Allocate<float>(2 * 3 * 4);
        x.View.Clear();
        y.View.Clear();
        at.Costs.Pairwise(batch, x, y, 5, default, costs);

        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, x.Slice(0, 29), y, 5, default, costs));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, x, y.Slice(5, 35), 5, default, costs));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, x, y, 5, default, costs.Slice(0, 23)));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, x, y, 4, default, costs));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, x, y, 0, default, costs));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, x, y, -5, default, costs));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(batch, y, x, 5, default, costs));
        Assert.ThrowsAny<ArgumentException>(() => at.Costs.Pairwise(null!, x, y, 5, default, costs));
    }
}
