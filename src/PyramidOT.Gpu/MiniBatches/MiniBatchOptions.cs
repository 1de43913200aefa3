namespace PyramidOT;

/// <summary>How mini-batches are made and solved.</summary>
public sealed record MiniBatchOptions
{
    /// <summary>Ground distance g and exponent p of the cost g(x, y)^p; squared Euclidean by default.</summary>
    public GroundCost Cost { get; init; }

    /// <summary>
    /// What solves the batches; null for exact transport. Only exact solutions of all mass make <see cref="MiniBatchEstimate.PooledDistance"/> an
    /// upper bound: <see cref="ExactTransport.MassShare"/> below 1 leaves mass out, entropic plans meet the marginals up to a tolerance (or, unbalanced,
    /// a penalty), and sliced distances have no plan.
    /// </summary>
    public TransportSolver? Solver { get; init; }

    /// <summary>The seed of the pair order; null takes the pyramid's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>What happens where the clouds do not hold the same number of points of the same weight.</summary>
    public UnpairedPoints Unpaired { get; init; }

    /// <summary>
    /// Bytes of engine memory that a wave of batches may take, at least 1; null for what suits the engine. A wave has at least one batch.
    /// </summary>
    public long? WaveBytes { get; init; }
}
