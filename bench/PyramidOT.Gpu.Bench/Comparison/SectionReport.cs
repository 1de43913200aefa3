using System.Text;

namespace PyramidOT.Bench.Comparison;

/// <summary>A family's part of the section: its heading, and its rows as a table.</summary>
internal sealed record SectionPart(string Heading, Func<IReadOnlyList<ComparisonRow>, string> Format, IReadOnlyList<ComparisonRow> Rows);

/// <summary>A section that docs/performance.md shows: machine, peers, and a table a family.</summary>
internal static class SectionReport
{
    /// <summary>Formats the section, in Markdown.</summary>
    /// <param name="head">Machine, peers and load, a line each.</param>
    /// <param name="isQuick">Whether the run was too short for figures to be quoted.</param>
    /// <param name="parts">What was measured; those without rows are left out.</param>
    public static string Format(IReadOnlyList<string> head, bool isQuick, IReadOnlyList<SectionPart> parts)
    {
        StringBuilder text = new();
        if (isQuick)
        {
            text.Append("**A quick run: few problems and few rounds. Not to be quoted.**\n\n");
        }

        foreach (string line in head)
        {
            text.Append($"- {line}\n");
        }

        text.Append("\nMicroseconds a problem, one thread.\n");
        foreach (SectionPart part in parts.Where(part => part.Rows.Count > 0))
        {
            text.Append($"\n### {part.Heading}\n\n").Append(part.Format(part.Rows));
            foreach (ComparisonRow row in part.Rows)
            {
                foreach (PeerOutcome peer in row.Peers.Values.Where(peer => peer.Failure is not null))
                {
                    text.Append($"\n{row.Name}, n = {row.Size:N0}: {peer.Failure}\n");
                }
            }
        }

        return text.ToString();
    }
}
