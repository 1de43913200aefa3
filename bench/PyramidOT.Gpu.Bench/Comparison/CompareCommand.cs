using System.CommandLine;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Comparison;

/// <summary>The verb <c>compare</c>.</summary>
internal static class CompareCommand
{
    private static readonly PointDistribution[] s_distributions = Enum.GetValues<PointDistribution>();

    /// <summary>Makes the verb: it measures, and prints one table.</summary>
    public static Command Create() => CompareOptions.CreateCommand(Run);

    private static int Run(CompareOptions options)
    {
        // A queue, because a workload that is done should not keep its instance in memory.
        Queue<Workload> workloads = new(Workloads(options).Where(workload => IsWanted(workload, options.Only)));
        if (workloads.Count == 0)
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
        List<ComparisonRow> rows = [];
        while (workloads.TryDequeue(out Workload? workload))
        {
            Console.Error.WriteLine($"{workload.Name}, n = {workload.Size:N0} ({workloads.Count} more) …");
            rows.Add(sideBySide.Measure(workload));
        }

        string report = ComparisonReport.Format(Machine.Describe(sideBySide.Engine), peers.Description, load, options.Quick, rows);
        Console.Out.Write(report);
        if (options.Markdown is not null)
        {
            File.WriteAllText(options.Markdown, report);
        }

        return rows.All(row => row.IsRight) ? ExitCode.Done : ExitCode.WrongResult;
    }

    /// <summary>The rows of the table, from the smallest problem on, so that the larger ones find all code compiled.</summary>
    private static IEnumerable<Workload> Workloads(CompareOptions options)
    {
        // At n = 1,000 eight, so that two threads have equally many.
        (int Size, int Count)[] assignments = options.Quick ? [(10, 1_000), (100, 50), (1_000, 2)] : [(10, 2_000), (100, 200), (1_000, 8)];
        foreach ((int size, int count) in assignments)
        {
            foreach (PointDistribution distribution in s_distributions)
            {
                yield return new AssignmentWorkload(distribution, size, count);
            }
        }

        if (options.Large)
        {
            yield return new AssignmentWorkload(PointDistribution.Normal, 10_000, 1, withPeers: false);
            yield return new AssignmentWorkload(PointDistribution.Clustered, 10_000, 1, withPeers: false);
        }

        // At n = 100 as many as a core's cache holds with points and costs.
        yield return new CostWorkload(100, 8);
        yield return new CostWorkload(1_000, 1);
        yield return new NearestCentreWorkload(10_000, 100);
    }

    private static bool IsWanted(Workload workload, string? only) =>
        only is null || $"{workload.Name} {workload.Size}".Contains(only, StringComparison.OrdinalIgnoreCase);
}
