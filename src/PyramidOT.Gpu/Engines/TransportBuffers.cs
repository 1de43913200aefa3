namespace PyramidOT;

/// <summary>
/// Where the transport family writes its results: engine memory for one batch, which a caller makes once and uses again for every
/// batch of the same shape. For an infeasible problem the plan has no cells, the duals are NaN, the primal value is positive
/// infinity and the dual value is NaN.
/// </summary>
/// <remarks>
/// A plan is kept as cells (row, column, mass). They form a forest, so a problem has at most rows + columns - 1 of them: those of
/// problem b begin at <c>RowOffsets[b] + ColumnOffsets[b]</c> and are <see cref="CellCounts"/> many, in no order that a caller may
/// rely on. What remains of a problem's rows + columns places is filled with row and column -1 and mass 0.
/// </remarks>
public sealed class TransportBuffers : IDisposable
{
    /// <summary>Allocates the results of a batch.</summary>
    public TransportBuffers(ComputeEngine engine, BatchLayout problems)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        try
        {
            CellRows = engine.Allocate<int>(problems.Rows + problems.Columns);
            CellColumns = engine.Allocate<int>(problems.Rows + problems.Columns);
            CellMasses = engine.Allocate<double>(problems.Rows + problems.Columns);
            CellCounts = engine.Allocate<int>(problems.Count);
            RowDuals = engine.Allocate<float>(problems.Rows);
            ColumnDuals = engine.Allocate<float>(problems.Columns);
            Primal = engine.Allocate<double>(problems.Count);
            Dual = engine.Allocate<double>(problems.Count);
            Status = engine.Allocate<SolveStatus>(problems.Count);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The row of each cell, counted within its problem.</summary>
    public EngineBuffer<int> CellRows { get; }

    /// <summary>The column of each cell, counted within its problem.</summary>
    public EngineBuffer<int> CellColumns { get; }

    /// <summary>
    /// The mass of each cell, above 0, in the unit of the weights. Summed over a row or column they give its weight (the columns' scaled
    /// to the rows' total) to within 1e-15 of the total: masses are sums and differences of weights, which float32 could not hold where
    /// weights differ much.
    /// </summary>
    public EngineBuffer<double> CellMasses { get; }

    /// <summary>How many cells the plan has, one number a problem.</summary>
    public EngineBuffer<int> CellCounts { get; }

    /// <summary>
    /// The duals u of the rows, one a row, those without weight included. For all i, j: u_i + v_j &lt;= c_ij, with equality (to within
    /// rounding) for the cells of the plan.
    /// </summary>
    public EngineBuffer<float> RowDuals { get; }

    /// <summary>The duals v of the columns, one a column.</summary>
    public EngineBuffer<float> ColumnDuals { get; }

    /// <summary>The cost of the plan, summed in float64, one a problem.</summary>
    public EngineBuffer<double> Primal { get; }

    /// <summary>
    /// The value of the duals, sum of u_i times row weight + sum of v_j times column weight, in float64, one a problem: a lower bound of
    /// the cost of every plan. The certificate is the gap between the two.
    /// </summary>
    public EngineBuffer<double> Dual { get; }

    /// <summary>How the solve ended, one a problem.</summary>
    public EngineBuffer<SolveStatus> Status { get; }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        CellRows?.Dispose();
        CellColumns?.Dispose();
        CellMasses?.Dispose();
        CellCounts?.Dispose();
        RowDuals?.Dispose();
        ColumnDuals?.Dispose();
        Primal?.Dispose();
        Dual?.Dispose();
        Status?.Dispose();
    }
}
