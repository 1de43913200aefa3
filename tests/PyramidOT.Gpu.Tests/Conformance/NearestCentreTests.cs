namespace PyramidOT.Tests.Conformance;

/// <summary>The search for nearest centres, against float64.</summary>
public class NearestCentreTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Of squared distances, relative: as the costs promise it.
    private const double Accuracy = 1e-5;

    // As for the costs: below float32's least normal number there is no relative accuracy.
    private const double LeastNormal = 1.17549435e-38;

    // Points and centres of cells: empty ones, cells with centres only, one centre, more centres than points, all remainders of vectors.
    private static readonly (int Points, int Centres)[] s_cells =
        [(33, 8), (0, 3), (1, 1), (100, 9), (0, 0), (7, 17), (64, 1), (15, 2), (3, 100), (129, 16), (48, 33), (2, 7), (257, 3)];

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_centre_is_a_nearest_one_and_the_distance_is_accurate(string engine, CloudKind kind)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            (float[] points, float[] centres) = Clouds.Pair(kind, (int)cells.Rows, (int)cells.Columns, dimensions, seed: 21);
            (int[] nearest, float[] distances) = ClusteringRun.Nearest(Engine(engine), cells, points, [], dimensions, centres);
            AssertNearest(cells, points, dimensions, centres, nearest, distances, $"{kind}, {dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Centres_that_are_points_are_found_at_distance_0(string engine, CloudKind kind)
    {
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            foreach (int count in new[] { 1, 9, 33, 70 })
            {
                // Each point is a centre; of equal ones the first is its centre.
                float[] points = Clouds.Make(kind, count, dimensions, seed: count);
                BatchLayout cells = BatchLayout.Uniform(1, count, count);
                (int[] nearest, float[] distances) = ClusteringRun.Nearest(Engine(engine), cells, points, [], dimensions, points);
                (int[] expected, double[] truth) = ReferenceClustering.Nearest(cells, points, dimensions, points);
                Assert.All(truth, distance => Assert.Equal(0, distance));
                Assert.Equal(new float[count], distances);
                Assert.Equal(expected, nearest);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Of_equally_near_centres_the_first_is_taken(string engine)
    {
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            foreach (int count in Some(engine, [2, 3, 8, 16, 17, 33, 100]))
            {
                // Small integers: squared distances are exact, and there are many equal ones among centres that differ.
                (float[] points, float[] centres) = Clouds.Pair(CloudKind.Integers, 150, count, dimensions, seed: count);
                AssertFirst(points, dimensions, centres, "Integers");

                // Every centre twice, and each twice as often in another order: nothing is exact, but equal centres are equally near.
                float[] distinct = Clouds.Make(CloudKind.Normal, count, dimensions, seed: count);
                float[] copies = Clouds.Rows(distinct, dimensions, [.. Enumerable.Range(0, 2 * count).Select(j => (j * 7 / 2) % count)]);
                AssertFirst(Clouds.Make(CloudKind.Normal, 150, dimensions, seed: 5), dimensions, copies, "Copies");

                // All centres equal.
                AssertFirst(points, dimensions, Clouds.Rows(centres, dimensions, new int[count]), "All equal");
            }
        }

        void AssertFirst(float[] points, int dimensions, float[] centres, string what)
        {
            BatchLayout cells = BatchLayout.Uniform(1, points.Length / dimensions, centres.Length / dimensions);
            (int[] expected, _) = ReferenceClustering.Nearest(cells, points, dimensions, centres);
            (int[] nearest, _) = ClusteringRun.Nearest(Engine(engine), cells, points, [], dimensions, centres);
            Bits.AssertSame(expected, nearest, $"{what}, {cells.Columns} centres, {dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_points_get_equal_answers_wherever_they_stand(string engine, CloudKind kind)
    {
        const int Count = 61;
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            foreach (int centreCount in Some(engine, [3, 8, 17, 50]))
            {
                (float[] points, float[] centres) = Clouds.Pair(kind, Count, centreCount, dimensions, seed: 33);
                (int[] nearest, float[] distances) = ClusteringRun.Nearest(
                    Engine(engine), BatchLayout.Uniform(1, Count, centreCount), points, [], dimensions, centres);

                // The same points in another order, after other points and before some, in a second cell behind a first one.
                foreach (int padding in EnginesAtHand.IsInterpreted(engine) ? [0, 5, 31] : new[] { 0, 1, 5, 31, 2040 })
                {
                    Draws draws = new(padding);
                    int[] picks = [.. draws.Permutation(Count), .. Enumerable.Range(0, padding).Select(_ => draws.Below(Count))];
                    int[] places = draws.Permutation(picks.Length);
                    int[] shuffled = [.. places.Select(place => picks[place])];
                    float[] moved = [.. Clouds.Make(CloudKind.Uniform, 13, dimensions, 1), .. Clouds.Rows(points, dimensions, shuffled)];
                    float[] movedCentres = [.. Clouds.Make(CloudKind.Uniform, 5, dimensions, 2), .. centres];
                    (int[] movedNearest, float[] movedDistances) = ClusteringRun.Nearest(
                        Engine(engine), BatchLayout.Ragged([13, shuffled.Length], [5, centreCount]), moved, [], dimensions, movedCentres);
                    string what = $"{kind}, {dimensions} dimensions, {centreCount} centres, {padding} points more";
                    Bits.AssertSame([.. shuffled.Select(i => nearest[i] + 5)], movedNearest[13..], what);
                    Bits.AssertSame([.. shuffled.Select(i => distances[i])], movedDistances[13..], what);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_order_gives_the_bits_of_points_laid_out_in_that_order(string engine)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in Some(engine, [1, 3, 16, 31, 100]))
        {
            // More points than the cells have, of which some stand in several places.
            const int Count = 500;
            Draws draws = new(6);
            (float[] points, float[] centres) = Clouds.Pair(CloudKind.Normal, Count, (int)cells.Columns, dimensions, seed: 22);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(Count))];
            float[] laidOut = Clouds.Rows(points, dimensions, order);
            (int[] expected, float[] expectedDistances) = ClusteringRun.Nearest(Engine(engine), cells, laidOut, [], dimensions, centres);
            (int[] nearest, float[] distances) = ClusteringRun.Nearest(Engine(engine), cells, points, order, dimensions, centres);
            Bits.AssertSame(expected, nearest, $"{dimensions} dimensions");
            Bits.AssertSame(expectedDistances, distances, $"{dimensions} dimensions");

            (nearest, _) = ClusteringRun.Nearest(Engine(engine), cells, points, order, dimensions, centres, withDistances: false);
            Bits.AssertSame(expected, nearest, $"{dimensions} dimensions, without distances");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cells_give_the_bits_of_each_cell_alone(string engine)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in Some(engine, [2, 17, 100]))
        {
            (float[] points, float[] centres) = Clouds.Pair(CloudKind.FarTwins, (int)cells.Rows, (int)cells.Columns, dimensions, seed: 23);
            (int[] nearest, float[] distances) = ClusteringRun.Nearest(Engine(engine), cells, points, [], dimensions, centres);
            for (int cell = 0; cell < cells.Count; cell++)
            {
                (int[] alone, float[] aloneDistances) = ClusteringRun.Nearest(
                    Engine(engine),
                    BatchLayout.Uniform(1, cells.RowsOf(cell), cells.ColumnsOf(cell)),
                    Shapes.Part(points, cells.RowOffsets, cell, dimensions),
                    [],
                    dimensions,
                    Shapes.Part(centres, cells.ColumnOffsets, cell, dimensions));
                int firstCentre = (int)cells.ColumnOffsets[cell];
                Bits.AssertSame([.. alone.Select(centre => centre + firstCentre)], Shapes.Part(nearest, cells.RowOffsets, cell), $"Cell {cell}");
                Bits.AssertSame(aloneDistances, Shapes.Part(distances, cells.RowOffsets, cell), $"Cell {cell}");
            }
        }
    }

    internal static void AssertNearest(
        BatchLayout cells, float[] points, int dimensions, float[] centres, int[] nearest, float[] distances, string what)
    {
        (_, double[] truth) = ReferenceClustering.Nearest(cells, points, dimensions, centres);
        for (int cell = 0; cell < cells.Count; cell++)
        {
            for (int i = (int)cells.RowOffsets[cell]; i < cells.RowOffsets[cell + 1]; i++)
            {
                string point = $"{what}, cell {cell}, position {i}";
                Assert.True(
                    nearest[i] >= cells.ColumnOffsets[cell] && nearest[i] < cells.ColumnOffsets[cell + 1],
                    $"{point}: {nearest[i]} is no centre of the cell.");
                double chosen = ReferenceClustering.Squared(points, i, centres, nearest[i], dimensions);
                Assert.True(
                    chosen <= Math.Max(truth[i] * (1 + Accuracy), LeastNormal),
                    $"{point}: the chosen centre is at {chosen:R}, the nearest at {truth[i]:R}.");
                Assert.True(IsAccurate(distances[i], truth[i]), $"{point}: the squared distance is {distances[i]:R} where {truth[i]:R} is true.");
            }
        }
    }

    private static bool IsAccurate(float got, double truth) =>
        truth == 0 ? got == 0
        : truth < LeastNormal ? got >= 0 && got <= LeastNormal * (1 + Accuracy)
        : float.IsPositiveInfinity(got) ? truth > float.MaxValue * (1 - Accuracy)
        : Math.Abs(got - truth) <= Accuracy * truth;
}
