namespace PyramidOT.Engines.Host;

/// <summary>The addresses of one call.</summary>
internal sealed unsafe class TransportBatch
{
    private readonly Lock _lock = new();
    private long _refused = long.MaxValue;

    public required BatchLayout Problems { get; init; }

    public required float* Costs { get; init; }

    public required float* RowWeights { get; init; }

    public required float* ColumnWeights { get; init; }

    public required int* CellRows { get; init; }

    public required int* CellColumns { get; init; }

    public required double* CellMasses { get; init; }

    public required int* CellCounts { get; init; }

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

    /// <summary>Writes values, status and plan of a problem; its duals are written apart.</summary>
    public void Write(int number, in TransportProblem problem, in TransportOutcome outcome)
    {
        long first = Problems.RowOffsets[number] + Problems.ColumnOffsets[number];
        int places = Problems.RowsOf(number) + Problems.ColumnsOf(number);
        for (int k = 0; k < outcome.Cells; k++)
        {
            int row = outcome.CellRows[k];
            int column = outcome.CellColumns[k];
            CellRows[first + k] = problem.RowNumbers == null ? row : problem.RowNumbers[row];
            CellColumns[first + k] = problem.ColumnNumbers == null ? column : problem.ColumnNumbers[column];
            CellMasses[first + k] = outcome.CellUnits[k] * problem.Unit;
        }

        new Span<int>(CellRows + first + outcome.Cells, places - outcome.Cells).Fill(-1);
        new Span<int>(CellColumns + first + outcome.Cells, places - outcome.Cells).Fill(-1);
        new Span<double>(CellMasses + first + outcome.Cells, places - outcome.Cells).Clear();
        CellCounts[number] = outcome.Cells;
        Primal[number] = outcome.Primal;
        Dual[number] = outcome.Dual;
        Status[number] = outcome.Status;
    }

    /// <summary>Writes duals, rounded down so that rounding makes none infeasible.</summary>
    public void WriteDuals(int number, double* rowDuals, double* columnDuals)
    {
        RoundDown(rowDuals, RowDuals + Problems.RowOffsets[number], Problems.RowsOf(number));
        RoundDown(columnDuals, ColumnDuals + Problems.ColumnOffsets[number], Problems.ColumnsOf(number));
    }

    private static void RoundDown(double* from, float* to, int count)
    {
        for (int i = 0; i < count; i++)
        {
            float rounded = (float)from[i];
            to[i] = rounded > from[i] ? float.BitDecrement(rounded) : rounded;
        }
    }
}
