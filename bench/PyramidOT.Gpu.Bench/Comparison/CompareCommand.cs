using System.CommandLine;
using PyramidOT.Bench.Instances;

namespace PyramidOT.Bench.Comparison;

/// <summary>The verb <c>compare</c>.</summary>
internal static class CompareCommand
{
    private const int Done = 0;
    private const int WrongResult = 1;
    private const int BadUsage = 2;

    private static readonly PointDistribution[] s_distributions = Enum.GetValues<PointDistribution>();

    /// <summary>Measures, and prints one table.</summary>
    /// <returns>The exit code: 1 where a result is wrong or a peer failed.</returns>
    public static int Run(string[] arguments)
    {
        RootCommand root = new("Benchmarks of PyramidOT.Gpu. Without a verb: BenchmarkDotNet, with its own options.") { CompareOptions.CreateCommand(Run) };
        ParseResult result = root.Parse(arguments);
        int exitCode = result.Invoke();
        return result.Errors.Count > 0 ? BadUsage : exitCode;
    }

    private static int Run(CompareOptions options)
    {
        // A queue, because a workload that is done should not keep its instance in memory.
        Queue<Workload> workloads = new(Workloads(options).Where(workload => IsWanted(workload, options.Only)));
        if (workloads.Count == 0)
        {
            Console.Error.WriteLine($"No row contains \"{options.Only}\".");
            return BadUsage;
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

        return rows.All(row => row.IsRight) ? Done : WrongResult;
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
