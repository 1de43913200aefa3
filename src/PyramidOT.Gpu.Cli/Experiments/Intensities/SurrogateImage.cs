using PyramidOT.Kernels;

namespace PyramidOT.Cli.Experiments.Intensities;

/// <summary>
/// Images that stand in for DOTmark's: smooth positive random fields of mean 100,000 a pixel. A sum of plane waves of random direction, length and phase,
/// the longer ones the stronger, of which the exponential is taken.
/// </summary>
internal static class SurrogateImage
{
    private const double Mean = 1e5;
    private const int Waves = 32;
    private const double MostCycles = 6;

    // The deviation of the exponent: photographs differ in contrast.
    private const double LeastContrast = 0.3;
    private const double MostContrast = 0.8;

    // Streams of the seed, four an image, apart from those that clouds are drawn from.
    private const ulong FirstStream = 1UL << 24;

    /// <summary>Draws an image.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="image">Which image of the seed.</param>
    /// <param name="side">Pixels a side.</param>
    /// <returns>Its intensities, row by row.</returns>
    public static float[] Draw(ulong seed, int image, int side)
    {
        ulong stream = FirstStream + (4 * (ulong)image);
        double[] field = new double[side * side];
        for (int wave = 0; wave < Waves; wave++)
        {
            double cycles = 0.5 + ((MostCycles - 0.5) * CounterRandom.Uniform(seed, stream, (ulong)wave));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * CounterRandom.Uniform(seed, stream + 1, (ulong)wave));
            double phase = 2 * Math.PI * CounterRandom.Uniform(seed, stream + 2, (ulong)wave);
            for (int pixel = 0; pixel < field.Length; pixel++)
            {
                double along = ((cosine * (pixel % side)) + (sine * (pixel / side))) / side;
                field[pixel] += Math.Cos((2 * Math.PI * cycles * along) + phase) / cycles;
            }
        }

        double mean = field.Average();
        double deviation = Math.Sqrt(field.Average(value => (value - mean) * (value - mean)));
        double contrast = LeastContrast + ((MostContrast - LeastContrast) * CounterRandom.Uniform(seed, stream + 3, 0));
        double[] positive = [.. field.Select(value => Math.Exp(contrast * (value - mean) / deviation))];
        double scale = Mean / positive.Average();
        return [.. positive.Select(value => (float)(scale * value))];
    }
}
