namespace PyramidOT.Tests.Conformance;

/// <summary>
/// Results do not depend on the number of threads, nor on who else uses the engine. Batches here are large enough that the Host cuts
/// them into parts, in both of the ways that there are: many small problems, and few large ones.
/// </summary>
public class ThreadTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private const string OneThread = "host, 1 thread";

    public static TheoryData<string> MoreThreads => [.. EnginesAtHand.HostNames.Where(name => name != OneThread)];

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Costs_have_the_same_bits(string engine)
    {
        foreach ((BatchLayout problems, int dimensions) in new[] { (ManySmall, 3), (ManySmall, 20), (FewLarge, 3), (FewLarge, 20), (OneLarge, 40) })
        {
            (float[] x, float[] y) = Clouds.Pair(CloudKind.Clustered, (int)problems.Rows, (int)problems.Columns, dimensions, seed: 60);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                GroundCost cost = new(distance, 1.5);
                float[] expected = CostRun.Pairwise(Engine(OneThread), problems, x, y, dimensions, cost);
                float[] costs = CostRun.Pairwise(Engine(engine), problems, x, y, dimensions, cost);
                Bits.AssertSame(expected, costs, $"{problems.Count} problems, {dimensions} dimensions, {cost}");

                // Parts that wrote into each other would be wrong with one thread too.
                for (int b = 0; b < problems.Count; b += 7)
                {
                    float[] own = Shapes.Part(x, problems.RowOffsets, b, dimensions);
                    float[] other = Shapes.Part(y, problems.ColumnOffsets, b, dimensions);
                    double[] grounds = ReferenceCosts.Grounds(distance, own, other, dimensions);
                    CostRun.AssertAccurate(Shapes.Part(costs, problems.CostOffsets, b), grounds, own, other, dimensions, cost, $"Problem {b}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Points_have_the_same_bits(string engine)
    {
        const int Rows = 5000;
        const int Dimensions = 50;
        (float[] points, float[] targets) = Clouds.Pair(CloudKind.Normal, Rows, Rows, Dimensions, seed: 61);
        Draws draws = new(61);
        int[] order = draws.Permutation(Rows);
        (float[] gathered, float[] norms, float[] moved) = Run(OneThread);
        (float[] gathered2, float[] norms2, float[] moved2) = Run(engine);
        Bits.AssertSame(gathered, gathered2, "Gather");
        Bits.AssertSame(norms, norms2, "Norms");
        Bits.AssertSame(moved, moved2, "Moved");

        (float[], float[], float[]) Run(string name)
        {
            ComputeEngine at = Engine(name);
            using EngineBuffer<float> x = at.Upload(points);
            using EngineBuffer<float> y = at.Upload(targets);
            using EngineBuffer<int> rows = at.Upload(order);
            using EngineBuffer<float> to = at.Allocate<float>(points.Length);
            using EngineBuffer<float> squares = at.Allocate<float>(Rows);
            at.Points.Gather(x, Dimensions, rows, to);
            at.Points.SquaredNorms(x, Dimensions, squares);
            at.Points.MoveTowards(x, rows, y, rows, Dimensions, 0.3f);
            return (to.ToArray(), squares.ToArray(), x.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Clustering_has_the_same_bits(string engine)
    {
        // The last cell has several blocks of points even where sums are cut.
        BatchLayout cells = BatchLayout.Ragged([300, 0, 2500, 7, 40_000], [8, 0, 20, 3, 16]);
        foreach (int dimensions in new[] { 3, 24 })
        {
            (float[] points, _) = Clouds.Pair(CloudKind.Clustered, (int)cells.Rows, 1, dimensions, seed: 62);
            (float[] seeds, int[] nearest, float[] distances, float[] centres, int[] counts) = Run(OneThread);
            (float[] seeds2, int[] nearest2, float[] distances2, float[] centres2, int[] counts2) = Run(engine);
            Bits.AssertSame(seeds, seeds2, "Seeds");
            Bits.AssertSame(nearest, nearest2, "Nearest");
            Bits.AssertSame(distances, distances2, "Distances");
            Bits.AssertSame(centres, centres2, "Centres");
            Bits.AssertSame(counts, counts2, "Counts");

            (float[] Seeds, int[] Nearest, float[] Distances, float[] Centres, int[] Counts) Run(string name)
            {
                ComputeEngine at = Engine(name);
                float[] first = ClusteringRun.Seed(at, cells, points, [], dimensions, 5000, seed: 63);
                (int[] near, float[] squares) = ClusteringRun.Nearest(at, cells, points, [], dimensions, first);
                (float[] means, int[] sizes) = ClusteringRun.Update(at, cells, points, [], dimensions, near, first);
                return (first, near, squares, means, sizes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Assignments_have_the_same_bits(string engine)
    {
        foreach (MatrixKind kind in new[] { MatrixKind.Uniform, MatrixKind.SmallIntegers, MatrixKind.Forbidden, MatrixKind.LogUniform })
        {
            foreach (BatchLayout problems in new[] { ManySmall, FewLarge })
            {
                float[] costs = CostMatrices.Batch(kind, problems, seed: 64);
                SolvedBatch.AssertSame(
                    SolvedBatch.Of(Engine(OneThread), problems, costs),
                    SolvedBatch.Of(Engine(engine), problems, costs),
                    $"{kind}, {problems.Count} problems");
            }
        }
    }

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Of_several_bad_costs_the_same_one_is_named(string engine)
    {
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, ManySmall, seed: 65);
        Draws draws = new(65);
        for (int k = 0; k < 40; k++)
        {
            costs[(costs.Length / 3) + draws.Below(costs.Length / 2)] = float.NaN;
        }

        string Message(string name) => Assert.ThrowsAny<ArgumentException>(() => SolvedBatch.Of(Engine(name), ManySmall, costs)).Message;
        Assert.Equal(Message(OneThread), Message(engine));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Calls_from_several_threads_do_not_disturb_each_other(string engine)
    {
        BatchLayout problems = Shapes.Layout(Shapes.Ragged);
        (float[] x, float[] y) = Clouds.Pair(CloudKind.Normal, (int)problems.Rows, (int)problems.Columns, 7, seed: 66);
        float[] costs = CostRun.Pairwise(Engine(engine), problems, x, y, 7, GroundCost.SquaredEuclidean);
        SolvedBatch solved = SolvedBatch.Of(Engine(engine), problems, costs);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (int round = 0; round < (EnginesAtHand.IsInterpreted(engine) ? 1 : EnginesAtHand.IsReduced(engine) ? 3 : 20); round++)
            {
                Bits.AssertSame(costs, CostRun.Pairwise(Engine(engine), problems, x, y, 7, GroundCost.SquaredEuclidean), "Costs");
                SolvedBatch.AssertSame(solved, SolvedBatch.Of(Engine(engine), problems, costs), "Assignment");
            }
        });
    }

    private static BatchLayout ManySmall
    {
        get
        {
            Draws draws = new(67);
            return Shapes.Layout(Enumerable.Range(0, 600).Select(_ => (draws.Below(40), draws.Below(40))));
        }
    }

    private static BatchLayout FewLarge => BatchLayout.Ragged([300, 1, 257, 600], [100, 300, 2, 120]);

    private static BatchLayout OneLarge => BatchLayout.Uniform(1, 1100, 90);
}
