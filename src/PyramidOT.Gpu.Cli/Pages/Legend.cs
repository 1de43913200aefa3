using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>What a mark means: its look, a class of <see cref="PageStyle"/>, and the words for it.</summary>
internal readonly record struct LegendEntry(string Look, string Text);

/// <summary>Rows of marks and their meanings.</summary>
internal static class Legend
{
    private const double MarkLength = 22;
    private const double Gap = 6;
    private const double EntryGap = 16;
    private const double RowHeight = 18;

    // Of the page's typeface at its size; letters differ, and an entry has room to spare.
    private const double LetterWidth = 6.6;

    /// <summary>Draws a row.</summary>
    /// <param name="left">Where it begins, in pixels.</param>
    /// <param name="middle">The row's middle, in pixels from the top.</param>
    /// <param name="entries">What it explains.</param>
    public static XElement Draw(double left, double middle, params ReadOnlySpan<LegendEntry> entries)
    {
        XElement legend = Empty();
        foreach (LegendEntry entry in entries)
        {
            Add(legend, left, middle, entry);
            left += LengthOf(entry);
        }

        return legend;
    }

    /// <summary>Draws as many rows as it takes, from the top of the picture.</summary>
    /// <param name="left">Where they begin, in pixels.</param>
    /// <param name="right">Where they end at the latest, unless a single entry is longer.</param>
    /// <param name="entries">What they explain.</param>
    /// <returns>The rows, and where they end, in pixels from the top.</returns>
    public static (XElement Rows, double Bottom) DrawRows(double left, double right, IReadOnlyList<LegendEntry> entries)
    {
        XElement legend = Empty();
        double at = left;
        double middle = RowHeight / 2;
        foreach (LegendEntry entry in entries)
        {
            if (at > left && at + LengthOf(entry) - EntryGap > right)
            {
                (at, middle) = (left, middle + RowHeight);
            }

            Add(legend, at, middle, entry);
            at += LengthOf(entry);
        }

        return (legend, middle + (RowHeight / 2));
    }

    private static XElement Empty() => Svg.Element("g", new XAttribute("class", "legend"));

    private static double LengthOf(LegendEntry entry) => MarkLength + Gap + (entry.Text.Length * LetterWidth) + EntryGap;

    private static void Add(XElement legend, double left, double middle, LegendEntry entry)
    {
        string start = $"M{Svg.Number(left)} {Svg.Number(middle)}";

        // A line shows its length; a dot sits in the middle of the room for it.
        legend.Add(PageStyle.IsDot(entry.Look)
            ? Svg.Path(entry.Look, $"M{Svg.Number(left + (MarkLength / 2))} {Svg.Number(middle)}h.01")
            : Svg.Path(entry.Look, $"{start}h{Svg.Number(MarkLength)}"));
        legend.Add(Svg.Text(left + MarkLength + Gap, middle + 4, "start", entry.Text));
    }
}
