namespace PyramidOT.Engines.Host;

/// <summary>What the solve of one Sinkhorn problem found beside the potentials.</summary>
internal struct SinkhornOutcome
{
    public double TransportCost;
    public double Primal;
    public double Dual;
    public double Error;
    public bool IsInfeasible;
}

/// <summary>The addresses of one call.</summary>
internal sealed unsafe class SinkhornBatch
{
    private readonly Lock _lock = new();
    private long _refused = long.MaxValue;

    public required BatchLayout Problems { get; init; }

    public required SinkhornSettings Settings { get; init; }

    public required float* Costs { get; init; }

    /// <summary>Null for those of the settings.</summary>
    public required double* GivenEpsilons { get; init; }

    /// <summary>Null for none.</summary>
    public required double* StartingPotentials { get; init; }

    /// <summary>Null for equal weights.</summary>
    public required float* RowWeights { get; init; }

    /// <summary>Null for equal weights.</summary>
    public required float* ColumnWeights { get; init; }

    public required double* RowPotentials { get; init; }

    public required double* ColumnPotentials { get; init; }

    public required double* Epsilon { get; init; }

    public required double* TransportCost { get; init; }

    public required double* Primal { get; init; }

    public required double* Dual { get; init; }

    public required double* Error { get; init; }

    public required int* Iterations { get; init; }

    public required SolveStatus* Status { get; init; }

    /// <summary>Null where plans are not wanted.</summary>
    public required float* Plan { get; init; }

    /// <summary>The plan of a problem; null where it is not wanted.</summary>
    public float* PlanOf(int problem) => Plan == null ? null : Plan + Problems.CostOffsets[problem];

    /// <summary>Remembers the first number among all costs that is none.</summary>
    public void Refuse(long position)
    {
        lock (_lock)
        {
            _refused = Math.Min(_refused, position);
        }
    }

    public void ThrowIfRefused()
    {
        if (_refused != long.MaxValue)
        {
            throw KernelArguments.RefusedCost(Problems, _refused, Costs[_refused], "costs");
        }
    }

    /// <summary>Writes what was found for a problem, but for the plan.</summary>
    public void Write(int problem, in SinkhornProblem solved, in SinkhornOutcome outcome)
    {
        Span<double> rows = new(RowPotentials + Problems.RowOffsets[problem], solved.Rows);
        Span<double> columns = new(ColumnPotentials + Problems.ColumnOffsets[problem], solved.Columns);
        Epsilon[problem] = solved.Epsilon;
        Iterations[problem] = solved.Iterations;
        if (outcome.IsInfeasible)
        {
            rows.Fill(double.NaN);
            columns.Fill(double.NaN);
            TransportCost[problem] = double.PositiveInfinity;
            Primal[problem] = double.PositiveInfinity;
            Dual[problem] = double.NaN;
            Error[problem] = double.NaN;
            Status[problem] = SolveStatus.Infeasible;
            if (Plan != null)
            {
                NativeClear(PlanOf(problem), (long)solved.Rows * solved.Columns);
            }

            return;
        }

        new ReadOnlySpan<double>(solved.RowPotentials, solved.Rows).CopyTo(rows);
        new ReadOnlySpan<double>(solved.ColumnPotentials, solved.Columns).CopyTo(columns);
        TransportCost[problem] = outcome.TransportCost;
        Primal[problem] = outcome.Primal;
        Dual[problem] = outcome.Dual;
        Error[problem] = outcome.Error;
        Status[problem] = outcome.Error <= solved.Tolerance ? SolveStatus.Optimal : SolveStatus.IterationLimit;
    }

    private static void NativeClear(float* from, long count) =>
        System.Runtime.InteropServices.NativeMemory.Clear(from, (nuint)(count * sizeof(float)));
}
