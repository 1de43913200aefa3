namespace PyramidOT;

/// <summary>
/// What any <see cref="TransportSolver"/> says of one problem. What a solver does not have is null: sliced distances have neither
/// potentials nor a plan.
/// </summary>
public sealed record TransportResult
{
    /// <summary>How the solve ended.</summary>
    public required SolveStatus Status { get; init; }

    /// <summary>
    /// What the solver minimises, in units of cost times mass: the cost of the plan, for entropic transport with entropy and penalties; the mean
    /// over the directions where sliced. Positive infinity where infeasible.
    /// </summary>
    public required double Value { get; init; }

    /// <summary>The cost of the plan alone: sum P_ij c_ij. For exact and sliced transport the value itself.</summary>
    public required double TransportCost { get; init; }

    /// <summary>A lower bound of the value: that of the potentials; NaN where there is none.</summary>
    public required double DualValue { get; init; }

    /// <summary>The certificate: value minus dual value; NaN where there is none.</summary>
    public double Gap => Value - DualValue;

    /// <summary>The iterations of an iterative solver; 0 for others.</summary>
    public int Iterations { get; init; }

    /// <summary>The L1 error of the plan's marginals, as a part of the mass, where the solver is iterative (unbalanced: see <see cref="SinkhornSolution.Error"/>).</summary>
    public double MarginalError { get; init; }

    /// <summary>The potential of each row, in units of cost; null where there are none.</summary>
    public IReadOnlyList<double>? RowPotentials { get; init; }

    /// <summary>The potential of each column.</summary>
    public IReadOnlyList<double>? ColumnPotentials { get; init; }

    /// <summary>
    /// The plan, by row and column; null where there is none. Of an entropic plan, which has mass everywhere, the cells that hold at least
    /// 1e-6 of their row's mass.
    /// </summary>
    public IReadOnlyList<TransportCell>? Plan { get; init; }
}
