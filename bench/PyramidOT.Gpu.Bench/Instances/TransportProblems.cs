using PyramidOT.Kernels;

namespace PyramidOT.Bench.Instances;

/// <summary>A batch of transport problems: costs, and weights that sum up to 1 on both sides.</summary>
/// <param name="Layout">The shapes.</param>
/// <param name="Costs">The cost matrices.</param>
/// <param name="RowWeights">The masses of the rows.</param>
/// <param name="ColumnWeights">The masses of the columns.</param>
internal sealed record TransportProblems(BatchLayout Layout, float[] Costs, float[] RowWeights, float[] ColumnWeights)
{
    private const ulong Seed = 11;

    /// <summary>Normal points of random weights, uniform in [0, 1] before they are scaled.</summary>
    public static TransportProblems RandomWeights(int count, int size, int dimensions) => Between(
        count, size, size, dimensions, (side, cloud, point) => CounterRandom.Uniform(Clouds.SeedOf(Seed, 2), (2 * (ulong)cloud) + (ulong)side, (ulong)point));

    /// <summary>Normal points, of which those of one side weigh the same.</summary>
    public static TransportProblems EqualWeights(int count, int rows, int columns, int dimensions) => Between(count, rows, columns, dimensions, (_, _, _) => 1);

    /// <summary>Pixels of pairs of images (<see cref="PixelImages"/>), weighed by their brightness; the cost is their squared distance.</summary>
    public static TransportProblems Images(int count)
    {
        float[] costs = new float[(long)count * PixelImages.Pixels * PixelImages.Pixels];
        for (int i = 0; i < costs.Length; i++)
        {
            (int row, int column) = (i / PixelImages.Pixels % PixelImages.Pixels, i % PixelImages.Pixels);
            int down = (row / PixelImages.Width) - (column / PixelImages.Width);
            int right = (row % PixelImages.Width) - (column % PixelImages.Width);
            costs[i] = (down * down) + (right * right);
        }

        return new(BatchLayout.Uniform(count, PixelImages.Pixels, PixelImages.Pixels), costs, Brightness(part: 0), Brightness(part: 1));

        float[] Brightness(ulong part) =>
            [.. Enumerable.Range(0, count).SelectMany(image => Scaled(PixelImages.Draw(Clouds.SeedOf(Seed, (2 * (ulong)image) + part))))];
    }

    private static TransportProblems Between(int count, int rows, int columns, int dimensions, Func<int, int, int, double> weight)
    {
        float[] costs = CostMatrices.Draw(PointDistribution.Normal, count, rows, columns, dimensions, Seed);
        return new(BatchLayout.Uniform(count, rows, columns), costs, Weights(0, rows), Weights(1, columns));

        float[] Weights(int side, int points) =>
            [.. Enumerable.Range(0, count).SelectMany(cloud => Scaled([.. Enumerable.Range(0, points).Select(point => weight(side, cloud, point))]))];
    }

    private static IEnumerable<float> Scaled(double[] weights)
    {
        double total = weights.Sum();
        return weights.Select(weight => (float)(weight / total));
    }
}
