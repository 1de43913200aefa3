using PyramidOT.MiniBatches;

namespace PyramidOT;

/// <summary>What a pass over all mini-batches gave.</summary>
public sealed class MiniBatchEstimate
{
    internal MiniBatchEstimate(GroundCost cost, int batchSize, Coupling coupling, IReadOnlyList<BatchOutcome> batches)
    {
        Cost = cost;
        BatchSize = batchSize;
        Coupling = coupling;
        BatchCostArray = new double[batches.Count];
        double pooled = 0;
        double mass = 0;
        double roots = 0;
        for (int b = 0; b < batches.Count; b++)
        {
            BatchCostArray[b] = batches[b].Cost;
            pooled += batches[b].Cost * batches[b].Mass;
            mass += batches[b].Mass;
            roots += Root(batches[b].Cost);
            MaxGap = double.IsNaN(batches[b].Gap) ? double.NaN : Math.Max(MaxGap, batches[b].Gap);
        }

        PooledCost = pooled / mass;
        PooledDistance = Root(PooledCost);
        MeanOfBatchDistance = roots / batches.Count;
    }

    /// <summary>The cost that was minimised.</summary>
    public GroundCost Cost { get; }

    /// <summary>Pairs of a batch; the last one may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The mean of g(x, y)^p over all pairs by their mass: what <see cref="Coupling"/> costs, per unit of all mass, whether
    /// it moves or stays.</summary>
    public double PooledCost { get; }

    /// <summary>
    /// The p-th root of <see cref="PooledCost"/>: (sum of n_b W_p^p(b) / sum of n_b)^(1/p) over the batches b of n_b pairs. The coupling of
    /// both whole clouds that the batches make up costs this, so it is an upper bound of W_p, provided that no point was dropped and the batches were
    /// solved exactly, all mass of them. Weighted batches count by their mass.
    /// </summary>
    public double PooledDistance { get; }

    /// <summary>
    /// The mean of W_p(b) over the batches: the estimate as the paper prints it. At most <see cref="PooledDistance"/> where batches are
    /// equally large; it may lie below W_p, and is no bound.
    /// </summary>
    public double MeanOfBatchDistance { get; }

    /// <summary>The mean cost W_p^p of the pairs of each batch.</summary>
    public ReadOnlySpan<double> BatchCosts => BatchCostArray;

    /// <summary>
    /// The certificate: the largest difference between what was minimised in a batch and its duals' value, relative to the former. NaN for a
    /// solver without duals.
    /// </summary>
    public double MaxGap { get; }

    /// <summary>All pairs, in the order of the batches; without pairs for a solver without plans.</summary>
    public Coupling Coupling { get; }

    internal double[] BatchCostArray { get; }

    private double Root(double cost) => Cost.Exponent switch
    {
        1 => cost,
        2 => Math.Sqrt(cost),
        _ => Math.Pow(cost, 1 / Cost.Exponent),
    };
}
