using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Clouds of clusters that no scheme can take for one another.</summary>
internal static class SeparatedClusters
{
    /// <summary>As many points of each cluster on both sides, the clusters' points in a row.</summary>
    public static (float[] Source, float[] Target) Make(int clusters, int perCluster, int dimensions, int seed)
    {
        // Centres on a line through the space, a thousand deviations apart.
        Draws draws = new(seed);
        double[] direction = [.. Enumerable.Range(0, dimensions).Select(_ => 0.5 + draws.Uniform())];
        float[] Cloud()
        {
            float[] points = new float[clusters * perCluster * dimensions];
            for (int i = 0; i < points.Length; i++)
            {
                points[i] = (float)((1000 * (i / dimensions / perCluster) * direction[i % dimensions]) + draws.Normal());
            }

            return points;
        }

        return (Cloud(), Cloud());
    }

    /// <summary>Checks that the points of each pair are of one cluster.</summary>
    public static void AssertPairsStay(PairOrder order, int clusters)
    {
        int perCluster = order.Count / clusters;
        for (int i = 0; i < order.Count; i++)
        {
            Assert.Equal(order.SourceRows[i] / perCluster, order.TargetRows[i] / perCluster);
        }
    }
}
