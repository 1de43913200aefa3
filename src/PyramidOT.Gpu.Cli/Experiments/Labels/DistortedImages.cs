using System.Globalization;
using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT.Cli.Experiments.Labels;

/// <summary>
/// Labelled images of two domains: as they are, and blurred with noise. Some images are the source; the target are copies of others, or of
/// the same ones. Pixels are the features, from 0 to 1, or a random projection of them.
/// </summary>
/// <param name="Images">Square images, a row each, and their labels.</param>
/// <param name="Points">Images of each domain, at most half of all.</param>
/// <param name="AreSame">Whether the copies are those of the source's own images.</param>
/// <param name="Projection">The coordinates of the projection; null for the pixels themselves.</param>
internal sealed record DistortedImages(PointCloud Images, int Points, bool AreSame, int? Projection)
{
    /// <summary>The deviation of the Gaussian that images are blurred by, in pixels.</summary>
    public const double Blur = 1.5;

    /// <summary>The deviation of the noise, as a share of the range from black to white.</summary>
    public const double Noise = 0.25;

    private const ulong Split = 0;
    private const ulong NoiseStream = 1;
    private const ulong ProjectionStream = 2;
    private const ulong Order = 3;

    /// <summary>Pixels a side; 0 where images are not square.</summary>
    public static int SideOf(PointCloud images)
    {
        int side = (int)Math.Round(Math.Sqrt(images.Dimensions));
        return side * side == images.Dimensions ? side : 0;
    }

    /// <summary>What was done, for people.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Points:N0} images a side, {Images.Dimensions} pixels each, from 0 to 1. The target's are blurred (Gaussian, deviation {Blur} pixels), noise of deviation {Noise} is added, and all is kept from 0 to 1")
        + (Projection is { } d ? $"; then all are projected onto {d} random directions." : ".")
        + (AreSame ? " Each has its counterpart in the source." : " They are other images than the source's.");

    /// <summary>Draws both clouds.</summary>
    public LabelledPair Draw(ulong seed)
    {
        int[] images = [.. Enumerable.Range(0, Images.Count).OrderBy(i => CounterRandom.Bits(seed, Split, (ulong)i))];
        int[] first = images[..Points];

        // Copies in an order of their own: places tell nothing of counterparts.
        int[] second = AreSame ? [.. first.OrderBy(i => CounterRandom.Bits(seed, Order, (ulong)i))] : images[Points..(2 * Points)];
        float white = Math.Max(Images.MaxMagnitude, 1e-30f);
        int side = SideOf(Images);
        double[] kernel = Kernel();
        return new(Cloud(first, false), Cloud(second, true));

        PointCloud Cloud(int[] rows, bool isDistorted)
        {
            int d = Images.Dimensions;
            float[] points = new float[rows.Length * d];
            Parallel.For(0, rows.Length, i =>
            {
                Span<float> image = points.AsSpan(i * d, d);
                Images[rows[i]].CopyTo(image);
                for (int k = 0; k < d; k++)
                {
                    image[k] /= white;
                }

                if (isDistorted)
                {
                    Distort(image, side, kernel, seed, (ulong)rows[i]);
                }
            });
            int[] labels = [.. rows.Select(row => Images.Labels[row])];
            return Projection is { } to ? new(Project(points, d, to, seed), to, labels: labels) : new(points, d, labels: labels);
        }
    }

    private static double[] Kernel()
    {
        int reach = (int)Math.Ceiling(3 * Blur);
        double[] kernel = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(x => Math.Exp(-x * x / (2 * Blur * Blur)))];
        double total = kernel.Sum();
        return [.. kernel.Select(weight => weight / total)];
    }

    private static void Distort(Span<float> image, int side, double[] kernel, ulong seed, ulong number)
    {
        float[] across = image.ToArray();
        Smooth(image, across, side, 1, kernel);
        Smooth(across, image, side, side, kernel);
        for (int k = 0; k < image.Length; k++)
        {
            double noisy = image[k] + (Noise * CounterNormal.At(seed, NoiseStream, (number * (ulong)image.Length) + (ulong)k));
            image[k] = (float)Math.Clamp(noisy, 0, 1);
        }
    }

    /// <summary>Smooths along rows (a step of 1) or columns (a step of the side). Beyond the edge the image goes on as at the edge.</summary>
    private static void Smooth(ReadOnlySpan<float> from, Span<float> to, int side, int step, double[] kernel)
    {
        int reach = kernel.Length / 2;
        int across = step == 1 ? side : 1;
        for (int line = 0; line < side; line++)
        {
            for (int x = 0; x < side; x++)
            {
                double sum = 0;
                for (int w = 0; w < kernel.Length; w++)
                {
                    sum += kernel[w] * from[(line * across) + (Math.Clamp(x + w - reach, 0, side - 1) * step)];
                }

                to[(line * across) + (x * step)] = (float)sum;
            }
        }
    }

    private static float[] Project(float[] points, int d, int to, ulong seed)
    {
        double[] directions = [.. Enumerable.Range(0, d * to).Select(i => CounterNormal.At(seed, ProjectionStream, (ulong)i) / Math.Sqrt(to))];
        float[] projected = new float[points.Length / d * to];
        Parallel.For(0, points.Length / d, i =>
        {
            for (int k = 0; k < to; k++)
            {
                double sum = 0;
                for (int c = 0; c < d; c++)
                {
                    sum += points[(i * d) + c] * directions[(k * d) + c];
                }

                projected[(i * to) + k] = (float)sum;
            }
        });
        return projected;
    }
}
