using PyramidOT.Kernels;

namespace ColourTransfer;

/// <summary>Two pictures to try the transfer on: a bay by day, and an abstract one in the colours of an evening.</summary>
internal static class BuiltInImages
{
    private const int Width = 240;
    private const int Height = 160;

    private delegate (double Red, double Green, double Blue) Painter(double x, double y);

    /// <summary>Sky, sun, hills and water.</summary>
    public static PpmImage Bay() => Paint(0, (x, y) =>
    {
        double farHills = 0.42 - (0.06 * Math.Sin(7 * x)) - (0.03 * Math.Sin(17 * x));
        double nearHills = 0.55 - (0.10 * Math.Sin((3.5 * x) + 1)) - (0.02 * Math.Sin(23 * x));
        double fromSun = Math.Sqrt(Math.Pow((x - 1.1) * 1.0, 2) + Math.Pow(y - 0.18, 2));
        if (fromSun < 0.07)
        {
            return (255, 250, 215);
        }

        if (y < Math.Min(farHills, nearHills))
        {
            double glow = Math.Exp(-4 * fromSun);
            return (90 + (150 * y) + (120 * glow), 150 + (130 * y) + (60 * glow), 225 + (20 * glow));
        }

        if (y < nearHills)
        {
            return (110 + (60 * (y - farHills)), 150 + (80 * (y - farHills)), 150);
        }

        if (y < 0.68)
        {
            double light = 0.7 + (0.3 * Math.Sin(40 * (x + y)));
            return (60 * light, 130 * light, 50 * light);
        }

        double wave = Math.Sin((60 * y * y) + (3 * Math.Sin(9 * x)));
        return (30 + (14 * wave), 95 + (25 * wave), 150 + (40 * wave) - (60 * (y - 0.68)));
    });

    /// <summary>Rings around a point, from black over purple and red to yellow.</summary>
    public static PpmImage Evening() => Paint(1, (x, y) =>
    {
        double radius = Math.Sqrt(Math.Pow(x - 0.5, 2) + Math.Pow(y - 0.6, 2));
        double t = Math.Clamp((0.75 * (1 - (radius / 1.2))) + (0.25 * (0.5 + (0.5 * Math.Sin(18 * radius)))), 0, 1);
        return (Math.Min(255, 25 + (420 * t)), 10 + (230 * Math.Pow(t, 2.2)), 45 + (150 * t * (1 - t) * (1.4 - t)));
    });

    private static PpmImage Paint(ulong seed, Painter painter)
    {
        const double Grain = 10;
        byte[] colours = new byte[3 * Width * Height];
        for (int pixel = 0; pixel < Width * Height; pixel++)
        {
            (double red, double green, double blue) = painter(pixel % Width / (double)Height, pixel / Width / (double)Height);

            // Grain, so that areas of one colour are a cloud and not a point.
            double grain = Grain * (CounterRandom.Uniform(seed, 0, (ulong)pixel) - 0.5);
            colours[3 * pixel] = Level(red + grain);
            colours[(3 * pixel) + 1] = Level(green + grain);
            colours[(3 * pixel) + 2] = Level(blue + grain);
        }

        return new(Width, Height, colours);
    }

    private static byte Level(double value) => (byte)Math.Round(Math.Clamp(value, 0, 255));
}
