namespace PyramidOT.Bench.Accuracy;

/// <summary>The largest of many errors. Not a number anywhere is an infinite error.</summary>
internal static class Worst
{
    /// <summary>Relative to each expected number; where that is 0, anything but 0 is an infinite error.</summary>
    public static double Relative(IReadOnlyList<double> expected, IReadOnlyList<double> actual) =>
        Largest(expected, actual, (e, a) => e == a ? 0 : Math.Abs(a - e) / Math.Abs(e));

    /// <summary>Relative to the largest expected number.</summary>
    public static double OfLargest(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        double largest = expected.Max(Math.Abs);
        return Largest(expected, actual, (e, a) => Math.Abs(a - e) / largest);
    }

    /// <summary>As it is.</summary>
    public static double Absolute(IReadOnlyList<double> expected, IReadOnlyList<double> actual) =>
        Largest(expected, actual, (e, a) => Math.Abs(a - e));

    /// <summary>Float32 numbers as they are, in float64.</summary>
    public static double[] Wide(IEnumerable<float> numbers) => [.. numbers.Select(number => (double)number)];

    private static double Largest(IReadOnlyList<double> expected, IReadOnlyList<double> actual, Func<double, double, double> error)
    {
        if (expected.Count != actual.Count)
        {
            throw new ArgumentException($"{actual.Count} numbers where {expected.Count} are expected.", nameof(actual));
        }

        double worst = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            double here = error(expected[i], actual[i]);
            worst = double.IsNaN(here) ? double.PositiveInfinity : Math.Max(worst, here);
        }

        return worst;
    }
}
