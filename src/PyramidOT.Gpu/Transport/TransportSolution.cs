namespace PyramidOT;

/// <summary>The solution of one transport problem, with its certificate.</summary>
public sealed record TransportSolution
{
    /// <summary>How the solve ended. Where no plan exists, there are no cells and the potentials are NaN.</summary>
    public required SolveStatus Status { get; init; }

    /// <summary>The plan: how much goes from where to where. At most rows + columns - 1 cells, all of a mass above 0, by row, then column.</summary>
    public required IReadOnlyList<TransportCell> Plan { get; init; }

    /// <summary>The dual u of each row, in units of cost: u_i + v_j &lt;= c_ij for all pairs, with equality for the cells of the plan.</summary>
    public required IReadOnlyList<float> RowPotentials { get; init; }

    /// <summary>The dual v of each column, in units of cost.</summary>
    public required IReadOnlyList<float> ColumnPotentials { get; init; }

    /// <summary>The total cost of the plan, summed in float64; positive infinity where no plan exists.</summary>
    public required double Value { get; init; }

    /// <summary>The value of the potentials, weighted by the masses: no plan costs less. NaN where none exists.</summary>
    public required double DualValue { get; init; }

    /// <summary>The certificate: value minus dual value, 0 but for rounding; NaN where no plan exists.</summary>
    public double Gap => Value - DualValue;
}

/// <summary>Mass that a transport plan moves from one row to one column.</summary>
/// <param name="Row">The row, from 0 on.</param>
/// <param name="Column">The column, from 0 on.</param>
/// <param name="Mass">The mass, above 0, in the unit of the weights.</param>
public readonly record struct TransportCell(int Row, int Column, double Mass);
