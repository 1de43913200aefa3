using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot assign</c>: solves the assignment problems whose cost matrices a .npy file holds.</summary>
internal static class AssignCommand
{
    public static Command Create(Interruption interruption)
    {
        Argument<string> costs = new("COSTS.npy")
        {
            Description = "Cost matrices: float32 or float64, of shape (n, m), or (problems, n, m) for a batch; infinity forbids a pair.",
        };
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
        if (input.Length == 0)
        {
            throw new InputException("COSTS.npy: the file name is empty");
        }

        // All that can be found wrong without work comes before it.
        using CostFile file = CostFile.Open(input);
        if (output is not null)
        {
            OutputFile.Check(output, "--out", input);
        }

        using ComputeEngine engine = SharedOptions.CreateEngine(kind, threads);
        AssignmentReport report = Terminal.WithProgress(phases => Solve(file, output, engine, phases, interruption));
        FileErrors.Named("standard output", () =>
        {
            if (json)
            {
                JsonResult.Write(report.WriteJson);
            }
            else
            {
                report.WriteText(file.Rows, file.Columns);
            }
        });
        return ExitCodes.Done;
    }

    private static AssignmentReport Solve(CostFile file, string? output, ComputeEngine engine, Phases phases, Interruption interruption)
    {
        file.CheckRoom(engine);
        BatchLayout problems = BatchLayout.Uniform(file.Problems, file.Rows, file.Columns);
        using EngineBuffer<float> costs = file.Load(engine, phases, interruption.Token);
        using AssignmentBuffers result = new(engine, problems);
        TimeSpan solving;
        try
        {
            solving = AssignmentRun.Solve(engine, problems, costs, result, phases, interruption);
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"{file.FilePath}: {Failure.MessageOf(exception)}", exception);
        }

        if (output is not null)
        {
            phases.Begin("writing");
            PermutationFile.Write(output, result.ColumnOfRow, file.Problems, file.Rows, interruption.Token);
        }

        return new(engine.Info, result.Status.ToArray(), result.Primal.ToArray(), result.Dual.ToArray(), solving);
    }
}
