namespace PyramidOT.Bench.Instances;

/// <summary>Histograms of total 1.</summary>
internal static class Histograms
{
    /// <summary>Masses that are uniform from 0 to 1, divided by their sum, as the paper's timings have them.</summary>
    /// <param name="count">Number of histograms.</param>
    /// <param name="bins">Bins of each.</param>
    /// <param name="seed">The same for the same histograms.</param>
    /// <returns>count x bins numbers.</returns>
    public static float[] Draw(int count, int bins, ulong seed)
    {
        float[] masses = Clouds.Draw(PointDistribution.Uniform, count, bins, seed);
        for (int row = 0; row < count; row++)
        {
            Span<float> histogram = masses.AsSpan(row * bins, bins);
            double sum = 0;
            foreach (float mass in histogram)
            {
                sum += mass;
            }

            foreach (ref float mass in histogram)
            {
                mass = (float)(mass / sum);
            }
        }

        return masses;
    }
}
