namespace PyramidOT;

/// <summary>The solution of one assignment problem, with its certificate.</summary>
public sealed record AssignmentSolution
{
    /// <summary>Whether an assignment exists. Where none does, the permutation is all -1 and the duals are NaN.</summary>
    public required SolveStatus Status { get; init; }

    /// <summary>The column of each row; -1 for a row that stays unmatched.</summary>
    public required IReadOnlyList<int> ColumnOfRow { get; init; }

    /// <summary>The dual u of each row, in units of cost: u_i + v_j &lt;= c_ij for all pairs, with equality for matched ones.</summary>
    public required IReadOnlyList<float> RowDuals { get; init; }

    /// <summary>The dual v of each column, in units of cost.</summary>
    public required IReadOnlyList<float> ColumnDuals { get; init; }

    /// <summary>The total cost, summed in float64; positive infinity where no assignment exists.</summary>
    public required double Cost { get; init; }

    /// <summary>sum u + sum v: no assignment costs less. NaN where none exists.</summary>
    public required double DualValue { get; init; }

    /// <summary>The certificate: cost minus dual value, 0 but for rounding; NaN where no assignment exists.</summary>
    public double Gap => Cost - DualValue;
}
