namespace PyramidOT.Engines.Host;

/// <summary>
/// One problem of the Sinkhorn family in a thread's scratch, and its potentials. Rows are padded to a multiple of
/// <see cref="RowBlock"/>, columns to one of the widest vector, with forbidden pairs and points of weight 0.
/// </summary>
internal unsafe struct SinkhornProblem
{
    /// <summary>Rows that are worked on at a time.</summary>
    public const int RowBlock = 8;

    private const int ColumnBlock = 16;

    public int Rows;
    public int Columns;
    public int PaddedRows;

    /// <summary>Columns with padding: the distance of a row to the next.</summary>
    public int Stride;

    /// <summary>A padded copy of the costs.</summary>
    public float* Costs;

    public double* RowWeights;
    public double* ColumnWeights;

    /// <summary>Logarithms of the weights.</summary>
    public double* RowLogs;
    public double* ColumnLogs;

    /// <summary>The potentials, in units of cost.</summary>
    public double* RowPotentials;
    public double* ColumnPotentials;

    public double RowTotal;
    public double ColumnTotal;

    /// <summary>Epsilon in units of cost, as it is wanted in the end.</summary>
    public double Epsilon;

    /// <summary>The penalty; positive infinity where balanced.</summary>
    public double Penalty;

    public double Tolerance;
    public int Iterations;

    public readonly bool IsBalanced => double.IsPositiveInfinity(Penalty);

    /// <summary>How far a potential follows the soft minimum at an epsilon: 1 where balanced.</summary>
    public readonly double Lambda(double epsilon) => IsBalanced ? 1 : Penalty / (Penalty + epsilon);

    /// <summary>Lays a problem out in scratch.</summary>
    public static SinkhornProblem Read(in SinkhornBatch batch, int problem, HostScratch scratch)
    {
        int rows = batch.Problems.RowsOf(problem);
        int columns = batch.Problems.ColumnsOf(problem);
        int paddedRows = (rows + RowBlock - 1) & -RowBlock;
        int stride = (columns + ColumnBlock - 1) & -ColumnBlock;
        SinkhornProblem read = new()
        {
            Rows = rows,
            Columns = columns,
            PaddedRows = paddedRows,
            Stride = stride,
            Costs = scratch.Take<float>((long)rows * stride),
            RowWeights = scratch.Take<double>(paddedRows),
            RowLogs = scratch.Take<double>(paddedRows),
            RowPotentials = scratch.Take<double>(paddedRows),
            ColumnWeights = scratch.Take<double>(stride),
            ColumnLogs = scratch.Take<double>(stride),
            ColumnPotentials = scratch.Take<double>(stride),
            Penalty = batch.Settings.MarginalPenalty ?? double.PositiveInfinity,
            Tolerance = batch.Settings.Tolerance,
        };
        float* costs = batch.Costs + batch.Problems.CostOffsets[problem];
        for (int i = 0; i < rows; i++)
        {
            float* row = read.Costs + ((long)i * stride);
            new ReadOnlySpan<float>(costs + ((long)i * columns), columns).CopyTo(new(row, columns));
            new Span<float>(row + columns, stride - columns).Fill(float.PositiveInfinity);
        }

        read.RowTotal = Weigh(batch.RowWeights, batch.Problems.RowOffsets[problem], rows, paddedRows, read.RowWeights);
        read.ColumnTotal = Weigh(batch.ColumnWeights, batch.Problems.ColumnOffsets[problem], columns, stride, read.ColumnWeights);
        if (read.IsBalanced)
        {
            double scale = read.RowTotal / read.ColumnTotal;
            for (int j = 0; j < columns; j++)
            {
                read.ColumnWeights[j] *= scale;
            }

            read.ColumnTotal = read.RowTotal;
        }

        Logarithms(read.RowWeights, paddedRows, read.RowLogs);
        Logarithms(read.ColumnWeights, stride, read.ColumnLogs);
        new Span<double>(read.RowPotentials, paddedRows).Clear();
        new Span<double>(read.ColumnPotentials, stride).Clear();
        return read;
    }

    private static double Weigh(float* weights, long first, int count, int padded, double* to)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            to[i] = weights == null ? 1.0 / count : weights[first + i];
            total += to[i];
        }

        new Span<double>(to + count, padded - count).Clear();
        return total;
    }

    private static void Logarithms(double* weights, int count, double* to)
    {
        for (int i = 0; i < count; i++)
        {
            // Weights are mostly equal, and a logarithm takes its time.
            to[i] = i > 0 && weights[i] == weights[i - 1] ? to[i - 1] : Math.Log(weights[i]);
        }
    }
}
