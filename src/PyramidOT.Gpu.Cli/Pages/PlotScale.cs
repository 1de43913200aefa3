using System.Globalization;

namespace PyramidOT.Cli.Pages;

/// <summary>How the values of an axis become places along it: evenly, or by their logarithms.</summary>
internal abstract class PlotScale
{
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>A place is the value itself.</summary>
    public static PlotScale Linear { get; } = new Even();

    /// <summary>A place is the logarithm to base 2; values are above 0.</summary>
    public static PlotScale Log2 { get; } = new Logarithmic(2);

    /// <summary>A place is the logarithm to base 10; values are above 0.</summary>
    public static PlotScale Log10 { get; } = new Logarithmic(10);

    /// <summary>The place of a value; not finite where it has none.</summary>
    public abstract double PlaceOf(double value);

    /// <summary>Round values in a range of places.</summary>
    /// <param name="places">The range, in places.</param>
    /// <param name="most">Their greatest number, at least 2.</param>
    public abstract IReadOnlyList<PlotTick> Ticks(PlotRange places, int most);

    private sealed class Even : PlotScale
    {
        public override double PlaceOf(double value) => value;

        public override IReadOnlyList<PlotTick> Ticks(PlotRange places, int most) =>
            [.. places.Ticks(most).Select(tick => new PlotTick(tick, Text(tick)))];

        // A tick is a small multiple of a power of ten: more digits than these are rounding.
        private static string Text(double tick) => tick == 0 ? "0" : tick.ToString("G6", CultureInfo.InvariantCulture).Replace('-', '\u2212');
    }

    private sealed class Logarithmic(int number) : PlotScale
    {
        // With fewer powers than these, an axis to base 10 has other round values as well.
        private const int FewPowers = 3;

        public override double PlaceOf(double value) => Math.Log(value) / Math.Log(number);

        public override IReadOnlyList<PlotTick> Ticks(PlotRange places, int most)
        {
            int first = (int)Math.Ceiling(places.Low);
            int last = (int)Math.Floor(places.High);
            if (number == 10 && last - first + 1 < FewPowers)
            {
                return Multiples(places, most);
            }

            int step = Math.Max(1, (last - first + most) / most);
            int[] exponents = [.. Enumerable.Range(0, Math.Max(0, ((last - first) / step) + 1)).Select(i => first + (i * step))];
            bool arePlain = exponents.All(exponent => Math.Pow(number, exponent) is >= 0.1 and <= 5000);
            return [.. exponents.Select(exponent => new PlotTick(
                exponent, arePlain ? Math.Pow(number, exponent).ToString(CultureInfo.InvariantCulture) : number + Superscript(exponent)))];
        }

        /// <summary>Values of one digit; where even those are too few, round values as on an even axis.</summary>
        private List<PlotTick> Multiples(PlotRange places, int most)
        {
            foreach (int[] factors in new int[][] { [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3] })
            {
                List<PlotTick> ticks = [];
                for (int exponent = (int)Math.Floor(places.Low); exponent <= places.High; exponent++)
                {
                    ticks.AddRange(factors.Select(factor => TickAt(factor * Math.Pow(10, exponent))).Where(tick => tick.Place >= places.Low && tick.Place <= places.High));
                }

                if (ticks.Count < FewPowers)
                {
                    break;
                }

                if (ticks.Count <= most)
                {
                    return ticks;
                }
            }

            return [.. new PlotRange(Math.Pow(10, places.Low), Math.Pow(10, places.High)).Ticks(most).Where(value => value > 0).Select(TickAt)];
        }

        private PlotTick TickAt(double value) => new(PlaceOf(value), value is >= 1e-4 and < 1e6
            ? value.ToString("G6", CultureInfo.InvariantCulture)
            : value.ToString("0.####e0", CultureInfo.InvariantCulture));

        private static string Superscript(int exponent) =>
            string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Raised[c - '0']));
    }
}

/// <summary>A mark along an axis.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">The value there.</param>
internal readonly record struct PlotTick(double Place, string Text);
