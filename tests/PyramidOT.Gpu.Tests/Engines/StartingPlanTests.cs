using System.Runtime.Intrinsics;
using PyramidOT.Engines;
using PyramidOT.Engines.Host;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Engines;

/// <summary>
/// What the Host's network simplex method starts from. The method would mend a bad start silently: so it is checked by itself that the plan moves
/// all mass over a forest, that the tree is one that cannot cycle, and that both are worth their time.
/// </summary>
public unsafe class StartingPlanTests
{
    // Shapes on both sides of what gets a plan, of a vector's width, and of what a search sees before it goes straight.
    private static readonly (int Rows, int Columns)[] s_shapes =
        [(1, 1), (1, 6), (6, 1), (2, 2), (3, 17), (16, 16), (17, 33), (40, 7), (7, 40), (60, 64), (90, 5)];

    public static TheoryData<MatrixKind, MassKind> Cases => Crossed.With(CostMatrices.AllKinds, TransportMasses.AllKinds);

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_mass_moves_over_a_forest_and_the_tree_cannot_cycle(MatrixKind kind, MassKind masses)
    {
        foreach ((int rows, int columns) in s_shapes)
        {
            CountedProblem problem = CountedProblem.Make(kind, masses, rows, columns);
            Start? start = Solve<Floats4, Vector128<float>>(problem);
            if (start == null)
            {
                Assert.True(kind is MatrixKind.Forbidden or MatrixKind.MostlyForbidden, $"{kind}, {masses}, {rows} x {columns}: no plan.");
                continue;
            }

            AssertPlan(problem, start, $"{kind}, {masses}, {rows} x {columns}");
            AssertTree(problem, start, $"{kind}, {masses}, {rows} x {columns}");

            // The same whatever the vectors' width.
            Assert.Equal(start.Cells, Solve<Floats8, Vector256<float>>(problem)!.Cells);
            Assert.Equal(start.Cells, Solve<Floats16, Vector512<float>>(problem)!.Cells);
        }
    }

    [Fact]
    public void Costs_at_the_ends_of_the_range_keep_the_plan_whole()
    {
        foreach (float scale in new[] { 1e30f, 1e-30f, float.Epsilon })
        {
            foreach (MassKind masses in TransportMasses.AllKinds)
            {
                CountedProblem problem = CountedProblem.Make(MatrixKind.Negative, masses, 30, 33);
                float largest = problem.Costs.Max(Math.Abs);
                CountedProblem scaled = problem with { Costs = [.. problem.Costs.Select(cost => cost / largest * scale)] };
                Start start = Solve<Floats4, Vector128<float>>(scaled)!;
                AssertPlan(scaled, start, $"{scale}, {masses}");
                AssertTree(scaled, start, $"{scale}, {masses}");
            }
        }
    }

    [Fact]
    public void Rows_that_all_want_one_column_share_it()
    {
        // One column takes nearly everything, and is everybody's cheapest; and the other way round.
        const int N = 50;
        float[] costs = Draws.Fill(N * N, new Draws(3).Uniform);
        for (int i = 0; i < N; i++)
        {
            costs[i * N] = -5;
        }

        long[] equal = [.. Enumerable.Repeat(100L, N)];
        long[] nearlyAll = [.. Enumerable.Range(0, N).Select(j => j == 0 ? (100L * N) - (N - 1) : 1)];
        foreach ((long[] has, long[] wants) in new[] { (equal, nearlyAll), (nearlyAll, equal), (nearlyAll, nearlyAll) })
        {
            CountedProblem problem = new(costs, has, wants);
            Start start = Solve<Floats4, Vector128<float>>(problem)!;
            AssertPlan(problem, start, "One for all");
            AssertTree(problem, start, "One for all");
        }
    }

    [Theory]
    [InlineData(MatrixKind.Normal)]
    [InlineData(MatrixKind.FarDimensions)]
    [InlineData(MatrixKind.Clustered)]
    public void The_plan_is_near_the_best_one(MatrixKind kind)
    {
        Draws draws = new(4);
        long[] has = [.. Enumerable.Range(0, 40).Select(_ => 5L + draws.Below(10))];
        long[] wants = [.. has.Reverse()];
        CountedProblem problem = new(CostMatrices.Make(kind, 40, 40, seed: 5), has, wants);
        double best = ReferenceTransport.ShortestPaths(problem.Costs, has, wants);
        double dearest = has.Zip(wants).Select((_, i) => has[i] * (double)problem.Costs.Skip(i * 40).Take(40).Max()).Sum();
        double cost = Solve<Floats4, Vector128<float>>(problem)!.Cells.Sum(cell => cell.Units * (double)problem.Costs[(cell.Row * 40) + cell.Column]);
        Assert.InRange(cost, best - (1e-6 * Math.Abs(best)), best + (0.04 * (dearest - best)));
    }

    [Fact]
    public void A_row_or_column_without_a_pair_has_no_plan()
    {
        float[] costs = Draws.Fill(20 * 20, new Draws(6).Uniform);
        long[] masses = [.. Enumerable.Repeat(7L, 20)];
        for (int k = 0; k < 20; k++)
        {
            costs[(3 * 20) + k] = float.PositiveInfinity;
        }

        Assert.Null(Solve<Floats4, Vector128<float>>(new(costs, masses, masses)));
        float[] transposed = [.. Enumerable.Range(0, 400).Select(k => costs[(k % 20 * 20) + (k / 20)])];
        Assert.Null(Solve<Floats4, Vector128<float>>(new(transposed, masses, masses)));
    }

    private static Start? Solve<S, V>(CountedProblem problem)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int rows = problem.Has.Length;
        int columns = problem.Wants.Length;
        using HostScratch scratch = new();
        int padded = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        float* copy = scratch.Take<float>((long)rows * padded);
        for (int i = 0; i < rows; i++)
        {
            problem.Costs.AsSpan(i * columns, columns).CopyTo(new(copy + (i * padded), columns));
            new Span<float>(copy + (i * padded) + columns, padded - columns).Fill(float.PositiveInfinity);
        }

        CostRows costs = new(copy, padded, copy + ((rows - 1) * padded), rows);
        StartingPlan<S, V> plan = new(costs, rows, columns, scratch, CancellationToken.None);
        fixed (long* has = problem.Has, wants = problem.Wants)
        {
            if (!plan.Find(has, wants))
            {
                return null;
            }
        }

        FlowTree tree = new(rows, columns, scratch);
        (int root, bool hasForbidden) = StartingTree.Of<S, V>(costs, plan.Cells, plan.ColumnDuals, tree, scratch);
        List<Cell> cells = [];
        for (int i = 0; i < rows; i++)
        {
            for (int cell = plan.Cells.FirstInRow[i]; cell >= 0; cell = plan.Cells.NextInRow[cell])
            {
                cells.Add(new(i, plan.Cells.Columns[cell], plan.Cells.Units[cell]));
            }
        }

        List<Edge> edges = [];
        int size = 0;
        for (int k = 0; k < rows + columns; k++)
        {
            int node = k < columns ? k : tree.FirstRow + k - columns;
            size += tree.IsWithin(node, root) ? 1 : 0;
            if (node != root)
            {
                edges.Add(new(node, tree.Parent[node], tree.Flow[node]));
                Assert.True(tree.IsWithin(node, node) && tree.IsWithin(node, tree.Parent[node]) && !tree.IsWithin(tree.Parent[node], node));
            }
        }

        return new(cells, edges, size, tree.FirstRow, hasForbidden);
    }

    private static void AssertPlan(CountedProblem problem, Start start, string what)
    {
        long[] has = [.. problem.Has];
        long[] wants = [.. problem.Wants];
        int[] above = [.. Enumerable.Range(0, has.Length + wants.Length)];
        foreach (Cell cell in start.Cells)
        {
            Assert.True(cell.Units > 0, $"{what}: a cell has {cell.Units} units.");
            Assert.True(float.IsFinite(problem.Costs[(cell.Row * wants.Length) + cell.Column]), $"{what}: mass moves between a forbidden pair.");
            has[cell.Row] -= cell.Units;
            wants[cell.Column] -= cell.Units;
            (int row, int column) = (Top(cell.Row), Top(has.Length + cell.Column));
            Assert.True(row != column, $"{what}: the cell of row {cell.Row} and column {cell.Column} closes a cycle.");
            above[row] = column;
        }

        Assert.All(has, left => Assert.Equal(0, left));
        Assert.All(wants, left => Assert.Equal(0, left));

        int Top(int node)
        {
            while (above[node] != node)
            {
                node = above[node];
            }

            return node;
        }
    }

    private static void AssertTree(CountedProblem problem, Start start, string what)
    {
        // All nodes are below the root, and nobody is below a node of its own, so there is no cycle.
        int nodes = problem.Has.Length + problem.Wants.Length;
        Assert.Equal(nodes, start.RootSize);
        Assert.Equal(nodes - 1, start.Edges.Count);
        Dictionary<(int Row, int Column), long> units = start.Cells.ToDictionary(cell => (cell.Row, cell.Column), cell => cell.Units);
        foreach (Edge edge in start.Edges)
        {
            bool isRow = edge.Node >= start.FirstRow;
            Assert.True(edge.Parent >= start.FirstRow != isRow, $"{what}: node {edge.Node} hangs under one of its own kind.");
            (int row, int column) = isRow ? (edge.Node - start.FirstRow, edge.Parent) : (edge.Parent - start.FirstRow, edge.Node);
            Assert.Equal(units.GetValueOrDefault((row, column)), edge.Units);

            // Strongly feasible: an edge without mass leads from a row up to a column.
            Assert.True(edge.Units > 0 || isRow, $"{what}: an edge without mass leads down from row {row} to column {column}.");
            Assert.True(
                start.HasForbidden || float.IsFinite(problem.Costs[(row * problem.Wants.Length) + column]), $"{what}: a forbidden pair is in the tree.");
        }
    }

    private sealed record Cell(int Row, int Column, long Units);

    private sealed record Edge(int Node, int Parent, long Units);

    private sealed record Start(List<Cell> Cells, List<Edge> Edges, int RootSize, int FirstRow, bool HasForbidden);
}
