using System.Text;
using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>
/// What stands for data in a plot. All marks of one kind are one path: a dot is a stroke of no length, whose ends, round or
/// square, make its shape. A few bytes a point, and the style sheet alone says how it looks.
/// </summary>
internal static class Marks
{
    // Not 0: some browsers draw nothing then.
    private const string NoLength = "h.01";

    /// <summary>A mark at each point.</summary>
    /// <param name="area">Where.</param>
    /// <param name="look">A class of <see cref="PageStyle"/> with a wide stroke.</param>
    /// <param name="points">The points.</param>
    public static XElement Dots(PlotArea area, string look, IEnumerable<PlotPoint> points)
    {
        StringBuilder steps = new();
        foreach (PlotPoint point in points)
        {
            MoveTo(steps, area, point).Append(NoLength);
        }

        return Svg.Path(look, steps.ToString());
    }

    /// <summary>A straight line for each pair of points.</summary>
    /// <param name="area">Where.</param>
    /// <param name="look">A class of <see cref="PageStyle"/> with a thin stroke.</param>
    /// <param name="lines">Both ends of each line.</param>
    public static XElement Lines(PlotArea area, string look, IEnumerable<(PlotPoint From, PlotPoint To)> lines)
    {
        StringBuilder steps = new();
        foreach ((PlotPoint from, PlotPoint to) in lines)
        {
            MoveTo(steps, area, from).Append('L').Append(Svg.Number(area.XOf(to.X))).Append(' ').Append(Svg.Number(area.YOf(to.Y)));
        }

        return Svg.Path(look, steps.ToString());
    }

    /// <summary>A line from point to point.</summary>
    /// <param name="area">Where.</param>
    /// <param name="look">A class of <see cref="PageStyle"/> with a stroke.</param>
    /// <param name="points">The points, in turn.</param>
    public static XElement Polyline(PlotArea area, string look, IEnumerable<PlotPoint> points)
    {
        StringBuilder steps = new();
        foreach (PlotPoint point in points)
        {
            steps.Append(steps.Length == 0 ? 'M' : 'L').Append(Svg.Number(area.XOf(point.X))).Append(' ').Append(Svg.Number(area.YOf(point.Y)));
        }

        return Svg.Path(look, steps.ToString());
    }

    private static StringBuilder MoveTo(StringBuilder steps, PlotArea area, PlotPoint point) =>
        steps.Append('M').Append(Svg.Number(area.XOf(point.X))).Append(' ').Append(Svg.Number(area.YOf(point.Y)));
}
