using System.CommandLine;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Transport;

/// <summary>The verb <c>compare-transport</c>.</summary>
internal static class CompareTransportCommand
{
    /// <summary>Makes the verb: it measures, and prints a section of Markdown.</summary>
    public static Command Create() => CompareTransportOptions.CreateCommand(Run);

    private static int Run(CompareTransportOptions options)
    {
        Family[] families =
        [
            new("Exact transport", TransportTables.FormatExact, Wanted(TransportWorkloads.Exact(options.Quick), "exact", options.Only)),
            new("Entropic transport", TransportTables.FormatEntropic, Wanted(TransportWorkloads.Entropic(options.Quick), "entropic", options.Only)),
            new("Sliced distance", TransportTables.FormatSliced, Wanted(TransportWorkloads.Sliced(options.Quick), "sliced", options.Only)),
        ];
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
        TransportPart[] parts = [.. families.Select(family => new TransportPart(family.Heading, family.Format, Measure(family, sideBySide)))];
        ComparisonRow[] rows = [.. parts.SelectMany(part => part.Rows)];
        string[] head =
        [
            $"Machine: {Machine.Describe(sideBySide.Engine)}",
            $"Peers: {peers.Description}",
            $"Load before the run: {(load is null ? "unknown" : $"{load:0.00}")}; our own figures drifted by at most {rows.Max(row => row.Drift):P0} "
                + $"within a row (median {Timing.Median(rows.Select(row => row.Drift)):P0})",
        ];
        string section = TransportReport.Format(head, options.Quick, parts);
        Console.Out.Write(section);
        if (options.Into is not null)
        {
            MarkedSection.Transport.Replace(options.Into, section);
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
