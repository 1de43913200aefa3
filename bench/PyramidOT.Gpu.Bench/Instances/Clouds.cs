using PyramidOT.Kernels;

namespace PyramidOT.Bench.Instances;

/// <summary>Draws points. The same arguments give the same points.</summary>
internal static class Clouds
{
    private const int Clusters = 100;

    /// <summary>Draws the points of one cloud.</summary>
    /// <returns>points x dimensions numbers, row-major.</returns>
    public static float[] Draw(PointDistribution distribution, int points, int dimensions, ulong seed) => (distribution switch
    {
        PointDistribution.Normal => SampleClouds.Mixture(points, dimensions, clusters: 1, seed, deviation: 1, extent: 0),
        PointDistribution.Clustered => SampleClouds.Mixture(points, dimensions, Clusters, seed, deviation: 2, extent: 10),
        PointDistribution.Uniform => SampleClouds.UniformSquares(points, dimensions, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(distribution), distribution, "Not a distribution."),
    }).Source.Points.ToArray();

    /// <summary>Draws clouds that lie behind each other; each has a seed of its own, and so a mixture of its own.</summary>
    /// <returns>count x points x dimensions numbers.</returns>
    public static float[] DrawMany(PointDistribution distribution, int count, int points, int dimensions, ulong seed)
    {
        int length = points * dimensions;
        float[] clouds = new float[(long)count * length];
        Parallel.For(0, count, cloud =>
            Draw(distribution, points, dimensions, SeedOf(seed, (ulong)cloud)).CopyTo(clouds.AsSpan(cloud * length)));
        return clouds;
    }

    /// <summary>Another seed for each part of an instance, so that no two parts have points in common.</summary>
    public static ulong SeedOf(ulong seed, ulong part) => CounterRandom.Bits(seed, stream: 0, part);
}
