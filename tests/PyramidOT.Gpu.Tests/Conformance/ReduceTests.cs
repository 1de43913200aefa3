namespace PyramidOT.Tests.Conformance;

/// <summary>Costs reduced by potentials, number by number.</summary>
public class ReduceTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Costs_become_what_is_above_the_best_of_their_row(string engine)
    {
        foreach (int width in Some(engine, [1, 2, 3, 7, 16, 17, 33, 64, 100, 255, 256, 257, 300, 1025]))
        {
            AssertReduced(engine, BatchLayout.Uniform(2, 3, width), width);
        }

        AssertReduced(engine, BatchLayout.Ragged([2, 0, 1, 3, 0, 5], [70, 5, 1, 33, 0, 2]), 7);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_does_not_fit_is_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problems = BatchLayout.Ragged([2, 1], [3, 4]);
        using EngineBuffer<float> costs = at.Allocate<float>(10);
        using EngineBuffer<float> v = at.Allocate<float>(7);
        using EngineBuffer<float> u = at.Allocate<float>(3);
        Refused("problems", () => at.Assignment.Reduce(null!, costs, v, u));
        Refused("costs", () => at.Assignment.Reduce(problems, costs.Slice(0, 9), v, u));
        Refused("columnPotentials", () => at.Assignment.Reduce(problems, costs, v.Slice(0, 6), u));
        Refused("rowPotentials", () => at.Assignment.Reduce(problems, costs, v, u.Slice(0, 2)));
        Refused("problems", () => at.Assignment.Reduce(BatchLayout.Ragged([0, 2], [3, 0]), default, v, u));
        at.Assignment.Reduce(BatchLayout.Uniform(0, 0, 0), default, default, default);

        static void Refused(string name, Action action) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(action).ParamName);
    }

    private void AssertReduced(string engine, BatchLayout problems, int seed)
    {
        ComputeEngine at = Engine(engine);
        Draws draws = new(seed);
        float[] costs = [.. Enumerable.Range(0, (int)problems.Costs).Select(_ => (float)draws.Normal())];
        float[] v = [.. Enumerable.Range(0, (int)problems.Columns).Select(_ => (float)draws.Normal())];
        float[] expected = [.. costs];
        float[] u = new float[problems.Rows];
        for (int b = 0; b < problems.Count; b++)
        {
            int columns = problems.ColumnsOf(b);
            for (int i = 0; i < problems.RowsOf(b); i++)
            {
                Span<float> row = expected.AsSpan((int)problems.CostOffsets[b] + (i * columns), columns);
                float least = float.PositiveInfinity;
                for (int j = 0; j < columns; j++)
                {
                    row[j] -= v[problems.ColumnOffsets[b] + j];
                    least = Math.Min(least, row[j]);
                }

                for (int j = 0; j < columns; j++)
                {
                    row[j] -= least;
                }

                u[problems.RowOffsets[b] + i] = least;
            }
        }

        using Guarded<float> matrices = Guarded<float>.Of(at, costs);
        using Guarded<float> potentials = Guarded<float>.Of(at, v);
        using Guarded<float> rows = Guarded<float>.Output(at, problems.Rows);
        at.Assignment.Reduce(problems, matrices.View, potentials.View, rows.View);
        Bits.AssertSame(expected, matrices.ToArray(), $"{seed}, costs");
        Bits.AssertSame(u, rows.ToArray(), $"{seed}, potentials");
    }
}
