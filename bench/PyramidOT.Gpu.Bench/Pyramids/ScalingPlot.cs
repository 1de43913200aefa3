using System.Xml.Linq;
using PyramidOT.Bench.Plots;

namespace PyramidOT.Bench.Pyramids;

/// <summary>
/// The picture of full estimates of growing size: on the left seconds, both scales logarithmic; on the right microseconds a point, where a
/// cost of N log N is the dashed curve.
/// </summary>
internal static class ScalingPlot
{
    private const double Width = 880;
    private const double Height = 420;
    private const double PanelWidth = 345;
    private const double PanelHeight = 300;
    private const double Top = 58;
    private const double LegendHeight = 26;
    private const double LegendLineLength = 30;

    private const string Points = "points N of each cloud";

    /// <summary>Draws the picture.</summary>
    /// <param name="points">What was measured, from the smallest instance on; two at the least.</param>
    public static string Draw(IReadOnlyList<ScalingPoint> points)
    {
        double[] sizes = [.. points.Select(point => (double)point.Instance.Points)];
        PlotSeries[] seconds =
        [
            Guide(points),
            Series("build + solve", PlotStyle.Ink, PlotMark.Circle, point => point.TotalSeconds),
            Series("build", PlotStyle.Blue, PlotMark.Square, point => point.BuildSeconds),
            Series("solve", PlotStyle.Orange, PlotMark.Diamond, point => point.SolveSeconds),
            Series("order", PlotStyle.Green, PlotMark.Triangle, point => point.OrderSeconds),
        ];
        PlotSeries[] costs = [.. seconds.Select(series => series with { Points = [.. series.Points.Select(point => (point.X, 1e6 * point.Y / point.X))] })];
        PlotAxis horizontal = PlotAxis.Logarithmic(Points, sizes);
        PlotPanel left = new(
            PlotPanel.RoomLeft, Top, PanelWidth, PanelHeight, horizontal, PlotAxis.Logarithmic("seconds", ValuesOf(seconds)));
        PlotPanel right = left with
        {
            Left = Width - PanelWidth - 15,
            Y = PlotAxis.FromZero("microseconds a point", ValuesOf(costs)),
        };
        XElement picture = Svg.Element(
            "svg",
            new XAttribute("viewBox", $"0 0 {Svg.Number(Width)} {Svg.Number(Height)}"),
            new XAttribute("width", Svg.Number(Width)),
            new XAttribute("height", Svg.Number(Height)),
            new XAttribute("role", "img"),
            Svg.Element("title", "Time of a mini-batch estimate against the number of points"),
            Svg.Element("style", PlotStyle.Sheet),
            Svg.Element("rect", new XAttribute("class", "ground"), new XAttribute("width", "100%"), new XAttribute("height", "100%")),
            DrawLegend(seconds),
            left.Draw(seconds),
            right.Draw(costs));
        return picture + "\n";

        PlotSeries Series(string name, string look, PlotMark mark, Func<ScalingPoint, double> value) =>
            new(name, look, mark, [.. points.Select(point => ((double)point.Instance.Points, value(point)))]);
    }

    /// <summary>What the estimate would take if it grew with N log N from the smallest instance on, at enough sizes for a smooth curve.</summary>
    private static PlotSeries Guide(IReadOnlyList<ScalingPoint> points)
    {
        const int Steps = 40;
        double first = points[0].Instance.Points;
        double last = points[^1].Instance.Points;
        double scale = points[0].TotalSeconds / (first * Math.Log(first));
        return new(
            "N log N from the first build + solve",
            PlotStyle.Guide,
            PlotMark.None,
            [.. Enumerable.Range(0, Steps + 1).Select(i => first * Math.Pow(last / first, i / (double)Steps)).Select(n => (n, scale * n * Math.Log(n)))]);
    }

    private static double[] ValuesOf(IEnumerable<PlotSeries> series) => [.. series.SelectMany(one => one.Points).Select(point => point.Y)];

    private static XElement DrawLegend(IEnumerable<PlotSeries> series)
    {
        // Of the sheet's typeface at its size; letters differ, and an entry has room to spare.
        const double LetterWidth = 7.4;
        XElement legend = Svg.Element("g");
        double x = PlotPanel.RoomLeft;

        // What was measured first, the guide last.
        foreach (PlotSeries one in series.OrderBy(one => one.Mark == PlotMark.None))
        {
            XElement sample = PlotPanel.DrawSeries(one.Look, PlotMark.None, [(x, LegendHeight), (x + LegendLineLength, LegendHeight)]);
            XElement mark = PlotPanel.DrawSeries(one.Look, one.Mark, [(x + (LegendLineLength / 2), LegendHeight)]);
            legend.Add(sample, mark, Svg.Text(x + LegendLineLength + 6, LegendHeight + 4.5, "start", one.Name));
            x += LegendLineLength + 6 + (one.Name.Length * LetterWidth) + 16;
        }

        return legend;
    }
}
