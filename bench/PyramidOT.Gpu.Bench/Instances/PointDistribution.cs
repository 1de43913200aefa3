namespace PyramidOT.Bench.Instances;

/// <summary>What the points of an instance are drawn from.</summary>
public enum PointDistribution
{
    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>A mixture of 100 Gaussians of deviation 2, centres uniform in [-10, 10]^d; source and target each have their own.</summary>
    Clustered,

    /// <summary>Uniform in [0, 1]^d.</summary>
    Uniform,
}
