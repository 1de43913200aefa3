using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT.Cli.Experiments.MultiMarginal;

/// <summary>The histograms of the paper's experiments, drawn from a seed: of mass 1, one behind the other.</summary>
internal static class DrawnHistograms
{
    private const double Deviation = 5;

    // Streams of the seed, so that no two draws share numbers.
    private const ulong UniformStream = 1UL << 20;
    private const ulong MeanStream = UniformStream + 1;
    private const ulong FactorStream = UniformStream + 2;

    /// <summary>Masses that are uniform in [0, 1), divided by their sum.</summary>
    public static double[] Uniform(int count, int bins, ulong seed)
    {
        double[] rows = new double[count * bins];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = CounterRandom.Uniform(seed, UniformStream, (ulong)i);
        }

        return Normalised(rows, bins);
    }

    /// <summary>Gaussian bells of deviation 5 bins whose means are n/2 times a uniform number, times 1 or 2.</summary>
    public static double[] Bells(int count, int bins, ulong seed)
    {
        double[] rows = new double[count * bins];
        for (int j = 0; j < count; j++)
        {
            double mean = bins * CounterRandom.Uniform(seed, MeanStream, (ulong)j) / 2 * (1 + CounterRandom.Below(2, seed, FactorStream, (ulong)j));
            for (int i = 0; i < bins; i++)
            {
                rows[(j * bins) + i] = Math.Exp(-(i - mean) * (i - mean) / (2 * Deviation * Deviation));
            }
        }

        return Normalised(rows, bins);
    }

    /// <summary>Samples of groups: normal, of deviation 1/2 around a mean that is uniform in [-2, 2) for each group.</summary>
    public static float[] Samples(int groups, int samplesOfGroup, ulong seed)
    {
        float[] samples = new float[groups * samplesOfGroup];
        for (int i = 0; i < samples.Length; i++)
        {
            double mean = (4 * CounterRandom.Uniform(seed, MeanStream, (ulong)(i / samplesOfGroup))) - 2;
            samples[i] = (float)(mean + (0.5 * CounterNormal.At(seed, 0, (ulong)i)));
        }

        return samples;
    }

    private static double[] Normalised(double[] rows, int bins)
    {
        for (int start = 0; start < rows.Length; start += bins)
        {
            Span<double> row = rows.AsSpan(start, bins);
            double total = 0;
            foreach (double mass in row)
            {
                total += mass;
            }

            foreach (ref double mass in row)
            {
                mass /= total;
            }
        }

        return rows;
    }
}
