using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Orders of pairs and their batches: seeds, chance, depth.</summary>
public class PairOrderTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void A_seed_gives_one_order_and_another_seed_another(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 200, 200, 2, seed: 71);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, TestPyramids.Ways[way]);
        PairOrder order = pyramid.Order(7);
        AssertSame(order, pyramid.Order(7));
        AssertSame(order, pyramid.Order(7, UnpairedPoints.Drop));
        Assert.NotEqual(order.SourceRows.ToArray(), pyramid.Order(8).SourceRows.ToArray());
        OrderChecks.CheckPairs(pyramid, pyramid.Order(8));

        // The rows in the tree's order are as they were: no order disturbs the next one.
        AssertSame(order, pyramid.Order(7));
    }

    [Fact]
    public void Orders_are_read_by_several_threads_at_once()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 500, 400, 2, seed: 72);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        PairOrder[] expected = [.. Enumerable.Range(0, 8).Select(seed => pyramid.Order((ulong)seed))];
        Parallel.For(0, 32, i => AssertSame(expected[i % 8], pyramid.Order((ulong)(i % 8))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(int.MaxValue)]
    public void Batches_are_the_order_in_pieces(int batchSize)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 100, 100, 2, seed: 73);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        OrderChecks.CheckBatches(pyramid.Order(3), pyramid.Batches(batchSize, 3), batchSize);
        OrderChecks.CheckBatches(pyramid.Order(3), pyramid.Order(3).Batches(batchSize), batchSize);

        (source, target) = Clouds.Pair(CloudKind.Normal, 40, 90, 2, seed: 73);
        using PyramidPair uneven = TestPyramids.Build(engine, source, target, 2, new());
        OrderChecks.CheckBatches(uneven.Order(3), uneven.Batches(batchSize, 3), batchSize);
        OrderChecks.CheckBatches(uneven.Order(3, UnpairedPoints.Drop), uneven.Batches(batchSize, 3, UnpairedPoints.Drop), batchSize);
    }

    [Fact]
    public void Batches_of_no_pair_are_refused_before_they_are_asked_for()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2], [3, 4], 1, new());
        foreach (int batchSize in new[] { 0, -1, int.MinValue })
        {
            Assert.Equal("batchSize", Assert.Throws<ArgumentOutOfRangeException>(() => { pyramid.Batches(batchSize); }).ParamName);
            Assert.Equal("batchSize", Assert.Throws<ArgumentOutOfRangeException>(() => { pyramid.Order(1).Batches(batchSize); }).ParamName);
        }
    }

    [Fact]
    public void What_happens_to_unpaired_points_must_be_a_defined_value()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2], [3], 1, new());
        Assert.Equal("unpaired", Assert.Throws<ArgumentOutOfRangeException>(() => pyramid.Order(1, (UnpairedPoints)7)).ParamName);
        Assert.Equal("unpaired", Assert.Throws<ArgumentOutOfRangeException>(() => { pyramid.Batches(1, 1, (UnpairedPoints)7); }).ParamName);
    }

    [Fact]
    public void At_random_all_orders_are_equally_likely()
    {
        // Three pairs in order: 3! x 3! outcomes, each as often as the others. Chi-square with 35 degrees: 1e-4 lies beyond 76.
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2, 3], [4, 5, 6], 1, new() { Scheme = PyramidScheme.Random });
        const int Orders = 7200;
        Dictionary<string, int> seen = [];
        for (ulong seed = 0; seed < Orders; seed++)
        {
            PairOrder order = pyramid.Order(seed);
            string outcome = string.Concat(order.SourceRows.ToArray()) + string.Concat(order.TargetRows.ToArray());
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
        }

        Assert.Equal(36, seen.Count);
        Assert.InRange(ChiSquare(seen.Values, Orders), 0, 76);
    }

    [Fact]
    public void Children_come_in_any_order()
    {
        // Four places far apart make four children; the order of the places is that of the children: 4! outcomes, 23 degrees.
        using ComputeEngine engine = TestPyramids.Host();
        float[] points = [0, 1000, 1e6f, 1e9f];
        using PyramidPair pyramid = TestPyramids.Build(
            engine, points, points, 1, new() { Scheme = PyramidScheme.Joint, Branching = 100, Centres = CentreSelection.Sample });
        Assert.Equal(4, pyramid.Levels[1].Count);
        const int Orders = 4800;
        Dictionary<string, int> seen = [];
        for (ulong seed = 0; seed < Orders; seed++)
        {
            PairOrder order = pyramid.Order(seed);
            Assert.Equal(order.SourceRows.ToArray(), order.TargetRows.ToArray());
            string outcome = string.Concat(order.SourceRows.ToArray());
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
        }

        Assert.Equal(24, seen.Count);
        Assert.InRange(ChiSquare(seen.Values, Orders), 0, 58);
    }

    [Fact]
    public void What_a_cell_leaves_over_is_drawn_evenly()
    {
        // Ten source points in one leaf beside four target points; the other six meet the far target points at the root. Each source point is
        // as likely as any other to be among the four: 10 x binomial(n, 0.4), 9 degrees (drawn without replacement, a little less).
        using ComputeEngine engine = TestPyramids.Host();
        float[] source = [.. Enumerable.Repeat(1f, 10)];
        float[] target = [.. Enumerable.Repeat(1f, 4), .. Enumerable.Repeat(1e6f, 6)];
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 1, new() { Scheme = PyramidScheme.Joint });
        const int Orders = 3000;
        int[] near = new int[10];
        for (ulong seed = 0; seed < Orders; seed++)
        {
            PairOrder order = pyramid.Order(seed);
            for (int i = 0; i < 10; i++)
            {
                bool isNear = order.TargetRows[i] < 4;
                Assert.Equal(isNear ? 1 : 0, order.Levels[i]);
                near[order.SourceRows[i]] += isNear ? 1 : 0;
            }
        }

        Assert.InRange(near.Sum(count => Math.Pow(count - (0.4 * Orders), 2)) / (0.4 * 0.6 * Orders), 0, 40);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Trees_of_any_depth_are_walked(int surplus)
    {
        // No data makes a tree like this one: each level parts one pair from the rest. The walk must not need a stack frame a level.
        const int Depth = 40_000;
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(
            engine, new float[Depth + 1], new float[Depth + 1 + surplus], 1, new() { Scheme = PyramidScheme.Random });
        List<PyramidLevel> levels = Assert.IsType<List<PyramidLevel>>(pyramid.Levels);
        for (int depth = 0; depth < Depth; depth++)
        {
            PyramidLevel next = new();
            next.Add(depth, depth + 1, depth, depth + 1);
            next.Add(depth + 1, Depth + 1, depth + 1, Depth + 1 + surplus);
            levels[depth].SetChildren(depth == 0 ? 0 : 1, 0, 2);
            levels.Add(next);
        }

        PairOrder order = pyramid.Order(1, UnpairedPoints.Drop);
        Assert.Equal(Depth + 1, order.Count);
        Assert.Equal(pyramid.Order(1, UnpairedPoints.Drop).SourceRows.ToArray(), order.SourceRows.ToArray());
        for (int i = 0; i < order.Count; i++)
        {
            int row = order.SourceRows[i];
            Assert.Equal(Math.Min(row + 1, Depth), order.Levels[i]);
            Assert.True(row == order.TargetRows[i] || (row == Depth && order.TargetRows[i] >= Depth));
        }

        PairOrder carried = pyramid.Order(1);
        Assert.Equal(Depth + 1, carried.SourceRows.ToArray().Distinct().Count());
        Assert.Equal(Depth + 1 + surplus, carried.TargetRows.ToArray().Distinct().Count());
        Assert.Equal(1, surplus == 0 ? 1 : carried.Masses.ToArray().Sum(), 1e-9);
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    private static double ChiSquare(Dictionary<string, int>.ValueCollection counts, int total)
    {
        double expected = (double)total / counts.Count;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    private static void AssertSame(PairOrder expected, PairOrder actual)
    {
        Bits.AssertSame(expected.SourceRows.ToArray(), actual.SourceRows.ToArray(), "Source rows");
        Bits.AssertSame(expected.TargetRows.ToArray(), actual.TargetRows.ToArray(), "Target rows");
        Bits.AssertSame(expected.Levels.ToArray(), actual.Levels.ToArray(), "Levels");
        Bits.AssertSame(expected.Masses.ToArray(), actual.Masses.ToArray(), "Masses");
    }
}
