using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot transport</c>: solves the transport problems whose costs and weights .npy files hold.</summary>
internal static class TransportCommand
{
    // What ITransportKernels makes good.
    private const double LargestMismatch = 1e-6;

    public static Command Create(Interruption interruption)
    {
        WeightedOptions options = new("PLAN.csv", "Write the plans: a table of problem, row, column, mass.");
        Command command = new("transport", "Solve transport problems exactly: move the rows' mass to the columns at the least total cost.");
        options.AddTo(command);
        command.SetAction(result => Run(options.Read(result), interruption));
        return command;
    }

    private static int Run(WeightedRequest request, Interruption interruption)
    {
        // All that can be found wrong without work comes before it.
        using WeightedProblems problems = WeightedProblems.Open(request, ".csv");
        using ComputeEngine engine = SharedOptions.CreateEngine(request.Engine, request.Threads);
        Terminal.WithProgress(phases => Solve(problems, request.Output, engine, phases, interruption)).Write(request.IsJson, problems.Layout);
        return ExitCodes.Done;
    }

    private static TransportReport Solve(
        WeightedProblems problems, string? output, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        // A weight and a dual a point, and two indices and a mass a cell, of which there are as many as points.
        BatchLayout layout = problems.Layout;
        problems.Costs.CheckRoom(engine, ((Int128)layout.MaxRows + layout.MaxColumns) * 24);
        using EngineBuffer<float> rowWeights = problems.Rows.Load(engine, phases, interruption.Token, withEqual: true);
        using EngineBuffer<float> columnWeights = problems.Columns.Load(engine, phases, interruption.Token, withEqual: true);
        problems.RefuseOtherTotals(LargestMismatch);
        using EngineBuffer<float> costs = problems.Costs.Load(engine, phases, interruption.Token);
        using TransportBuffers result = new(engine, layout);
        BatchRun run = new(engine, phases, interruption);
        WarmUp(run, engine, problems);
        TimeSpan solving;
        try
        {
            solving = run.Solve(() => engine.Transport.Solve(layout, costs, rowWeights, columnWeights, result));
        }
        catch (ArgumentException exception)
        {
            throw problems.Refused(exception);
        }

        if (output is not null)
        {
            phases.Begin("writing");
            PlanFile.Write(output, layout, result, interruption.Token);
        }

        return new(engine.Info, result.Status.ToArray(), result.Primal.ToArray(), result.Dual.ToArray(), solving);
    }

    private static void WarmUp(BatchRun run, ComputeEngine engine, WeightedProblems problems)
    {
        BatchLayout part = BatchRun.PartOf(problems.Layout);
        using EngineBuffer<float> equalRows = engine.Upload(EqualWeights(part.Rows, part.MaxRows));
        using EngineBuffer<float> equalColumns = engine.Upload(EqualWeights(part.Columns, part.MaxColumns));
        using EngineBuffer<float> unevenRows = engine.Upload(BatchRun.UnevenWeights(part.Count, part.MaxRows));
        using EngineBuffer<float> unevenColumns = engine.Upload(BatchRun.UnevenWeights(part.Count, part.MaxColumns));
        using TransportBuffers result = new(engine, part);

        // Weights that are given may be equal all the same, and that is another solver where there are as many columns as rows.
        bool areGiven = problems.Rows.FilePath is not null || problems.Columns.FilePath is not null;
        run.WarmUp(part, (costs, round) =>
        {
            bool isEqual = !areGiven || round % 3 == 0;
            engine.Transport.Solve(part, costs, isEqual ? equalRows : unevenRows, isEqual ? equalColumns : unevenColumns, result);
        });
    }

    private static float[] EqualWeights(long count, int ofProblem)
    {
        float[] weights = new float[count];
        weights.AsSpan().Fill(1f / ofProblem);
        return weights;
    }
}
