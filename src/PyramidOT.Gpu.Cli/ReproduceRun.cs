using System.Diagnostics;
using PyramidOT.Cli.Experiments;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot reproduce</c> is asked for.</summary>
/// <param name="Experiments">The experiments, of which there is at least one.</param>
/// <param name="Folder">Where the files go.</param>
internal sealed record ReproduceRequest(IReadOnlyList<Experiment> Experiments, string Folder)
{
    /// <summary>Whether it is all that there is, so that a page shall lead to the experiments' pages.</summary>
    public bool IsEverything { get; init; }

    /// <summary>Whether small sizes and rough times will do.</summary>
    public bool IsQuick { get; init; }

    /// <summary>The first seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>The number of seeds, at least 1.</summary>
    public int SeedCount { get; init; } = 1;

    /// <summary>The values of the experiments' own options.</summary>
    public ExperimentChoices Choices { get; init; } = ExperimentChoices.None;

    /// <summary>The command line that asks for an experiment with these seeds and sizes; without the experiment's own options.</summary>
    /// <param name="name">The experiment.</param>
    public string CommandLine(string name) =>
        $"pyramidot reproduce {name}{(IsQuick ? " --quick" : "")}{(SeedCount > 1 ? $" --seeds {SeedCount}" : "")} --seed {Seed}";
}

/// <summary>The work of <c>reproduce</c>: one experiment after the other, each with its files as soon as it is done.</summary>
internal sealed class ReproduceRun(ReproduceRequest request, Interruption interruption)
{
    private const string IndexName = "index.html";

    /// <summary>Looks at the folder and at the experiments' options, before any work.</summary>
    /// <exception cref="InputException">One of them is of no use.</exception>
    public void Check()
    {
        if (request.Folder.Length == 0)
        {
            throw new InputException("--out: the folder's name is empty");
        }

        foreach (Experiment experiment in request.Experiments)
        {
            experiment.Check(request.Choices);
        }

        if (File.Exists(request.Folder))
        {
            throw new InputException($"{request.Folder}: is a file, not a folder");
        }

        FileErrors.Named(request.Folder, () => Directory.CreateDirectory(request.Folder));
        OutputFile.Check(FilesOf(request.Experiments[0]).PagePath, "--out");
    }

    /// <summary>Does it all.</summary>
    /// <exception cref="OperationCanceledException">The user interrupted. What was finished before is there.</exception>
    public ReproduceReport Do(ComputeEngine engine)
    {
        long start = Stopwatch.GetTimestamp();
        List<ExperimentReport> reports = [];
        foreach (Experiment experiment in request.Experiments)
        {
            string place = request.Experiments.Count == 1 ? "" : $"{experiment.Name} ({reports.Count + 1} of {request.Experiments.Count}) ";
            reports.Add(Terminal.WithProgress(phases => Do(experiment, engine, phases.Under(place))));
        }

        return new(engine.Info, request, reports, request.IsEverything ? WriteIndex(reports) : null, Stopwatch.GetElapsedTime(start));
    }

    private ExperimentReport Do(Experiment experiment, ComputeEngine engine, Phases phases)
    {
        ExperimentFiles files = FilesOf(experiment);
        ExperimentContext context = new(engine, request.Seed, request.IsQuick, phases, interruption.Token)
        {
            SeedCount = request.SeedCount,
            Choices = request.Choices,
            Kept = TrialFile.Open(new ExperimentFiles(request.Folder, experiment.TrialsName).TrialPath, ThisBuild.Name),
        };
        long start = Stopwatch.GetTimestamp();
        ExperimentResult result = experiment.Run(context);
        interruption.Token.ThrowIfCancellationRequested();
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        string origin = $"Made by {ProductVersion.Current}, {request.CommandLine(experiment.Name)}, on the engine {engine.Info.Kind.ToName()} ({engine.Info.Name}). "
            + $"{ExperimentReport.Told(context.Log)}Times are those of one machine.";
        return new(experiment, result, files.Write(result, origin), context.Log, time);
    }

    private string WriteIndex(List<ExperimentReport> reports)
    {
        string path = Path.Combine(request.Folder, IndexName);
        string origin = $"Made by {ProductVersion.Current}, {request.CommandLine(ReproduceCommand.Everything)}.";
        FileErrors.Named(path, () => Page.Write(path, IndexPage.Create(reports, origin)));
        return path;
    }

    private ExperimentFiles FilesOf(Experiment experiment) => new(request.Folder, experiment.Name);
}
