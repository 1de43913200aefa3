namespace PyramidOT.MiniBatches;

/// <summary>
/// Engine memory for a wave of batches, and the calls that solve one: gather, costs, assignment. Made once and used for every wave of a pass.
/// </summary>
internal sealed partial class BatchWave : IDisposable
{
    private readonly ComputeEngine _engine;
    private readonly int _dimensions;
    private readonly BatchLayout _full;
    private readonly EngineBuffer<int> _sourceRows;
    private readonly EngineBuffer<int> _targetRows;
    private readonly EngineBuffer<float> _source;
    private readonly EngineBuffer<float> _target;
    private readonly EngineBuffer<float> _costs;
    private readonly AssignmentBuffers _result;

    /// <summary>Makes room for waves of up to <paramref name="batches"/> batches.</summary>
    /// <exception cref="OutOfMemoryException">The engine has no room for so many.</exception>
    public BatchWave(ComputeEngine engine, int batches, int batchSize, int dimensions)
    {
        _engine = engine;
        _dimensions = dimensions;
        _full = BatchLayout.Uniform(batches, batchSize, batchSize);
        using Partial made = new();
        _sourceRows = made.Add(engine.Allocate<int>(_full.Rows));
        _targetRows = made.Add(engine.Allocate<int>(_full.Rows));
        _source = made.Add(engine.Allocate<float>(_full.Rows * dimensions));
        _target = made.Add(engine.Allocate<float>(_full.Rows * dimensions));
        _costs = made.Add(engine.Allocate<float>(_full.Costs));
        _result = made.Add(new AssignmentBuffers(engine, _full));
        made.Keep();
    }

    /// <summary>Pairs of a full wave.</summary>
    public int Pairs => (int)_full.Rows;

    /// <summary>Bytes that one batch takes.</summary>
    public static long BytesOf(int batchSize, int dimensions) =>
        sizeof(float) * (((long)batchSize * batchSize) + (2L * batchSize * dimensions) + (5L * batchSize) + 6);

    /// <summary>Solves a wave.</summary>
    /// <param name="pyramid">The points.</param>
    /// <param name="cost">The cost of a pair.</param>
    /// <param name="sourceRows">The source points of the wave's batches.</param>
    /// <param name="targetRows">The target points; afterwards each stands beside the source point that it is coupled with.</param>
    /// <param name="outcomes">Receives what each batch gave.</param>
    /// <param name="potentials">Receives the potentials of the target points, as they stand afterwards; or empty.</param>
    /// <param name="cancellation">Ends the work; nothing of the wave is received then.</param>
    /// <returns>Number of batches.</returns>
    public int Solve(
        PyramidPair pyramid,
        GroundCost cost,
        ReadOnlySpan<int> sourceRows,
        Span<int> targetRows,
        List<BatchOutcome> outcomes,
        Span<double> potentials,
        CancellationToken cancellation)
    {
        int pairs = sourceRows.Length;
        BatchLayout layout = LayoutOf(pairs);
        using AssignmentBuffers? partial = pairs == Pairs ? null : new(_engine, layout);
        AssignmentBuffers result = partial ?? _result;
        EngineView<float> costs = ComputeCosts(pyramid, cost, layout, sourceRows, targetRows);
        _engine.Assignment.Solve(layout, costs, result, cancellation);
        int[] columns = result.ColumnOfRow.ToArray();
        double[] primal = result.Primal.ToArray();
        double[] dual = result.Dual.ToArray();
        SolveStatus[] status = result.Status.ToArray();
        int[] met = targetRows.ToArray();
        float[] duals = potentials.IsEmpty ? [] : result.ColumnDuals.ToArray();
        for (int b = 0; b < layout.Count; b++)
        {
            if (status[b] != SolveStatus.Optimal)
            {
                throw new InvalidOperationException($"A batch of {layout.RowsOf(b)} pairs was not solved: {status[b].ToName()}.");
            }

            int first = (int)layout.RowOffsets[b];
            for (int i = first; i < (int)layout.RowOffsets[b + 1]; i++)
            {
                targetRows[i] = met[first + columns[i]];
                if (!potentials.IsEmpty)
                {
                    potentials[i] = duals[first + columns[i]];
                }
            }

            outcomes.Add(new(layout.RowsOf(b), primal[b] / layout.RowsOf(b), BatchOutcome.RelativeGap(primal[b], dual[b])));
        }

        return layout.Count;
    }

    public void Dispose()
    {
        _sourceRows.Dispose();
        _targetRows.Dispose();
        _source.Dispose();
        _target.Dispose();
        _costs.Dispose();
        _result.Dispose();
        DisposeKept();
    }

    /// <summary>Gathers the points of a wave, and computes its costs.</summary>
    private EngineView<float> ComputeCosts(
        PyramidPair pyramid, GroundCost cost, BatchLayout layout, ReadOnlySpan<int> sourceRows, ReadOnlySpan<int> targetRows)
    {
        int pairs = sourceRows.Length;
        EngineView<float> source = _source.Slice(0, (long)pairs * _dimensions);
        EngineView<float> target = _target.Slice(0, (long)pairs * _dimensions);
        EngineView<float> costs = _costs.Slice(0, layout.Costs);
        _sourceRows.Upload(sourceRows);
        _targetRows.Upload(targetRows);
        _engine.Points.Gather(pyramid.SourcePoints, _dimensions, _sourceRows.Slice(0, pairs), source);
        _engine.Points.Gather(pyramid.TargetPoints, _dimensions, _targetRows.Slice(0, pairs), target);
        _engine.Costs.Pairwise(layout, source, target, _dimensions, cost, costs);
        return costs;
    }

    /// <summary>The layout of a wave of so many pairs.</summary>
    private BatchLayout LayoutOf(int pairs) => pairs == Pairs ? _full : Cut(pairs);

    /// <summary>The layout of a wave that is not full: its last batch may be short.</summary>
    private BatchLayout Cut(int pairs)
    {
        int size = _full.MaxRows;
        int[] sizes = new int[(pairs + size - 1) / size];
        Array.Fill(sizes, size);
        sizes[^1] = pairs - ((sizes.Length - 1) * size);
        return BatchLayout.Ragged(sizes, sizes);
    }

    /// <summary>Disposes what was made before something failed.</summary>
    private sealed class Partial : IDisposable
    {
        private readonly List<IDisposable> _made = [];

        public T Add<T>(T made)
            where T : IDisposable
        {
            _made.Add(made);
            return made;
        }

        public void Keep() => _made.Clear();

        public void Dispose() => _made.ForEach(static made => made.Dispose());
    }
}
