using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>Marks of one kind in a picture of the plane.</summary>
/// <param name="Look">A class of <see cref="PageStyle"/>.</param>
/// <param name="Name">What the legend calls them; null where it does not.</param>
internal abstract record ScatterLayer(string Look, string? Name)
{
    /// <summary>Draws them.</summary>
    public abstract IEnumerable<XElement> Draw(PlotArea area);
}

/// <summary>Points.</summary>
/// <param name="Look">A class with dots.</param>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Points">The points.</param>
internal sealed record ScatterDots(string Look, string? Name, IReadOnlyList<PlotPoint> Points) : ScatterLayer(Look, Name)
{
    /// <summary>What stands beside each point; empty for nothing.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public override IEnumerable<XElement> Draw(PlotArea area) => [Marks.Dots(area, Look, Points)];
}

/// <summary>Straight lines.</summary>
/// <param name="Look">A class with a stroke.</param>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Lines">Both ends of each.</param>
internal sealed record ScatterLines(string Look, string? Name, IReadOnlyList<(PlotPoint From, PlotPoint To)> Lines) : ScatterLayer(Look, Name)
{
    /// <summary>From 0, invisible, to 1; null for what the class says.</summary>
    public double? Opacity { get; init; }

    public override IEnumerable<XElement> Draw(PlotArea area)
    {
        XElement path = Marks.Lines(area, Look, Lines);
        if (Opacity is { } opacity)
        {
            path.Add(Svg.Attribute("stroke-opacity", opacity));
        }

        return [path];
    }
}

/// <summary>Closed outlines.</summary>
/// <param name="Look">A class with a stroke.</param>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Outlines">The corners of each, in turn.</param>
internal sealed record ScatterOutlines(string Look, string? Name, IReadOnlyList<IReadOnlyList<PlotPoint>> Outlines) : ScatterLayer(Look, Name)
{
    public override IEnumerable<XElement> Draw(PlotArea area) => Outlines.Where(outline => outline.Count > 1).Select(outline =>
    {
        XElement path = Marks.Polyline(area, Look, outline);
        path.SetAttributeValue("d", path.Attribute("d")!.Value + "Z");
        return path;
    });
}

/// <summary>A picture of the plane: points, lines and outlines in it, on axes of one unit.</summary>
internal static class ScatterPicture
{
    private const double Size = 420;
    private const double RoomRight = 12;
    private const double Gap = 8;

    // The height of the flattest picture, as a share of its width.
    private const double LeastShare = 0.65;

    /// <summary>Draws the picture.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="x">The horizontal axis, the same for pictures that stand side by side.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="layers">The marks, the lowest first.</param>
    public static XElement Draw(string title, PlotRange x, PlotRange y, params IReadOnlyList<ScatterLayer> layers)
    {
        (XElement legend, double top) = Legend.DrawRows(
            Axes.RoomLeft,
            Size - RoomRight,
            [.. layers.Where(layer => layer.Name is not null).OrderBy(layer => !PageStyle.IsDot(layer.Look)).Select(layer => new LegendEntry(layer.Look, layer.Name!))]);
        double side = Size - Axes.RoomLeft - RoomRight;
        double height = Math.Clamp(y.Length / x.Length, LeastShare, 1) * side;
        PlotArea area = new PlotArea(Axes.RoomLeft, top + Gap, side, height, x, y).WithEqualUnits();
        return Svg.Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Svg.Number(Size)} {Svg.Number(area.Bottom + Axes.RoomBelow)}"),
            new XAttribute("role", "img"),
            Svg.Element("title", title),
            legend,
            Axes.Draw(area, "first coordinate, in units of the data", "second coordinate, in units of the data"),
            layers.SelectMany(layer => layer.Draw(area)),
            LabelPlaces.Draw(area, layers.OfType<ScatterDots>()));
    }
}
