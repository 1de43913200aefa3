namespace PyramidOT;

/// <summary>The solution of one entropic transport problem, with its certificate.</summary>
public sealed record SinkhornSolution
{
    /// <summary>Whether the tolerance was met. Where the problem is infeasible, the potentials are NaN.</summary>
    public required SolveStatus Status { get; init; }

    /// <summary>sum P_ij c_ij, without entropy and penalties; positive infinity where infeasible.</summary>
    public required double TransportCost { get; init; }

    /// <summary>The plan's cost with entropy and, unbalanced, penalties.</summary>
    public required double Value { get; init; }

    /// <summary>The value of the potentials: no plan's is less.</summary>
    public required double DualValue { get; init; }

    /// <summary>The certificate: value minus dual value. It may be slightly negative where the marginals are not yet met.</summary>
    public double Gap => Value - DualValue;

    /// <summary>
    /// Balanced, the L1 distance between the plan's marginals and the weights, as a part of the total weight; unbalanced, the largest change
    /// that a potential would make next, in units of epsilon.
    /// </summary>
    public required double Error { get; init; }

    /// <summary>The epsilon that was used, in units of cost.</summary>
    public required double Epsilon { get; init; }

    /// <summary>The iterations that it took.</summary>
    public required int Iterations { get; init; }

    /// <summary>The potential f of each row, in units of cost.</summary>
    public required IReadOnlyList<double> RowPotentials { get; init; }

    /// <summary>The potential g of each column.</summary>
    public required IReadOnlyList<double> ColumnPotentials { get; init; }

    /// <summary>The plan, rows x columns numbers, row-major; null where it was not asked for.</summary>
    public IReadOnlyList<float>? Plan { get; init; }
}
