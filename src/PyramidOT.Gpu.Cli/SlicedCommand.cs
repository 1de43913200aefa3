using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot sliced</c>: the sliced and the max-sliced Wasserstein distance between two clouds.</summary>
internal static class SlicedCommand
{
    public static Command Create(Interruption interruption)
    {
        Argument<string> source = new("SOURCE") { Description = $"The source cloud: {CloudFiles.Formats}." };
        Argument<string> target = new("TARGET") { Description = "The target cloud, of as many dimensions." };
        Option<int> projections = ValueOptions.WholeNumber("--projections", 1, 100, "Random directions that both clouds are projected onto.");
        Option<ulong> seed = ValueOptions.Seed("The seed of the directions.");
        Option<double> exponent = ValueOptions.Exponent();
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("sliced", "Compare two clouds by transport along random directions, and along the worst that is found.")
        {
            source, target, projections, seed, exponent, engine, threads, json,
        };
        command.SetAction(result => Run(
            (result.GetRequiredValue(source), result.GetRequiredValue(target)),
            new() { Projections = result.GetValue(projections), Seed = result.GetValue(seed), P = result.GetValue(exponent) },
            (result.GetValue(engine), result.GetValue(threads)),
            result.GetValue(json),
            interruption));
        return command;
    }

    private static int Run(
        (string Source, string Target) files,
        SlicedOptions options,
        (EngineKind? Kind, int? Threads) machine,
        bool json,
        Interruption interruption)
    {
        GivenFiles.CheckNames(("SOURCE", files.Source), ("TARGET", files.Target));

        using ComputeEngine engine = SharedOptions.CreateEngine(machine.Kind, machine.Threads);
        SlicedReport report = Terminal.WithProgress(phases => Evaluate(files, options, engine, phases, interruption));
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }

    private static SlicedReport Evaluate(
        (string Source, string Target) files, SlicedOptions options, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        phases.Begin("reading");
        PointCloud source = FileErrors.Named(files.Source, () => PointCloud.Load(files.Source, null, interruption.Token));
        PointCloud target = FileErrors.Named(files.Target, () => PointCloud.Load(files.Target, null, interruption.Token));
        CloudFiles.CheckDimensions((files.Source, source), (files.Target, target));
        SlicedRun run = new(engine, phases, interruption);
        try
        {
            run.WarmUp(source, target, options);
            (SlicedDistance distance, TimeSpan time) = run.Evaluate(source, target, options);
            return new() { Engine = engine.Info, Options = options, Source = source, Target = target, Distance = distance, Time = time };
        }
        catch (ArgumentException exception)
        {
            // Costs beyond what there are numbers for, say: only the distances between the points show them.
            throw new InputException($"{files.Source}, {files.Target}: {Failure.MessageOf(exception)}", exception);
        }
    }
}
