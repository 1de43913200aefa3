namespace PyramidOT.Bench.Pyramids;

/// <summary>
/// Two clouds for a pyramid: independent mixtures of 100 Gaussians of deviation 2, centres uniform in [-10, 10]^d.
/// </summary>
/// <param name="Points">Points of each cloud.</param>
/// <param name="Dimensions">Coordinates.</param>
internal sealed record PyramidInstance(int Points, int Dimensions)
{
    /// <summary>Components of each mixture.</summary>
    public const int Clusters = 100;

    /// <summary>Pairs of a batch.</summary>
    public const int BatchSize = 100;

    private const ulong Seed = 4;

    /// <summary>Draws the clouds.</summary>
    public (PointCloud Source, PointCloud Target) Draw() => SampleClouds.Mixture(Points, Dimensions, Clusters, Seed);
}
