namespace PyramidOT.Tests.Conformance;

/// <summary>Boxes around the points of cells, against plain loops.</summary>
public class BoundsTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly (int Points, int Columns)[] s_cells =
        [(0, 3), (33, 8), (0, 0), (0, 0), (1, 0), (100, 2), (7, 0), (64, 1), (2, 2), (257, 0), (16, 5), (3, 0), (0, 1)];

    private static readonly int[] s_dimensions = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 47, 63, 64, 65, 100, 127, 128, 129, 130];

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Boxes_are_the_smallest(string engine, CloudKind kind)
    {
        BatchLayout cells = Shapes.Layout(s_cells);
        foreach (int dimensions in Some(engine, s_dimensions))
        {
            // More points than the cells have, of which some stand in several places, and some in none.
            float[] points = Clouds.Make(kind, 600, dimensions, seed: 100);
            Draws draws = new(dimensions);
            int[] order = [.. Enumerable.Range(0, (int)cells.Rows).Select(_ => draws.Below(600))];
            AssertBounds(engine, cells, Clouds.Rows(points, dimensions, order), [], dimensions, $"{kind}");
            AssertBounds(engine, cells, points, order, dimensions, $"{kind}, in an order");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_point_can_be_the_extreme_one(string engine)
    {
        // Coordinate k has its low and its high at positions of its own: all of a small cell's, those around blocks of a large one.
        foreach (int count in Some(engine, [1, 2, 5, 16, 17, 33, 64, 65, 100]))
        {
            AssertExtremes(engine, count, [.. Enumerable.Range(0, count)]);
        }

        int[] edges = [.. new[] { 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536 }.SelectMany(edge => new[] { edge - 1, edge })];
        int large = EnginesAtHand.IsInterpreted(engine) ? 2100 : EnginesAtHand.IsReduced(engine) ? 10_000 : 100_000;
        AssertExtremes(engine, large, [0, 1, .. edges.Where(edge => edge < large - 2), large - 2, large - 1]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaN_is_told_in_its_coordinate_alone(string engine)
    {
        float[] kinds = [float.NaN, -float.NaN, BitConverter.Int32BitsToSingle(0x7FA00001), BitConverter.Int32BitsToSingle(-1)];
        foreach (int dimensions in Some(engine, [1, 2, 5, 8, 16, 17, 31, 64, 130]))
        {
            BatchLayout cells = BatchLayout.Ragged([40, 0, 1, 70, 300, 9], new int[6]);
            Draws draws = new(dimensions);
            for (int round = 0; round < (EnginesAtHand.IsInterpreted(engine) ? 2 : 12); round++)
            {
                float[] points = Clouds.Make(CloudKind.Normal, (int)cells.Rows, dimensions, seed: round);

                // Few, so that some coordinates of each cell have none; beside them values that a comparison with NaN could let through.
                for (int k = 0; k < 6; k++)
                {
                    points[draws.Below(points.Length)] = kinds[k % kinds.Length];
                    points[draws.Below(points.Length)] = k % 2 == 0 ? float.PositiveInfinity : float.NegativeInfinity;
                }

                AssertBounds(engine, cells, points, [], dimensions, "NaN");
                AssertBounds(engine, cells, points, draws.Permutation((int)cells.Rows), dimensions, "NaN, in an order");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaN_is_told_wherever_it_stands(string engine)
    {
        // Cell i has its NaN at position i, in coordinate i mod d: as first, as last, in every remainder.
        foreach (int dimensions in Some(engine, [1, 3, 8, 16, 37]))
        {
            const int Count = 67;
            BatchLayout cells = BatchLayout.Uniform(Count, Count, 0);
            float[] points = Clouds.Make(CloudKind.Normal, (int)cells.Rows, dimensions, seed: 102);
            for (int cell = 0; cell < Count; cell++)
            {
                points[(((cell * Count) + cell) * dimensions) + (cell % dimensions)] = float.NaN;
            }

            AssertBounds(engine, cells, points, [], dimensions, "NaN");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaN_in_a_large_cell_is_told(string engine)
    {
        // Coordinate k has a single NaN, at a position of its own; the last one has none.
        int count = EnginesAtHand.IsInterpreted(engine) ? 5000 : 70_000;
        int[] places = [.. new[] { 0, 1, 255, 256, 2047, 2048, 4095, 4096, 16_383, 16_384, 65_535, 65_536 }.Where(place => place < count), count - 1];
        int dimensions = places.Length + 1;
        float[] points = Clouds.Make(CloudKind.Uniform, count, dimensions, seed: 103);
        for (int k = 0; k < places.Length; k++)
        {
            points[(places[k] * dimensions) + k] = float.NaN;
        }

        AssertBounds(engine, BatchLayout.Uniform(1, count, 0), points, [], dimensions, "A large cell");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Infinities_and_extremes_are_values_like_others(string engine)
    {
        float[] points =
        [
            float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, 3,
            float.NegativeInfinity, float.NegativeInfinity,
            float.NegativeInfinity, float.PositiveInfinity,
            float.MaxValue, -1e30f, 1e30f, float.Epsilon, -float.Epsilon, 0,
        ];
        BatchLayout cells = BatchLayout.Ragged([2, 0, 2, 2, 2, 3, 1, 1, 1], new int[9]);
        (float[] lows, float[] highs) = CellRun.Bounds(Engine(engine), cells, points, [], 1);
        float infinity = float.PositiveInfinity;
        Assert.Equal([infinity, infinity, 3, -infinity, -infinity, -1e30f, float.Epsilon, -float.Epsilon, 0], lows);
        Assert.Equal([infinity, -infinity, infinity, -infinity, infinity, float.MaxValue, float.Epsilon, -float.Epsilon, 0], highs);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Zeros_of_either_sign_are_zero(string engine)
    {
        (float[] lows, float[] highs) = CellRun.Bounds(Engine(engine), BatchLayout.Ragged([2, 2, 3, 3], new int[4]), [-0f, 0, 0, -0f, -0f, 0, 1, -1, 0, -0f], [], 1);
        Assert.Equal([0, 0, 0, -1], lows);
        Assert.Equal([0, 0, 1, 0], highs);
    }

    private void AssertExtremes(string engine, int count, int[] places)
    {
        int dimensions = places.Length;
        BatchLayout cells = BatchLayout.Ragged([3, count, 2], new int[3]);
        float[] points = Clouds.Make(CloudKind.Uniform, (int)cells.Rows, dimensions, seed: count);
        for (int k = 0; k < dimensions; k++)
        {
            // A cell of one point has only one of the two.
            points[((3 + places[^(k + 1)]) * dimensions) + k] = -2 - k;
            points[((3 + places[k]) * dimensions) + k] = 3 + k;
        }

        AssertBounds(engine, cells, points, [], dimensions, $"{count} points");
    }

    private void AssertBounds(string engine, BatchLayout cells, float[] points, int[] order, int dimensions, string what)
    {
        (float[] expectedLows, float[] expectedHighs) = ReferenceCells.Bounds(cells, points, order, dimensions);
        (float[] lows, float[] highs) = CellRun.Bounds(Engine(engine), cells, points, order, dimensions);
        ReferenceCells.AssertEqual(expectedLows, lows, dimensions, $"{what}, {dimensions} dimensions: low");
        ReferenceCells.AssertEqual(expectedHighs, highs, dimensions, $"{what}, {dimensions} dimensions: high");
    }
}
