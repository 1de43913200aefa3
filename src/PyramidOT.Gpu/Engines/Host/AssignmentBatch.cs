using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>What the search found for one problem, rows being the shorter side.</summary>
internal unsafe struct AssignmentOutcome
{
    public int* ColumnOf;
    public double* RowDuals;
    public double* ColumnDuals;
    public double Primal;
    public double Dual;
    public double Magnitude;
    public bool IsInfeasible;
}

/// <summary>The addresses of one call.</summary>
internal sealed unsafe class AssignmentBatch
{
    private readonly Lock _lock = new();
    private long _refused = long.MaxValue;

    public required BatchLayout Problems { get; init; }

    public required float* Costs { get; init; }

    public required int* ColumnOfRow { get; init; }

    public required float* RowDuals { get; init; }

    public required float* ColumnDuals { get; init; }

    public required double* Primal { get; init; }

    public required double* Dual { get; init; }

    public required SolveStatus* Status { get; init; }

    /// <summary>Gives the batch up, and the results with it.</summary>
    public required CancellationToken Cancellation { get; init; }

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write(int problem, bool transposed, int rows, int columns, in AssignmentOutcome outcome)
    {
        long firstRow = Problems.RowOffsets[problem];
        long firstColumn = Problems.ColumnOffsets[problem];
        int* columnOfRow = ColumnOfRow + firstRow;
        float* shortDuals = transposed ? ColumnDuals + firstColumn : RowDuals + firstRow;
        float* longDuals = transposed ? RowDuals + firstRow : ColumnDuals + firstColumn;
        if (outcome.IsInfeasible)
        {
            new Span<int>(columnOfRow, transposed ? columns : rows).Fill(-1);
            new Span<float>(shortDuals, rows).Fill(float.NaN);
            new Span<float>(longDuals, columns).Fill(float.NaN);
            Primal[problem] = double.PositiveInfinity;
            Dual[problem] = double.NaN;
            Status[problem] = SolveStatus.Infeasible;
            return;
        }

        if (transposed)
        {
            new Span<int>(columnOfRow, columns).Fill(-1);
        }

        for (int i = 0; i < rows; i++)
        {
            int partner = outcome.ColumnOf[i];
            if (transposed)
            {
                columnOfRow[partner] = i;
            }
            else
            {
                columnOfRow[i] = partner;
            }

            shortDuals[i] = RoundDown(outcome.RowDuals[i]);
        }

        for (int j = 0; j < columns; j++)
        {
            longDuals[j] = RoundDown(outcome.ColumnDuals[j]);
        }

        Primal[problem] = outcome.Primal;
        Dual[problem] = outcome.Dual;
        Status[problem] = SolveStatus.Optimal;
    }

    // Downwards, so that rounding makes no dual infeasible.
    private static float RoundDown(double value)
    {
        float rounded = (float)value;
        return rounded > value ? float.BitDecrement(rounded) : rounded;
    }
}
