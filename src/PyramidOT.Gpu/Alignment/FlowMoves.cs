namespace PyramidOT.Alignment;

/// <summary>The step of a flow in which each point has one match: x_i += 2 rate (y - x_i).</summary>
internal sealed class FlowMoves(FlowClouds clouds, GradientFlowOptions options) : IDisposable
{
    private EngineBuffer<int>? _sources;
    private EngineBuffer<int>? _targets;

    /// <summary>The share of its way to its match that a point goes.</summary>
    public double Fraction => 2 * options.Rate;

    /// <summary>Moves all points at once.</summary>
    /// <param name="sources">The source point of each pair, none twice; as many pairs in each call.</param>
    /// <param name="targets">The target point of each pair.</param>
    public void Move(int[] sources, int[] targets)
    {
        _sources ??= clouds.Engine.Allocate<int>(sources.Length);
        _targets ??= clouds.Engine.Allocate<int>(targets.Length);
        _sources.Upload(sources);
        _targets.Upload(targets);
        clouds.Engine.Points.MoveTowards(clouds.Points, _sources, clouds.TargetPoints, _targets, clouds.Dimensions, (float)Fraction);
    }

    public void Dispose()
    {
        _sources?.Dispose();
        _targets?.Dispose();
    }
}
