using PyramidOT.Kernels;

namespace PyramidOT.Bench.Instances;

/// <summary>Images as handwriting leaves them: one stroke of a soft pen, in whole levels from 0 to 255, most pixels 0. The same seed gives the same image.</summary>
internal static class PixelImages
{
    /// <summary>Pixels a side.</summary>
    public const int Width = 28;

    /// <summary>Pixels of an image.</summary>
    public const int Pixels = Width * Width;

    private const int Steps = 60;
    private const double StepLength = 0.8;
    private const double LargestTurn = 0.5;
    private const double PenDeviation = 1;
    private const double Margin = 5;

    // What a scanner would take for paper.
    private const double LeastLevel = 25;

    /// <summary>Draws an image.</summary>
    /// <returns>Its levels, row by row.</returns>
    public static double[] Draw(ulong seed)
    {
        double[] levels = new double[Pixels];
        double x = Margin + ((Width - (2 * Margin)) * CounterRandom.Uniform(seed, 0, 0));
        double y = Margin + ((Width - (2 * Margin)) * CounterRandom.Uniform(seed, 0, 1));
        double angle = 2 * Math.PI * CounterRandom.Uniform(seed, 0, 2);
        for (int step = 0; step < Steps; step++)
        {
            Press(levels, x, y);
            angle += LargestTurn * ((2 * CounterRandom.Uniform(seed, 1, (ulong)step)) - 1);
            (double dx, double dy) = (StepLength * Math.Cos(angle), StepLength * Math.Sin(angle));

            // The stroke turns back where the paper ends.
            angle = IsInside(x + dx) ? angle : Math.PI - angle;
            angle = IsInside(y + dy) ? angle : -angle;
            x += StepLength * Math.Cos(angle);
            y += StepLength * Math.Sin(angle);
        }

        return Array.ConvertAll(levels, level => level < LeastLevel ? 0 : Math.Floor(level));
    }

    private static bool IsInside(double position) => position >= Margin && position <= Width - Margin;

    private static void Press(double[] levels, double x, double y)
    {
        for (int pixel = 0; pixel < Pixels; pixel++)
        {
            double dx = (pixel % Width) + 0.5 - x;
            double dy = (pixel / Width) + 0.5 - y;
            levels[pixel] = Math.Max(levels[pixel], 255 * Math.Exp(-((dx * dx) + (dy * dy)) / (2 * PenDeviation * PenDeviation)));
        }
    }
}
