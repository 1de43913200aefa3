using System.Text;

namespace PyramidOT.Bench.Comparison;

/// <summary>Writes rows as one table in Markdown, its columns aligned so that a terminal shows it well too.</summary>
internal static class ComparisonTable
{
    private const string None = "–";

    private static readonly (string Title, bool IsText, Func<ComparisonRow, string> Cell)[] s_columns =
    [
        ("problem", true, row => row.Name),
        ("n", false, row => $"{row.Size:N0}"),
        ("problems", false, row => $"{row.Count:N0}"),
        ("ours", false, row => Time(row.Microseconds)),
        ("target", false, row => Time(row.Target.Ours)),
        ("met", true, Met),
        ("slowest", false, row => Time(row.SlowestMicroseconds)),
        ("2 threads", false, TwoThreads),
        ("C++ (quoted)", false, row => Time(row.Target.Cpp)),
        ("/ ours", false, row => Ratio(row.Target.Cpp / row.Microseconds)),
        ("SciPy", false, row => PeerTime(row, PeerColumn.SciPy)),
        ("/ ours", false, row => PeerRatio(row, PeerColumn.SciPy)),
        ("POT, NumPy", false, row => PeerTime(row, PeerColumn.Other)),
        ("/ ours", false, row => PeerRatio(row, PeerColumn.Other)),
    ];

    /// <summary>Formats the table.</summary>
    public static string Format(IReadOnlyList<ComparisonRow> rows)
    {
        string[][] lines =
        [
            s_columns.Select(column => column.Title).ToArray(),
            .. rows.Select(row => s_columns.Select(column => column.Cell(row)).ToArray()),
        ];
        int[] widths = s_columns.Select((_, k) => lines.Max(line => line[k].Length)).ToArray();
        StringBuilder text = new();
        Append(lines[0]);
        Append(widths.Select((width, k) => s_columns[k].IsText ? new string('-', width) : new string('-', width - 1) + ":"));
        foreach (string[] line in lines[1..])
        {
            Append(line);
        }

        return text.ToString();

        void Append(IEnumerable<string> cells) =>
            text.Append("| ").AppendJoin(" | ", cells.Select((cell, k) => s_columns[k].IsText ? cell.PadRight(widths[k]) : cell.PadLeft(widths[k]))).Append(" |\n");
    }

    /// <summary>Three digits or more, thousands apart.</summary>
    public static string Time(double? microseconds) => microseconds switch
    {
        null => None,
        >= 100 => $"{microseconds:N0}",
        >= 10 => $"{microseconds:0.0}",
        _ => $"{microseconds:0.00}",
    };

    private static string Ratio(double? ratio) => ratio switch
    {
        null => None,
        >= 100 => $"{ratio:N0}",
        >= 10 => $"{ratio:0.0}",
        _ => $"{ratio:0.00}",
    };

    private static string Met(ComparisonRow row) =>
        row.Fault is not null ? $"WRONG: {row.Fault}" : row.Target.Ours is not { } target ? None : row.Microseconds <= target ? "yes" : "no";

    private static string TwoThreads(ComparisonRow row) =>
        row.TwoThreads is not { } factor ? None : factor < row.Target.TwoThreads ? $"{factor:0.00} < {row.Target.TwoThreads}" : $"{factor:0.00}";

    private static string PeerTime(ComparisonRow row, PeerColumn column) =>
        !row.Peers.TryGetValue(column, out PeerOutcome? peer) ? None
        : peer.Failure is not null ? "failed"
        : peer.Microseconds is null ? "not installed"
        : Time(peer.Microseconds);

    private static string PeerRatio(ComparisonRow row, PeerColumn column) =>
        !row.Peers.TryGetValue(column, out PeerOutcome? peer) || peer.Microseconds is null ? None
        : peer.Disagrees ? $"WRONG: off by {peer.Difference:0.0e0}"
        : Ratio(peer.Microseconds / row.Microseconds);
}
