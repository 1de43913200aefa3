namespace PyramidOT.Engines.Host;

/// <summary>What was found for one transport problem, among its rows and columns that have weight.</summary>
internal unsafe struct TransportOutcome
{
    public SolveStatus Status;

    /// <summary>Cells of the plan, at most rows + columns - 1.</summary>
    public int Cells;

    public int* CellRows;
    public int* CellColumns;
    public long* CellUnits;
    public double* RowDuals;

    /// <summary>Padded to whole vectors, by -infinity.</summary>
    public double* ColumnDuals;

    public double Primal;
    public double Dual;

    /// <summary>The summed magnitudes of the plan's costs.</summary>
    public double Magnitude;

    /// <summary>The summed magnitudes of what the dual value consists of.</summary>
    public double DualMagnitude;

    /// <summary>Whether the gap is closed, as a part of the plan's costs.</summary>
    public readonly bool IsCertified => Primal - Dual <= HostTransport.CertifiedGap * Magnitude;

    /// <summary>Appends a cell.</summary>
    public void Add(int row, int column, long units)
    {
        CellRows[Cells] = row;
        CellColumns[Cells] = column;
        CellUnits[Cells] = units;
        Cells++;
    }
}

/// <summary>One transport problem without the rows and columns that weigh nothing.</summary>
internal unsafe struct TransportProblem
{
    public int Rows;
    public int Columns;

    /// <summary>Gives the searches up, which then tell of an iteration limit.</summary>
    public CancellationToken Cancellation;

    /// <summary>The costs between them, whole vectors to be read.</summary>
    public CostRows Costs;

    /// <summary>The matrix, without gaps.</summary>
    public float* Matrix;

    /// <summary>Numbers that may be read from the matrix's first one on.</summary>
    public long Readable;

    public long* RowUnits;
    public long* ColumnUnits;

    /// <summary>Their numbers in the whole problem; null where none was left out.</summary>
    public int* RowNumbers;

    public int* ColumnNumbers;

    /// <summary>The mass of a unit.</summary>
    public double Unit;

    /// <summary>Whether all weights are equal, and as many on both sides.</summary>
    public bool IsAssignment;
}
