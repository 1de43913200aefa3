namespace PyramidOT.Engines.Host;

/// <summary>
/// Leaves out what weighs nothing: rows and columns without mass take no part in a plan, but they have duals, which must be feasible.
/// </summary>
internal static unsafe class TransportCompaction
{
    /// <summary>One problem of a batch, without the rows and columns that weigh nothing.</summary>
    public static TransportProblem Compact(TransportBatch batch, int number, HostScratch scratch)
    {
        int rows = batch.Problems.RowsOf(number);
        int columns = batch.Problems.ColumnsOf(number);
        long first = batch.Problems.CostOffsets[number];
        TransportProblem problem = new()
        {
            RowUnits = scratch.Take<long>(rows),
            ColumnUnits = scratch.Take<long>(columns),
            Matrix = batch.Costs + first,
            Readable = batch.Problems.Costs - first,
            Cancellation = batch.Cancellation,
        };
        float* rowWeights = batch.RowWeights + batch.Problems.RowOffsets[number];
        float* columnWeights = batch.ColumnWeights + batch.Problems.ColumnOffsets[number];
        problem.Unit = TransportWeights.Count(rowWeights, rows, columnWeights, columns, problem.RowUnits, problem.ColumnUnits);
        int* rowNumbers = scratch.Take<int>(rows);
        int* columnNumbers = scratch.Take<int>(columns);
        bool rowsAreEqual = Gather(problem.RowUnits, rowWeights, rows, rowNumbers, out problem.Rows);
        bool columnsAreEqual = Gather(problem.ColumnUnits, columnWeights, columns, columnNumbers, out problem.Columns);
        problem.IsAssignment = problem.Rows == problem.Columns && rowsAreEqual && columnsAreEqual;
        if (problem.Rows == 0)
        {
            return problem;
        }

        if (problem.Rows < rows || problem.Columns < columns)
        {
            problem.RowNumbers = rowNumbers;
            problem.ColumnNumbers = columnNumbers;
            problem.Readable = ((long)problem.Rows * problem.Columns) + SimdWidth.Floats;
            float* copy = scratch.Take<float>(problem.Readable);
            for (int i = 0; i < problem.Rows; i++)
            {
                float* from = problem.Matrix + ((long)rowNumbers[i] * columns);
                float* to = copy + ((long)i * problem.Columns);
                for (int j = 0; j < problem.Columns; j++)
                {
                    to[j] = from[columnNumbers[j]];
                }
            }

            new Span<float>(copy + ((long)problem.Rows * problem.Columns), SimdWidth.Floats).Fill(float.PositiveInfinity);
            problem.Matrix = copy;
        }

        problem.Costs = Readably(problem, scratch);
        return problem;
    }

    /// <summary>Gives duals to what was left out too: the largest ones that are feasible, the columns' first.</summary>
    /// <param name="costs">The whole matrix.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="problem">What has weight.</param>
    /// <param name="outcome">The duals of that.</param>
    /// <param name="rowDuals">Receives the duals of all rows.</param>
    /// <param name="columnDuals">Receives the duals of all columns.</param>
    public static void Extend<D, W>(
        float* costs, int rows, int columns, in TransportProblem problem, in TransportOutcome outcome, double* rowDuals, double* columnDuals)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        if (problem.RowNumbers == null && problem.Rows > 0)
        {
            new ReadOnlySpan<double>(outcome.RowDuals, rows).CopyTo(new(rowDuals, rows));
            new ReadOnlySpan<double>(outcome.ColumnDuals, columns).CopyTo(new(columnDuals, columns));
            return;
        }

        Span<double> all = new(columnDuals, columns);
        all.Fill(double.PositiveInfinity);
        new Span<double>(rowDuals, rows).Fill(double.NaN);
        for (int i = 0; i < problem.Rows; i++)
        {
            double dual = outcome.RowDuals[i];
            rowDuals[problem.RowNumbers[i]] = dual;
            float* row = costs + ((long)problem.RowNumbers[i] * columns);
            W duals = D.Broadcast(dual);
            int j = 0;
            for (; j + D.Count <= columns; j += D.Count)
            {
                D.Store(columnDuals + j, D.Min(D.Load(columnDuals + j), D.Subtract(D.Widen(row + j), duals)));
            }

            for (; j < columns; j++)
            {
                columnDuals[j] = Math.Min(columnDuals[j], row[j] - dual);
            }
        }

        for (int j = 0; j < problem.Columns; j++)
        {
            columnDuals[problem.ColumnNumbers[j]] = outcome.ColumnDuals[j];
        }

        ReplaceInfinity(all);
        for (int i = 0; i < rows; i++)
        {
            if (double.IsNaN(rowDuals[i]))
            {
                float* row = costs + ((long)i * columns);
                W least = D.Broadcast(double.PositiveInfinity);
                int j = 0;
                for (; j + D.Count <= columns; j += D.Count)
                {
                    least = D.Min(least, D.Subtract(D.Widen(row + j), D.Load(columnDuals + j)));
                }

                double dual = D.MinAcross(least);
                for (; j < columns; j++)
                {
                    dual = Math.Min(dual, row[j] - columnDuals[j]);
                }

                rowDuals[i] = double.IsPositiveInfinity(dual) ? 0 : dual;
            }
        }
    }

    /// <summary>The rows of the matrix as whole vectors may read them: in place but for the last one, or where rows are short padded copies.</summary>
    private static CostRows Readably(in TransportProblem problem, HostScratch scratch)
    {
        int rows = problem.Rows;
        int columns = problem.Columns;
        int padded = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        int first = columns < padded / 2 ? 0 : rows - 1;
        float* copy = scratch.Take<float>((long)(rows - first) * padded);
        for (int i = first; i < rows; i++)
        {
            float* to = copy + ((long)(i - first) * padded);
            new ReadOnlySpan<float>(problem.Matrix + ((long)i * columns), columns).CopyTo(new(to, columns));
            new Span<float>(to + columns, padded - columns).Fill(float.PositiveInfinity);
        }

        return first == 0
            ? new(copy, padded, copy + ((rows - 1L) * padded), rows)
            : new(problem.Matrix, columns, copy, rows);
    }

    // Where all pairs are forbidden, any dual is feasible.
    private static void ReplaceInfinity(Span<double> duals)
    {
        foreach (ref double dual in duals)
        {
            dual = double.IsPositiveInfinity(dual) ? 0 : dual;
        }
    }

    /// <summary>Moves what weighs something to the front.</summary>
    /// <returns>Whether all of it weighs the same.</returns>
    private static bool Gather(long* units, float* weights, int count, int* numbers, out int gathered)
    {
        gathered = 0;
        bool areEqual = true;
        for (int i = 0; i < count; i++)
        {
            if (units[i] > 0)
            {
                numbers[gathered] = i;
                units[gathered] = units[i];
                areEqual &= weights[i] == weights[numbers[0]];
                gathered++;
            }
        }

        return areEqual;
    }
}
