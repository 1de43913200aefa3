using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Flows;

/// <summary>A flow, and how long its passes took.</summary>
/// <param name="Name">What couples the points.</param>
/// <param name="BatchSize">Pairs of a batch; null where there are none.</param>
/// <param name="Passes">Passes of a run.</param>
/// <param name="Seconds">What the passes of each run took.</param>
/// <param name="Target">What was set out to be reached, in seconds; null where nothing was.</param>
internal sealed record FlowRow(string Name, int? BatchSize, int Passes, IReadOnlyList<double> Seconds, double? Target)
{
    private double Median => Timing.Median(Seconds);

    /// <summary>The table.</summary>
    public static string Format(IReadOnlyList<FlowRow> rows) => MarkdownTable.Format(
        [
            new("flow", Align.Left, row => row.Name),
            new("batch", Align.Right, row => row.BatchSize is { } size ? $"{size:N0}" : MarkdownTable.None),
            new("passes", Align.Right, row => $"{row.Passes}"),
            new("seconds", Align.Right, row => MarkdownTable.Number(row.Median)),
            new("target", Align.Right, row => MarkdownTable.Number(row.Target)),
            new("ms a pass", Align.Right, row => MarkdownTable.Number(1e3 * row.Median / row.Passes)),
            new("drift", Align.Right, row => $"{(row.Seconds.Max() / row.Seconds.Min()) - 1:P0}"),
        ],
        rows);
}
