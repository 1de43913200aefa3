using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot flow</c>: moves one cloud towards another, batch by batch.</summary>
internal static class FlowCommand
{
    public static Command Create(Interruption interruption)
    {
        FlowOptions options = new();
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("flow", "Move a cloud towards another by the gradient flow of mini-batch transport, and tell what distance is left.");
        options.AddTo(command);
        command.Add(engine);
        command.Add(threads);
        command.Add(json);
        command.SetAction(result => Run(options.Read(result), (result.GetValue(engine), result.GetValue(threads)), result.GetValue(json), interruption));
        return command;
    }

    private static int Run(FlowRequest request, (EngineKind? Kind, int? Threads) machine, bool json, Interruption interruption)
    {
        CheckNames(request);
        using ComputeEngine engine = SharedOptions.CreateEngine(machine.Kind, machine.Threads);
        FlowReport report = Terminal.WithProgress(phases => Flow(request, engine, phases, interruption));
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }

    private static void CheckNames(FlowRequest request)
    {
        GivenFiles.CheckNames(("SOURCE", request.Source), ("TARGET", request.Target));

        if (request.Flow.Checkpoint is { } checkpoint)
        {
            OutputFile.Check(checkpoint, "--checkpoint", request.Source, request.Target);
        }

        if (request.Moved is { } moved)
        {
            if (moved.Length > 0 && !CloudFiles.IsName(moved))
            {
                throw new InputException($"{moved}: --out writes files that end in .npy or .csv");
            }

            OutputFile.Check(moved, "--out", request.Source, request.Target, request.Flow.Checkpoint);
        }
    }

    private static FlowReport Flow(FlowRequest request, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        phases.Begin("reading");
        PointCloud source = Load(request.Source, request, interruption.Token);
        PointCloud target = Load(request.Target, request, interruption.Token);
        CloudFiles.CheckDimensions((request.Source, source), (request.Target, target));
        if (request.Scheme == FlowScheme.Global)
        {
            CloudFiles.CheckPoints((request.Source, source), (request.Target, target), "--scheme global needs as many");
        }
        else
        {
            EstimateRun.CheckRoom(engine, request.Flow.BatchSize, Math.Max(source.Count, target.Count));
        }

        GradientFlowResult result = FileErrors.Named(request.Flow.Checkpoint ?? "checkpoint", () => Run(request, engine, source, target, phases, interruption));
        if (request.Moved is { } path)
        {
            phases.Begin("writing");
            CloudFiles.Write(path, result.Moved, interruption.Token);
        }

        return new() { Engine = engine.Info, Request = request, Result = result, Points = source.Count, Dimensions = source.Dimensions };
    }

    private static GradientFlowResult Run(
        FlowRequest request, ComputeEngine engine, PointCloud source, PointCloud target, Phases phases, Interruption interruption)
    {
        FlowWork work = new(engine, phases, interruption);
        try
        {
            work.WarmUp(source, target, request.Flow);
            return work.Run(source, target, request.Flow);
        }
        catch (FlowCheckpointException exception)
        {
            throw new InputException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            // Costs beyond what can be solved, say: only the distances between the points show them.
            string message = exception is ArgumentException argument ? Failure.MessageOf(argument) : exception.Message;
            throw new InputException($"{request.Source}, {request.Target}: {message}", exception);
        }
    }

    private static PointCloud Load(string path, FlowRequest request, CancellationToken cancellation) => FileErrors.Named(
        path, () => PointCloud.Load(path, new() { Format = request.Format, WeightColumn = request.WeightColumn }, cancellation));
}
