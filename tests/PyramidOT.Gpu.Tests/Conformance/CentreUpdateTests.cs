namespace PyramidOT.Tests.Conformance;

/// <summary>The means of centres' points, against float64.</summary>
public class CentreUpdateTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly (int Points, int Centres)[] s_cells =
        [(33, 8), (0, 3), (1, 1), (100, 9), (0, 0), (7, 17), (64, 1), (15, 2), (3, 100), (600, 16), (48, 33)];

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Centres_move_to_the_means_of_their_points(string engine, CloudKind kind)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            (float[] points, float[] centres) = Clouds.Pair(kind, (int)cells.Rows, (int)cells.Columns, dimensions, seed: 31);
            AssertMeans(engine, cells, points, dimensions, RandomCentres(cells, 4), centres, $"{kind}, {dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Large_cells_are_summed_in_float64(string engine)
    {
        // 1e6 and many small ones: sums in float32 would lose all of them.
        int count = EnginesAtHand.IsReduced(engine) ? 20_000 : 100_000;
        BatchLayout cells = BatchLayout.Ragged([count, 17], [2, 1]);
        float[] points = Clouds.Make(CloudKind.Uniform, count + 17, 3, seed: 32);
        points.AsSpan(0, 3).Fill(1e6f);
        AssertMeans(engine, cells, points, 3, RandomCentres(cells, 5), new float[9], "Large cells");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Centres_without_points_stay_and_count_none(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([4, 0, 1], [3, 2, 2]);
        float[] points = [1, 2, 3, 5, 7];
        float[] centres = [10, float.MaxValue, -0f, 40, float.Epsilon, 60, 70];
        (float[] moved, int[] counts) = ClusteringRun.Update(Engine(engine), cells, points, [], 1, [0, 0, 0, 0, 6], centres);
        Bits.AssertSame([2.75f, float.MaxValue, -0f, 40, float.Epsilon, 60, 7], moved, "Centres");
        Assert.Equal([4, 0, 0, 0, 0, 0, 1], counts);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_mean_of_equal_points_is_that_point(string engine, CloudKind kind)
    {
        foreach (int dimensions in new[] { 1, 7, 16, 33 })
        {
            // A count that is no power of two: the division must not leave the point.
            float[] point = Clouds.Make(kind, 1, dimensions, seed: 34);
            float[] points = Clouds.Rows(point, dimensions, new int[37]);
            (float[] moved, _) = ClusteringRun.Update(Engine(engine), BatchLayout.Uniform(1, 37, 1), points, [], dimensions, new int[37], new float[dimensions]);
            Assert.Equal(point, moved);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_order_gives_the_bits_of_points_laid_out_in_that_order(string engine)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in new[] { 1, 3, 16, 31, 100 })
        {
            const int Count = 500;
            Draws draws = new(7);
            (float[] points, float[] centres) = Clouds.Pair(CloudKind.Normal, Count, (int)cells.Columns, dimensions, seed: 35);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(Count))];
            int[] nearest = RandomCentres(cells, 8);
            (float[] expected, int[] expectedCounts) = ClusteringRun.Update(
                Engine(engine), cells, Clouds.Rows(points, dimensions, order), [], dimensions, nearest, centres);
            (float[] moved, int[] counts) = ClusteringRun.Update(Engine(engine), cells, points, order, dimensions, nearest, centres);
            Bits.AssertSame(expected, moved, $"{dimensions} dimensions");
            Assert.Equal(expectedCounts, counts);
        }
    }

    /// <summary>For each point some centre of its cell; some centres get none.</summary>
    private static int[] RandomCentres(BatchLayout cells, int seed)
    {
        Draws draws = new(seed);
        int[] nearest = new int[cells.Rows];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            for (int i = (int)cells.RowOffsets[cell]; i < cells.RowOffsets[cell + 1]; i++)
            {
                nearest[i] = (int)cells.ColumnOffsets[cell] + draws.Below((cells.ColumnsOf(cell) + 1) / 2);
            }
        }

        return nearest;
    }

    private void AssertMeans(string engine, BatchLayout cells, float[] points, int dimensions, int[] nearest, float[] centres, string what)
    {
        (double[] means, int[] counts) = ReferenceClustering.Means(points, dimensions, nearest, centres);
        (float[] moved, int[] movedCounts) = ClusteringRun.Update(Engine(engine), cells, points, [], dimensions, nearest, centres);
        Assert.Equal(counts, movedCounts);
        double[] largest = new double[means.Length];
        for (int i = 0; i < nearest.Length; i++)
        {
            for (int k = 0; k < dimensions; k++)
            {
                int at = (nearest[i] * dimensions) + k;
                largest[at] = Math.Max(largest[at], Math.Abs(points[(i * dimensions) + k]));
            }
        }

        for (int at = 0; at < means.Length; at++)
        {
            // Half an ulp of float32 for the result (the least denormal included), some of float64 for the sum, whatever its order.
            double tolerance = (6e-8 * Math.Abs(means[at])) + (1e-15 * counts[at / dimensions] * largest[at]) + float.Epsilon;
            Assert.True(Math.Abs(moved[at] - means[at]) <= tolerance, $"{what}: number {at} of the centres is {moved[at]:R} where {means[at]:R} is true.");
        }
    }
}
