using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>A matrix of numbers from 0 up as cells of one colour, the more of it the larger the number, with a scale of the colour.</summary>
internal static class HeatMap
{
    private const double Side = 300;
    private const double Top = 12;
    private const double Gap = 18;
    private const double ScaleWidth = 14;
    private const double RoomRight = 58;
    private const int ScaleSteps = 32;
    private const double TickLength = 4;
    private const int MostTicks = 6;

    /// <summary>Draws the picture.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="rows">What the vertical axis counts, from 1 upwards.</param>
    /// <param name="columns">What the horizontal axis counts, from 1.</param>
    /// <param name="unit">What the numbers are, with their unit.</param>
    /// <param name="numbers">The numbers, at least 0, row by row.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="most">The number of the full colour, the same for pictures that stand side by side; above 0.</param>
    public static XElement Draw(string title, string rows, string columns, string unit, IReadOnlyList<double> numbers, int width, double most)
    {
        int height = numbers.Count / width;
        PlotArea area = new(Axes.RoomLeft, Top, Side, Side, new(0.5, width + 0.5), new(0.5, height + 0.5));
        XElement cells = Svg.Element("g", new XAttribute("class", "cells"));
        for (int i = 0; i < numbers.Count; i++)
        {
            double left = area.XOf((i % width) + 0.5);
            double top = area.YOf((i / width) + 1.5);
            if (numbers[i] > 0)
            {
                cells.Add(Cell(left, top, area.XOf((i % width) + 1.5) - left, area.YOf((i / width) + 0.5) - top, numbers[i] / most));
            }
        }

        double scaleLeft = area.Right + Gap;
        return Svg.Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Svg.Number(scaleLeft + ScaleWidth + RoomRight)} {Svg.Number(area.Bottom + Axes.RoomBelow)}"),
            new XAttribute("role", "img"),
            Svg.Element("title", title),
            cells,
            Axes.Draw(area, columns, rows),
            Scale(scaleLeft, area, unit, most));
    }

    private static XElement Scale(double left, PlotArea area, string unit, double most)
    {
        PlotArea bar = area with { Left = left, Width = ScaleWidth, Y = new(0, most) };
        XElement scale = Svg.Element("g", new XAttribute("class", "legend"));
        double step = bar.Height / ScaleSteps;
        for (int i = 0; i < ScaleSteps; i++)
        {
            scale.Add(Cell(left, bar.Bottom - ((i + 1) * step), ScaleWidth, step, (i + 0.5) / ScaleSteps));
        }

        scale.Add(Svg.Element(
            "rect",
            new XAttribute("class", "frame"),
            Svg.Attribute("x", left),
            Svg.Attribute("y", bar.Top),
            Svg.Attribute("width", ScaleWidth),
            Svg.Attribute("height", bar.Height)));
        foreach (PlotTick tick in PlotScale.Linear.Ticks(bar.Y, MostTicks))
        {
            double y = bar.YOf(tick.Place);
            scale.Add(Svg.Path("frame", $"M{Svg.Number(bar.Right)} {Svg.Number(y)}h{Svg.Number(TickLength)}"));
            scale.Add(Svg.Text(bar.Right + TickLength + 3, y + 4, "start", tick.Text));
        }

        scale.Add(Svg.TurnedText(bar.Right + RoomRight - 6, bar.Top + (bar.Height / 2), unit));
        return scale;
    }

    private static XElement Cell(double left, double top, double width, double height, double share) => Svg.Element(
        "rect",
        new XAttribute("class", PageStyle.Shade),
        new XAttribute("fill-opacity", Svg.Number(Math.Clamp(share, 0, 1))),
        Svg.Attribute("x", left),
        Svg.Attribute("y", top),
        Svg.Attribute("width", width),
        Svg.Attribute("height", height));
}
