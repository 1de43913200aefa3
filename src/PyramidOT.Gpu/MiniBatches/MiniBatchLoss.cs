using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// The transport loss between two small clouds of n points each, and its gradient, for training loops: the least mean cost
/// W_p^p = min over permutations s of (1 / n) sum of g(x_i, y_s(i))^p, solved exactly. Away from ties between optimal permutations the
/// gradient is that of the fixed optimal one. Keeps its memory between calls; one call at a time.
/// </summary>
public sealed class MiniBatchLoss : IDisposable
{
    private readonly ComputeEngine _engine;
    private readonly GroundCost _cost;
    private readonly BatchLayout _layout;
    private readonly int _dimensions;
    private readonly EngineBuffer<float> _costs;
    private readonly AssignmentBuffers _result;
    private readonly EngineBuffer<int> _rows;
    private readonly EngineBuffer<int> _columns;
    private readonly EngineBuffer<float> _weights;
    private readonly EngineBuffer<float> _coupledGradient;

    /// <summary>Makes room for batches of one size.</summary>
    /// <param name="engine">The engine to compute on.</param>
    /// <param name="batchSize">n, at least 1.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="cost">Ground distance and exponent; squared Euclidean by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <exception cref="OutOfMemoryException">The engine has no room.</exception>
    public MiniBatchLoss(ComputeEngine engine, int batchSize, int dimensions, GroundCost cost = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        _engine = engine;
        _cost = cost;
        _dimensions = dimensions;
        _layout = BatchLayout.Uniform(1, batchSize, batchSize);
        try
        {
            _costs = engine.Allocate<float>(_layout.Costs);
            _result = new(engine, _layout);
            int[] rows = new int[batchSize];
            float[] weights = new float[batchSize];
            for (int i = 0; i < batchSize; i++)
            {
                rows[i] = i;
                weights[i] = 1f / batchSize;
            }

            _rows = engine.Upload(rows);
            _columns = engine.Allocate<int>(batchSize);
            _weights = engine.Upload(weights);
            _coupledGradient = engine.Allocate<float>((long)batchSize * dimensions);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Points of each cloud.</summary>
    public int BatchSize => _layout.MaxRows;

    /// <summary>The loss and its gradient, on the engine.</summary>
    /// <param name="source">n x d finite numbers.</param>
    /// <param name="target">n x d finite numbers.</param>
    /// <param name="sourceGradient">Receives the derivatives in the source points, n x d numbers.</param>
    /// <param name="targetGradient">Receives the derivatives in the target points, n x d numbers; or empty.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, or a cost is not finite or above 1e30.</exception>
    public double Evaluate(
        EngineView<float> source, EngineView<float> target, EngineView<float> sourceGradient, EngineView<float> targetGradient)
    {
        int n = BatchSize;

        // The results are written last, but must fit before any work.
        KernelArguments.MemoryOf(_engine, sourceGradient, (long)n * _dimensions);
        if (!targetGradient.IsEmpty)
        {
            KernelArguments.MemoryOf(_engine, targetGradient, (long)n * _dimensions);
        }

        _engine.Costs.Pairwise(_layout, source, target, _dimensions, _cost, _costs);
        _engine.Assignment.Solve(_layout, _costs, _result);
        SolveStatus status = default;
        _result.Status.Download(new Span<SolveStatus>(ref status));
        if (status != SolveStatus.Optimal)
        {
            throw new ArgumentException(
                $"The batch was not solved ({status.ToName()}): points lie so far apart that costs leave float32's range.", nameof(source));
        }

        _engine.Costs.PairedGradients(
            source,
            _rows,
            target,
            _result.ColumnOfRow,
            _dimensions,
            _cost,
            _weights,
            sourceGradient,
            targetGradient.IsEmpty ? default : _coupledGradient.View);
        if (!targetGradient.IsEmpty)
        {
            // The derivatives stand in the order of the source points; each target point's own place is where its partner's is.
            int[] columns = _result.ColumnOfRow.ToArray();
            int[] partners = new int[n];
            for (int i = 0; i < n; i++)
            {
                partners[columns[i]] = i;
            }

            _columns.Upload(partners);
            _engine.Points.Gather(_coupledGradient, _dimensions, _columns, targetGradient);
        }

        double loss = 0;
        _result.Primal.Download(new Span<double>(ref loss));
        return loss / n;
    }

    /// <summary>The loss and its gradient, of points in the caller's memory.</summary>
    /// <param name="source">n x d finite numbers.</param>
    /// <param name="target">n x d finite numbers.</param>
    /// <param name="sourceGradient">Receives the derivatives in the source points, n x d numbers.</param>
    /// <param name="targetGradient">Receives the derivatives in the target points, n x d numbers; or empty.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, or a cost is not finite or above 1e30.</exception>
    public double Evaluate(ReadOnlySpan<float> source, ReadOnlySpan<float> target, Span<float> sourceGradient, Span<float> targetGradient)
    {
        using EngineBuffer<float> x = _engine.Upload(source);
        using EngineBuffer<float> y = _engine.Upload(target);
        using EngineBuffer<float> sourceResult = _engine.Allocate<float>(sourceGradient.Length);
        using EngineBuffer<float> targetResult = _engine.Allocate<float>(targetGradient.Length);
        double loss = Evaluate(x, y, sourceResult.View, targetGradient.IsEmpty ? default : targetResult.View);
        sourceResult.Download(sourceGradient);
        targetResult.Download(targetGradient);
        return loss;
    }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        _costs?.Dispose();
        _result?.Dispose();
        _rows?.Dispose();
        _columns?.Dispose();
        _weights?.Dispose();
        _coupledGradient?.Dispose();
    }
}
