using System.Text;

namespace PyramidOT.Bench.Comparison;

/// <summary>The section that docs/performance.md shows: machine, peers, table, and how to read it.</summary>
internal static class ComparisonReport
{
    /// <summary>Formats the section, in Markdown.</summary>
    /// <param name="machine">The machine's description.</param>
    /// <param name="peers">The peers' description.</param>
    /// <param name="load">The machine's load before the run; null where unknown.</param>
    /// <param name="isQuick">Whether the run was too short for figures to be quoted.</param>
    /// <param name="rows">What was measured.</param>
    public static string Format(string machine, string peers, double? load, bool isQuick, IReadOnlyList<ComparisonRow> rows)
    {
        StringBuilder text = new();
        if (isQuick)
        {
            text.Append("**A quick run: few problems and few rounds. Not to be quoted.**\n\n");
        }

        text.Append($"- Machine: {machine}\n");
        text.Append($"- Peers: {peers}\n");
        if (load is not null)
        {
            text.Append($"- Load before the run: {load:0.00}");
            text.Append($"; our own figures drifted by at most {rows.Max(row => row.Drift):P0} within a row (median {Timing.Median(rows.Select(row => row.Drift)):P0})\n");
        }

        text.Append("\nMicroseconds a problem, one thread.\n\n");
        text.Append(ComparisonTable.Format(rows));
        foreach (ComparisonRow row in rows)
        {
            foreach (PeerOutcome peer in row.Peers.Values.Where(peer => peer.Failure is not null))
            {
                text.Append($"\n{row.Name}, n = {row.Size:N0}: {peer.Failure}\n");
            }
        }

        return text.ToString();
    }
}
