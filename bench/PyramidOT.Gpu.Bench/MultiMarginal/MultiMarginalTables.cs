using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.MultiMarginal;

/// <summary>The tables of <c>compare-mmot</c>.</summary>
internal static class MultiMarginalTables
{
    private static readonly MarkdownColumn<ComparisonRow>[] s_rangeColumns =
    [
        new("histograms x bins", Align.Left, row => row.Name),
        new("problems", Align.Right, row => $"{row.Count:N0}"),
        new("ours", Align.Right, row => row.Fault is null ? MarkdownTable.Number(row.Microseconds) : $"WRONG: {row.Fault}"),
        new("target", Align.Right, row => MarkdownTable.Number(row.Target.Ours)),
        new("2 threads", Align.Right, row => MarkdownTable.Number(row.TwoThreads)),
        .. Peer("NumPy", PeerColumn.NumPy),
        .. Peer("POT `dmmot_monge_1dgrid_loss`", PeerColumn.Pot),
        new("drift", Align.Right, row => $"{row.Drift:P0}"),
    ];

    private static readonly MarkdownColumn<ComparisonRow>[] s_regularizerColumns =
    [
        new("soft histogram", Align.Left, row => row.Name),
        new("ours", Align.Right, row => MarkdownTable.Number(row.Microseconds)),
        new("target", Align.Right, row => MarkdownTable.Number(row.Target.Ours)),
        new("2 threads", Align.Right, row => MarkdownTable.Number(row.TwoThreads)),
        .. Peer("NumPy", PeerColumn.NumPy),
        new("drift", Align.Right, row => $"{row.Drift:P0}"),
    ];

    /// <summary>Formats the table of the regularizer.</summary>
    public static string FormatRegularizer(IReadOnlyList<ComparisonRow> rows) => MarkdownTable.Format(s_regularizerColumns, rows);

    /// <summary>Formats the table of the range cost.</summary>
    public static string FormatRange(IReadOnlyList<ComparisonRow> rows) => MarkdownTable.Format(s_rangeColumns, rows);

    private static MarkdownColumn<ComparisonRow>[] Peer(string title, PeerColumn column) =>
    [
        new(title, Align.Right, row => ComparisonTable.PeerTime(row, column)),
        new("/ ours", Align.Right, row => row.Fault is null ? ComparisonTable.PeerRatio(row, column) : MarkdownTable.None),
    ];
}
