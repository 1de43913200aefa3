namespace PyramidOT.Tests.Conformance;

/// <summary>Positions sorted by child, against a plain stable sort.</summary>
public class PartitionTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Empty cells at both ends and in a row, with children and without; single points and single children; more children than points.
    private static readonly (int Points, int Children)[] s_cells =
    [
        (0, 3), (0, 0), (33, 8), (0, 0), (0, 2), (0, 0), (1, 1), (100, 9), (7, 17), (64, 1), (15, 2), (3, 100), (257, 3), (1, 40), (48, 33), (0, 5), (0, 0),
    ];

    // Around powers of two, where blocks begin and end.
    private static readonly int[] s_sizes =
    [
        1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097,
    ];

    public static TheoryData<string, DivisionKind> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<DivisionKind>());

    public static TheoryData<string, DivisionKind> SwiftCases => Crossed.With(EnginesAtHand.SwiftNames, Enum.GetValues<DivisionKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ragged_cells_are_sorted(string engine, DivisionKind kind) => AssertSorted(engine, Shapes.Layout(s_cells), kind, "Ragged cells");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hundreds_of_tiny_cells_are_sorted(string engine, DivisionKind kind)
    {
        Draws draws = new(90);
        int count = EnginesAtHand.IsInterpreted(engine) ? 150 : 700;
        AssertSorted(engine, Shapes.Layout(Enumerable.Range(0, count).Select(_ => (draws.Below(4), 1 + draws.Below(3)))), kind, "Tiny cells");
        AssertSorted(engine, BatchLayout.Uniform(count, 1, 1), kind, "Single points");
        AssertSorted(engine, BatchLayout.Uniform(count, 9, 8), kind, "Equal cells");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cells_of_any_size_are_sorted(string engine, DivisionKind kind)
    {
        foreach (int size in Some(engine, s_sizes))
        {
            AssertSorted(engine, BatchLayout.Uniform(1, size, 8), kind, $"{size} points");
            AssertSorted(engine, BatchLayout.Ragged([5, size, 7], [2, 3, 1]), kind, $"{size} points between others");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cells_with_many_children_are_sorted(string engine, DivisionKind kind)
    {
        int children = EnginesAtHand.IsInterpreted(engine) ? 300 : 1000;
        AssertSorted(engine, BatchLayout.Uniform(1, 2500, children), kind, "Many children");
        AssertSorted(engine, BatchLayout.Ragged([3, 700, 0, 1], [children, children + 1, children, 257]), kind, "More children than points");
        AssertSorted(engine, BatchLayout.Ragged([200, 3100], [3, 1025]), kind, "Many children and several times as many points");
        foreach (int count in Some(engine, [255, 256, 257, 511, 512, 513, 1023, 1024, 1025]))
        {
            AssertSorted(engine, BatchLayout.Ragged([10, 600], [1, count]), kind, $"{count} children");
        }
    }

    [Theory]
    [MemberData(nameof(SwiftCases))]
    public void Large_cells_are_sorted(string engine, DivisionKind kind)
    {
        AssertSorted(engine, BatchLayout.Uniform(1, 100_000, 8), kind, "A large cell");
        AssertSorted(engine, BatchLayout.Ragged([3, 70_001, 0, 20, 65_536], [2, 1000, 0, 5, 2]), kind, "Large and small cells");
        AssertSorted(engine, BatchLayout.Ragged([100, 30_000, 9000], [3, 5000, 9001]), kind, "Thousands of children");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Children_without_points_count_none(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([0, 4, 0, 1], [2, 5, 0, 2]);
        (int[] partitioned, int[] counts) = CellRun.Partition(Engine(engine), cells, [7, 5, 7, 0, 9], [5, 3, 3, 5, 7]);
        Assert.Equal([5, 7, 7, 0, 9], partitioned);
        Assert.Equal([0, 0, 0, 2, 0, 2, 0, 1, 0], counts);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_tree_of_two_levels_is_sorted_by_both(string engine)
    {
        ComputeEngine at = Engine(engine);
        const int Dimensions = 3;
        int count = EnginesAtHand.IsReduced(engine) ? 300 : 3000;
        Draws draws = new(91);

        // Duplicates: points that tie stay together, in the order that they had.
        float[] points = Clouds.Make(CloudKind.Integers, count, Dimensions, seed: 91);
        int[] order = draws.Permutation(count);
        BatchLayout root = BatchLayout.Uniform(1, count, 7);
        float[] centres = Clouds.Rows(points, Dimensions, order.AsSpan(0, 7));
        (int[] nearest, _) = ClusteringRun.Nearest(at, root, points, order, Dimensions, centres, withDistances: false);
        (int[] once, int[] counts) = CellRun.Partition(at, root, order, nearest);
        (_, int[] expectedCounts) = ClusteringRun.Update(at, root, points, order, Dimensions, nearest, centres);
        Assert.Equal(expectedCounts, counts);

        BatchLayout children = BatchLayout.Ragged(counts, [.. counts.Select((size, i) => size == 0 ? 0 : 1 + (i % 4))]);
        float[] grandCentres = Clouds.Make(CloudKind.Integers, (int)children.Columns, Dimensions, seed: 92);
        (int[] nearestOfChildren, _) = ClusteringRun.Nearest(at, children, points, once, Dimensions, grandCentres, withDistances: false);
        (int[] twice, int[] grandCounts) = CellRun.Partition(at, children, once, nearestOfChildren);

        int[] child = new int[count];
        int[] grandchild = new int[count];
        for (int i = 0; i < count; i++)
        {
            child[order[i]] = nearest[i];
            grandchild[once[i]] = nearestOfChildren[i];
        }

        Assert.Equal(order.OrderBy(row => child[row]).ThenBy(row => grandchild[row]), twice);
        Assert.Equal(Enumerable.Range(0, (int)children.Columns).Select(column => grandchild.Count(own => own == column)), grandCounts);
    }

    private void AssertSorted(string engine, BatchLayout cells, DivisionKind kind, string what)
    {
        int[] order = Divisions.RepeatedRows(cells, seed: 93);
        int[] child = Divisions.Make(kind, cells, seed: 94);
        (int[] expected, int[] expectedCounts) = ReferenceCells.Partition(cells, order, child);
        (int[] partitioned, int[] counts) = CellRun.Partition(Engine(engine), cells, order, child);
        Bits.AssertSame(expectedCounts, counts, $"{what}, {kind}: counts");
        Bits.AssertSame(expected, partitioned, $"{what}, {kind}");
    }
}
