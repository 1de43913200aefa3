using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>A picture of two clouds in the plane and of the lines that a coupling draws between them.</summary>
internal static class CouplingPicture
{
    /// <summary>Draws the picture.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="pairs">The pairs to draw: a source point and its target point each.</param>
    /// <param name="x">The horizontal axis, the same for pictures that stand side by side.</param>
    /// <param name="y">The vertical axis.</param>
    public static XElement Draw(string title, IReadOnlyList<(PlotPoint Source, PlotPoint Target)> pairs, PlotRange x, PlotRange y) =>
        ScatterPicture.Draw(
            title,
            x,
            y,
            new ScatterLines(PageStyle.Link, "coupled pair", pairs),
            new ScatterDots(PageStyle.Source, "source", [.. pairs.Select(pair => pair.Source)]),
            new ScatterDots(PageStyle.Target, "target", [.. pairs.Select(pair => pair.Target)]));
}
