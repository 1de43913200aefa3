using System.Runtime.Intrinsics;
using PyramidOT.Engines.Host;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Engines;

/// <summary>The tree of the network simplex method, held against one that knows nothing but parents, over many random moves.</summary>
public unsafe class FlowTreeTests
{
    private const int Moves = 60;

    // Sets of one vector of 4 words, of one of 16, and of several; columns that fill their vectors, and that do not.
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 3, 5 }, { 16, 16 }, { 70, 57 }, { 6, 510 }, { 510, 6 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Moves_keep_sets_masses_costs_and_potentials_true(int rows, int columns)
    {
        // With sets for all nodes, and for those only that others hang under.
        foreach (long setsForAll in new[] { long.MaxValue, 0 })
        {
            Walk<Floats4, Vector128<float>, Doubles2, Vector128<double>>(rows, columns, setsForAll);
            Walk<Floats8, Vector256<float>, Doubles4, Vector256<double>>(rows, columns, setsForAll);
            Walk<Floats16, Vector512<float>, Doubles8, Vector512<double>>(rows, columns, setsForAll);
        }
    }

    [Theory]
    [InlineData(10, 100_000)]
    [InlineData(100_000, 10)]
    public void Sets_take_the_memory_that_the_shorter_side_needs(int rows, int columns)
    {
        // The costs take 4 MB, sets of all nodes would take 1,250.
        using HostScratch scratch = new();
        HostScratch.Mark start = scratch.Here;
        scratch.Take<byte>(16 << 20);
        scratch.Rewind(start);
        start = scratch.Here;
        _ = new FlowTree(rows, columns, scratch);
        Assert.Equal(start.Block, scratch.Here.Block);
        Assert.InRange(scratch.Here.Used - start.Used, 0u, 8u << 20);
    }

    private static void Walk<S, V, D, W>(int rows, int columns, long setsForAll)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        using HostScratch scratch = new();
        Draws draws = new((1000 * rows) + columns);
        FlowTree tree = new(rows, columns, scratch, setsForAll);
        int[] nodes = [.. Enumerable.Range(0, columns), .. Enumerable.Range(tree.FirstRow, rows)];
        double[,] costs = new double[rows, columns];
        double CostOf(int a, int b) => a < tree.FirstRow ? costs[b - tree.FirstRow, a] : costs[a - tree.FirstRow, b];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                costs[i, j] = draws.Below(1000);
            }
        }

        Plant<S, V>(tree, nodes, draws, CostOf);
        Dictionary<int, long> surplus = Surplus(tree, nodes);
        int* one = scratch.Take<int>(rows + columns);
        int* other = scratch.Take<int>(rows + columns);
        for (int move = 0; move < Moves; move++)
        {
            (int row, int column) = (tree.FirstRow + draws.Below(rows), draws.Below(columns));
            TreePath rowSide = tree.Climb(row, column, one, 0);
            TreePath columnSide = tree.Climb(column, row, other, 1);
            AssertClimb(tree, rowSide, row, column, isLast: false);
            AssertClimb(tree, columnSide, column, row, isLast: true);
            double reduced = CostOf(row, column) + tree.Potentials[column] - tree.Potentials[row];
            Assert.Equal(reduced, CostOf(row, column) - rowSide.Cost - columnSide.Cost);
            if (tree.Parent[row] == column || tree.Parent[column] == row)
            {
                continue;
            }

            if (columnSide.Least <= rowSide.Least)
            {
                tree.Move<S, V>(columnSide, rowSide, row, CostOf(row, column), columnSide.Least);
                tree.Shift<D, double, W>(column, tree.Potentials, -reduced);
                tree.Shift<S, float, V>(column, tree.Rounded, (float)-reduced);
            }
            else
            {
                tree.Move<S, V>(rowSide, columnSide, column, CostOf(row, column), rowSide.Least);
                tree.Shift<D, double, W>(row, tree.Potentials, reduced);
                tree.Shift<S, float, V>(row, tree.Rounded, (float)reduced);
            }

            // All pairs of nodes are looked at: of large trees not every time.
            if (move % (1 + (nodes.Length / 25)) == 0)
            {
                AssertTrue(tree, nodes, CostOf);
                Assert.Equal(surplus, Surplus(tree, nodes));
            }
        }
    }

    /// <summary>A random tree of small masses, many of them equal.</summary>
    private static void Plant<S, V>(FlowTree tree, int[] nodes, Draws draws, Func<int, int, double> costOf)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        List<int> columns = [0];
        List<int> rows = [];
        List<int> order = [0];
        tree.Parent[0] = -1;
        tree.Flow[0] = 0;
        tree.Potentials[0] = 0;
        tree.Rounded[0] = 0;

        // The first row, so that both kinds have somebody to hang under.
        foreach (int node in nodes.Skip(1).OrderBy(node => node == tree.FirstRow ? -1 : draws.Uniform()))
        {
            bool isRow = node >= tree.FirstRow;
            List<int> candidates = isRow ? columns : rows;
            int parent = candidates[^(1 + draws.Below(Math.Min(3, candidates.Count)))];
            tree.Parent[node] = parent;
            tree.Flow[node] = 1 + draws.Below(4);
            tree.Cost[node] = costOf(node, parent);
            tree.Potentials[node] = tree.Potentials[parent] + (isRow ? tree.Cost[node] : -tree.Cost[node]);
            tree.Rounded[node] = (float)tree.Potentials[node];
            (isRow ? rows : columns).Add(node);
            order.Add(node);
        }

        fixed (int* all = order.ToArray())
        {
            tree.Complete<S, V>(all);
        }

        AssertTrue(tree, nodes, costOf);
    }

    private static void AssertTrue(FlowTree tree, int[] nodes, Func<int, int, double> costOf)
    {
        foreach (int node in nodes)
        {
            HashSet<int> above = [];
            for (int top = node; top >= 0; top = tree.Parent[top])
            {
                Assert.True(above.Add(top), "A cycle.");
            }

            foreach (int top in nodes)
            {
                if (tree.IsWithin(node, top) != above.Contains(top))
                {
                    Assert.Fail($"Node {node} is {(above.Contains(top) ? "" : "not ")}below node {top}.");
                }
            }

            int parent = tree.Parent[node];
            if (parent >= 0)
            {
                bool isRow = node >= tree.FirstRow;
                Assert.NotEqual(isRow, parent >= tree.FirstRow);
                Assert.True(tree.Flow[node] >= 0);
                Assert.Equal(costOf(node, parent), tree.Cost[node]);
                Assert.Equal(tree.Potentials[parent] + (isRow ? tree.Cost[node] : -tree.Cost[node]), tree.Potentials[node]);
            }

            // Whole numbers, far below 2^24.
            Assert.Equal(tree.Potentials[node], tree.Rounded[node]);
        }
    }

    private static void AssertClimb(FlowTree tree, TreePath path, int end, int other, bool isLast)
    {
        int node = end;
        long least = long.MaxValue;
        int stem = 0;
        for (int k = 0; k < path.Length; k++)
        {
            Assert.Equal(node, path.Nodes[k]);
            Assert.False(tree.IsWithin(other, node));
            if (k % 2 == 0 && (tree.Flow[node] < least || (isLast && tree.Flow[node] == least)))
            {
                (least, stem) = (tree.Flow[node], k + 1);
            }

            node = tree.Parent[node];
        }

        Assert.True(tree.IsWithin(other, node));
        Assert.Equal(stem, path.Stem);
        Assert.True(path.Length == 0 ? path.Least > long.MaxValue / 4 : path.Least == least);
    }

    /// <summary>What rows give and columns take: no move changes it.</summary>
    private static Dictionary<int, long> Surplus(FlowTree tree, int[] nodes)
    {
        Dictionary<int, long> surplus = nodes.ToDictionary(node => node, _ => 0L);
        foreach (int node in nodes.Where(node => tree.Parent[node] >= 0))
        {
            surplus[node] += tree.Flow[node];
            surplus[tree.Parent[node]] += tree.Flow[node];
        }

        return surplus;
    }
}
