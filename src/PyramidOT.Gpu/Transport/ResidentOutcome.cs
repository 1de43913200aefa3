namespace PyramidOT.Transport;

/// <summary>What a solver gave for a batch: one entry a problem, potentials a row and a column.</summary>
internal sealed class ResidentOutcome
{
    /// <summary>How each solve ended.</summary>
    public required SolveStatus[] Status { get; init; }

    /// <summary>What was minimised.</summary>
    public required double[] Value { get; init; }

    /// <summary>The cost of the plan.</summary>
    public required double[] TransportCost { get; init; }

    /// <summary>Lower bounds of the values; NaN where there are none.</summary>
    public required double[] DualValue { get; init; }

    /// <summary>Iterations; null where there are none.</summary>
    public int[]? Iterations { get; init; }

    /// <summary>Errors of the marginals; null where there are none.</summary>
    public double[]? Error { get; init; }

    /// <summary>Potentials of all rows; null where there are none.</summary>
    public double[]? RowPotentials { get; init; }

    /// <summary>Potentials of all columns; null where there are none.</summary>
    public double[]? ColumnPotentials { get; init; }

    /// <summary>The plan of each problem; null where there is none, or none was wanted.</summary>
    public TransportCell[][]? Plans { get; init; }

    /// <summary>What a user gets to see of a problem.</summary>
    public TransportResult Of(BatchLayout shapes, int problem) => new()
    {
        Status = Status[problem],
        Value = Value[problem],
        TransportCost = TransportCost[problem],
        DualValue = DualValue[problem],
        Iterations = Iterations?[problem] ?? 0,
        MarginalError = Error?[problem] ?? 0,
        RowPotentials = RowPotentials?[(int)shapes.RowOffsets[problem]..(int)shapes.RowOffsets[problem + 1]],
        ColumnPotentials = ColumnPotentials?[(int)shapes.ColumnOffsets[problem]..(int)shapes.ColumnOffsets[problem + 1]],
        Plan = Plans?[problem],
    };
}
