using PyramidOT.Kernels;

namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>The classifier that takes the class with the nearest mean: what features tell of labels in their own domain, and in the other one.</summary>
internal static class NearestMean
{
    /// <summary>Learns from half of the source, drawn at random.</summary>
    /// <returns>The share of labels that are right in the other half of the source, and in the target; NaN where a half is empty.</returns>
    public static (double Source, double Target) Accuracy(ComputeEngine engine, LabelledPair pair, ulong seed)
    {
        PointCloud source = pair.Source;
        bool[] isLearned = [.. Enumerable.Range(0, source.Count).Select(i => CounterRandom.Bits(seed, 0, (ulong)i) % 2 == 0)];
        int d = source.Dimensions;
        int[] classes = [.. Enumerable.Range(0, source.Count).Where(i => isLearned[i]).Select(i => source.Labels[i]).Distinct().Order()];
        if (classes.Length == 0)
        {
            return (double.NaN, double.NaN);
        }

        double[] sums = new double[classes.Length * d];
        int[] counts = new int[classes.Length];
        for (int i = 0; i < source.Count; i++)
        {
            if (isLearned[i])
            {
                int place = Array.BinarySearch(classes, source.Labels[i]);
                counts[place]++;
                for (int k = 0; k < d; k++)
                {
                    sums[(place * d) + k] += source[i][k];
                }
            }
        }

        float[] means = [.. sums.Select((sum, i) => (float)(sum / counts[i / d]))];
        int[] nearest = Nearest(engine, source, means);
        int[] others = [.. Enumerable.Range(0, source.Count).Where(i => !isLearned[i])];
        int[] nearestOfTarget = Nearest(engine, pair.Target, means);
        return (
            others.Select(i => classes[nearest[i]] == source.Labels[i] ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average(),
            Enumerable.Range(0, pair.Target.Count).Average(j => classes[nearestOfTarget[j]] == pair.Target.Labels[j] ? 1.0 : 0));
    }

    private static int[] Nearest(ComputeEngine engine, PointCloud cloud, float[] means)
    {
        int d = cloud.Dimensions;
        using EngineBuffer<float> points = engine.Place(cloud.PointMemory);
        using EngineBuffer<float> centres = engine.Upload(means);
        using EngineBuffer<int> nearest = engine.Allocate<int>(cloud.Count);
        engine.Clustering.NearestCentre(BatchLayout.Uniform(1, cloud.Count, means.Length / d), points, default, d, centres, nearest, default);
        return nearest.ToArray();
    }
}
