namespace PyramidOT.Bench.Plots;

/// <summary>The shape of a mark: shapes tell series apart where colours do not.</summary>
internal enum PlotMark
{
    None,
    Circle,
    Square,
    Diamond,
    Triangle,
}

/// <summary>Values that belong together, joined by a line.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Look">A class of <see cref="PlotStyle"/>.</param>
/// <param name="Mark">What stands at each value.</param>
/// <param name="Points">The values.</param>
internal sealed record PlotSeries(string Name, string Look, PlotMark Mark, IReadOnlyList<(double X, double Y)> Points);
