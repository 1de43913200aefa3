namespace PyramidOT.Bench.Instances;

/// <summary>Draws points. The same arguments give the same points.</summary>
internal static class Clouds
{
    private const int Clusters = 100;
    private const double CentreExtent = 10;
    private const double ClusterDeviation = 2;

    /// <summary>Draws the points of one cloud.</summary>
    /// <returns>points x dimensions numbers, row-major.</returns>
    public static float[] Draw(PointDistribution distribution, int points, int dimensions, ulong seed)
    {
        RandomStream random = new(seed);
        float[] cloud = new float[(long)points * dimensions];
        switch (distribution)
        {
            case PointDistribution.Normal:
                foreach (ref float x in cloud.AsSpan())
                {
                    x = (float)random.NextNormal();
                }

                break;
            case PointDistribution.Uniform:
                foreach (ref float x in cloud.AsSpan())
                {
                    x = (float)random.NextUniform();
                }

                break;
            case PointDistribution.Clustered:
                DrawMixture(random, cloud, dimensions);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(distribution), distribution, "Not a distribution.");
        }

        return cloud;
    }

    /// <summary>Draws clouds that lie behind each other; each has a stream of its own, and so a mixture of its own.</summary>
    /// <returns>count x points x dimensions numbers.</returns>
    public static float[] DrawMany(PointDistribution distribution, int count, int points, int dimensions, ulong seed)
    {
        int length = points * dimensions;
        float[] clouds = new float[(long)count * length];
        Parallel.For(0, count, cloud =>
            Draw(distribution, points, dimensions, RandomStream.SeedOf(seed, (ulong)cloud)).CopyTo(clouds.AsSpan(cloud * length)));
        return clouds;
    }

    private static void DrawMixture(RandomStream random, float[] cloud, int dimensions)
    {
        double[] centres = new double[Clusters * dimensions];
        foreach (ref double x in centres.AsSpan())
        {
            x = CentreExtent * ((2 * random.NextUniform()) - 1);
        }

        for (int i = 0; i < cloud.Length; i += dimensions)
        {
            int centre = random.NextBelow(Clusters) * dimensions;
            for (int k = 0; k < dimensions; k++)
            {
                cloud[i + k] = (float)(centres[centre + k] + (ClusterDeviation * random.NextNormal()));
            }
        }
    }
}
