using PyramidOT.MiniBatches;
using PyramidOT.Pyramids;

namespace PyramidOT.Alignment;

/// <summary>Passes in which each point is in one pair, and batches are solved as assignments: the fast way, and the paper's.</summary>
/// <remarks>
/// With a fixed order matches are kept. Where x moves to (1 - a) x + a y, the match stays optimal and its potentials v become (1 - a) v: for with
/// |x - y|^2 = |x|^2 - 2 x y + |y|^2, x y_j &lt;= p + q_j with equality at the match gives x' y_j &lt;= (1 - a)(p + q_j) + a (|y|^2 + |y_j|^2) / 2, with
/// equality there too. Rounding, and steps beyond the match, are what batches are solved again for.
/// </remarks>
internal sealed class MatchedPasses(FlowClouds clouds, GradientFlowOptions options) : IFlowPasses
{
    private readonly FlowTree _tree = new(clouds, options);
    private readonly FlowMoves _moves = new(clouds, options);
    private readonly List<BatchOutcome> _outcomes = [];
    private int[] _sources = [];
    private int[] _targets = [];
    private int[] _levels = [];
    private double[] _potentials = [];
    private BatchWave? _wave;

    public long SolvedBatches { get; private set; }

    public long KeptBatches { get; private set; }

    public double Advance(int pass, CancellationToken cancellation)
    {
        _tree.Refresh(pass, cancellation);
        PyramidPair pyramid = _tree.Pyramid;
        BatchWave wave = _wave ??= MiniBatchTransport.MakeWave(pyramid, Math.Min(options.BatchSize, pyramid.PairCount), null);
        if (_tree.IsDue(pass) || options.Order == FlowOrder.Fresh)
        {
            Read(pass);
            SolveAll(wave, cancellation);
        }
        else
        {
            Revise(wave, cancellation);
        }

        _moves.Move(_sources, _targets);
        return BatchOutcome.PooledCost(_outcomes);
    }

    public FlowMemory Save(int nextPass) => new()
    {
        Built = _tree.Save(nextPass),
        Targets = options.Order == FlowOrder.Fixed ? _targets : [],
        Potentials = options.Order == FlowOrder.Fixed ? _potentials : [],
        SolvedBatches = SolvedBatches,
        KeptBatches = KeptBatches,
    };

    public void Restore(int pass, FlowMemory memory, CancellationToken cancellation)
    {
        _tree.Restore(pass, memory.Built, cancellation);
        (SolvedBatches, KeptBatches) = (memory.SolvedBatches, memory.KeptBatches);
        if (options.Order == FlowOrder.Fixed && !_tree.IsDue(pass))
        {
            Read(pass);
            memory.Targets.CopyTo(_targets, 0);
            memory.Potentials.CopyTo(_potentials, 0);
        }
    }

    public void Dispose()
    {
        _tree.Dispose();
        _moves.Dispose();
        _wave?.Dispose();
    }

    private void SolveAll(BatchWave wave, CancellationToken cancellation)
    {
        _outcomes.Clear();
        bool keeps = options.Order == FlowOrder.Fixed;
        long solved = 0;
        for (int start = 0; start < _sources.Length; start += wave.Pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(wave.Pairs, _sources.Length - start);
            solved += wave.Solve(
                _tree.Pyramid,
                default,
                _sources.AsSpan(start, count),
                _targets.AsSpan(start, count),
                _outcomes,
                keeps ? _potentials.AsSpan(start, count) : default,
                cancellation);
        }

        SolvedBatches += solved;
    }

    /// <summary>Looks at the matches of the pass before.</summary>
    private void Revise(BatchWave wave, CancellationToken cancellation)
    {
        // A pass that is cancelled has not begun: it works on copies.
        int[] targets = [.. _targets];
        double[] potentials = Array.ConvertAll(_potentials, v => v * (1 - _moves.Fraction));
        _outcomes.Clear();
        long solved = 0;
        long kept = 0;
        for (int start = 0; start < _sources.Length; start += wave.Pairs)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(wave.Pairs, _sources.Length - start);
            (int Solved, int Kept) revised = wave.Revise(
                _tree.Pyramid,
                default,
                _sources.AsSpan(start, count),
                targets.AsSpan(start, count),
                potentials.AsSpan(start, count),
                _outcomes,
                cancellation);
            solved += revised.Solved;
            kept += revised.Kept;
        }

        (_targets, _potentials) = (targets, potentials);
        SolvedBatches += solved;
        KeptBatches += kept;
    }

    private void Read(int pass)
    {
        PairWalk walk = new(_tree.Pyramid, _tree.OrderSeed(pass));
        if (_sources.Length != walk.Count)
        {
            (_sources, _targets, _levels) = (new int[walk.Count], new int[walk.Count], new int[walk.Count]);
            _potentials = new double[walk.Count];
        }

        walk.Read(_sources, _targets, _levels);
    }
}
