namespace PyramidOT.Engines.Host;

/// <summary>
/// One problem of the Sinkhorn family in a thread's scratch, and its potentials. Rows are padded to a multiple of
/// <see cref="RowBlock"/>, columns to one of the widest vector, with forbidden pairs and points of weight 0.
/// </summary>
internal unsafe struct SinkhornProblem
{
    /// <summary>Rows that are worked on at a time.</summary>
    public const int RowBlock = 8;

    /// <summary>The most rows and columns of a problem that takes a lane.</summary>
    public const int LargestTiny = 32;

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

    /// <summary>Takes memory for problems.</summary>
    /// <param name="rows">The most rows.</param>
    /// <param name="columns">The most columns.</param>
    /// <param name="scratch">Gives it.</param>
    public SinkhornProblem(int rows, int columns, HostScratch scratch)
    {
        int paddedRows = (rows + RowBlock - 1) & -RowBlock;
        int stride = StrideOf(columns);
        Costs = scratch.Take<float>((long)rows * stride);
        RowWeights = scratch.Take<double>(paddedRows);
        RowLogs = scratch.Take<double>(paddedRows);
        RowPotentials = scratch.Take<double>(paddedRows);
        ColumnWeights = scratch.Take<double>(stride);
        ColumnLogs = scratch.Take<double>(stride);
        ColumnPotentials = scratch.Take<double>(stride);
    }

    /// <summary>The stride of so many columns.</summary>
    public static int StrideOf(int columns) => (columns + ColumnBlock - 1) & -ColumnBlock;

    /// <summary>Reads a problem, but for its epsilon, into memory that is large enough.</summary>
    public void Read(SinkhornBatch batch, int problem)
    {
        Rows = batch.Problems.RowsOf(problem);
        Columns = batch.Problems.ColumnsOf(problem);
        PaddedRows = (Rows + RowBlock - 1) & -RowBlock;
        Stride = StrideOf(Columns);
        Penalty = batch.Settings.MarginalPenalty ?? double.PositiveInfinity;
        Tolerance = batch.Settings.Tolerance;
        Iterations = 0;
        float* costs = batch.Costs + batch.Problems.CostOffsets[problem];
        for (int i = 0; i < Rows; i++)
        {
            float* row = Costs + ((long)i * Stride);
            new ReadOnlySpan<float>(costs + ((long)i * Columns), Columns).CopyTo(new(row, Columns));
            new Span<float>(row + Columns, Stride - Columns).Fill(float.PositiveInfinity);
        }

        RowTotal = Weigh(batch.RowWeights, batch.Problems.RowOffsets[problem], Rows, PaddedRows, RowWeights);
        ColumnTotal = Weigh(batch.ColumnWeights, batch.Problems.ColumnOffsets[problem], Columns, Stride, ColumnWeights);
        if (IsBalanced)
        {
            double scale = RowTotal / ColumnTotal;
            for (int j = 0; j < Columns; j++)
            {
                ColumnWeights[j] *= scale;
            }

            ColumnTotal = RowTotal;
        }

        Logarithms(RowWeights, PaddedRows, RowLogs);
        Logarithms(ColumnWeights, Stride, ColumnLogs);
        new Span<double>(RowPotentials, PaddedRows).Clear();
        new Span<double>(ColumnPotentials, Stride).Clear();
        if (batch.StartingPotentials != null)
        {
            double* start = batch.StartingPotentials + batch.Problems.ColumnOffsets[problem];
            for (int j = 0; j < Columns; j++)
            {
                ColumnPotentials[j] = double.IsFinite(start[j]) ? start[j] : 0;
            }
        }
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
