using System.CommandLine;
using PyramidOT.Cli.Pages;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot demo</c>: what a pyramid changes, on data that it makes itself, as a table and as a page with pictures.</summary>
internal static class DemoCommand
{
    private const string StandardPage = "pyramidot-demo.html";

    public static Command Create(Interruption interruption)
    {
        Option<string> page = new("--out")
        {
            HelpName = "PAGE.html",
            Description = "The page to write.",
            DefaultValueFactory = _ => StandardPage,
        };
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<ulong> seed = ValueOptions.Seed("The seed of the data, the pyramids and the orders of pairs.");
        Option<bool> json = SharedOptions.Json();
        Command command = new("demo", "Compare batches drawn at random with batches off a pyramid, and write a page with pictures.")
        {
            page, engine, threads, seed, json,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(page),
            result.GetValue(engine),
            result.GetValue(threads),
            result.GetValue(seed),
            result.GetValue(json),
            interruption));
        return command;
    }

    private static int Run(string path, EngineKind? kind, int? threads, ulong seed, bool json, Interruption interruption)
    {
        OutputFile.Check(path, "--out");
        using ComputeEngine engine = SharedOptions.CreateEngine(kind, threads);
        DemoReport report = Terminal.WithProgress(phases =>
        {
            IReadOnlyList<DemoData> data = new DemoRun(engine, DemoRun.StandardPoints, seed, phases, interruption).Run();
            return new DemoReport(engine.Info, seed, path, data);
        });
        FileErrors.Named(path, () => Page.Write(path, DemoPage.Create(report)));
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return ExitCodes.Done;
    }
}
