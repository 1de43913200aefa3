namespace PyramidOT.Tests.Conformance;

/// <summary>Soft histograms in float64, all bins of every sample, straight from the formulas; and the range distance between them.</summary>
internal static class ReferenceHistograms
{
    /// <summary>How near a sample may come to a kink, in bins.</summary>
    private const double Margin = 2e-3;

    /// <summary>What a sample adds to each bin.</summary>
    public static double[] Weights(SoftHistogramOptions options, double sample)
    {
        int n = options.Bins;
        double y = Place(options, sample);
        double[] weights = new double[n];
        for (int k = 0; k < n; k++)
        {
            weights[k] = options.Kind switch
            {
                SoftHistogramKind.PaperTriangular => Math.Max(0, 1 - Math.Abs(y - k)),
                SoftHistogramKind.Centred => Math.Max(0, 1 - Math.Abs(Math.Clamp(y, 0.5, n - 0.5) - k - 0.5)),
                SoftHistogramKind.Gaussian => Gaussian(options, y, k),
                _ => Edge(options, y, k) - Edge(options, y, k + 1),
            };
        }

        double sum = options.Kind == SoftHistogramKind.Gaussian ? weights.Sum() : 1;
        return sum == 1 ? weights : Array.ConvertAll(weights, weight => weight / sum);
    }

    /// <summary>The histogram of samples of one feature and group; null where there are none.</summary>
    public static double[]? Of(SoftHistogramOptions options, IReadOnlyList<double> samples)
    {
        if (samples.Count == 0)
        {
            return null;
        }

        double[] counts = Counts(options, samples);
        double total = counts.Sum();
        return Array.ConvertAll(counts, count => count / total);
    }

    /// <summary>The soft counts of samples, with what is added to each bin.</summary>
    public static double[] Counts(SoftHistogramOptions options, IReadOnlyList<double> samples)
    {
        double[] counts = new double[options.Bins];
        Array.Fill(counts, options.Kind == SoftHistogramKind.PaperTriangular ? 1e-4 * options.Bins : 0);
        foreach (double sample in samples)
        {
            double[] weights = Weights(options, sample);
            for (int k = 0; k < counts.Length; k++)
            {
                counts[k] += weights[k];
            }
        }

        return counts;
    }

    /// <summary>The samples of a feature and group.</summary>
    public static List<double> Samples(float[] activations, int features, int[] groups, int feature, int group) =>
        [.. Enumerable.Range(0, groups.Length).Where(i => groups[i] == group).Select(i => (double)activations[(i * features) + feature])];

    /// <summary>Numbers like those of a layer, none at a kink of triangles.</summary>
    public static float[] Draw(SoftHistogramOptions options, int count, double deviation, int seed)
    {
        Draws draws = new(seed);
        return Draws.Fill(count, () =>
        {
            while (true)
            {
                float sample = (float)(draws.Normal() * deviation);
                double y = Place(options, sample) - (options.Kind == SoftHistogramKind.PaperTriangular ? 0 : 0.5);
                if (Math.Abs(y - Math.Round(y)) > Margin)
                {
                    return sample;
                }
            }
        });
    }

    /// <summary>The multi-marginal distance for the range cost: the sum over the cuts of the largest cumulative sum less the smallest.</summary>
    public static double Distance(IReadOnlyList<double[]> histograms)
    {
        double[] sums = new double[histograms.Count];
        double distance = 0;
        for (int k = 0; histograms.Count > 0 && k + 1 < histograms[0].Length; k++)
        {
            for (int j = 0; j < sums.Length; j++)
            {
                sums[j] += histograms[j][k];
            }

            distance += sums.Max() - sums.Min();
        }

        return distance;
    }

    /// <summary>The distance between the groups' histograms, summed over the features.</summary>
    public static double Loss(SoftHistogramOptions options, double[] activations, int features, int[] groups)
    {
        double loss = 0;
        for (int f = 0; f < features; f++)
        {
            loss += Distance([.. groups.Where(group => group >= 0).Distinct().Select(group => Of(
                options, [.. Enumerable.Range(0, groups.Length).Where(i => groups[i] == group).Select(i => activations[(i * features) + f])])!)]);
        }

        return loss;
    }

    private static double Place(SoftHistogramOptions options, double sample)
    {
        double shift = options.Kind == SoftHistogramKind.PaperTriangular ? 1e-4 : 0;
        return options.IsSquashed
            ? options.Bins * ((1 / (1 + Math.Exp(-sample))) - shift)
            : options.Bins * (sample - options.Low) / ((double)options.High - options.Low);
    }

    private static double Gaussian(SoftHistogramOptions options, double y, int k)
    {
        double nearest = Math.Clamp(Math.Floor(y), 0, options.Bins - 1) + 0.5;
        double square = (y - k - 0.5) * (y - k - 0.5);
        return Math.Exp(-(square - ((y - nearest) * (y - nearest))) / (2 * options.Bandwidth * options.Bandwidth));
    }

    private static double Edge(SoftHistogramOptions options, double y, int edge) =>
        edge == 0 ? 1 : edge == options.Bins ? 0 : 1 / (1 + Math.Exp(-(y - edge) / options.Temperature));
}
