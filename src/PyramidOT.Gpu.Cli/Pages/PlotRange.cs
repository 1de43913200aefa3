namespace PyramidOT.Cli.Pages;

/// <summary>The part of an axis that a picture shows.</summary>
/// <param name="Low">Its least value.</param>
/// <param name="High">Its greatest value, above the least.</param>
internal readonly record struct PlotRange(double Low, double High)
{
    // A share of the range on each side, so that no mark is cut by the frame.
    private const double Margin = 0.04;

    /// <summary>The length.</summary>
    public double Length => High - Low;

    /// <summary>A range that holds all values, with a margin; around a single value it has the length 1. Without any it is that around 0.</summary>
    /// <param name="values">Finite numbers.</param>
    public static PlotRange Of(IEnumerable<double> values)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high)
        {
            (low, high) = (0, 0);
        }

        // So large a value that 1 is lost beside it is spread by a share of itself.
        double margin = high > low ? Margin * (high - low) : Math.Max(0.5, Math.Abs(low) * 1e-6);
        return new(low - margin, high + margin);
    }

    /// <summary>A longer range with the same middle.</summary>
    public PlotRange StretchedTo(double length)
    {
        double middle = Low + (Length / 2);
        return new(middle - (length / 2), middle + (length / 2));
    }

    /// <summary>The round numbers in the range: multiples of 1, 2 or 5 times a power of ten.</summary>
    /// <param name="most">Their greatest number, at least 2.</param>
    public IReadOnlyList<double> Ticks(int most)
    {
        // The power of ten below the coarsest step that could do, then the first of its multiples that leaves few enough.
        double step = Math.Pow(10, Math.Floor(Math.Log10(Length / most)));
        foreach (int factor in new[] { 1, 2, 5, 10 })
        {
            double first = Math.Ceiling(Low / (factor * step));
            double count = Math.Floor(High / (factor * step)) - first + 1;
            if (count <= most)
            {
                return [.. Enumerable.Range(0, (int)count).Select(i => (first + i) * factor * step)];
            }
        }

        return [];
    }
}
