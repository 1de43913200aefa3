namespace PyramidOT.MiniBatches;

// Batches that were solved before, and whose points have moved since.
internal sealed partial class BatchWave
{
    // Reduced costs are differences in float32 of costs that are themselves accurate to 1e-6 or so: what is below counts as 0.
    private const double LeastSlack = 1e-6;

    private EngineBuffer<int>? _diagonal;
    private EngineBuffer<float>? _slacks;
    private EngineBuffer<float>? _rowPotentials;
    private EngineBuffer<float>? _columnPotentials;
    private int _diagonalPairs;

    /// <summary>
    /// Looks at matches by the costs as they are now. A batch whose match the potentials still prove optimal keeps it; the others are solved anew,
    /// from these potentials.
    /// </summary>
    /// <param name="pyramid">The points.</param>
    /// <param name="cost">The cost of a pair.</param>
    /// <param name="sourceRows">The source points of the wave's batches.</param>
    /// <param name="targetRows">The target point that each is matched to; and then is.</param>
    /// <param name="potentials">The potential of each of those target points; and then theirs.</param>
    /// <param name="outcomes">Receives what each batch gave, without a gap.</param>
    /// <param name="cancellation">Ends the work; matches and potentials are void then.</param>
    /// <returns>Number of batches that were solved, and that were kept.</returns>
    public (int Solved, int Kept) Revise(
        PyramidPair pyramid,
        GroundCost cost,
        ReadOnlySpan<int> sourceRows,
        Span<int> targetRows,
        Span<double> potentials,
        List<BatchOutcome> outcomes,
        CancellationToken cancellation)
    {
        int pairs = sourceRows.Length;
        BatchLayout layout = LayoutOf(pairs);
        EngineView<float> costs = ComputeCosts(pyramid, cost, layout, sourceRows, targetRows);
        PrepareKept(layout);
        float[] columns = new float[pairs];
        for (int i = 0; i < pairs; i++)
        {
            columns[i] = (float)potentials[i];
        }

        EngineView<float> slacks = _slacks!.Slice(0, pairs);
        EngineView<float> rowPotentials = _rowPotentials!.Slice(0, pairs);
        _columnPotentials!.Upload(columns);
        _engine.Assignment.Reduce(layout, costs, _columnPotentials.Slice(0, pairs), rowPotentials);
        _engine.Points.Gather(costs, 1, _diagonal!.Slice(0, pairs), slacks);
        float[] slack = slacks.ToArray();
        float[] rows = rowPotentials.ToArray();
        int solved = 0;
        for (int b = 0; b < layout.Count;)
        {
            int end = b;
            while (end < layout.Count && !IsOptimal(layout, end, slack, rows, columns))
            {
                end++;
            }

            if (end > b)
            {
                SolveReduced(layout, costs, b, end, targetRows, potentials, cancellation);
                solved += end - b;
            }

            b = end + 1;
        }

        AddOutcomes(pyramid, cost, layout, targetRows, outcomes);
        return (solved, layout.Count - solved);
    }

    private static bool IsOptimal(BatchLayout layout, int batch, float[] slack, float[] rows, float[] columns)
    {
        double gap = 0;
        double magnitude = 0;
        for (int i = (int)layout.RowOffsets[batch]; i < (int)layout.RowOffsets[batch + 1]; i++)
        {
            gap += slack[i];
            magnitude += Math.Abs((double)rows[i]) + Math.Abs((double)columns[i]);
        }

        return gap <= LeastSlack * magnitude;
    }

    /// <summary>Solves some batches, one behind the other, by their reduced costs.</summary>
    private void SolveReduced(
        BatchLayout layout, EngineView<float> costs, int from, int to, Span<int> targetRows, Span<double> potentials, CancellationToken cancellation)
    {
        int[] sizes = new int[to - from];
        for (int b = from; b < to; b++)
        {
            sizes[b - from] = layout.RowsOf(b);
        }

        BatchLayout part = BatchLayout.Ragged(sizes, sizes);
        using AssignmentBuffers result = new(_engine, part);
        _engine.Assignment.Solve(part, costs.Slice(layout.CostOffsets[from], part.Costs), result, cancellation);
        int[] columns = result.ColumnOfRow.ToArray();
        float[] duals = result.ColumnDuals.ToArray();
        SolveStatus[] status = result.Status.ToArray();
        int start = (int)layout.RowOffsets[from];
        int[] met = targetRows.Slice(start, columns.Length).ToArray();
        double[] before = potentials.Slice(start, columns.Length).ToArray();
        for (int b = 0; b < part.Count; b++)
        {
            if (status[b] != SolveStatus.Optimal)
            {
                throw new InvalidOperationException($"A batch of {part.RowsOf(b)} pairs was not solved: {status[b].ToName()}.");
            }

            int first = (int)part.RowOffsets[b];
            for (int i = first; i < (int)part.RowOffsets[b + 1]; i++)
            {
                int column = first + columns[i];
                targetRows[start + i] = met[column];
                potentials[start + i] = before[column] + duals[column];
            }
        }
    }

    private void AddOutcomes(PyramidPair pyramid, GroundCost cost, BatchLayout layout, ReadOnlySpan<int> targetRows, List<BatchOutcome> outcomes)
    {
        int pairs = targetRows.Length;
        EngineView<float> paired = _slacks!.Slice(0, pairs);
        _targetRows.Upload(targetRows);
        _engine.Costs.Paired(
            pyramid.SourcePoints, _sourceRows.Slice(0, pairs), pyramid.TargetPoints, _targetRows.Slice(0, pairs), _dimensions, cost, paired);
        float[] costs = paired.ToArray();
        for (int b = 0; b < layout.Count; b++)
        {
            double sum = 0;
            for (int i = (int)layout.RowOffsets[b]; i < (int)layout.RowOffsets[b + 1]; i++)
            {
                sum += costs[i];
            }

            outcomes.Add(new(layout.RowsOf(b), sum / layout.RowsOf(b), double.NaN));
        }
    }

    /// <summary>Makes room, and notes where the costs of the pairs as they stand lie.</summary>
    private void PrepareKept(BatchLayout layout)
    {
        _slacks ??= _engine.Allocate<float>(Pairs);
        _rowPotentials ??= _engine.Allocate<float>(Pairs);
        _columnPotentials ??= _engine.Allocate<float>(Pairs);
        _diagonal ??= _engine.Allocate<int>(Pairs);
        if (_diagonalPairs == layout.Rows)
        {
            return;
        }

        int[] places = new int[layout.Rows];
        for (int b = 0; b < layout.Count; b++)
        {
            int size = layout.RowsOf(b);
            for (int i = 0; i < size; i++)
            {
                places[layout.RowOffsets[b] + i] = checked((int)(layout.CostOffsets[b] + ((long)i * (size + 1))));
            }
        }

        _diagonal.Upload(places);
        _diagonalPairs = places.Length;
    }

    private void DisposeKept()
    {
        _diagonal?.Dispose();
        _slacks?.Dispose();
        _rowPotentials?.Dispose();
        _columnPotentials?.Dispose();
    }
}
