namespace PyramidOT.Tests.Conformance;

/// <summary>Cells halved at thresholds, against plain loops.</summary>
public class HalveTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly int[] s_sizes = [0, 33, 0, 0, 1, 100, 7, 64, 2, 257, 16, 3, 15, 17, 0];

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Points_go_to_their_half(string engine, CloudKind kind)
    {
        BatchLayout cells = Halves(s_sizes);
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            // More points than the cells have, of which some stand in several places, and some in none.
            float[] points = Clouds.Make(kind, 700, dimensions, seed: 110);
            Draws draws = new(dimensions);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(700))];
            float[] laidOut = Clouds.Rows(points, dimensions, order);

            // Rounds, so that every kind of threshold meets every cell.
            for (int round = 0; round < (EnginesAtHand.IsReduced(engine) ? 2 : 6); round++)
            {
                AssertHalved(engine, cells, laidOut, [], dimensions, round, $"{kind}");
                AssertHalved(engine, cells, points, order, dimensions, round, $"{kind}, in an order");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_point_at_the_threshold_is_not_below_it(string engine)
    {
        float above = MathF.BitIncrement(0.5f);
        float below = MathF.BitDecrement(0.5f);
        float[] points = [0.5f, above, below, 0, -0f, -1e-30f, 1e30f, -1e30f, -float.MaxValue, float.MaxValue];
        int[] child = CellRun.Halve(
            Engine(engine), BatchLayout.Ragged([3, 3, 0, 2, 2], [2, 2, 2, 2, 2]), points, [], 1, new int[5], [0.5f, 0, 0, 1e30f, -float.MaxValue]);
        Assert.Equal([1, 1, 0, 3, 3, 2, 7, 6, 9, 9], child);

        // The zeros are equal: neither is below the other.
        Assert.Equal([1, 1], CellRun.Halve(Engine(engine), BatchLayout.Uniform(1, 2, 2), [0, -0f], [], 1, [0], [-0f]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Infinite_thresholds_leave_one_half_empty(string engine)
    {
        float[] points = Clouds.Make(CloudKind.Huge, 100, 2, seed: 112);
        points[0] = float.MaxValue;
        points[1] = -float.MaxValue;
        int[] child = CellRun.Halve(
            Engine(engine), BatchLayout.Uniform(2, 50, 2), points, [], 2, [0, 1], [float.PositiveInfinity, float.NegativeInfinity]);
        Assert.Equal(new int[50], child[..50]);
        Assert.Equal(Enumerable.Repeat(3, 50), child[50..]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Each_cell_has_a_coordinate_of_its_own(string engine)
    {
        // Cell c is halved in coordinate c; in all others every point is on the other side.
        const int Count = 40;
        BatchLayout cells = BatchLayout.Uniform(Count, 3, 2);
        float[] points = new float[Count * 3 * Count];
        Array.Fill(points, 5);
        for (int cell = 0; cell < Count; cell++)
        {
            points[(((cell * 3) + 1) * Count) + cell] = -5;
        }

        int[] child = CellRun.Halve(Engine(engine), cells, points, [], Count, [.. Enumerable.Range(0, Count)], new float[Count]);
        Assert.Equal(Enumerable.Range(0, Count).SelectMany(cell => new[] { (2 * cell) + 1, 2 * cell, (2 * cell) + 1 }), child);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Halves_are_sorted_apart(string engine)
    {
        ComputeEngine at = Engine(engine);
        const int Dimensions = 5;
        int large = EnginesAtHand.IsInterpreted(engine) ? 1500 : EnginesAtHand.IsReduced(engine) ? 10_000 : 100_000;
        BatchLayout cells = Halves([3, large, 0, 1, 258]);
        int[] order = new Draws(113).Permutation((int)cells.Rows);
        foreach (CloudKind kind in new[] { CloudKind.Normal, CloudKind.Integers })
        {
            float[] points = Clouds.Make(kind, (int)cells.Rows, Dimensions, seed: 113);
            int[] coordinates = [0, 3, 2, 1, 4];
            float[] thresholds = [1, 0.5f, 0, 2, 1];
            int[] child = CellRun.Halve(at, cells, points, order, Dimensions, coordinates, thresholds);
            Assert.Equal(ReferenceCells.Halve(cells, points, order, Dimensions, coordinates, thresholds), child);

            // The halves are the next level's cells: their boxes are on their sides of the threshold.
            (int[] sorted, int[] counts) = CellRun.Partition(at, cells, order, child);
            (int[] expected, int[] expectedCounts) = ReferenceCells.Partition(cells, order, child);
            Bits.AssertSame(expected, sorted, $"{kind}");
            Assert.Equal(expectedCounts, counts);
            (float[] lows, float[] highs) = CellRun.Bounds(at, BatchLayout.Ragged(counts, new int[counts.Length]), points, sorted, Dimensions);
            for (int half = 0; half < counts.Length; half++)
            {
                int coordinate = (half * Dimensions) + coordinates[half / 2];
                Assert.True(half % 2 == 0 ? highs[coordinate] < thresholds[half / 2] : lows[coordinate] >= thresholds[half / 2], $"{kind}, half {half}");
            }
        }
    }

    private static BatchLayout Halves(int[] sizes) => Shapes.Layout(sizes.Select(size => (size, 2)));

    private void AssertHalved(string engine, BatchLayout cells, float[] points, int[] order, int dimensions, int round, string what)
    {
        // Thresholds at a point, next to one on either side, between points, and beyond all.
        Draws draws = new(round);
        int[] coordinates = new int[cells.Count];
        float[] thresholds = new float[cells.Count];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            coordinates[cell] = draws.Below(dimensions);
            int position = (int)cells.RowOffsets[cell] + draws.Below(Math.Max(1, cells.RowsOf(cell)));
            float value = cells.RowsOf(cell) == 0 ? 0 : points[((order.Length == 0 ? position : order[position]) * dimensions) + coordinates[cell]];
            thresholds[cell] = ((cell + round) % 6) switch
            {
                0 => value,
                1 => MathF.BitIncrement(value),
                2 => MathF.BitDecrement(value),
                3 => (float)(0.9 * value),
                4 => float.PositiveInfinity,
                _ => float.NegativeInfinity,
            };
        }

        Bits.AssertSame(
            ReferenceCells.Halve(cells, points, order, dimensions, coordinates, thresholds),
            CellRun.Halve(Engine(engine), cells, points, order, dimensions, coordinates, thresholds),
            $"{what}, {dimensions} dimensions, round {round}");
    }
}
