using System.Text;

namespace PyramidOT.Bench.Comparison;

/// <summary>On which side of its column a cell stands.</summary>
internal enum Align
{
    Left,
    Right,
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Align">Where cells stand: numbers right, words left.</param>
/// <param name="Cell">What it shows of a row.</param>
internal sealed record MarkdownColumn<TRow>(string Title, Align Align, Func<TRow, string> Cell);

/// <summary>Writes rows as one table in Markdown, its columns aligned so that a terminal shows it well too.</summary>
internal static class MarkdownTable
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "–";

    /// <summary>Formats the table.</summary>
    public static string Format<TRow>(IReadOnlyList<MarkdownColumn<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        string[][] lines =
        [
            columns.Select(column => column.Title).ToArray(),
            .. rows.Select(row => columns.Select(column => column.Cell(row)).ToArray()),
        ];
        int[] widths = columns.Select((_, k) => Math.Max(2, lines.Max(line => line[k].Length))).ToArray();
        StringBuilder text = new();
        Append(lines[0]);
        Append(widths.Select((width, k) => columns[k].Align == Align.Left ? new string('-', width) : new string('-', width - 1) + ":"));
        foreach (string[] line in lines[1..])
        {
            Append(line);
        }

        return text.ToString();

        void Append(IEnumerable<string> cells) =>
            text.Append("| ").AppendJoin(" | ", cells.Select((cell, k) => columns[k].Align == Align.Left ? cell.PadRight(widths[k]) : cell.PadLeft(widths[k]))).Append(" |\n");
    }

    /// <summary>Three digits or more, thousands apart.</summary>
    public static string Number(double? number) => number switch
    {
        null => None,
        >= 100 => $"{number:N0}",
        >= 10 => $"{number:0.0}",
        _ => $"{number:0.00}",
    };
}
