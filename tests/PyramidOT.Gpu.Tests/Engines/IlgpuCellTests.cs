using PyramidOT.Engines.Ilgpu;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Engines;

/// <summary>The cell family where a device lacks something: memory, or float64.</summary>
public class IlgpuCellTests
{
    [Fact]
    public void A_lack_of_memory_sorts_fewer_cells_at_a_time_and_all_the_same()
    {
        // As many counts as positions; the first cells and some between need none.
        int[] sizes = [.. Enumerable.Range(0, 63).Select(i => i % 9 == 0 ? i : 1000)];
        BatchLayout cells = BatchLayout.Ragged(sizes, [.. sizes.Select(_ => 1000)]);
        int[] order = Divisions.RepeatedRows(cells, seed: 170);
        int[] child = Divisions.Make(DivisionKind.Random, cells, seed: 170);
        using IlgpuEngine narrow = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1) { MemoryLimit = 1_100_000 }, new());
        using EngineBuffer<int> rows = narrow.Upload(order);
        using EngineBuffer<int> children = narrow.Upload(child);
        using EngineBuffer<int> partitioned = narrow.Allocate<int>(cells.Rows);
        using EngineBuffer<int> counts = narrow.Allocate<int>(cells.Columns);
        Assert.ThrowsAny<OutOfMemoryException>(() => narrow.Allocate<int>(1000 * sizes.Count(size => size == 1000)));

        (int[] expected, int[] expectedCounts) = ReferenceCells.Partition(cells, order, child);
        for (int round = 0; round < 2; round++)
        {
            narrow.Cells.Partition(cells, rows, children, partitioned, counts);
            Bits.AssertSame(expected, partitioned.ToArray(), "Partition");
            Bits.AssertSame(expectedCounts, counts.ToArray(), "Counts");
            partitioned.View.Clear();
        }
    }

    [Fact]
    public void A_cell_for_which_there_is_no_memory_is_named()
    {
        BatchLayout cells = BatchLayout.Ragged([5, 0, 60_000, 2000], [1, 0, 60_000, 1]);
        int[] child = Divisions.Make(DivisionKind.Sorted, cells, seed: 171);
        using IlgpuEngine narrow = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1) { MemoryLimit = 1_150_000 }, new());
        using EngineBuffer<int> rows = narrow.Upload(new int[cells.Rows]);
        using EngineBuffer<int> children = narrow.Upload(child);
        using EngineBuffer<int> partitioned = narrow.Allocate<int>(cells.Rows);
        using EngineBuffer<int> counts = narrow.Allocate<int>(cells.Columns);
        OutOfMemoryException exception = Assert.ThrowsAny<OutOfMemoryException>(
            () => narrow.Cells.Partition(cells, rows, children, partitioned, counts));
        Assert.Contains("cell 2 ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Without_float64_no_point_is_farther_away_either(int groupSize)
    {
        int[] sizes = [0, 9, 1, 40, 7];
        BatchLayout cells = BatchLayout.Ragged(sizes, new int[sizes.Length]);
        using IlgpuEngine engine = IlgpuEngine.CreateCpu(new IlgpuShape(groupSize, groupSize) { WithoutDoubles = true }, new());
        foreach (CloudKind kind in Enum.GetValues<CloudKind>())
        {
            foreach (int dimensions in groupSize == 1 ? new[] { 1, 2, 3, 16, 31, 300 } : [3, 17])
            {
                (float[] points, float[] centres) = Clouds.Pair(kind, (int)cells.Rows, cells.Count, dimensions, seed: 172);
                foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
                {
                    string what = $"{kind}, without float64";
                    RadiiTests.AssertRadii(engine, cells, points, [], dimensions, centres, distance, what, hasDoubles: false);

                    // Copies of each centre: a relative excess of 0 is 0.
                    float[] copies = Clouds.Rows(centres, dimensions, [.. sizes.SelectMany((size, cell) => Enumerable.Repeat(cell, size))]);
                    Assert.Equal(new float[sizes.Length], CellRun.Radii(engine, cells, copies, [], dimensions, centres, distance));
                }
            }
        }
    }
}
