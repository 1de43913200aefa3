namespace PyramidOT.Alignment;

/// <summary>
/// Passes of any masses and any solver: each batch gives its loss and gradient, and a point moves by the sum of its gradients over its mass.
/// </summary>
internal sealed class GradientPasses(FlowClouds clouds, GradientFlowOptions options) : IFlowPasses
{
    private readonly FlowTree _tree = new(clouds, options);
    private readonly double[] _gradients = new double[clouds.Source.Points.Length];
    private readonly double[] _masses = new double[clouds.Source.Count];
    private readonly float[] _steps = new float[clouds.Source.Points.Length];
    private EngineBuffer<float>? _stepBuffer;

    public long SolvedBatches { get; private set; }

    public long KeptBatches => 0;

    public double Advance(int pass, CancellationToken cancellation)
    {
        _tree.Refresh(pass, cancellation);
        TransportSolver solver = options.Solver is SlicedWasserstein sliced
            ? sliced.WithDirections(FlowSeeds.Directions(options.Seed, pass)) : options.Solver ?? ExactTransport.Default;
        PairOrder order = _tree.Pyramid.Order(_tree.OrderSeed(pass));
        Array.Clear(_gradients);
        Array.Clear(_masses);
        double loss = 0;
        double total = 0;
        long solved = 0;
        foreach (PairBatch batch in order.Batches(options.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            MiniBatchGradient gradient = MiniBatchTransport.LossAndGradient(_tree.Pyramid, batch, default, solver);
            double mass = Add(batch, order.Count, gradient.SourceGradient);
            loss += mass * gradient.Loss;
            total += mass;
            solved++;
        }

        SolvedBatches += solved;
        Move();
        return loss / total;
    }

    public FlowMemory Save(int nextPass) => new() { Built = _tree.Save(nextPass), SolvedBatches = SolvedBatches };

    public void Restore(int pass, FlowMemory memory, CancellationToken cancellation)
    {
        _tree.Restore(pass, memory.Built, cancellation);
        SolvedBatches = memory.SolvedBatches;
    }

    public void Dispose()
    {
        _tree.Dispose();
        _stepBuffer?.Dispose();
    }

    /// <summary>Adds a batch's gradients by its mass.</summary>
    /// <returns>Its mass.</returns>
    private double Add(PairBatch batch, int pairs, float[] gradients)
    {
        ReadOnlySpan<int> rows = batch.SourceRows.Span;
        ReadOnlySpan<double> masses = batch.Masses.Span;
        double mass = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            double part = masses.IsEmpty ? 1.0 / pairs : masses[i];
            mass += part;
            _masses[rows[i]] += part;
        }

        // A point of several pairs has its derivative at one of them.
        int d = clouds.Dimensions;
        for (int i = 0; i < rows.Length; i++)
        {
            Span<double> sums = _gradients.AsSpan(rows[i] * d, d);
            ReadOnlySpan<float> gradient = gradients.AsSpan(i * d, d);
            for (int k = 0; k < d; k++)
            {
                sums[k] += mass * gradient[k];
            }
        }

        return mass;
    }

    private void Move()
    {
        int d = clouds.Dimensions;
        for (int i = 0; i < _masses.Length; i++)
        {
            double factor = _masses[i] > 0 ? -options.Rate / _masses[i] : 0;
            for (int k = i * d; k < (i + 1) * d; k++)
            {
                _steps[k] = (float)(factor * _gradients[k]);
            }
        }

        _stepBuffer ??= clouds.Engine.Allocate<float>(_steps.Length);
        _stepBuffer.Upload(_steps);
        clouds.Engine.Points.Add(clouds.Points, _stepBuffer);
    }
}
