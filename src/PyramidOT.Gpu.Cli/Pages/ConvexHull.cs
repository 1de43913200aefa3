namespace PyramidOT.Cli.Pages;

/// <summary>The convex hull of points in the plane (Andrew's chains).</summary>
internal static class ConvexHull
{
    /// <summary>The corners of the hull, in turn; the points themselves where there are fewer than three different ones.</summary>
    public static IReadOnlyList<PlotPoint> Of(IEnumerable<PlotPoint> points)
    {
        PlotPoint[] sorted = [.. points.Distinct().OrderBy(point => point.X).ThenBy(point => point.Y)];
        return sorted.Length < 3 ? sorted : [.. Chain(sorted), .. Chain(sorted.Reverse())];
    }

    /// <summary>The corners of one side, without the last point.</summary>
    private static IEnumerable<PlotPoint> Chain(IEnumerable<PlotPoint> sorted)
    {
        List<PlotPoint> chain = [];
        foreach (PlotPoint point in sorted)
        {
            while (chain.Count > 1 && Turn(chain[^2], chain[^1], point) <= 0)
            {
                chain.RemoveAt(chain.Count - 1);
            }

            chain.Add(point);
        }

        return chain.SkipLast(1);
    }

    private static double Turn(PlotPoint a, PlotPoint b, PlotPoint c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
