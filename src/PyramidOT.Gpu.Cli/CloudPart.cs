namespace PyramidOT.Cli;

/// <summary>The part of a cloud that a warm-up takes.</summary>
internal static class CloudPart
{
    /// <summary>Up to so many points from all over the cloud, since files are often sorted.</summary>
    public static PointCloud Of(PointCloud cloud, int points)
    {
        if (cloud.Count <= points)
        {
            return cloud;
        }

        float[] part = new float[points * cloud.Dimensions];
        for (int i = 0; i < points; i++)
        {
            cloud[(int)((long)i * cloud.Count / points)].CopyTo(part.AsSpan(i * cloud.Dimensions));
        }

        // Weights take another way through the code; which ones does not matter, and those of these points may all be 0.
        PointCloud few = new(part, cloud.Dimensions);
        return cloud.IsWeighted ? few.WithWeights(Enumerable.Repeat(1.0, points).ToArray()) : few;
    }
}
