using System.Text;

namespace PyramidOT.Cli.Experiments;

/// <summary>Text and tables of an experiment in Markdown.</summary>
internal static class ExperimentText
{
    /// <summary>Puts the text together.</summary>
    public static string Create(ExperimentResult result, string origin)
    {
        StringBuilder text = new();
        text.Append("# ").Append(result.Title).Append("\n\n");
        Paragraphs(text, result.Introduction);
        foreach (ExperimentSection section in result.Sections)
        {
            text.Append("## ").Append(section.Heading).Append("\n\n");
            Paragraphs(text, section.Texts);
            foreach (ExperimentTable table in section.Tables.Where(table => !table.IsForFileOnly))
            {
                text.Append("**").Append(table.Caption).Append("**\n\n");
                Row(text, table.Columns);
                Row(text, [.. table.Columns.Select((_, i) => i == 0 ? "---" : "---:")]);
                foreach (IReadOnlyList<ExperimentCell> row in table.Rows)
                {
                    Row(text, [.. row.Select(cell => cell.Text)]);
                }

                text.Append('\n');
            }
        }

        return text.Append(origin).Append('\n').ToString();
    }

    private static void Paragraphs(StringBuilder text, IReadOnlyList<string> paragraphs)
    {
        foreach (string paragraph in paragraphs)
        {
            text.Append(paragraph).Append("\n\n");
        }
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
