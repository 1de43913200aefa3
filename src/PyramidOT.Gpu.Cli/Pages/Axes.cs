using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>The frame of a plot with its ticks, their numbers, and what the axes mean.</summary>
internal static class Axes
{
    private const int MostTicks = 6;
    private const double TickLength = 5;
    private const double NumberGap = 4;
    private const double LetterHeight = 12;

    /// <summary>Pixels that numbers and label of the horizontal axis take below an area.</summary>
    public const double RoomBelow = 44;

    /// <summary>Pixels that numbers and label of the vertical axis take left of an area.</summary>
    public const double RoomLeft = 58;

    /// <summary>Draws both axes, of values that are places themselves.</summary>
    /// <param name="area">Where.</param>
    /// <param name="xLabel">What the horizontal axis shows, with its unit.</param>
    /// <param name="yLabel">What the vertical axis shows, with its unit.</param>
    public static XElement Draw(PlotArea area, string xLabel, string yLabel) =>
        Draw(area, new ChartAxis(xLabel, PlotScale.Linear), new ChartAxis(yLabel, PlotScale.Linear));

    /// <summary>Draws both axes.</summary>
    /// <param name="area">Where.</param>
    /// <param name="xAxis">The horizontal axis.</param>
    /// <param name="yAxis">The vertical axis.</param>
    public static XElement Draw(PlotArea area, ChartAxis xAxis, ChartAxis yAxis)
    {
        XElement axes = Svg.Element("g", new XAttribute("class", "axes"));
        axes.Add(Svg.Element(
            "rect",
            new XAttribute("class", "frame"),
            Svg.Attribute("x", area.Left),
            Svg.Attribute("y", area.Top),
            Svg.Attribute("width", area.Width),
            Svg.Attribute("height", area.Height)));
        string steps = "";
        foreach (PlotTick tick in xAxis.Scale.Ticks(area.X, MostTicks))
        {
            double x = area.XOf(tick.Place);
            steps += $"M{Svg.Number(x)} {Svg.Number(area.Bottom)}v{Svg.Number(TickLength)}";
            axes.Add(Svg.Text(x, area.Bottom + TickLength + NumberGap + (LetterHeight * 0.75), "middle", tick.Text));
        }

        foreach (PlotTick tick in yAxis.Scale.Ticks(area.Y, MostTicks))
        {
            double y = area.YOf(tick.Place);
            steps += $"M{Svg.Number(area.Left)} {Svg.Number(y)}h{Svg.Number(-TickLength)}";

            // A third of its height below the tick, a digit looks centred on it.
            axes.Add(Svg.Text(area.Left - TickLength - NumberGap, y + (LetterHeight / 3), "end", tick.Text));
        }

        axes.Add(Svg.Path("frame", steps));
        axes.Add(Svg.Text(area.Left + (area.Width / 2), area.Bottom + RoomBelow - 6, "middle", xAxis.Label));
        axes.Add(Svg.TurnedText(area.Left - RoomLeft + LetterHeight, area.Top + (area.Height / 2), yAxis.Label));
        return axes;
    }
}
