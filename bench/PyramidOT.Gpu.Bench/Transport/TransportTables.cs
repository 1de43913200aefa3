using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Transport;

/// <summary>The tables of <c>compare-transport</c>, one a family.</summary>
internal static class TransportTables
{
    private static readonly MarkdownColumn<ComparisonRow>[] s_exactColumns =
    [
        new("problem", Align.Left, row => row.Name),
        new("problems", Align.Right, row => $"{row.Count:N0}"),
        .. Ours(),
        new("slowest", Align.Right, row => MarkdownTable.Number(row.SlowestMicroseconds)),
        .. Peer("POT `emd`", PeerColumn.Pot),
        new("off ours", Align.Right, row => Number(PeerOf(row, PeerColumn.Pot)?.Difference)),
        Drift(),
    ];

    private static readonly MarkdownColumn<ComparisonRow>[] s_entropicColumns =
    [
        new("problem", Align.Left, row => row.Name),
        new("n", Align.Right, row => $"{row.Size:N0}"),
        new("problems", Align.Right, row => $"{row.Count:N0}"),
        .. Ours(),
        new("slowest", Align.Right, row => MarkdownTable.Number(row.SlowestMicroseconds)),
        new("its error", Align.Right, row => Number(row.Error)),
        .. IteratedPeer("POT `sinkhorn`", PeerColumn.Pot),
        .. IteratedPeer("POT `sinkhorn_log`", PeerColumn.PotLog),
        new("costs off ours", Align.Right, row => Number(row.Peers.Values.Where(peer => peer.Microseconds is not null).Max(peer => (double?)peer.Difference))),
        Drift(),
    ];

    private static readonly MarkdownColumn<ComparisonRow>[] s_slicedColumns =
    [
        new("problem", Align.Left, row => row.Name),
        new("n", Align.Right, row => $"{row.Size:N0}"),
        .. Ours(),
        .. Peer("POT", PeerColumn.Pot),
        Allowed(PeerColumn.Pot),
        .. Peer("NumPy, `sort`", PeerColumn.NumPy),
        Allowed(PeerColumn.NumPy),
        Drift(),
    ];

    /// <summary>Formats the table of exact transport.</summary>
    public static string FormatExact(IReadOnlyList<ComparisonRow> rows) => MarkdownTable.Format(s_exactColumns, rows);

    /// <summary>Formats the table of entropic transport.</summary>
    public static string FormatEntropic(IReadOnlyList<ComparisonRow> rows) => MarkdownTable.Format(s_entropicColumns, rows);

    /// <summary>Formats the table of sliced distances.</summary>
    public static string FormatSliced(IReadOnlyList<ComparisonRow> rows) => MarkdownTable.Format(s_slicedColumns, rows);

    private static MarkdownColumn<ComparisonRow>[] Ours() =>
    [
        new("ours", Align.Right, row => row.Fault is null ? MarkdownTable.Number(row.Microseconds) : $"WRONG: {row.Fault}"),
        new("target", Align.Right, row => MarkdownTable.Number(row.Target.Ours)),
        new("2 threads", Align.Right, row => MarkdownTable.Number(row.TwoThreads)),
    ];

    private static MarkdownColumn<ComparisonRow>[] Peer(string title, PeerColumn column) =>
    [
        new(title, Align.Right, row => ComparisonTable.PeerTime(row, column)),

        new("/ ours", Align.Right, row => Ratio(row, column)),
    ];

    private static MarkdownColumn<ComparisonRow>[] IteratedPeer(string title, PeerColumn column) =>
    [
        new(title, Align.Right, row => ComparisonTable.PeerTime(row, column)),

        // One that met its limit of iterations would have taken longer.
        new("/ ours", Align.Right, row => (IsCutShort(row, column) ? "> " : "") + Ratio(row, column)),
        new("its error", Align.Right, row => Number(PeerOf(row, column)?.Error)),
    ];

    // Where ours is wrong there is nothing to divide by.
    private static string Ratio(ComparisonRow row, PeerColumn column) => row.Fault is null ? ComparisonTable.PeerRatio(row, column) : MarkdownTable.None;

    private static bool IsCutShort(ComparisonRow row, PeerColumn column) =>
        row.Fault is null && PeerOf(row, column) is { Disagrees: false, Error: > SinkhornWorkload.LargestError };

    private static MarkdownColumn<ComparisonRow> Allowed(PeerColumn column) =>
        new("off ours", Align.Left, row => PeerOf(row, column) is { } peer ? $"{Number(peer.Difference)} (at most {Number(peer.Tolerance)})" : MarkdownTable.None);

    private static MarkdownColumn<ComparisonRow> Drift() => new("drift", Align.Right, row => $"{row.Drift:P0}");

    private static PeerOutcome? PeerOf(ComparisonRow row, PeerColumn column) =>
        row.Peers.TryGetValue(column, out PeerOutcome? peer) && peer.Microseconds is not null ? peer : null;

    private static string Number(double? number) => number switch
    {
        null => MarkdownTable.None,
        0 => "0",
        { } value => $"{value:0.0e0}",
    };
}
