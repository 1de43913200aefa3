namespace PyramidOT;

/// <summary>
/// Where the Sinkhorn family writes its results: engine memory for one batch, which a caller makes once and uses again for every
/// batch of the same shape. For an infeasible problem potentials, error and dual value are NaN, cost and primal value positive
/// infinity, and the plan is 0.
/// </summary>
public sealed class SinkhornBuffers : IDisposable
{
    /// <summary>Allocates the results of a batch.</summary>
    /// <param name="engine">Where.</param>
    /// <param name="problems">The shapes.</param>
    /// <param name="withPlan">Whether plans are wanted.</param>
    public SinkhornBuffers(ComputeEngine engine, BatchLayout problems, bool withPlan = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        try
        {
            RowPotentials = engine.Allocate<double>(problems.Rows);
            ColumnPotentials = engine.Allocate<double>(problems.Columns);
            Epsilon = engine.Allocate<double>(problems.Count);
            TransportCost = engine.Allocate<double>(problems.Count);
            Primal = engine.Allocate<double>(problems.Count);
            Dual = engine.Allocate<double>(problems.Count);
            Error = engine.Allocate<double>(problems.Count);
            Iterations = engine.Allocate<int>(problems.Count);
            Status = engine.Allocate<SolveStatus>(problems.Count);
            Plan = withPlan ? engine.Allocate<float>(problems.Costs) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The potentials f of the rows in units of cost, one a row; positive infinity where all pairs of a row are forbidden.</summary>
    public EngineBuffer<double> RowPotentials { get; }

    /// <summary>The potentials g of the columns, likewise.</summary>
    public EngineBuffer<double> ColumnPotentials { get; }

    /// <summary>The epsilon that was used, in units of cost, one a problem.</summary>
    public EngineBuffer<double> Epsilon { get; }

    /// <summary>sum P_ij c_ij, without entropy and penalties, one a problem. Summed in float64, as the values are.</summary>
    public EngineBuffer<double> TransportCost { get; }

    /// <summary>The value of the plan: cost, entropy and, unbalanced, penalties; one a problem.</summary>
    public EngineBuffer<double> Primal { get; }

    /// <summary>
    /// The value of the potentials, a lower bound of every plan's: sum a f + sum b g - epsilon sum (P - a b'), or, unbalanced, with
    /// rho sum a (1 - exp(-f / rho)) in place of sum a f and the same for g. One a problem.
    /// </summary>
    public EngineBuffer<double> Dual { get; }

    /// <summary>
    /// What <see cref="SinkhornSettings.Tolerance"/> is held against, measured in float64 on the plan that the potentials give; one a
    /// problem.
    /// </summary>
    public EngineBuffer<double> Error { get; }

    /// <summary>The iterations that it took, one a problem.</summary>
    public EngineBuffer<int> Iterations { get; }

    /// <summary>How the solve ended, one a problem.</summary>
    public EngineBuffer<SolveStatus> Status { get; }

    /// <summary>The plans, dense, in the order of the costs; null where they are not wanted.</summary>
    public EngineBuffer<float>? Plan { get; }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        RowPotentials?.Dispose();
        ColumnPotentials?.Dispose();
        Epsilon?.Dispose();
        TransportCost?.Dispose();
        Primal?.Dispose();
        Dual?.Dispose();
        Error?.Dispose();
        Iterations?.Dispose();
        Status?.Dispose();
        Plan?.Dispose();
    }
}
