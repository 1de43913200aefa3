using System.Globalization;
using System.Xml.Linq;

namespace PyramidOT.Bench.Plots;

/// <summary>A frame with two axes, and series within it.</summary>
/// <param name="Left">The frame's left edge, in pixels.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis; it grows upwards.</param>
internal sealed record PlotPanel(double Left, double Top, double Width, double Height, PlotAxis X, PlotAxis Y)
{
    /// <summary>Pixels that numbers and label take below a frame.</summary>
    public const double RoomBelow = 48;

    /// <summary>Pixels that numbers and label take left of a frame.</summary>
    public const double RoomLeft = 70;

    private const double TickLength = 6;
    private const double SmallTickLength = 3;
    private const double MarkSize = 4.5;

    /// <summary>Draws everything.</summary>
    public XElement Draw(IEnumerable<PlotSeries> series)
    {
        XElement panel = Svg.Element("g");
        DrawAxes(panel);
        foreach (PlotSeries one in series)
        {
            panel.Add(DrawSeries(one.Look, one.Mark, [.. one.Points.Select(point => (XOf(point.X), YOf(point.Y)))]));
        }

        return panel;
    }

    /// <summary>Draws a line and its marks.</summary>
    /// <param name="look">A class of <see cref="PlotStyle"/>.</param>
    /// <param name="mark">What stands at each place.</param>
    /// <param name="places">Where, in pixels.</param>
    public static XElement DrawSeries(string look, PlotMark mark, IReadOnlyList<(double X, double Y)> places) => Svg.Element(
        "g",
        new XAttribute("class", look),
        Svg.Path("line", string.Concat(places.Select((place, i) => $"{(i == 0 ? 'M' : 'L')}{Svg.Number(place.X)} {Svg.Number(place.Y)}"))),
        mark == PlotMark.None ? null : Svg.Path("mark", string.Concat(places.Select(place => MarkAt(mark, place.X, place.Y)))));

    private double XOf(double value) => Left + (X.Share(value) * Width);

    private double YOf(double value) => Top + ((1 - Y.Share(value)) * Height);

    private void DrawAxes(XElement panel)
    {
        (IReadOnlyList<double> columns, IReadOnlyList<double> smallColumns) = X.Ticks();
        (IReadOnlyList<double> rows, IReadOnlyList<double> smallRows) = Y.Ticks();
        double bottom = Top + Height;
        panel.Add(Svg.Path("grid", string.Concat(columns.Select(value => $"M{Svg.Number(XOf(value))} {Svg.Number(Top)}v{Svg.Number(Height)}"))
            + string.Concat(rows.Select(value => $"M{Svg.Number(Left)} {Svg.Number(YOf(value))}h{Svg.Number(Width)}"))));
        panel.Add(Svg.Path("frame", $"M{Svg.Number(Left)} {Svg.Number(Top)}v{Svg.Number(Height)}h{Svg.Number(Width)}"
            + ColumnTicks(columns, TickLength) + ColumnTicks(smallColumns, SmallTickLength) + RowTicks(rows, TickLength) + RowTicks(smallRows, SmallTickLength)));
        foreach (double value in columns)
        {
            panel.Add(Svg.Text(XOf(value), bottom + TickLength + 14, "middle", NumberOf(value)));
        }

        foreach (double value in rows)
        {
            // A third of its height below the tick, a digit looks centred on it.
            panel.Add(Svg.Text(Left - TickLength - 4, YOf(value) + 4.5, "end", NumberOf(value)));
        }

        panel.Add(Svg.Text(Left + (Width / 2), bottom + RoomBelow - 6, "middle", X.Label));
        panel.Add(Svg.TurnedText(Left - RoomLeft + 14, Top + (Height / 2), Y.Label));

        string ColumnTicks(IReadOnlyList<double> values, double length) =>
            string.Concat(values.Select(value => $"M{Svg.Number(XOf(value))} {Svg.Number(bottom)}v{Svg.Number(length)}"));

        string RowTicks(IReadOnlyList<double> values, double length) =>
            string.Concat(values.Select(value => $"M{Svg.Number(Left)} {Svg.Number(YOf(value))}h{Svg.Number(-length)}"));
    }

    // A tick is a small multiple of a power of ten: more digits than these are rounding.
    private static string NumberOf(double value) => value.ToString(value >= 1_000 ? "N0" : "G6", CultureInfo.InvariantCulture);

    private static string MarkAt(PlotMark mark, double x, double y)
    {
        string size = Svg.Number(MarkSize);
        return mark switch
        {
            PlotMark.Circle => $"M{Svg.Number(x - MarkSize)} {Svg.Number(y)}a{size} {size} 0 1 0 {Svg.Number(2 * MarkSize)} 0a{size} {size} 0 1 0 {Svg.Number(-2 * MarkSize)} 0z",
            PlotMark.Square => $"M{Svg.Number(x - MarkSize)} {Svg.Number(y - MarkSize)}h{Svg.Number(2 * MarkSize)}v{Svg.Number(2 * MarkSize)}h{Svg.Number(-2 * MarkSize)}z",
            PlotMark.Diamond => $"M{Svg.Number(x)} {Svg.Number(y - (1.3 * MarkSize))}l{Svg.Number(1.3 * MarkSize)} {Svg.Number(1.3 * MarkSize)}l{Svg.Number(-1.3 * MarkSize)} {Svg.Number(1.3 * MarkSize)}l{Svg.Number(-1.3 * MarkSize)} {Svg.Number(-1.3 * MarkSize)}z",
            _ => $"M{Svg.Number(x)} {Svg.Number(y - (1.2 * MarkSize))}l{Svg.Number(1.2 * MarkSize)} {Svg.Number(2.1 * MarkSize)}h{Svg.Number(-2.4 * MarkSize)}z",
        };
    }
}
