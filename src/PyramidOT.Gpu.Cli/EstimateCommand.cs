using System.CommandLine;
using PyramidOT.Data;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot estimate</c>: estimates the transport between two clouds by mini-batches off a pyramid.</summary>
internal static class EstimateCommand
{
    public static Command Create(Interruption interruption)
    {
        EstimateOptions options = new();
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("estimate", "Estimate the transport between two clouds by mini-batches off a pyramid.");
        options.AddTo(command);
        command.Add(engine);
        command.Add(threads);
        command.Add(json);
        command.SetAction(result => Run(
            options.Read(result), result.GetValue(engine), result.GetValue(threads), result.GetValue(json), interruption));
        return command;
    }

    private static int Run(EstimateRequest request, EngineKind? kind, int? threads, bool json, Interruption interruption)
    {
        // All that can be found wrong without work comes before it, and what needs no file before reading one.
        CheckNames(request);
        if (request.Pairs is { } pairs)
        {
            OutputFile.Check(pairs, "--pairs", request.Source, request.Target, request.SourceLabels, request.TargetLabels);
        }

        using ComputeEngine engine = SharedOptions.CreateEngine(kind, threads);
        EstimateReport report = Terminal.WithProgress(phases => Estimate(request, engine, phases, interruption));
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }

    private static void CheckNames(EstimateRequest request)
    {
        GivenFiles.CheckNames(
            ("SOURCE", request.Source), ("TARGET", request.Target),
            ("--source-labels", request.SourceLabels), ("--target-labels", request.TargetLabels), ("--pairs", request.Pairs));

        if (request.LabelColumn is { Length: 0 })
        {
            throw new InputException("--label-column: the column's name is empty");
        }

        if (request.SourceLabels is null != request.TargetLabels is null)
        {
            (string given, string missing) = request.TargetLabels is null
                ? ("--source-labels", "--target-labels") : ("--target-labels", "--source-labels");
            throw new InputException($"{given} is given, {missing} is not: labels are compared, so both sides need them");
        }

        if (request.LabelColumn is not null && request.SourceLabels is not null)
        {
            throw new InputException("--label-column and --source-labels are both given: labels come from one place");
        }

        if (request.Pairs is not null && !request.Solver.HasPlan)
        {
            throw new InputException($"--pairs: --solver {ValueOptions.ToName(request.SolverKind)} couples no points");
        }

        if (request.Pairs is { } pairs && !PairFile.IsName(pairs))
        {
            throw new InputException($"{pairs}: --pairs writes files that end in .npy or .csv");
        }
    }

    private static EstimateReport Estimate(EstimateRequest request, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        EstimateClouds clouds = EstimateClouds.Load(request, phases, interruption.Token);
        EstimateRun.CheckRoom(engine, request.BatchSize, clouds.Pairs);
        EstimateReport report;
        try
        {
            report = Solve(request, clouds, engine, phases, interruption);
        }
        catch (ArgumentException exception)
        {
            // Costs beyond what can be solved, say: only the distances between the points show them.
            throw new InputException($"{request.Source}, {request.Target}: {Failure.MessageOf(exception)}", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new InputException(exception.Message, exception);
        }

        if (request.Pairs is { } path)
        {
            phases.Begin("writing");
            Coupling coupling = report.Best.Coupling;
            FileErrors.Named(path, () => PairFile.Write(
                path, coupling.SourceRows, coupling.TargetRows, coupling.Levels, coupling.Masses, interruption.Token));
        }

        return report;
    }

    private static EstimateReport Solve(
        EstimateRequest request, EstimateClouds clouds, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        EstimateRun run = new(engine, phases, interruption);
        run.WarmUp(clouds.Source, clouds.Target, request.Pyramid, request.BatchSize, request.Pass(0));
        (PyramidPair pyramid, TimeSpan building) = run.Build(clouds.Source, clouds.Target, request.Pyramid);
        using PyramidPair built = pyramid;
        List<EstimatePass> passes = [];
        MiniBatchEstimate? best = null;
        double maxGap = 0;
        TimeSpan solving = default;
        for (int pass = 0; pass < request.Passes; pass++)
        {
            string name = request.Passes == 1 ? "solving" : $"pass {pass + 1} of {request.Passes}";
            (MiniBatchEstimate estimate, TimeSpan time) = run.Pass(pyramid, request.BatchSize, request.Pass(pass), name);
            passes.Add(new(estimate.PooledDistance, estimate.MeanOfBatchDistance));
            maxGap = Math.Max(maxGap, estimate.MaxGap);
            solving += time;

            // Of the others only the numbers are kept: a coupling is as long as the clouds.
            best = best is null || estimate.PooledDistance < best.PooledDistance ? estimate : best;
        }

        return new()
        {
            Engine = engine.Info,
            Request = request,
            Passes = passes,
            Best = best!,
            MaxGap = maxGap,
            Levels = pyramid.Levels.Count,
            Building = building,
            Solving = solving,
            IsBound = request.Solver is ExactTransport { MassShare: 1 } && (!pyramid.IsUneven || (request.Unpaired == UnpairedPoints.Carry && !pyramid.IsWithinLabels)),
            LabelAgreement = clouds.AreLabelled && best!.Coupling.Count > 0 ? best.Coupling.LabelAgreement(clouds.Source.Labels, clouds.Target.Labels) : null,
        };
    }
}
