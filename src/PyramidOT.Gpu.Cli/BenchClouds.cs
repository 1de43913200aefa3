using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT.Cli;

/// <summary>Points for <c>bench</c>: the same ones for a seed on every machine.</summary>
internal static class BenchClouds
{
    private const int Clusters = 100;
    private const double CentreExtent = 10;
    private const double ClusterDeviation = 2;

    /// <summary>Standard normal numbers.</summary>
    public static float[] Normal(long count, ulong seed)
    {
        float[] numbers = new float[count];
        Parallel.For(0, Parts(count), part =>
        {
            for (long i = (long)part * PartLength; i < Math.Min(count, (part + 1L) * PartLength); i++)
            {
                numbers[i] = (float)CounterNormal.At(seed, 0, (ulong)i);
            }
        });
        return numbers;
    }

    /// <summary>
    /// Clouds behind each other, each drawn from a mixture of its own: 100 Gaussians of deviation 2, centres uniform in [-10, 10]^d.
    /// </summary>
    public static float[] Clustered(int clouds, int points, int dimensions, ulong seed)
    {
        float[] numbers = new float[(long)clouds * points * dimensions];
        Parallel.For(0, clouds * points, row =>
        {
            ulong cloud = (ulong)(row / points);
            int cluster = CounterRandom.Below(Clusters, seed, 1, (ulong)row);
            for (int k = 0; k < dimensions; k++)
            {
                ulong coordinate = (((cloud * Clusters) + (ulong)cluster) * (ulong)dimensions) + (ulong)k;
                double centre = CentreExtent * ((2 * CounterRandom.Uniform(seed, 2, coordinate)) - 1);
                long at = ((long)row * dimensions) + k;
                numbers[at] = (float)(centre + (ClusterDeviation * CounterNormal.At(seed, 3, (ulong)at)));
            }
        });
        return numbers;
    }

    /// <summary>Uniform whole numbers below an end.</summary>
    public static int[] Below(int end, int count, ulong seed)
    {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = CounterRandom.Below(end, seed, 4, (ulong)i);
        }

        return numbers;
    }

    private const int PartLength = 1 << 16;

    private static int Parts(long count) => checked((int)((count + PartLength - 1) / PartLength));
}
