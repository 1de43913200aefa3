namespace PyramidOT.Bench.Comparison;

/// <summary>The table of <c>compare</c>.</summary>
internal static class ComparisonTable
{
    private static readonly MarkdownColumn<ComparisonRow>[] s_columns =
    [
        new("problem", Align.Left, row => row.Name),
        new("n", Align.Right, row => $"{row.Size:N0}"),
        new("problems", Align.Right, row => $"{row.Count:N0}"),
        new("ours", Align.Right, row => MarkdownTable.Number(row.Microseconds)),
        new("target", Align.Right, row => MarkdownTable.Number(row.Target.Ours)),
        new("met", Align.Left, Met),
        new("slowest", Align.Right, row => MarkdownTable.Number(row.SlowestMicroseconds)),
        new("2 threads", Align.Right, TwoThreads),
        new("C++ (quoted)", Align.Right, row => MarkdownTable.Number(row.Target.Cpp)),
        new("/ ours", Align.Right, row => MarkdownTable.Number(row.Target.Cpp / row.Microseconds)),
        new("SciPy", Align.Right, row => PeerTime(row, PeerColumn.SciPy)),
        new("/ ours", Align.Right, row => PeerRatio(row, PeerColumn.SciPy)),
        new("POT, NumPy", Align.Right, row => PeerTime(row, PeerColumn.Other)),
        new("/ ours", Align.Right, row => PeerRatio(row, PeerColumn.Other)),
    ];

    /// <summary>Formats the table.</summary>
    public static string Format(IReadOnlyList<ComparisonRow> rows) => MarkdownTable.Format(s_columns, rows);

    private static string Met(ComparisonRow row) =>
        row.Fault is not null ? $"WRONG: {row.Fault}" : row.Target.Ours is not { } target ? MarkdownTable.None : row.Microseconds <= target ? "yes" : "no";

    private static string TwoThreads(ComparisonRow row) =>
        row.TwoThreads is not { } factor ? MarkdownTable.None : factor < row.Target.TwoThreads ? $"{factor:0.00} < {row.Target.TwoThreads}" : $"{factor:0.00}";

    /// <summary>What a peer took, in microseconds, or why that is not known.</summary>
    public static string PeerTime(ComparisonRow row, PeerColumn column) =>
        !row.Peers.TryGetValue(column, out PeerOutcome? peer) ? MarkdownTable.None
        : peer.Failure is not null ? "failed"
        : peer.Microseconds is null ? "not installed"
        : MarkdownTable.Number(peer.Microseconds);

    /// <summary>How many times as long as ours a peer took; instead of it, how far its results are off where they are not ours.</summary>
    public static string PeerRatio(ComparisonRow row, PeerColumn column) =>
        !row.Peers.TryGetValue(column, out PeerOutcome? peer) || peer.Microseconds is null ? MarkdownTable.None
        : peer.Disagrees ? $"WRONG: off by {peer.Difference:0.0e0}"
        : MarkdownTable.Number(peer.Microseconds / row.Microseconds);
}
