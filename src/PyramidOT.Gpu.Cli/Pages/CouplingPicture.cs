using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>A picture of two clouds in the plane and of the lines that a coupling draws between them.</summary>
internal static class CouplingPicture
{
    private const double Size = 420;
    private const double RoomAbove = 30;
    private const double RoomRight = 12;

    /// <summary>Draws the picture.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="pairs">The pairs to draw: a source point and its target point each.</param>
    /// <param name="x">The horizontal axis, the same for pictures that stand side by side.</param>
    /// <param name="y">The vertical axis.</param>
    public static XElement Draw(string title, IReadOnlyList<(PlotPoint Source, PlotPoint Target)> pairs, PlotRange x, PlotRange y)
    {
        PlotArea area = new PlotArea(
            Axes.RoomLeft, RoomAbove, Size - Axes.RoomLeft - RoomRight, Size - RoomAbove - Axes.RoomBelow, x, y).WithEqualUnits();
        return Svg.Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Svg.Number(Size)} {Svg.Number(Size)}"),
            new XAttribute("role", "img"),
            Svg.Element("title", title),
            Legend.Draw(
                Axes.RoomLeft, RoomAbove / 2, new(PageStyle.Source, "source"), new(PageStyle.Target, "target"), new(PageStyle.Link, "coupled pair")),
            Axes.Draw(area, "first coordinate, in units of the data", "second coordinate, in units of the data"),
            Marks.Lines(area, PageStyle.Link, pairs),
            Marks.Dots(area, PageStyle.Source, pairs.Select(pair => pair.Source)),
            Marks.Dots(area, PageStyle.Target, pairs.Select(pair => pair.Target)));
    }
}
