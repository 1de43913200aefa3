using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points, from left to right.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<PlotPoint> Points)
{
    /// <summary>Whether the points are marked, so that it shows where values are and where lines only join them.</summary>
    public bool HasDots { get; init; }

    /// <summary>Which of the page's lines it looks like; null for the next one.</summary>
    public int? Look { get; init; }
}

/// <summary>An axis of a chart.</summary>
/// <param name="Label">What it shows, with the unit.</param>
/// <param name="Scale">How values become places.</param>
internal sealed record ChartAxis(string Label, PlotScale Scale)
{
    /// <summary>The places that it shows; null for those of all points.</summary>
    public PlotRange? Places { get; init; }
}

/// <summary>
/// Lines over a common pair of axes, with a legend above them. Points that have no place on an axis (no finite number; 0 and less on a logarithmic one)
/// are left out.
/// </summary>
internal static class LineChart
{
    private const double Width = 430;
    private const double AreaHeight = 220;
    private const double RoomRight = 14;
    private const double Gap = 8;

    /// <summary>Draws the chart.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="lines">The lines.</param>
    public static XElement Draw(string title, ChartAxis x, ChartAxis y, IReadOnlyList<ChartLine> lines)
    {
        PlotPoint[][] places = [.. lines.Select(line => line.Points
            .Select(point => new PlotPoint(x.Scale.PlaceOf(point.X), y.Scale.PlaceOf(point.Y)))
            .Where(place => double.IsFinite(place.X) && double.IsFinite(place.Y))
            .ToArray())];
        PlotPoint[] all = [.. places.SelectMany(line => line)];
        LegendEntry[] entries = [.. lines.Select((line, i) => new LegendEntry(PageStyle.Line(line.Look ?? i), line.Name))];
        (XElement legend, double top) = Legend.DrawRows(Axes.RoomLeft, Width - RoomRight, entries);
        PlotArea area = new(
            Axes.RoomLeft,
            top + Gap,
            Width - Axes.RoomLeft - RoomRight,
            AreaHeight,
            x.Places ?? PlotRange.Of(all.Select(point => point.X)),
            y.Places ?? PlotRange.Of(all.Select(point => point.Y)));
        XElement picture = Svg.Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Svg.Number(Width)} {Svg.Number(area.Bottom + Axes.RoomBelow)}"),
            new XAttribute("role", "img"),
            Svg.Element("title", title),
            legend,
            Axes.Draw(area, x, y));
        for (int i = 0; i < lines.Count; i++)
        {
            picture.Add(Marks.Polyline(area, PageStyle.Line(lines[i].Look ?? i), places[i]));
            if (lines[i].HasDots)
            {
                picture.Add(Marks.Dots(area, $"{PageStyle.Line(lines[i].Look ?? i)} {PageStyle.Dots}", places[i]));
            }
        }

        return picture;
    }
}
