namespace PyramidOT;

/// <summary>What a pass over all mini-batches gave.</summary>
public sealed class MiniBatchEstimate
{
    internal MiniBatchEstimate(GroundCost cost, int batchSize, Coupling coupling, double[] batchCosts, int[] batchPairs, double maxGap)
    {
        Cost = cost;
        BatchSize = batchSize;
        Coupling = coupling;
        BatchCostArray = batchCosts;
        MaxGap = maxGap;
        double pooled = 0;
        double roots = 0;
        for (int b = 0; b < batchCosts.Length; b++)
        {
            pooled += batchCosts[b] * batchPairs[b];
            roots += Root(batchCosts[b]);
        }

        PooledCost = pooled / coupling.Count;
        PooledDistance = Root(PooledCost);
        MeanOfBatchDistance = roots / batchCosts.Length;
    }

    /// <summary>The cost that was minimised.</summary>
    public GroundCost Cost { get; }

    /// <summary>Pairs of a batch; the last one may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The mean of g(x, y)^p over all pairs: what <see cref="Coupling"/> costs.</summary>
    public double PooledCost { get; }

    /// <summary>
    /// The p-th root of <see cref="PooledCost"/>: (sum of n_b W_p^p(b) / sum of n_b)^(1/p) over the batches b of n_b pairs. The coupling of
    /// both whole clouds that the batches make up costs this, so it is an upper bound of W_p, provided that no point was dropped.
    /// </summary>
    public double PooledDistance { get; }

    /// <summary>
    /// The mean of W_p(b) over the batches: the estimate as the paper prints it. At most <see cref="PooledDistance"/> where batches are
    /// equally large; it may lie below W_p, and is no bound.
    /// </summary>
    public double MeanOfBatchDistance { get; }

    /// <summary>The mean cost W_p^p of the pairs of each batch.</summary>
    public ReadOnlySpan<double> BatchCosts => BatchCostArray;

    /// <summary>The certificate: the largest difference between a batch's cost and its duals' value, relative to the cost.</summary>
    public double MaxGap { get; }

    /// <summary>All pairs, in the order of the batches.</summary>
    public Coupling Coupling { get; }

    internal double[] BatchCostArray { get; }

    private double Root(double cost) => Cost.Exponent switch
    {
        1 => cost,
        2 => Math.Sqrt(cost),
        _ => Math.Pow(cost, 1 / Cost.Exponent),
    };
}
