using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Pyramids;

/// <summary>The tables of one instance: our steps, and full estimates side by side.</summary>
internal static class PyramidTables
{
    private static readonly MarkdownColumn<StepRow>[] s_stepColumns =
    [
        new("step", Align.Left, row => row.Name),
        new("two threads, ms", Align.Right, row => MarkdownTable.Number(1e3 * row.TwoThreads)),
        new("target, ms", Align.Right, row => MarkdownTable.Number(1e3 * row.TargetSeconds)),
        new("met", Align.Left, row => row is { TargetSeconds: { } target, TwoThreads: { } seconds } ? seconds <= target ? "yes" : "no" : MarkdownTable.None),
        new("one thread, ms", Align.Right, row => MarkdownTable.Number(1e3 * row.OneThread)),
        new("one / two", Align.Right, row => MarkdownTable.Number(row.OneThread / row.TwoThreads)),
    ];

    private static readonly MarkdownColumn<MethodRow>[] s_methodColumns =
    [
        new("full estimate, one thread", Align.Left, row => row.Name),
        new("ms", Align.Right, row => row.Failure is not null ? "failed" : row.Missing is not null ? "not installed" : MarkdownTable.Number(1e3 * row.Seconds)),
        new("/ ours", Align.Right, row => MarkdownTable.Number(row.Seconds / row.OursSeconds)),
        new("pooled distance", Align.Right, row => row.PooledDistance is { } distance ? $"{distance:0.0000}" : MarkdownTable.None),
        new("off ours", Align.Left, Difference),
    ];

    /// <summary>Formats the table of our steps.</summary>
    public static string FormatSteps(IReadOnlyList<StepRow> rows) => MarkdownTable.Format(s_stepColumns, rows);

    /// <summary>Formats the table of full estimates.</summary>
    public static string FormatMethods(IReadOnlyList<MethodRow> rows) => MarkdownTable.Format(s_methodColumns, rows);

    private static string Difference(MethodRow row) =>
        row.Difference is not { } difference ? MarkdownTable.None
        : row.IsRight ? $"{difference:0.0e0} (at most {row.Tolerance:0.0e0})"
        : $"WRONG: {difference:0.0e0} (at most {row.Tolerance:0.0e0})";
}
