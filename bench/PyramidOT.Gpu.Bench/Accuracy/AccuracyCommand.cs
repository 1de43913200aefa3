using System.CommandLine;
using System.Text;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Accuracy;

/// <summary>The verb <c>accuracy</c>: the errors of every family on every engine of this machine, as docs/accuracy.md shows them.</summary>
internal static class AccuracyCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        Option<string> into = new("--into")
        {
            Description = $"Also writes the table into this file, between its marks \"{MarkedSection.Accuracy.Name}: begin\" and \"end\".",
            HelpName = "FILE",
        };
        into.Validators.Add(result =>
        {
            if (result.GetValue(into) is { } file && MarkedSection.Accuracy.FaultOf(file) is { } fault)
            {
                result.AddError(fault);
            }
        });
        Command command = new("accuracy", "Measures the errors of every kernel family against float64, on every engine that is there.") { into };
        command.SetAction(result => Run(result.GetValue(into)));
        return command;
    }

    private static int Run(string? into)
    {
        List<ComputeEngine> engines = [];
        try
        {
            foreach (EngineInfo info in ComputeEngine.Discover().Where(info => info.IsAvailable))
            {
                engines.Add(ComputeEngine.Create(new() { Kind = info.Kind }));
            }

            AccuracyRow[] rows = [.. AccuracyCases.All().Select(entry => Measure(entry, engines))];
            string section = Format(engines, rows);
            Console.Out.Write(section);
            if (into is not null)
            {
                MarkedSection.Accuracy.Replace(into, section);
            }

            return rows.All(row => row.Errors.All(double.IsFinite)) ? ExitCode.Done : ExitCode.WrongResult;
        }
        finally
        {
            engines.ForEach(engine => engine.Dispose());
        }
    }

    private static AccuracyRow Measure(AccuracyCase entry, List<ComputeEngine> engines)
    {
        Console.Error.WriteLine($"{entry.Family}, {entry.What} …");
        return new(entry, [.. engines.Select(entry.Worst)]);
    }

    private static string Format(List<ComputeEngine> engines, AccuracyRow[] rows)
    {
        StringBuilder text = new();
        foreach (ComputeEngine engine in engines)
        {
            text.Append($"- `{engine.Info.Kind.ToName()}`: {engine.Info.Name}{(engine.Info.InstructionSet is { } set ? $", {set}" : "")}\n");
        }

        return text.Append('\n').Append(MarkdownTable.Format(
            [
                new("family", Align.Left, row => row.Case.Family),
                new("result", Align.Left, row => row.Case.What),
                new("error is", Align.Left, row => row.Case.Error),
                .. engines.Select((engine, k) => new MarkdownColumn<AccuracyRow>(
                    $"`{engine.Info.Kind.ToName()}`", Align.Right, row => row.Errors[k] == 0 ? "0" : $"{row.Errors[k]:0.0e-0}")),
            ],
            rows)).ToString();
    }

    /// <summary>A case, and its largest error on each engine.</summary>
    private sealed record AccuracyRow(AccuracyCase Case, double[] Errors);
}
