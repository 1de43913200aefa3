namespace PyramidOT.Alignment;

/// <summary>What a flow's next passes depend on, beside the points and the options. Empty where there is none.</summary>
internal sealed record FlowMemory
{
    /// <summary>The source points from which the pyramid in use was built, where they are not those at the start or now.</summary>
    public float[] Built { get; init; } = [];

    /// <summary>The target of each pair, in the pairs' order, or of each source point.</summary>
    public int[] Targets { get; init; } = [];

    /// <summary>The potentials of those targets.</summary>
    public double[] Potentials { get; init; } = [];

    /// <summary>Batches that were solved so far.</summary>
    public long SolvedBatches { get; init; }

    /// <summary>Batches whose match was kept so far.</summary>
    public long KeptBatches { get; init; }
}
