using System.Text;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>The table of full estimates of growing size, and what it was to show.</summary>
internal static class ScalingTable
{
    private static readonly MarkdownColumn<ScalingPoint>[] s_columns =
    [
        new("N", Align.Right, point => $"{point.Instance.Points:N0}"),
        new("levels", Align.Right, point => $"{point.Levels}"),
        new("build, s", Align.Right, point => Seconds(point.BuildSeconds)),
        new("order, s", Align.Right, point => Seconds(point.OrderSeconds)),
        new("solve, s", Align.Right, point => Seconds(point.SolveSeconds)),
        new("build + solve, s", Align.Right, point => Seconds(point.TotalSeconds)),
        new("µs a point", Align.Right, point => MarkdownTable.Number(point.MicrosecondsPerPoint())),
        new("/ log2 N", Align.Right, point => $"{point.MicrosecondsPerPoint() / Math.Log2(point.Instance.Points):0.000}"),
        new("peak memory, MB", Align.Right, point => point.PeakBytes == 0 ? MarkdownTable.None : $"{point.PeakBytes / 1e6:N0}"),
        new("pooled distance", Align.Right, point => $"{point.PooledDistance:0.0000}"),
        new("certificate", Align.Left, point => point.Fault is null ? "stands" : $"WRONG: {point.Fault}"),
    ];

    /// <summary>Formats the table and the verdicts below it.</summary>
    /// <param name="points">What was measured, from the smallest instance on.</param>
    public static string Format(IReadOnlyList<ScalingPoint> points)
    {
        StringBuilder text = new(MarkdownTable.Format(s_columns, points));
        text.Append('\n');
        foreach (ScalingPoint point in points.Where(point => point.Instance == PyramidTargets.Full))
        {
            text.Append($"- N = {point.Instance.Points:N0}: {point.TotalSeconds:0.00} s; target {PyramidTargets.FullSeconds} s; ");
            text.Append($"met: {YesOrNo(point.TotalSeconds <= PyramidTargets.FullSeconds)}.\n");
            if (point.PeakBytes > 0)
            {
                text.Append($"- N = {point.Instance.Points:N0}: {point.PeakBytes / 1e9:0.00} GB; target {PyramidTargets.FullBytes / 1e9:0.0} GB; ");
                text.Append($"met: {YesOrNo(point.PeakBytes <= PyramidTargets.FullBytes)}.\n");
            }
        }

        if (points.Count > 1)
        {
            double growth = points[^1].MicrosecondsPerPoint() / points[0].MicrosecondsPerPoint();
            double allowed = Math.Log2(points[^1].Instance.Points) / Math.Log2(points[0].Instance.Points);
            text.Append($"- From N = {points[0].Instance.Points:N0} to {points[^1].Instance.Points:N0} the cost a point grew by the factor {growth:0.00}, ");
            text.Append($"log N by {allowed:0.00}; target: no faster than log N; met: {YesOrNo(growth <= allowed)}.\n");
        }

        return text.ToString();
    }

    private static string Seconds(double seconds) => seconds >= 0.1 ? MarkdownTable.Number(seconds) : $"{seconds:0.0000}";

    private static string YesOrNo(bool isMet) => isMet ? "yes" : "no";
}
