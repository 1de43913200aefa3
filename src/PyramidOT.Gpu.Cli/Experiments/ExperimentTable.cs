using System.Globalization;

namespace PyramidOT.Cli.Experiments;

/// <summary>A table of an experiment.</summary>
/// <param name="Name">The end of its file's name.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">The heads of its columns, with units.</param>
/// <param name="Rows">As many cells a row.</param>
internal sealed record ExperimentTable(string Name, string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<ExperimentCell>> Rows)
{
    /// <summary>Whether it is for the .csv file alone: all there is, of which another table shows a part.</summary>
    public bool IsForFileOnly { get; init; }
}

/// <summary>A cell of a table: as people read it, and with all its digits.</summary>
/// <param name="Text">For people.</param>
/// <param name="Exact">For programs.</param>
internal readonly record struct ExperimentCell(string Text, string Exact)
{
    // Of means whose terms are all the same.
    private const double Rounding = 1e-14;

    /// <summary>The deviation over the seeds, for programs: a column of its own in the .csv file. Null where there is none.</summary>
    public string? Deviation { get; init; }

    /// <summary>A number that there is none of.</summary>
    public static ExperimentCell None { get; } = new("-", "");

    /// <summary>A word.</summary>
    public static ExperimentCell Of(string text) => new(text, text);

    /// <summary>A whole number.</summary>
    public static ExperimentCell Of(long number) => Of(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number; for people, with so many digits that count.</summary>
    public static ExperimentCell Of(double number, int digits = 4) => double.IsFinite(number)
        ? new(Short(number, digits), number.ToString("R", CultureInfo.InvariantCulture))
        : None;

    /// <summary>A number that was found with several seeds; for people, with its deviation behind it where there is one, and no digits that it makes void.</summary>
    public static ExperimentCell Of(Spread spread, int digits = 4)
    {
        ExperimentCell mean = Of(spread.Mean, digits);
        if (!double.IsFinite(spread.Mean) || !double.IsFinite(spread.Deviation))
        {
            return mean;
        }

        mean = mean with { Deviation = spread.Deviation.ToString("R", CultureInfo.InvariantCulture) };
        if (spread.Deviation <= Rounding * Math.Abs(spread.Mean))
        {
            return mean;
        }

        // Two digits of the deviation, and the mean to the same place.
        int known = Exponent(Math.Abs(spread.Mean)) - Exponent(spread.Deviation) + 2;
        return mean with { Text = $"{Short(spread.Mean, Math.Clamp(known, 1, digits))} ± {Short(spread.Deviation, 2)}" };
    }

    private static string Short(double number, int digits)
    {
        // Powers of ten only where a number would be long without.
        double size = Math.Abs(number);
        return size != 0 && (size < 1e-4 || size >= 1e9)
            ? number.ToString("0." + new string('#', digits - 1) + "e0", CultureInfo.InvariantCulture)
            : number.ToString("0." + new string('#', Math.Clamp(digits - 1 - Exponent(size), 0, 12)), CultureInfo.InvariantCulture);
    }

    private static int Exponent(double size) => size == 0 ? 0 : (int)Math.Floor(Math.Log10(size));
}
