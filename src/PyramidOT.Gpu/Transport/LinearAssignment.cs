namespace PyramidOT;

/// <summary>
/// The linear assignment problem: match the rows of a cost matrix to its columns, one to one, at the least total cost. Exact, and
/// with a certificate. This is optimal transport between equally many points of equal weight.
/// </summary>
public static class LinearAssignment
{
    /// <summary>Solves one problem.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">
    /// The cost matrix, rows x columns numbers, row-major. A cost is a finite number of magnitude at most 1e30, or positive infinity for a
    /// pair that must not be matched.
    /// </param>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0; of the longer side some stay unmatched.</param>
    /// <exception cref="ArgumentException">There are not rows x columns costs, or one of them is none (the message names it).</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static AssignmentSolution Solve(ComputeEngine engine, ReadOnlySpan<float> costs, int rows, int columns) =>
        SolveBatch(engine, costs, BatchLayout.Uniform(1, rows, columns))[0];

    /// <summary>Solves a batch of problems of any shapes, all at once.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">The cost matrices, one behind the other, as <see cref="BatchLayout.CostOffsets"/> say.</param>
    /// <param name="problems">The shapes.</param>
    /// <returns>A solution for each problem.</returns>
    /// <exception cref="ArgumentException">
    /// There are not <see cref="BatchLayout.Costs"/> costs, or one of them is none (the message names problem, row and column).
    /// </exception>
    public static IReadOnlyList<AssignmentSolution> SolveBatch(ComputeEngine engine, ReadOnlySpan<float> costs, BatchLayout problems)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        if (costs.Length != problems.Costs)
        {
            throw new ArgumentException($"There are {costs.Length} costs where the shapes ask for {problems.Costs}.", nameof(costs));
        }

        using EngineBuffer<float> resident = engine.Upload(costs);
        using AssignmentBuffers buffers = new(engine, problems);
        engine.Assignment.Solve(problems, resident, buffers);
        return Read(problems, buffers);
    }

    private static AssignmentSolution[] Read(BatchLayout problems, AssignmentBuffers buffers)
    {
        int[] columnOfRow = buffers.ColumnOfRow.ToArray();
        float[] rowDuals = buffers.RowDuals.ToArray();
        float[] columnDuals = buffers.ColumnDuals.ToArray();
        double[] primal = buffers.Primal.ToArray();
        double[] dual = buffers.Dual.ToArray();
        SolveStatus[] status = buffers.Status.ToArray();
        AssignmentSolution[] solutions = new AssignmentSolution[problems.Count];
        for (int b = 0; b < solutions.Length; b++)
        {
            Range rows = (int)problems.RowOffsets[b]..(int)problems.RowOffsets[b + 1];
            Range columns = (int)problems.ColumnOffsets[b]..(int)problems.ColumnOffsets[b + 1];
            solutions[b] = new()
            {
                Status = status[b],
                ColumnOfRow = columnOfRow[rows],
                RowDuals = rowDuals[rows],
                ColumnDuals = columnDuals[columns],
                Cost = primal[b],
                DualValue = dual[b],
            };
        }

        return solutions;
    }
}
