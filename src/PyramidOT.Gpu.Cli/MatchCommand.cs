using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot match</c>: matches two clouds one to one, and proves how far that is from the best.</summary>
internal static class MatchCommand
{
    public static Command Create(Interruption interruption)
    {
        GlobalMatchingOptions standard = new();
        Argument<string> source = new("SOURCE") { Description = $"The source cloud: {CloudFiles.Formats}." };
        Argument<string> target = new("TARGET") { Description = "The target cloud, of as many points and dimensions." };
        Option<GroundDistance> distance = ValueOptions.Choice<GroundDistance>("--cost", "The ground distance.");
        Option<double> exponent = ValueOptions.Exponent();
        Option<double> gap = ValueOptions.RealNumber(
            "--gap", "G", 0, 1, standard.Gap, "Stop when the distance is proven to lie at most this share of itself above the optimum; 0 for the optimum.");
        Option<int?> sweeps = ValueOptions.OptionalNumber(
            "--sweeps", 0, "Sweeps of batches at the most; by default 4, fewer or more by the numbers of points and dimensions.");
        Option<int> rounds = ValueOptions.WholeNumber("--rounds", 0, standard.Rounds, "Rounds over all points at the most.");
        Option<int> batchSize = ValueOptions.WholeNumber("--batch-size", 2, standard.BatchSize, "Pairs of a sweep's batch.");
        Option<double?> time = ValueOptions.OptionalRealNumber("--time", "SECONDS", 0, 1e6, "End with what there is by then.");
        Option<ulong> seed = ValueOptions.Seed("The seed of the pyramid, of the sweeps' batches and of samples.");
        Option<string?> pairs = new("--out")
        {
            HelpName = "PAIRS.npy|PAIRS.csv",
            Description = "Write the matched pairs: int32 of shape (n, 2), or a table of source, target, mass, level.",
        };
        Option<PointCloudFormat> format = ValueOptions.Choice<PointCloudFormat>("--format", "What the clouds' files are.");
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("match", "Match two clouds one to one, with a proven bound of how far that is from the best.")
        {
            source, target, distance, exponent, gap, sweeps, rounds, batchSize, time, seed, pairs, format, engine, threads, json,
        };
        command.SetAction(result => Run(
            new()
            {
                Source = result.GetRequiredValue(source),
                Target = result.GetRequiredValue(target),
                Format = result.GetValue(format),
                Pairs = result.GetValue(pairs),
                Matching = new()
                {
                    Cost = new(result.GetValue(distance), result.GetValue(exponent)),
                    Gap = result.GetValue(gap),
                    Sweeps = result.GetValue(sweeps),
                    Rounds = result.GetValue(rounds),
                    BatchSize = result.GetValue(batchSize),
                    Time = result.GetValue(time) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    Seed = result.GetValue(seed),
                },
            },
            (result.GetValue(engine), result.GetValue(threads)),
            result.GetValue(json),
            interruption));
        return command;
    }

    private static int Run(MatchRequest request, (EngineKind? Kind, int? Threads) machine, bool json, Interruption interruption)
    {
        CheckNames(request);
        using ComputeEngine engine = SharedOptions.CreateEngine(machine.Kind, machine.Threads);
        MatchReport report = Terminal.WithProgress(phases => Match(request, engine, phases, interruption));
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }

    private static void CheckNames(MatchRequest request)
    {
        GivenFiles.CheckNames(("SOURCE", request.Source), ("TARGET", request.Target));

        if (request.Pairs is { } pairs)
        {
            if (pairs.Length > 0 && !PairFile.IsName(pairs))
            {
                throw new InputException($"{pairs}: --out writes files that end in .npy or .csv");
            }

            OutputFile.Check(pairs, "--out", request.Source, request.Target);
        }
    }

    private static MatchReport Match(MatchRequest request, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        phases.Begin("reading");
        PointCloudFileOptions file = new() { Format = request.Format };
        PointCloud source = FileErrors.Named(request.Source, () => PointCloud.Load(request.Source, file, interruption.Token));
        PointCloud target = FileErrors.Named(request.Target, () => PointCloud.Load(request.Target, file, interruption.Token));
        CloudFiles.CheckDimensions((request.Source, source), (request.Target, target));
        CloudFiles.CheckPoints((request.Source, source), (request.Target, target), "a one-to-one matching needs as many");
        EstimateRun.CheckRoom(engine, request.Matching.BatchSize, source.Count);
        MatchRun run = new(engine, phases, interruption);
        GlobalMatch match;
        TimeSpan time;
        try
        {
            run.WarmUp(source, target, request.Matching);
            (match, time) = run.Solve(source, target, request.Matching);
        }
        catch (ArgumentException exception)
        {
            // Costs beyond what can be solved, say: only the distances between the points show them.
            throw new InputException($"{request.Source}, {request.Target}: {Failure.MessageOf(exception)}", exception);
        }

        if (request.Pairs is { } path)
        {
            phases.Begin("writing");
            Coupling coupling = match.ToCoupling();
            FileErrors.Named(path, () => PairFile.Write(path, coupling.SourceRows, coupling.TargetRows, cancellation: interruption.Token));
        }

        return new() { Engine = engine.Info, Request = request, Match = match, Points = source.Count, Dimensions = source.Dimensions, Time = time };
    }
}
