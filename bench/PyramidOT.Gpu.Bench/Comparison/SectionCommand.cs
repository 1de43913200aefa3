using System.CommandLine;

namespace PyramidOT.Bench.Comparison;

/// <summary>The rows of one table.</summary>
/// <param name="Heading">What stands above it.</param>
/// <param name="Key">What <c>--only</c> calls the family.</param>
/// <param name="Format">Formats the table.</param>
/// <param name="Workloads">The rows, not yet drawn.</param>
internal sealed record SectionFamily(
    string Heading, string Key, Func<IReadOnlyList<ComparisonRow>, string> Format, IEnumerable<Workload> Workloads);

/// <summary>A verb that measures families beside their peers, and prints a section of Markdown.</summary>
internal static class SectionCommand
{
    /// <summary>Makes the verb.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="example">A row as <c>--only</c> sees it: family, name and size.</param>
    /// <param name="section">Where the section stands in a document.</param>
    /// <param name="families">The tables; those of a quick run where it is told so.</param>
    public static Command Create(
        string name, string description, string example, MarkedSection section, Func<bool, IReadOnlyList<SectionFamily>> families) =>
        SectionOptions.CreateCommand(name, description, example, section, options => Run(options, section, families(options.Quick)));

    private static int Run(SectionOptions options, MarkedSection marks, IReadOnlyList<SectionFamily> all)
    {
        Family[] families = [.. all.Select(family => new Family(family.Heading, family.Format, Wanted(family.Workloads, family.Key, options.Only)))];
        if (families.All(family => family.Workloads.Count == 0))
        {
            Console.Error.WriteLine($"No row contains \"{options.Only}\".");
            return ExitCode.BadUsage;
        }

        double? load = Machine.Load();
        if (load > 0.5)
        {
            Console.Error.WriteLine($"The machine is not idle (load {load:0.00}): figures will be noisy.");
        }

        PeerScripts peers = new(options.Peers, options.Python);
        using SideBySide sideBySide = new(options.Quick ? Effort.Quick : Effort.Full, peers);
        SectionPart[] parts = [.. families.Select(family => new SectionPart(family.Heading, family.Format, Measure(family, sideBySide)))];
        ComparisonRow[] rows = [.. parts.SelectMany(part => part.Rows)];
        string[] head =
        [
            $"Machine: {Machine.Describe(sideBySide.Engine)}",
            $"Peers: {peers.Description}",
            $"Load before the run: {(load is null ? "unknown" : $"{load:0.00}")}; our own figures drifted by at most {rows.Max(row => row.Drift):P0} "
                + $"within a row (median {Timing.Median(rows.Select(row => row.Drift)):P0})",
        ];
        string section = SectionReport.Format(head, options.Quick, parts);
        Console.Out.Write(section);
        if (options.Into is not null)
        {
            marks.Replace(options.Into, section);
        }

        return rows.All(row => row.IsRight) ? ExitCode.Done : ExitCode.WrongResult;
    }

    private static List<ComparisonRow> Measure(Family family, SideBySide sideBySide)
    {
        List<ComparisonRow> rows = [];
        while (family.Workloads.TryDequeue(out Workload? workload))
        {
            Console.Error.WriteLine($"{family.Heading}, {workload.Name}, n = {workload.Size:N0} ({family.Workloads.Count} more) …");
            rows.Add(sideBySide.Measure(workload));
        }

        return rows;
    }

    // A queue, because a workload that is done should not keep its instance in memory.
    private static Queue<Workload> Wanted(IEnumerable<Workload> workloads, string family, string? only) => new(workloads.Where(workload =>
        only is null || $"{family}, {workload.Name} {workload.Size}".Contains(only, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The rows of a table that are to be measured.</summary>
    private sealed record Family(string Heading, Func<IReadOnlyList<ComparisonRow>, string> Format, Queue<Workload> Workloads);
}
