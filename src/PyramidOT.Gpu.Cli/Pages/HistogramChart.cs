using System.Xml.Linq;

namespace PyramidOT.Cli.Pages;

/// <summary>Numbers to be counted.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Numbers">The numbers, finite ones.</param>
internal sealed record ChartSample(string Name, IReadOnlyList<float> Numbers);

/// <summary>Histograms of several samples over each other, on the same bins.</summary>
internal static class HistogramChart
{
    private const int Bins = 48;

    /// <summary>Draws the chart.</summary>
    /// <param name="title">What it shows; the caption is the caller's.</param>
    /// <param name="label">What the numbers are, with their unit.</param>
    /// <param name="range">The range of the numbers, the same for charts that stand side by side. What lies outside counts at its ends.</param>
    /// <param name="most">The largest count that the vertical axis has room for; null for that of these samples.</param>
    /// <param name="samples">The samples.</param>
    public static XElement Draw(string title, string label, PlotRange range, double? most, params IReadOnlyList<ChartSample> samples)
    {
        int[][] counts = [.. samples.Select(sample => Counts(sample.Numbers, range))];
        PlotRange heights = PlotRange.Of([0, most ?? counts.Max(row => row.Max())]);
        return LineChart.Draw(
            title,
            new(label, PlotScale.Linear) { Places = range },
            new("points in a bin", PlotScale.Linear) { Places = heights },
            [.. samples.Select((sample, i) => new ChartLine(sample.Name, Outline(counts[i], range)))]);
    }

    /// <summary>The largest count of a bin.</summary>
    public static double MostOf(IReadOnlyList<float> numbers, PlotRange range) => Counts(numbers, range).Max();

    private static int[] Counts(IReadOnlyList<float> numbers, PlotRange range)
    {
        int[] counts = new int[Bins];
        foreach (float number in numbers)
        {
            counts[(int)Math.Clamp((number - range.Low) / range.Length * Bins, 0, Bins - 1)]++;
        }

        return counts;
    }

    /// <summary>The upper edge of the bars, down to 0 at both ends.</summary>
    private static PlotPoint[] Outline(int[] counts, PlotRange range)
    {
        double width = range.Length / Bins;
        return
        [
            new(range.Low, 0),
            .. counts.SelectMany((count, bin) => new PlotPoint[] { new(range.Low + (bin * width), count), new(range.Low + ((bin + 1) * width), count) }),
            new(range.High, 0),
        ];
    }
}
