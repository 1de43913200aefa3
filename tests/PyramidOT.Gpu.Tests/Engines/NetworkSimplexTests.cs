using System.Runtime.Intrinsics;
using PyramidOT.Engines;
using PyramidOT.Engines.Host;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Engines;

/// <summary>The network simplex method by itself: what it ends with must be optimal, without what mends it afterwards.</summary>
public unsafe class NetworkSimplexTests
{
    // With the greedy start, and with that from a plan, where the tree's sets are several vectors.
    private static readonly (int Rows, int Columns)[] s_shapes = [(1, 1), (1, 7), (7, 1), (33, 40), (100, 100), (280, 260)];

    public static TheoryData<MatrixKind, MassKind> Cases => Crossed.With(
        [MatrixKind.Normal, MatrixKind.FarDimensions, MatrixKind.SmallIntegers, MatrixKind.AllEqual, MatrixKind.Offsets, MatrixKind.Forbidden],
        [MassKind.Random, MassKind.SmallIntegers, MassKind.OneHasAll, MassKind.TinyNextToLarge]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_last_tree_is_optimal(MatrixKind kind, MassKind masses)
    {
        foreach ((int rows, int columns) in s_shapes)
        {
            CountedProblem problem = CountedProblem.Make(CostMatrices.Make(kind, rows, columns, seed: rows), masses, rows, columns);
            double cost = Solve<Floats4, Vector128<float>, Doubles2, Vector128<double>>(problem);
            Assert.Equal(cost, Solve<Floats8, Vector256<float>, Doubles4, Vector256<double>>(problem), 1e-9 * Math.Abs(cost));
            Assert.Equal(cost, Solve<Floats16, Vector512<float>, Doubles8, Vector512<double>>(problem), 1e-9 * Math.Abs(cost));
        }
    }

    [Theory]
    [InlineData(4, 1500)]
    [InlineData(1500, 4)]
    [InlineData(730, 720)]
    public void Trees_without_sets_for_all_nodes_are_no_different(int rows, int columns)
    {
        CountedProblem problem = CountedProblem.Make(CostMatrices.Make(MatrixKind.SmallIntegers, rows, columns, seed: rows), MassKind.SmallIntegers, rows, columns);
        double cost = Solve<Floats4, Vector128<float>, Doubles2, Vector128<double>>(problem);
        Assert.Equal(cost, Solve<Floats16, Vector512<float>, Doubles8, Vector512<double>>(problem), 1e-9 * Math.Abs(cost));
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(1e-30f)]
    public void Costs_at_the_ends_of_the_range_are_no_different(float scale)
    {
        foreach ((int rows, int columns) in s_shapes)
        {
            float[] costs = CostMatrices.Make(MatrixKind.Negative, rows, columns, seed: rows);
            float largest = costs.Max(Math.Abs);
            CountedProblem problem = CountedProblem.Make([.. costs.Select(cost => cost / largest * scale)], MassKind.Random, rows, columns);
            Solve<Floats16, Vector512<float>, Doubles8, Vector512<double>>(problem);
        }
    }

    [Fact]
    public void Sums_that_float32_cannot_hold_are_told_apart_in_the_end()
    {
        // Costs that differ in their last bits only, over sums that lose these.
        Draws draws = new(9);
        float[] costs = [.. Enumerable.Range(0, 60 * 60).Select(_ => 1e6f + (0.0625f * draws.Below(3)))];
        CountedProblem problem = CountedProblem.Make(costs, MassKind.Random, 60, 60);
        Solve<Floats16, Vector512<float>, Doubles8, Vector512<double>>(problem);
    }

    /// <summary>Solves a problem, and checks plan and potentials against each other.</summary>
    /// <returns>What the plan costs.</returns>
    private static double Solve<S, V, D, W>(CountedProblem problem)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        (int rows, int columns) = (problem.Has.Length, problem.Wants.Length);
        using HostScratch scratch = new();
        int padded = (columns + 15) & -16;
        float* copy = scratch.Take<float>((long)rows * padded);
        new Span<float>(copy, rows * padded).Fill(float.PositiveInfinity);
        for (int i = 0; i < rows; i++)
        {
            problem.Costs.AsSpan(i * columns, columns).CopyTo(new(copy + (i * padded), columns));
        }

        NetworkSimplex<S, V, D, W> simplex = new(new(copy, padded, copy + ((rows - 1) * padded), rows), rows, columns, scratch, CancellationToken.None);
        fixed (long* has = problem.Has, wants = problem.Wants)
        {
            Assert.True(simplex.Solve(has, wants));
        }

        FlowTree tree = simplex.Tree;
        long[] given = new long[rows];
        long[] taken = new long[columns];
        double cost = 0;
        double dual = 0;
        double largest = problem.Costs.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        int[] all = [.. Enumerable.Range(0, columns), .. Enumerable.Range(tree.FirstRow, rows)];
        foreach (int node in all.Where(node => tree.Parent[node] >= 0))
        {
            (int row, int column) = node < tree.FirstRow ? (tree.Parent[node] - tree.FirstRow, node) : (node - tree.FirstRow, tree.Parent[node]);
            Assert.True(tree.Flow[node] > 0 || node >= tree.FirstRow, "The tree is not strongly feasible.");
            given[row] += tree.Flow[node];
            taken[column] += tree.Flow[node];
            cost += tree.Flow[node] > 0 ? tree.Flow[node] * (double)problem.Costs[(row * columns) + column] : 0;
        }

        Assert.Equal(problem.Has, given);
        Assert.Equal(problem.Wants, taken);
        if (!double.IsFinite(cost))
        {
            // Some mass must go where none may.
            Assert.True(simplex.HasForbidden);
            return cost;
        }

        for (int i = 0; i < rows; i++)
        {
            double potential = tree.Potentials[tree.FirstRow + i];
            dual += problem.Has[i] * potential;
            for (int j = 0; j < columns; j++)
            {
                double reduced = problem.Costs[(i * columns) + j] + tree.Potentials[j] - potential;
                if (reduced < -1e-12 * (largest + Math.Abs(potential)))
                {
                    Assert.Fail($"Row {i}, column {j} of {rows} x {columns}: {reduced}.");
                }
            }
        }

        for (int j = 0; j < columns; j++)
        {
            dual -= problem.Wants[j] * tree.Potentials[j];
        }

        double magnitude = largest * problem.Has.Sum(mass => (double)mass);
        Assert.True(simplex.HasForbidden || Math.Abs(cost - dual) <= 1e-9 * magnitude, $"{rows} x {columns}: {cost} is not {dual}.");
        return cost;
    }
}
