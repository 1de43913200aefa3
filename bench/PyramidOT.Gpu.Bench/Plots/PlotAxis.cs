namespace PyramidOT.Bench.Plots;

/// <summary>The part of a scale that a plot shows.</summary>
/// <param name="Label">What it shows, with its unit.</param>
/// <param name="Low">Its least value; above 0 where the scale is logarithmic.</param>
/// <param name="High">Its greatest value.</param>
/// <param name="IsLogarithmic">Whether equal factors are equally long.</param>
internal sealed record PlotAxis(string Label, double Low, double High, bool IsLogarithmic)
{
    // Room beyond the outermost values, so that no mark is cut by the frame.
    private const double LogarithmicMargin = 1.4;
    private const double LinearMargin = 1.1;

    private const int MostLinearTicks = 7;

    /// <summary>A logarithmic axis that holds all values.</summary>
    /// <param name="label">What it shows.</param>
    /// <param name="values">Numbers above 0.</param>
    public static PlotAxis Logarithmic(string label, IReadOnlyCollection<double> values) =>
        new(label, values.Min() / LogarithmicMargin, values.Max() * LogarithmicMargin, IsLogarithmic: true);

    /// <summary>A linear axis from 0 that holds all values.</summary>
    /// <param name="label">What it shows.</param>
    /// <param name="values">Numbers above 0.</param>
    public static PlotAxis FromZero(string label, IReadOnlyCollection<double> values) => new(label, 0, values.Max() * LinearMargin, IsLogarithmic: false);

    /// <summary>Where a value lies: 0 at the low end, 1 at the high one.</summary>
    public double Share(double value) =>
        IsLogarithmic ? Math.Log(value / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);

    /// <summary>The values that the axis names, and those between them that it only marks.</summary>
    public (IReadOnlyList<double> Named, IReadOnlyList<double> Marked) Ticks() => IsLogarithmic ? LogarithmicTicks() : (LinearTicks(), []);

    private (IReadOnlyList<double> Named, IReadOnlyList<double> Marked) LogarithmicTicks()
    {
        List<double> named = [];
        List<double> marked = [];
        for (int power = (int)Math.Floor(Math.Log10(Low)); power <= Math.Log10(High); power++)
        {
            for (int digit = 1; digit < 10; digit++)
            {
                double value = digit * Math.Pow(10, power);
                if (value >= Low && value <= High)
                {
                    (digit == 1 ? named : marked).Add(value);
                }
            }
        }

        return (named, marked);
    }

    private double[] LinearTicks()
    {
        // The power of ten below the finest step that could do, then the first of its multiples that leaves few enough.
        double power = Math.Pow(10, Math.Floor(Math.Log10((High - Low) / MostLinearTicks)));
        double step = new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => (High - Low) / step < MostLinearTicks);
        int first = (int)Math.Ceiling(Low / step);
        int last = (int)Math.Floor(High / step);
        return [.. Enumerable.Range(first, last - first + 1).Select(k => k * step)];
    }
}
