using PyramidOT.Engines.Host;

namespace PyramidOT.Alignment;

/// <summary>The best one-to-one matching so far, with the cost of each pair in float64.</summary>
internal sealed class MatchedPairs
{
    private readonly ComputeEngine _engine;
    private readonly PointCloud _source;
    private readonly PointCloud _target;
    private readonly GroundCost _cost;

    /// <param name="engine">Whose threads compute.</param>
    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud, of as many points.</param>
    /// <param name="cost">The cost of a pair.</param>
    /// <param name="targetOf">The target of each source point, each once; kept and changed.</param>
    public MatchedPairs(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost, int[] targetOf)
    {
        (_engine, _source, _target, _cost, TargetOf) = (engine, source, target, cost, targetOf);
        Costs = CostsOf(targetOf);
    }

    /// <summary>The target of each source point.</summary>
    public int[] TargetOf { get; }

    /// <summary>The cost of each source point's pair.</summary>
    public double[] Costs { get; }

    /// <summary>The mean cost.</summary>
    public double MeanCost => ExactSum.Of(Costs) / Costs.Length;

    /// <summary>The cost of a pair.</summary>
    public double CostOf(int source, int target) => ExactCosts.Of(_cost, _source[source], _target[target]);

    /// <summary>Takes a whole other matching where it costs less.</summary>
    public void Improve(int[] targetOf)
    {
        double[] costs = CostsOf(targetOf);
        if (ExactSum.Of(costs) < ExactSum.Of(Costs))
        {
            targetOf.CopyTo(TargetOf, 0);
            costs.CopyTo(Costs, 0);
        }
    }

    /// <summary>Matches some source points anew, among the targets that they have, where that costs less.</summary>
    public bool Improve(ReadOnlySpan<int> sources, ReadOnlySpan<int> targets)
    {
        double before = 0;
        double after = 0;
        Span<double> costs = sources.Length <= 1024 ? stackalloc double[sources.Length] : new double[sources.Length];
        for (int k = 0; k < sources.Length; k++)
        {
            before += Costs[sources[k]];
            costs[k] = CostOf(sources[k], targets[k]);
            after += costs[k];
        }

        if (!(after < before))
        {
            return false;
        }

        for (int k = 0; k < sources.Length; k++)
        {
            TargetOf[sources[k]] = targets[k];
            Costs[sources[k]] = costs[k];
        }

        return true;
    }

    private double[] CostsOf(int[] targetOf)
    {
        double[] costs = new double[targetOf.Length];
        _engine.ForOnHost(costs.Length, 4.0 * _source.Dimensions, (start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                costs[i] = CostOf(i, targetOf[i]);
            }
        });
        return costs;
    }
}
