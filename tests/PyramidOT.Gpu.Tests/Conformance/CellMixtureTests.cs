namespace PyramidOT.Tests.Conformance;

/// <summary>
/// Levels of trees as they come: empty, tiny and large cells next to each other in any order, whatever an engine makes one task of. Each
/// operation of the cell family is held against plain loops.
/// </summary>
public class CellMixtureTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Where tasks are likely to begin and end, and single rows on both sides.
    private static readonly int[] s_edges = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384];

    public static TheoryData<string, int> Cases => Crossed.With(EnginesAtHand.Names, Enumerable.Range(1, 12));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Levels_of_all_sorts_of_cells_are_right(string engine, int seed)
    {
        ComputeEngine at = Engine(engine);
        Draws draws = new(seed);
        int[] sizes = Sizes(draws, EnginesAtHand.IsInterpreted(engine) ? 1500 : EnginesAtHand.IsReduced(engine) ? 12_000 : 40_000);
        int dimensions = 1 + (seed % 6);
        string what = $"Cells of {string.Join(", ", sizes)} points, {dimensions} dimensions";

        BatchLayout cells = BatchLayout.Ragged(sizes, [.. sizes.Select(size => size == 0 ? draws.Below(3) : 1 + draws.Below(20))]);
        BatchLayout halves = BatchLayout.Ragged(sizes, [.. sizes.Select(_ => 2)]);
        (float[] points, float[] centres) = Clouds.Pair(CloudKind.Normal, (int)cells.Rows, cells.Count, dimensions, seed);
        int[] order = seed % 2 == 0 ? draws.Permutation((int)cells.Rows) : [];

        (float[] expectedLows, float[] expectedHighs) = ReferenceCells.Bounds(cells, points, order, dimensions);
        (float[] lows, float[] highs) = CellRun.Bounds(at, cells, points, order, dimensions);
        ReferenceCells.AssertEqual(expectedLows, lows, dimensions, $"{what}: low");
        ReferenceCells.AssertEqual(expectedHighs, highs, dimensions, $"{what}: high");

        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            RadiiTests.AssertRadii(at, cells, points, order, dimensions, centres, distance, what);
        }

        int[] coordinates = [.. sizes.Select(_ => draws.Below(dimensions))];
        float[] thresholds = Draws.Fill(cells.Count, draws.Normal);
        int[] half = CellRun.Halve(at, halves, points, order, dimensions, coordinates, thresholds);
        Bits.AssertSame(ReferenceCells.Halve(halves, points, order, dimensions, coordinates, thresholds), half, $"{what}: halves");
        AssertSorted(halves, half);
        AssertSorted(cells, Divisions.Make(DivisionKind.Random, cells, seed));

        void AssertSorted(BatchLayout level, int[] child)
        {
            int[] rows = draws.Permutation((int)level.Rows);
            (int[] expected, int[] expectedCounts) = ReferenceCells.Partition(level, rows, child);
            (int[] partitioned, int[] counts) = CellRun.Partition(at, level, rows, child);
            Bits.AssertSame(expectedCounts, counts, $"{what}: counts");
            Bits.AssertSame(expected, partitioned, $"{what}: partition");
        }
    }

    /// <summary>Sizes that sum to no more than a limit: empty cells and tiny ones, in runs, and cells as large as an edge or as two.</summary>
    private static int[] Sizes(Draws draws, int limit)
    {
        List<int> sizes = [];
        for (int left = limit; left > 0;)
        {
            int kind = draws.Below(6);
            int edge = s_edges[draws.Below(s_edges.Length)] * (1 + draws.Below(2));
            int size = kind switch
            {
                < 3 => draws.Below(4),
                3 => draws.Below(100),
                _ => edge + draws.Below(3) - 1,
            };
            for (int repeat = kind < 2 ? draws.Below(12) : 1; repeat > 0 && size <= left; repeat--)
            {
                sizes.Add(size);
                left -= size;
            }

            left--;
        }

        return [.. sizes];
    }
}
