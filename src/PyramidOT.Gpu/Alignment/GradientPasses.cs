using PyramidOT.MiniBatches;
using PyramidOT.Transport;

namespace PyramidOT.Alignment;

/// <summary>
/// Passes of any masses and any solver: each batch gives its loss and gradient, and a point moves by the sum of its gradients over its mass.
/// Batches are solved in waves, and their gradients and steps stay on the engine.
/// </summary>
internal sealed class GradientPasses(FlowClouds clouds, GradientFlowOptions options) : IFlowPasses
{
    // Of a wave's points and costs; debiased losses and their plans take some six times as much. The same for any number of threads: how many
    // directions sliced transport sums at a time follows from a wave's points.
    private const long HostWaveBytes = 16L << 20;
    private const long MostDeviceWaveBytes = 64L << 20;

    private readonly FlowTree _tree = new(clouds, options);
    private readonly SolverWave _wave = new();
    private readonly RowSums _sums = new(clouds.Engine);
    private readonly FlowPotentials _potentials = new(clouds.Engine);
    private readonly bool _keeps = options.Order == FlowOrder.Fixed;
    private readonly double[] _factors = new double[clouds.Source.Count];
    private EngineBuffer<float>? _steps;

    public long SolvedBatches { get; private set; }

    public long KeptBatches => 0;

    public double Advance(int pass, CancellationToken cancellation)
    {
        _tree.Refresh(pass, cancellation);
        TransportSolver solver = options.Solver is SlicedWasserstein sliced
            ? sliced.WithDirections(FlowSeeds.Directions(options.Seed, pass)) : options.Solver ?? ExactTransport.Default;
        PairOrder order = _tree.Pyramid.Order(_tree.OrderSeed(pass));
        Weigh(order);
        if (_keeps)
        {
            _potentials.Begin(solver.PotentialCount(BatchLayout.Uniform(1, order.Count, order.Count)), _tree.IsDue(pass));
        }

        _steps ??= clouds.Engine.Allocate<float>(clouds.Source.Points.Length);
        _steps.View.Clear();
        _wave.Clear();
        long waveBytes = clouds.Engine.Info.Kind == EngineKind.Host ? HostWaveBytes
            : Math.Min(MostDeviceWaveBytes, (clouds.Engine.Info.MemoryBytes ?? long.MaxValue) / 64);
        double loss = 0;
        double total = 0;
        long solved = 0;
        foreach (PairBatch batch in order.Batches(options.BatchSize))
        {
            _wave.Add(batch, order.Count, clouds.Dimensions);
            if (_wave.Bytes >= waveBytes)
            {
                Solve();
            }
        }

        if (_wave.Count > 0)
        {
            Solve();
        }

        SolvedBatches += solved;
        if (_keeps)
        {
            _potentials.End();
        }

        clouds.Engine.Points.Add(clouds.Points, _steps);
        return loss / total;

        void Solve()
        {
            cancellation.ThrowIfCancellationRequested();
            SolverPotentials potentials = _keeps ? _potentials.Take(solver.PotentialCount(_wave.Shapes())) : default;
            foreach ((double mass, double batchLoss) in _wave.AddSteps(_tree.Pyramid, solver, _factors, _steps, _sums, potentials))
            {
                loss += mass * batchLoss;
                total += mass;
                solved++;
            }
        }
    }

    public FlowMemory Save(int nextPass) => new()
    {
        Built = _tree.Save(nextPass),
        Potentials = _keeps && !_tree.IsDue(nextPass) ? _potentials.ToArray() : [],
        SolvedBatches = SolvedBatches,
    };

    public void Restore(int pass, FlowMemory memory, CancellationToken cancellation)
    {
        _tree.Restore(pass, memory.Built, cancellation);
        SolvedBatches = memory.SolvedBatches;
        _potentials.Restore(memory.Potentials);
    }

    public void Dispose()
    {
        _tree.Dispose();
        _sums.Dispose();
        _potentials.Dispose();
        _steps?.Dispose();
    }

    /// <summary>How far each point goes along its gradient: the rate over its mass, backwards. Points without mass stay.</summary>
    private void Weigh(PairOrder order)
    {
        Array.Clear(_factors);
        ReadOnlySpan<int> rows = order.SourceRows;
        ReadOnlySpan<double> masses = order.Masses;
        for (int i = 0; i < rows.Length; i++)
        {
            _factors[rows[i]] += masses.IsEmpty ? 1.0 / rows.Length : masses[i];
        }

        for (int i = 0; i < _factors.Length; i++)
        {
            _factors[i] = _factors[i] > 0 ? -options.Rate / _factors[i] : 0;
        }
    }
}
