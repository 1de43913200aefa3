using System.CommandLine;
using System.Text;
using PyramidOT.Bench.Comparison;
using PyramidOT.Data;

namespace PyramidOT.Bench.Matching;

/// <summary>The verb <c>compare-match</c>: whole matchings beside SciPy's on the full matrix, and for every set alone.</summary>
internal static class CompareMatchCommand
{
    private static readonly MarkdownColumn<MatchingRow>[] s_columns =
    [
        new("set", Align.Left, row => row.Task.Name),
        new("d", Align.Right, row => $"{row.Task.Dimensions}"),
        new("N", Align.Right, row => $"{row.Task.Points:N0}"),
        new("asked", Align.Right, row => row.Task.Gap > 0 ? $"{row.Task.Gap:P1}" : "optimum"),
        new("seconds", Align.Right, row => row.Failure ?? (row.IsRight ? MarkdownTable.Number(row.Point!.Seconds) : "WRONG")),
        new("target", Align.Right, row => MarkdownTable.Number(row.Task.Target)),
        new("met", Align.Left, row => row.Task.Target is null ? MarkdownTable.None : row.Point?.Seconds <= row.Task.Target && row.Point.Gap <= row.Task.Gap ? "yes" : "no"),
        new("distance", Align.Right, row => row.Point is null ? MarkdownTable.None : $"{row.Point.Distance:G6}"),
        new("gap", Align.Right, row => row.Point is null ? MarkdownTable.None : $"{row.Point.Gap:P3}{(row.Point.Bound == LowerBoundKind.Coordinates ? " *" : "")}"),
        new("peak memory", Align.Right, row => Megabytes(row.Point?.PeakBytes)),
        new("SciPy", Align.Right, row => MarkdownTable.Number(row.PeerSeconds)),
        new("/ ours", Align.Right, row => MarkdownTable.Number(row.PeerSeconds / row.Point?.Seconds)),
        new("its memory", Align.Right, row => Megabytes(row.PeerBytes)),
    ];

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Option<bool> full = new("--peer-10000") { Description = "SciPy solves 10,000 points too: a minute, and 0.9 GB." };
        Command command = SectionOptions.CreateCommand(
            "compare-match",
            "Measures whole matchings on the Host beside SciPy, and alone up to a million points.",
            "match, five blobs 10000",
            MarkedSection.Matching,
            (options, result) => Run(options, result.GetValue(full)));
        command.Add(full);
        return command;
    }

    private static int Run(SectionOptions options, bool withLargePeer)
    {
        MatchingTask[] tasks = [.. Tasks(options.Quick, withLargePeer).Where(task =>
            options.Only is null || $"match, {task.Name} {task.Points}".Contains(options.Only, StringComparison.OrdinalIgnoreCase))];
        if (tasks.Length == 0)
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
        List<MatchingRow> rows = [];
        foreach (MatchingTask task in tasks)
        {
            Console.Error.WriteLine($"{task.Name}, d = {task.Dimensions}, n = {task.Points:N0} …");
            rows.Add(Measure(task, peers));
        }

        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host });
        StringBuilder text = new();
        if (options.Quick)
        {
            text.Append("**A quick run: small problems. Not to be quoted.**\n\n");
        }

        text.Append($"- Machine: {Machine.Describe(engine)}\n- Peers: {peers.Description}\n- Load before the run: {(load is null ? "unknown" : $"{load:0.00}")}\n\n");
        text.Append(MarkdownTable.Format(s_columns, rows));
        Console.Out.Write(text);
        if (options.Into is not null)
        {
            MarkedSection.Matching.Replace(options.Into, text.ToString());
        }

        return rows.All(row => row.IsRight) ? ExitCode.Done : ExitCode.WrongResult;
    }

    private static IEnumerable<MatchingTask> Tasks(bool isQuick, bool withLargePeer)
    {
        MatchingSet clusters = MatchingSet.All[0];
        foreach (int points in isQuick ? new[] { 500, 1000 } : [2000, 5000])
        {
            yield return new(clusters.Name, clusters.Dimensions, points, 0, WithPeer: true);
            yield return new("uniform-squares", 2, points, 0, WithPeer: true);
        }

        int middle = isQuick ? 2000 : 10_000;
        yield return new(clusters.Name, clusters.Dimensions, middle, 1e-3, 3);
        yield return new(clusters.Name, clusters.Dimensions, middle, 0, 10, WithPeer: withLargePeer);
        foreach (MatchingSet set in MatchingSet.All.Skip(1))
        {
            yield return new(set.Name, set.Dimensions, middle, 0.01, 10);
        }

        int many = isQuick ? 60_000 : 1_000_000;
        foreach (string name in new[] { "uniform-squares", "shifted-squares", "shifted normals", "five blobs" })
        {
            yield return new(name, 2, many, 0.01, 120);
        }

        yield return new("mixture of 100", 16, many, 0.01, Time: isQuick ? 20 : 120);
    }

    private static MatchingRow Measure(MatchingTask task, PeerScripts peers)
    {
        (MatchingPoint? point, string? failure) = MatchingPassCommand.Measure(task);
        if (!task.WithPeer || failure is not null)
        {
            return new(task, point, Failure: failure);
        }

        using TemporaryFolder folder = new();
        (PointCloud source, PointCloud target) = MatchingSet.Of(task.Name, task.Dimensions).Draw(task.Points);
        NpyWriter.Save(Path.Combine(folder.Path, "source.npy"), source.Points, source.Count, source.Dimensions);
        NpyWriter.Save(Path.Combine(folder.Path, "target.npy"), target.Points, target.Count, target.Dimensions);
        PeerReport report = peers.Run(new("matching.py", "scipy", ["source.npy", "target.npy"]), folder.Path, Effort.Quick);
        return report.Seconds is null
            ? new(task, point, Failure: report.Failure)
            : new(task, point, report.Seconds, Math.Sqrt(report.Results[0]), report.Results[1]);
    }

    private static string Megabytes(double? bytes) => bytes is null ? MarkdownTable.None : $"{bytes / (1 << 20):N0} MiB";
}
