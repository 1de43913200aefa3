namespace PyramidOT;

/// <summary>
/// Optimal transport between weighted points, exactly: move all mass from the rows of a cost matrix to its columns at the least total cost
/// (the earth mover's distance, when costs are distances). With a certificate.
/// </summary>
public static class ExactTransport
{
    /// <summary>Solves one problem.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">
    /// The cost of moving a unit of mass, rows x columns numbers, row-major: as many rows and columns as there are weights. A cost is a finite
    /// number of magnitude at most 1e30, or positive infinity for a pair that mass must not move between.
    /// </param>
    /// <param name="rowWeights">The mass at each row: finite numbers of at least 0.</param>
    /// <param name="columnWeights">
    /// The mass that each column takes. Their total must be that of the rows; a relative mismatch of up to 1e-6 is made good by scaling the
    /// columns' weights.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are not rows x columns costs, a number is no cost or no weight, or the totals differ; the message names it.
    /// </exception>
    public static TransportSolution Solve(
        ComputeEngine engine, ReadOnlySpan<float> costs, ReadOnlySpan<float> rowWeights, ReadOnlySpan<float> columnWeights) =>
        SolveBatch(engine, costs, rowWeights, columnWeights, BatchLayout.Uniform(1, rowWeights.Length, columnWeights.Length))[0];

    /// <summary>Solves a batch of problems of any shapes, all at once.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">The cost matrices, one behind the other, as <see cref="BatchLayout.CostOffsets"/> say.</param>
    /// <param name="rowWeights">The weights of the rows, one problem's behind the other's.</param>
    /// <param name="columnWeights">The weights of the columns, likewise.</param>
    /// <param name="problems">The shapes.</param>
    /// <returns>A solution for each problem.</returns>
    /// <exception cref="ArgumentException">
    /// There are not as many numbers as the shapes ask for, a number is no cost or no weight, or the totals of a problem differ; the message
    /// names problem, row and column.
    /// </exception>
    public static IReadOnlyList<TransportSolution> SolveBatch(
        ComputeEngine engine, ReadOnlySpan<float> costs, ReadOnlySpan<float> rowWeights, ReadOnlySpan<float> columnWeights, BatchLayout problems)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        Require(costs.Length, problems.Costs, "costs", nameof(costs));
        Require(rowWeights.Length, problems.Rows, "weights of rows", nameof(rowWeights));
        Require(columnWeights.Length, problems.Columns, "weights of columns", nameof(columnWeights));
        using EngineBuffer<float> residentCosts = engine.Upload(costs);
        using EngineBuffer<float> residentRows = engine.Upload(rowWeights);
        using EngineBuffer<float> residentColumns = engine.Upload(columnWeights);
        using TransportBuffers buffers = new(engine, problems);
        engine.Transport.Solve(problems, residentCosts, residentRows, residentColumns, buffers);
        return Read(problems, buffers);
    }

    private static void Require(int length, long wanted, string what, string name)
    {
        if (length != wanted)
        {
            throw new ArgumentException($"There are {length} {what} where the shapes ask for {wanted}.", name);
        }
    }

    private static TransportSolution[] Read(BatchLayout problems, TransportBuffers buffers)
    {
        int[] cellRows = buffers.CellRows.ToArray();
        int[] cellColumns = buffers.CellColumns.ToArray();
        double[] masses = buffers.CellMasses.ToArray();
        int[] counts = buffers.CellCounts.ToArray();
        float[] rowDuals = buffers.RowDuals.ToArray();
        float[] columnDuals = buffers.ColumnDuals.ToArray();
        double[] primal = buffers.Primal.ToArray();
        double[] dual = buffers.Dual.ToArray();
        SolveStatus[] status = buffers.Status.ToArray();
        TransportSolution[] solutions = new TransportSolution[problems.Count];
        for (int b = 0; b < solutions.Length; b++)
        {
            TransportCell[] plan = new TransportCell[counts[b]];
            long first = problems.RowOffsets[b] + problems.ColumnOffsets[b];
            for (int k = 0; k < plan.Length; k++)
            {
                plan[k] = new(cellRows[first + k], cellColumns[first + k], masses[first + k]);
            }

            Array.Sort(plan, static (a, b) => a.Row != b.Row ? a.Row.CompareTo(b.Row) : a.Column.CompareTo(b.Column));
            solutions[b] = new()
            {
                Status = status[b],
                Plan = plan,
                RowPotentials = rowDuals[(int)problems.RowOffsets[b]..(int)problems.RowOffsets[b + 1]],
                ColumnPotentials = columnDuals[(int)problems.ColumnOffsets[b]..(int)problems.ColumnOffsets[b + 1]],
                Value = primal[b],
                DualValue = dual[b],
            };
        }

        return solutions;
    }
}
