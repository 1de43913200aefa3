using System.CommandLine;
using System.CommandLine.Parsing;
using PyramidOT.Cli.Experiments;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot reproduce</c>: does experiments of the papers again, and writes their tables and pictures.</summary>
internal static class ReproduceCommand
{
    /// <summary>The name that stands for every experiment.</summary>
    public const string Everything = "all";

    public static Command Create(Interruption interruption)
    {
        Argument<IReadOnlyList<Experiment>> which = new("EXPERIMENT")
        {
            HelpName = "EXPERIMENT",
            Arity = ArgumentArity.ExactlyOne,
            Description = string.Join("; ", Experiment.All.Select(experiment => $"{experiment.Name}: {experiment.Summary}")) + $"; {Everything}: each of them.",
            CustomParser = ParseExperiment,
        };
        which.CompletionSources.Add([.. Experiment.All.Select(experiment => experiment.Name), Everything]);
        Option<string> folder = new("--out")
        {
            HelpName = "DIR",
            Description = "The folder for pages and tables; it is made where it is not there. Finished trials are kept in it: a run that was stopped goes on.",
            Required = true,
        };
        Option<bool> quick = new("--quick") { Description = "Small sizes and rough times." };
        Option<ulong> seed = ValueOptions.Seed("The first seed of what is drawn.");
        Option<int> seeds = ValueOptions.WholeNumber("--seeds", 1, 1, "Seeds to measure with, from the first on; tables then have mean and deviation.");
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("reproduce", "Do an experiment of a paper again: tables, and a page with pictures.")
        {
            which, folder, quick, seeds, seed,
        };
        foreach (Option option in Experiment.All.SelectMany(experiment => experiment.Options).Distinct())
        {
            command.Add(option);
        }

        command.Add(engine);
        command.Add(threads);
        command.Add(json);
        command.SetAction(result =>
        {
            IReadOnlyList<Experiment> experiments = result.GetRequiredValue(which);
            RefuseForeignOptions(experiments, result);
            ReproduceRequest request = new(experiments, result.GetRequiredValue(folder))
            {
                IsEverything = result.GetResult(which)!.Tokens[0].Value == Everything,
                IsQuick = result.GetValue(quick),
                Seed = result.GetValue(seed),
                SeedCount = result.GetValue(seeds),
                Choices = new(result),
            };
            ReproduceRun run = new(request, interruption);
            run.Check();
            using ComputeEngine made = SharedOptions.CreateEngine(result.GetValue(engine), result.GetValue(threads));
            ReproduceReport report = run.Do(made);
            StandardOutput.Write(result.GetValue(json), report.WriteJson, report.WriteText);
            return ExitCodes.Done;
        });
        return command;
    }

    private static IReadOnlyList<Experiment>? ParseExperiment(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        if (name == Everything)
        {
            return Experiment.All;
        }

        if (Experiment.All.FirstOrDefault(experiment => experiment.Name == name) is { } found)
        {
            return [found];
        }

        result.AddError($"'{name}' is not an experiment; {string.Join(", ", Experiment.All.Select(experiment => experiment.Name))} and {Everything} are");
        return null;
    }

    private static void RefuseForeignOptions(IReadOnlyList<Experiment> chosen, ParseResult result)
    {
        foreach (Experiment other in Experiment.All.Except(chosen))
        {
            if (other.Options.Except(chosen.SelectMany(experiment => experiment.Options)).FirstOrDefault(new ExperimentChoices(result).Has) is { } foreign)
            {
                throw new InputException($"{foreign.Name}: an option of {other.Name}, which {chosen[0].Name} does not have");
            }
        }
    }
}
