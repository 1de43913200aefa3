namespace PyramidOT.Tests.Conformance;

/// <summary>Lists of the cheapest columns, against what they promise.</summary>
public class CandidateTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Around the groups of columns that tell the cut, around a stretch of equal columns, and several times as many.
    private static readonly int[] s_widths = [1, 2, 3, 4, 15, 16, 17, 63, 64, 65, 127, 255, 256, 257, 300, 511, 700, 1025];

    private static readonly Dictionary<string, Func<Draws, int, double>> s_kinds = new()
    {
        ["normal"] = (draws, _) => draws.Normal(),
        ["rising"] = (_, j) => j,
        ["falling"] = (_, j) => -j,
        ["ties by hundreds"] = (draws, _) => draws.Below(3),
        ["few least"] = (draws, j) => j % 150 == 7 ? -5 : draws.Below(2),
        ["all equal"] = (_, _) => 0.1f,
        ["zeros of both signs"] = (draws, _) => draws.Below(2) == 0 ? -0.0 : 0.0,
        ["one far below"] = (draws, j) => j == 5 ? -1e30 : draws.Uniform(),
        ["one far above"] = (draws, j) => j == 5 ? 1e30 : draws.Uniform(),
        ["huge"] = (draws, _) => draws.Normal() * 1e37,
        ["tiny"] = (draws, _) => draws.Below(2000) * (double)float.Epsilon,
        ["all magnitudes"] = (draws, _) => draws.Normal() * Math.Pow(10, draws.Below(60) - 30),
    };

    public static TheoryData<string, string> Cases => Crossed.With(EnginesAtHand.Names, s_kinds.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lists_hold_the_least_and_nothing_left_out_is_below_the_limit(string engine, string kind)
    {
        foreach (int width in Some(engine, s_widths))
        {
            AssertLists(engine, kind, BatchLayout.Uniform(1, 3, width), 1, 64);
            AssertLists(engine, kind, BatchLayout.Uniform(2, 1, width), 1 - 2e-5f, width % 2 == 0 ? 4 : 17);
        }

        AssertLists(engine, kind, BatchLayout.Ragged([2, 0, 1, 3, 0], [70, 5, 1, 33, 0]), 0.5f, 8);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Of_equal_columns_the_first_are_listed(string engine)
    {
        // Beyond the first stretch of columns, and all over it.
        float[] late = [.. Enumerable.Range(0, 600).Select(j => j >= 290 ? 1f : 2f)];
        (int[] columns, float[] limits) = Run(engine, BatchLayout.Uniform(1, 1, late.Length), late, new float[late.Length], 1, 4);
        Assert.Equal([290, 291, 292, 293], columns);
        Assert.Equal([1f], limits);
        (columns, limits) = Run(engine, BatchLayout.Uniform(1, 1, 64), new float[64], new float[64], 1, 64);
        Assert.Equal(Enumerable.Range(0, 64), columns);
        Assert.Equal([float.PositiveInfinity], limits);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Random_rows_get_lists_that_are_worth_it(string engine)
    {
        BatchLayout problems = BatchLayout.Uniform(1, EnginesAtHand.IsInterpreted(engine) ? 4 : 40, 1500);
        float[] costs = Values("normal", problems.Costs, 1500, 5);
        (int[] columns, float[] limits) = Run(engine, problems, costs, Values("normal", 1500, 1500, 6), 1, 64);
        for (int i = 0; i < limits.Length; i++)
        {
            Assert.InRange(columns.Skip(i * 64).Take(64).Count(column => column >= 0), 16, 64);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_makes_no_sense_is_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problems = BatchLayout.Ragged([2, 1], [3, 4]);
        using EngineBuffer<float> costs = at.Allocate<float>(10);
        using EngineBuffer<float> potentials = at.Allocate<float>(7);
        using EngineBuffer<int> columns = at.Allocate<int>(12);
        using EngineBuffer<float> limits = at.Allocate<float>(3);
        Refused("problems", () => at.Candidates.List(null!, costs, potentials, 1, 4, columns, limits));
        Refused("costs", () => at.Candidates.List(problems, costs.Slice(0, 9), potentials, 1, 4, columns, limits));
        Refused("potentials", () => at.Candidates.List(problems, costs, potentials.Slice(0, 6), 1, 4, columns, limits));
        Refused("columns", () => at.Candidates.List(problems, costs, potentials, 1, 5, columns, limits));
        Refused("limits", () => at.Candidates.List(problems, costs, potentials, 1, 4, columns, limits.Slice(0, 2)));
        Refused("capacity", () => at.Candidates.List(problems, costs, potentials, 1, 3, columns, limits));
        Refused("capacity", () => at.Candidates.List(problems, costs, potentials, 1, 65, columns, limits));
        Refused("factor", () => at.Candidates.List(problems, costs, potentials, float.NaN, 4, columns, limits));
        Refused("problems", () => at.Candidates.List(BatchLayout.Ragged([0, 2], [3, 0]), default, potentials, 1, 4, columns, limits));
        at.Candidates.List(BatchLayout.Uniform(0, 0, 0), default, default, 1, 4, default, default);

        static void Refused(string name, Action action) => Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(action).ParamName);
    }

    private void AssertLists(string engine, string kind, BatchLayout problems, float factor, int capacity)
    {
        int width = Math.Max(1, problems.MaxColumns);
        float[] costs = Values(kind, problems.Costs, width, (int)problems.Costs);
        float[] potentials = kind is "normal" or "few least" ? Values(kind, problems.Columns, width, 3) : new float[problems.Columns];
        (int[] columns, float[] limits) = Run(engine, problems, costs, potentials, factor, capacity);
        for (int b = 0; b < problems.Count; b++)
        {
            float[] own = Shapes.Part(potentials, problems.ColumnOffsets, b);
            for (int i = 0; i < problems.RowsOf(b); i++)
            {
                int first = (int)problems.CostOffsets[b] + (i * own.Length);
                int row = (int)problems.RowOffsets[b] + i;
                AssertList(
                    costs.AsSpan(first, own.Length), own, factor, columns.AsSpan(row * capacity, capacity), limits[row], $"{kind}, {own.Length} columns, problem {b}, row {i}");
            }
        }
    }

    private static void AssertList(ReadOnlySpan<float> costs, float[] potentials, float factor, ReadOnlySpan<int> list, float limit, string what)
    {
        // A device may round cost times factor less potential once instead of twice.
        double[] exact = new double[costs.Length];
        double[] error = new double[costs.Length];
        for (int j = 0; j < exact.Length; j++)
        {
            double product = (double)costs[j] * factor;
            exact[j] = product - potentials[j];
            error[j] = (1.3e-7 * (Math.Abs(product) + Math.Abs(exact[j]))) + float.Epsilon;
        }

        int count = list.IndexOf(-1);
        count = count < 0 ? list.Length : count;
        Assert.True(count > 0, $"{what}: nothing is listed.");
        Assert.True(list[count..].IndexOfAnyExcept(-1) < 0, $"{what}: something stands behind the end.");
        bool[] isListed = new bool[costs.Length];
        for (int k = 0; k < count; k++)
        {
            Assert.InRange(list[k], 0, costs.Length - 1);
            Assert.False(isListed[list[k]], $"{what}: column {list[k]} is listed twice.");
            isListed[list[k]] = true;
            if (k > 0)
            {
                int before = list[k - 1];
                Assert.True(
                    exact[before] == exact[list[k]] ? before < list[k] : exact[before] - error[before] <= exact[list[k]] + error[list[k]],
                    $"{what}: column {before} of {exact[before]} stands before {list[k]} of {exact[list[k]]}.");
            }
        }

        double least = exact.Min();
        Assert.True(exact[list[0]] - error[list[0]] <= least + error[Array.IndexOf(exact, least)], $"{what}: {exact[list[0]]} is listed first, {least} is least.");
        Assert.Equal(count == costs.Length, float.IsPositiveInfinity(limit));
        for (int j = 0; j < exact.Length; j++)
        {
            Assert.True(isListed[j] || exact[j] + error[j] >= limit, $"{what}: column {j} is left out at {exact[j]}, below the limit {limit}.");
        }
    }

    private static float[] Values(string kind, long count, int width, int seed)
    {
        Draws draws = new(seed);
        int at = 0;
        return Draws.Fill((int)count, () => s_kinds[kind](draws, at++ % width));
    }

    private (int[] Columns, float[] Limits) Run(string engine, BatchLayout problems, float[] costs, float[] potentials, float factor, int capacity)
    {
        ComputeEngine at = Engine(engine);
        using Guarded<float> c = Guarded<float>.Of(at, costs);
        using Guarded<float> v = Guarded<float>.Of(at, potentials);
        using Guarded<int> columns = Guarded<int>.Output(at, problems.Rows * capacity);
        using Guarded<float> limits = Guarded<float>.Output(at, problems.Rows);
        at.Candidates.List(problems, c.View, v.View, factor, capacity, columns.View, limits.View);
        Bits.AssertSame(costs, c.ToArray(), "The costs, afterwards");
        Bits.AssertSame(potentials, v.ToArray(), "The potentials, afterwards");
        return (columns.ToArray(), limits.ToArray());
    }
}
