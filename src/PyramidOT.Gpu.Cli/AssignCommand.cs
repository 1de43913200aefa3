using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot assign</c>: solves the assignment problems whose cost matrices a .npy file holds.</summary>
internal static class AssignCommand
{
    public static Command Create(Interruption interruption)
    {
        Argument<string> costs = SharedOptions.Costs();
        Option<string?> permutation = new("--out")
        {
            HelpName = "PERMUTATION.npy",
            Description = "Write the matched column of each row: int32 of shape (problems, n), -1 where a row is not matched.",
        };
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json();
        Command command = new("assign", "Solve linear assignment problems exactly: match rows to columns at the least total cost.")
        {
            costs, permutation, engine, threads, json,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(costs),
            result.GetValue(permutation),
            result.GetValue(engine),
            result.GetValue(threads),
            result.GetValue(json),
            interruption));
        return command;
    }

    private static int Run(string input, string? output, EngineKind? kind, int? threads, bool json, Interruption interruption)
    {
        GivenFiles.CheckNames(("COSTS.npy", input));

        // All that can be found wrong without work comes before it.
        using CostFile file = CostFile.Open(input);
        if (output is not null)
        {
            OutputFile.Check(output, "--out", input);
        }

        using ComputeEngine engine = SharedOptions.CreateEngine(kind, threads);
        BatchLayout problems = BatchLayout.Uniform(file.Problems, file.Rows, file.Columns);
        AssignmentReport report = Terminal.WithProgress(phases => Solve(file, problems, output, engine, phases, interruption));
        report.Write(json, file);
        return ExitCodes.Done;
    }

    private static AssignmentReport Solve(
        CostFile file, BatchLayout problems, string? output, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        // Permutation and duals.
        file.CheckRoom(engine, (file.Rows * 8L) + (file.Columns * 4L));
        using EngineBuffer<float> costs = file.Load(engine, phases, interruption.Token);
        using AssignmentBuffers result = new(engine, problems);
        BatchRun run = new(engine, phases, interruption);
        WarmUp(run, engine, problems);
        TimeSpan solving;
        try
        {
            solving = run.Solve(() => engine.Assignment.Solve(problems, costs, result));
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"{file.FilePath}: {Failure.MessageOf(exception)}", exception);
        }

        if (output is not null)
        {
            phases.Begin("writing");
            BufferFile.Write(output, result.ColumnOfRow, [file.Problems, file.Rows], interruption.Token);
        }

        return new(engine.Info, result.Status.ToArray(), result.Primal.ToArray(), result.Dual.ToArray(), solving);
    }

    private static void WarmUp(BatchRun run, ComputeEngine engine, BatchLayout problems)
    {
        BatchLayout part = BatchRun.PartOf(problems);
        using AssignmentBuffers result = new(engine, part);
        run.WarmUp(part, (costs, _) => engine.Assignment.Solve(part, costs, result));
    }
}
