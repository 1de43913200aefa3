using System.Numerics.Tensors;

namespace PyramidOT.Data;

/// <summary>
/// Images of DOTmark, the discrete optimal transport benchmark (Schrieber, Schuhmacher, Gottschlich, IEEE Access 5, 2017): a grid of
/// intensities as text, a row of pixels a line.
/// </summary>
internal static class DotmarkImage
{
    /// <summary>A point on the line for each pixel, at its intensity.</summary>
    public static PointCloud LoadIntensity(string path, bool isGzipped, CancellationToken cancellation) =>
        PointCloud.Adopt(CsvPoints.LoadTable(path, isGzipped, cancellation).Numbers, dimensions: 1);

    /// <summary>A point at (row, column) for each pixel, black ones too, weighted by its intensity.</summary>
    public static PointCloud LoadPixels(string path, bool isGzipped, CancellationToken cancellation)
    {
        (float[] intensities, int columns) = CsvPoints.LoadTable(path, isGzipped, cancellation);
        int negative = intensities.AsSpan().IndexOfAnyExceptInRange(0, float.MaxValue);
        if (negative >= 0)
        {
            throw new PointFileException(
                path,
                $"pixel ({negative / columns}, {negative % columns}) has the intensity {PointCheck.Text(intensities[negative])}; weights are not negative");
        }

        if (TensorPrimitives.Max<float>(intensities) == 0)
            throw new PointFileException(path, "is all black: the weights of its pixels would all be 0");
        if (intensities.Length > Array.MaxLength / 2)
            throw new PointFileException(path, $"has {intensities.Length} pixels, more than one array of positions can hold");

        float[] positions = new float[2 * intensities.Length];
        for (int i = 0; i < intensities.Length; i++)
        {
            positions[2 * i] = i / columns;
            positions[(2 * i) + 1] = i % columns;
        }

        double[] weights = new double[intensities.Length];
        TensorPrimitives.ConvertTruncating<float, double>(intensities, weights);
        return PointCloud.Adopt(positions, dimensions: 2, weights);
    }
}
