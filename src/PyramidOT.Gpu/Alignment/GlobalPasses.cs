namespace PyramidOT.Alignment;

/// <summary>Passes along the whole matching of both clouds.</summary>
internal sealed class GlobalPasses : IFlowPasses
{
    private readonly FlowClouds _clouds;
    private readonly GradientFlowOptions _options;
    private readonly FlowMoves _moves;
    private readonly int[] _sources;
    private int[] _targets = [];

    public GlobalPasses(FlowClouds clouds, GradientFlowOptions options)
    {
        (_clouds, _options) = (clouds, options);
        _moves = new(clouds, options);
        _sources = [.. Enumerable.Range(0, clouds.Source.Count)];
    }

    public long SolvedBatches { get; private set; }

    public long KeptBatches { get; private set; }

    public double Advance(int pass, CancellationToken cancellation)
    {
        PointCloud moved = pass == 0 ? _clouds.Source : _clouds.Moved();
        bool isDue = pass == 0 || (_options.Interval > 0 && pass % _options.Interval == 0);
        (int[] targets, double loss) = isDue ? Match(pass, moved, cancellation)
            : (_targets, new MatchedPairs(_clouds.Engine, moved, _clouds.Target, default, _targets).MeanCost);

        // From here on nothing ends the pass.
        cancellation.ThrowIfCancellationRequested();
        _targets = targets;
        (SolvedBatches, KeptBatches) = isDue ? (SolvedBatches + 1, KeptBatches) : (SolvedBatches, KeptBatches + 1);
        _moves.Move(_sources, _targets);
        return loss;
    }

    public FlowMemory Save(int nextPass) => new() { Targets = _targets, SolvedBatches = SolvedBatches, KeptBatches = KeptBatches };

    public void Restore(int pass, FlowMemory memory, CancellationToken cancellation) =>
        (_targets, SolvedBatches, KeptBatches) = (memory.Targets, memory.SolvedBatches, memory.KeptBatches);

    public void Dispose() => _moves.Dispose();

    private (int[] Targets, double Loss) Match(int pass, PointCloud moved, CancellationToken cancellation)
    {
        GlobalMatchingOptions matching = new()
        {
            Gap = _options.ResidualGap, Seed = FlowSeeds.Pyramid(_options.Seed, pass), Matching = pass == 0 ? null : _targets,
        };
        GlobalMatch match = GlobalMatching.Solve(_clouds.Engine, moved, _clouds.Target, matching, null, cancellation);
        return (match.TargetArray, match.Cost);
    }
}
