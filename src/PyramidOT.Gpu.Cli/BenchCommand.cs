using System.CommandLine;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot bench</c>: holds every kernel family of an engine against the Host, then times it.</summary>
internal static class BenchCommand
{
    public static Command Create(Interruption interruption)
    {
        Option<EngineKind?> engine = SharedOptions.Engine();
        Option<int?> threads = SharedOptions.Threads();
        Option<bool> quick = new("--quick") { Description = "Small sizes, once each. Always so on cpu-accelerator." };
        Option<bool> json = SharedOptions.Json();
        Command command = new("bench", "Check every kernel against the host engine, then time it with the data on the device.")
        {
            engine, threads, quick, json,
        };
        command.SetAction(result => Run(
            result.GetValue(engine), result.GetValue(threads), result.GetValue(quick), result.GetValue(json), interruption));
        return command;
    }

    private static int Run(EngineKind? kind, int? threads, bool quick, bool json, Interruption interruption)
    {
        using ComputeEngine engine = SharedOptions.CreateEngine(kind, threads);
        quick |= engine.Info.Kind == EngineKind.CpuAccelerator;
        BenchReport report = Terminal.WithProgress(phases =>
        {
            using ComputeEngine host = SharedOptions.CreateEngine(EngineKind.Host, threads);
            IReadOnlyList<BenchCheck> checks = new BenchChecks(engine, host, quick, phases, interruption).Run();

            // Wrong results have no speed.
            bool isSound = checks.All(check => check.Failure is null);
            return new BenchReport(engine.Info, checks, isSound ? new BenchTimes(engine, quick, phases, interruption).Run() : []);
        });
        StandardOutput.Write(json, report.WriteJson, report.WriteText);
        return report.IsSound ? ExitCodes.Done : ExitCodes.Fault;
    }
}
