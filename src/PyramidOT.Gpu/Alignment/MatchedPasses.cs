using PyramidOT.MiniBatches;
using PyramidOT.Pyramids;

namespace PyramidOT.Alignment;

/// <summary>Passes in which each point is in one pair, and batches are solved as assignments: the fast way, and the paper's.</summary>
internal sealed class MatchedPasses(FlowClouds clouds, GradientFlowOptions options) : IFlowPasses
{
    private readonly FlowTree _tree = new(clouds, options);
    private readonly FlowMoves _moves = new(clouds, options);
    private readonly List<BatchOutcome> _outcomes = [];
    private int[] _sources = [];
    private int[] _targets = [];
    private int[] _levels = [];
    private BatchWave? _wave;

    public long SolvedBatches { get; private set; }

    public long KeptBatches { get; private set; }

    public double Advance(int pass, CancellationToken cancellation)
    {
        _tree.Refresh(pass, cancellation);
        PyramidPair pyramid = _tree.Pyramid;
        _wave ??= MiniBatchTransport.MakeWave(pyramid, Math.Min(options.BatchSize, pyramid.PairCount), null);
        Read(pass);
        _outcomes.Clear();
        for (int start = 0; start < _sources.Length; start += _wave.Pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(_wave.Pairs, _sources.Length - start);
            SolvedBatches += _wave.Solve(pyramid, default, _sources.AsSpan(start, count), _targets.AsSpan(start, count), _outcomes);
        }

        _moves.Move(_sources, _targets);
        return BatchOutcome.PooledCost(_outcomes);
    }

    public FlowMemory Save(int nextPass) => new() { Built = _tree.Save(nextPass), SolvedBatches = SolvedBatches, KeptBatches = KeptBatches };

    public void Restore(int pass, FlowMemory memory, CancellationToken cancellation)
    {
        _tree.Restore(pass, memory.Built, cancellation);
        (SolvedBatches, KeptBatches) = (memory.SolvedBatches, memory.KeptBatches);
    }

    public void Dispose()
    {
        _tree.Dispose();
        _moves.Dispose();
        _wave?.Dispose();
    }

    private void Read(int pass)
    {
        PairWalk walk = new(_tree.Pyramid, _tree.OrderSeed(pass));
        if (_sources.Length != walk.Count)
        {
            (_sources, _targets, _levels) = (new int[walk.Count], new int[walk.Count], new int[walk.Count]);
        }

        walk.Read(_sources, _targets, _levels);
    }
}
