using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>What a mark means: its look, a class of <see cref="PageStyle"/>, and the words for it.</summary>
internal readonly record struct LegendEntry(string Look, string Text);

/// <summary>A row of marks and their meanings.</summary>
internal static class Legend
{
    private const double MarkLength = 18;
    private const double Gap = 6;
    private const double EntryGap = 22;

    // Of the page's typeface at its size; letters differ, and an entry has room to spare.
    private const double LetterWidth = 6.6;

    /// <summary>Draws the row.</summary>
    /// <param name="left">Where it begins, in pixels.</param>
    /// <param name="middle">The row's middle, in pixels from the top.</param>
    /// <param name="entries">What it explains.</param>
    public static XElement Draw(double left, double middle, params ReadOnlySpan<LegendEntry> entries)
    {
        XElement legend = Svg.Element("g", new XAttribute("class", "legend"));
        foreach (LegendEntry entry in entries)
        {
            string start = $"M{Svg.Number(left)} {Svg.Number(middle)}";

            // A line shows its length; a dot sits in the middle of the room for it.
            legend.Add(entry.Look is PageStyle.Link
                ? Svg.Path(entry.Look, $"{start}h{Svg.Number(MarkLength)}")
                : Svg.Path(entry.Look, $"M{Svg.Number(left + (MarkLength / 2))} {Svg.Number(middle)}h.01"));
            legend.Add(Svg.Text(left + MarkLength + Gap, middle + 4, "start", entry.Text));
            left += MarkLength + Gap + (entry.Text.Length * LetterWidth) + EntryGap;
        }

        return legend;
    }
}
