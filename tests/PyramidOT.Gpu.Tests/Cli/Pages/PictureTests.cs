using System.Globalization;
using System.Xml.Linq;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Tests.Cli.Pages;

public class PictureTests
{
    [Fact]
    public void Hull_holds_all_points_and_turns_one_way()
    {
        Random random = new(2);
        for (int trial = 0; trial < 50; trial++)
        {
            // Few places, so that some points coincide and some lie on an edge.
            PlotPoint[] points = [.. Enumerable.Range(0, 20).Select(_ => new PlotPoint(random.Next(6), random.Next(6)))];
            IReadOnlyList<PlotPoint> hull = ConvexHull.Of(points);

            Assert.Distinct(hull);
            Assert.All(hull, corner => Assert.Contains(corner, points));
            for (int i = 0; i < hull.Count; i++)
            {
                (PlotPoint a, PlotPoint b) = (hull[i], hull[(i + 1) % hull.Count]);
                Assert.All(points, p => Assert.True(((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X)) >= 0));
            }
        }
    }

    [Fact]
    public void Hull_of_too_few_points_is_the_points()
    {
        Assert.Equal([new(1, 2)], ConvexHull.Of([new(1, 2), new(1, 2)]));
        Assert.Equal([new(0, 5), new(1, 2)], ConvexHull.Of([new(1, 2), new(0, 5)]));
        Assert.Equal([new(0, 0), new(2, 2)], ConvexHull.Of([new(0, 0), new(1, 1), new(2, 2)]));
        Assert.Empty(ConvexHull.Of([]));
    }

    [Fact]
    public void Short_axes_to_base_10_have_other_round_values()
    {
        Assert.Equal(["2", "5", "10", "20", "50"], Texts(1.5, 60));
        Assert.Equal(["70", "75", "80"], Texts(69, 82));
        Assert.Equal(["0.02", "0.05", "0.1", "0.2", "0.5", "1"], Texts(0.015, 1.2));
        Assert.All(Texts(2e7, 9e7), text => Assert.EndsWith("e7", text, StringComparison.Ordinal));
        foreach (double ratio in new[] { 1.01, 1.3, 2, 5, 30, 200, 900 })
        {
            for (double low = 1e-3; low < 1e3; low *= 1.7)
            {
                Assert.InRange(Texts(low, ratio * low).Length, 2, 6);
            }
        }

        static string[] Texts(double low, double high) =>
            [.. PlotScale.Log10.Ticks(new(Math.Log10(low), Math.Log10(high)), 6).Select(tick => tick.Text)];
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-2, 1)]
    [InlineData(3, double.NaN)]
    [InlineData(double.PositiveInfinity, 4)]
    public void A_point_that_has_no_place_on_a_logarithmic_axis_is_left_out(double x, double y)
    {
        (ChartAxis across, ChartAxis up) = (new("seconds", PlotScale.Log10), new("W2", PlotScale.Log10));
        ChartLine whole = new("flow", [new(1, 2), new(10, 0.5), new(100, 0.1)]) { HasDots = true };
        ChartLine spoilt = whole with { Points = [.. whole.Points, new(x, y)] };
        Assert.Equal(LineChart.Draw("left", across, up, [whole]).ToString(), LineChart.Draw("left", across, up, [spoilt]).ToString());

        string empty = LineChart.Draw("left", across, up, [new("flow", [new(x, y)]) { HasDots = true }]).ToString();
        Assert.DoesNotContain("NaN", empty, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Heat_map_shades_each_cell_by_its_share_of_the_most()
    {
        XElement[] cells = [.. HeatMap.Draw("plan", "row", "column", "mass", [0, 0.5, 0.25, 1], 2, 1)
            .Elements().Single(group => (string?)group.Attribute("class") == "cells").Elements()];

        // Rows count upwards; nothing is drawn for 0.
        Assert.Equal(["0.5", "0.25", "1"], cells.Select(cell => cell.Attribute("fill-opacity")!.Value));
        double[] tops = [.. cells.Select(cell => Number(cell, "y"))];
        double[] lefts = [.. cells.Select(cell => Number(cell, "x"))];
        Assert.True(tops[0] > tops[1] && tops[1] == tops[2] && lefts[0] == lefts[2] && lefts[1] < lefts[2]);
    }

    [Fact]
    public void Labels_of_points_side_by_side_do_not_cover_each_other()
    {
        PlotArea area = new(0, 0, 400, 400, new(0, 400), new(0, 400));
        PlotPoint[] points = [new(200, 200), new(206, 200), new(203, 204), new(398, 200)];
        XElement[] labels = [.. LabelPlaces.Draw(area, [new ScatterDots(PageStyle.Source, null, points) { Labels = ["a1: 1", "a2: 2", "a3: 3", "a4: 4"] }])];

        Assert.Equal(["a1: 1", "a2: 2", "a3: 3", "a4: 4"], labels.Select(label => label.Value));
        Assert.All(labels, label => Assert.InRange(Number(label, "x"), 0, 370));
        for (int i = 0; i < labels.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double across = Math.Abs(Number(labels[i], "x") - Number(labels[j], "x"));
                double down = Math.Abs(Number(labels[i], "y") - Number(labels[j], "y"));
                Assert.True(across >= 28 || down >= 10, $"Labels {j} and {i} are {across} and {down} apart.");
            }
        }
    }

    [Fact]
    public void Histogram_counts_every_number_once()
    {
        float[] numbers = [-5, 0, 0.1f, 0.5f, 0.99f, 1, 7];
        XElement chart = HistogramChart.Draw("histogram", "x", new(0, 1), null, new ChartSample("numbers", numbers));
        XElement frame = chart.Descendants().First(element => (string?)element.Attribute("class") == "frame");
        XElement line = chart.Elements().Single(element => element.Name.LocalName == "path");

        // The outline's upper edges: a pair of equal heights a bin.
        double[] heights = [.. line.Attribute("d")!.Value.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(place => double.Parse(place.Split(' ')[1], CultureInfo.InvariantCulture))];
        double bottom = heights[0];
        double[] bins = [.. heights[1..^1].Chunk(2).Select(pair => bottom - pair[0])];
        Assert.Equal(48, bins.Length);
        Assert.Equal(numbers.Length, bins.Sum() / bins.Where(height => height > 0).Min(), 0.01);
        Assert.Equal(3, HistogramChart.MostOf(numbers, new(0, 1)));
        Assert.True(Number(frame, "height") > 0);
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
