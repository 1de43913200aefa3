namespace PyramidOT.Cli.Experiments;

/// <summary>A number that was found several times, with different seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation of one of them, by the sample's n - 1; NaN for a single one.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct Spread(double Mean, double Deviation, int Count)
{
    /// <summary>Mean and deviation of numbers, of which there is at least one.</summary>
    public static Spread Of(IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        double mean = all.Average();
        return new(mean, all.Length > 1 ? Math.Sqrt(all.Sum(x => (x - mean) * (x - mean)) / (all.Length - 1)) : double.NaN, all.Length);
    }

    /// <summary>The same in another unit.</summary>
    public static Spread operator *(double factor, Spread spread) => new(factor * spread.Mean, Math.Abs(factor) * spread.Deviation, spread.Count);
}
