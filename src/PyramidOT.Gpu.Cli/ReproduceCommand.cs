using System.CommandLine;
using System.Diagnostics;
using PyramidOT.Cli.Experiments;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot reproduce</c>: does an experiment of a paper again, and writes its tables and pictures.</summary>
internal static class ReproduceCommand
{
    public static Command Create(Interruption interruption)
    {
        string[] names = [.. Experiment.All.Select(experiment => experiment.Name)];
        Argument<Experiment> which = new("EXPERIMENT")
        {
            HelpName = "EXPERIMENT",
            Description = string.Join("; ", Experiment.All.Select(experiment => $"{experiment.Name}: {experiment.Summary}")) + ".",
            CustomParser = result =>
            {
                Experiment? found = Experiment.All.FirstOrDefault(experiment => experiment.Name == result.Tokens[0].Value);
                if (found is null)
                {
                    result.AddError($"'{result.Tokens[0].Value}' is not an experiment; {string.Join(", ", names)} {(names.Length == 1 ? "is" : "are")}");
                }

                return found;
            },
        };
        which.CompletionSources.Add(names);
        Option<string> folder = new("--out")
        {
            HelpName = "DIR",
            Description = "The folder for page and tables; it is made where it is not there.",
            Required = true,
        };
        Option<bool> quick = new("--quick") { Description = "Small sizes and rough times, in seconds." };
        Option<ulong> seed = ValueOptions.Seed("The seed of all that is drawn.");
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("reproduce", "Do an experiment of a paper again: tables, and a page with pictures.")
        {
            which, folder, quick, seed, engine, threads, json,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(which),
            result.GetRequiredValue(folder),
            (result.GetValue(engine), result.GetValue(threads)),
            (result.GetValue(seed), result.GetValue(quick)),
            result.GetValue(json),
            interruption));
        return command;
    }

    private static int Run(
        Experiment experiment,
        string folder,
        (EngineKind? Kind, int? Threads) machine,
        (ulong Seed, bool IsQuick) how,
        bool isJson,
        Interruption interruption)
    {
        if (folder.Length == 0)
        {
            throw new InputException("--out: the folder's name is empty");
        }

        FileErrors.Named(folder, () => Directory.CreateDirectory(folder));
        ExperimentFiles files = new(folder, experiment.Name);
        OutputFile.Check(files.PagePath, "--out");
        using ComputeEngine engine = SharedOptions.CreateEngine(machine.Kind, machine.Threads);
        long start = Stopwatch.GetTimestamp();
        ExperimentResult result = Terminal.WithProgress(
            phases => experiment.Run(new(engine, how.Seed, how.IsQuick, phases, interruption.Token)));
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        interruption.Token.ThrowIfCancellationRequested();
        IReadOnlyList<string> written = files.Write(result, Origin(experiment, engine.Info, how));
        ExperimentReport report = new(experiment.Name, engine.Info, how.Seed, how.IsQuick, result, written, time);
        FileErrors.Named("standard output", () =>
        {
            if (isJson)
            {
                JsonResult.Write(report.WriteJson);
            }
            else
            {
                report.WriteText();
            }
        });
        return ExitCodes.Done;
    }

    private static string Origin(Experiment experiment, EngineInfo engine, (ulong Seed, bool IsQuick) how) =>
        $"Made by {ProductVersion.Current}, pyramidot reproduce {experiment.Name}{(how.IsQuick ? " --quick" : "")} --seed {how.Seed}, on the engine "
        + $"{engine.Kind.ToName()} ({engine.Name}). Times are those of one run on one machine.";
}
