namespace PyramidOT;

/// <summary>
/// Where the assignment family writes its results: engine memory for one batch, which a caller makes once and uses again for every
/// batch of the same shape. For an infeasible problem the permutation is all -1, the duals are NaN, the primal value is positive
/// infinity and the dual value is NaN.
/// </summary>
public sealed class AssignmentBuffers : IDisposable
{
    /// <summary>Allocates the results of a batch.</summary>
    public AssignmentBuffers(ComputeEngine engine, BatchLayout problems)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        try
        {
            ColumnOfRow = engine.Allocate<int>(problems.Rows);
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

    /// <summary>The matched column of each row, counted within its problem; -1 for an unmatched row. One number a row.</summary>
    public EngineBuffer<int> ColumnOfRow { get; }

    /// <summary>
    /// The duals u of the rows, one a row. For all i, j: u_i + v_j &lt;= c_ij, to within float64's rounding. An unmatched row of a problem
    /// with more rows than columns has u_i = 0 and all others have u_i &lt;= 0.
    /// </summary>
    public EngineBuffer<float> RowDuals { get; }

    /// <summary>The duals v of the columns, one a column; likewise where there are more columns than rows.</summary>
    public EngineBuffer<float> ColumnDuals { get; }

    /// <summary>The cost of the assignment, summed in float64, one a problem.</summary>
    public EngineBuffer<double> Primal { get; }

    /// <summary>
    /// The value of the duals, sum u + sum v in float64, one a problem: a lower bound of the cost of every assignment. The
    /// certificate is the gap between the two.
    /// </summary>
    public EngineBuffer<double> Dual { get; }

    /// <summary>How the solve ended, one a problem.</summary>
    public EngineBuffer<SolveStatus> Status { get; }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        ColumnOfRow?.Dispose();
        RowDuals?.Dispose();
        ColumnDuals?.Dispose();
        Primal?.Dispose();
        Dual?.Dispose();
        Status?.Dispose();
    }
}
