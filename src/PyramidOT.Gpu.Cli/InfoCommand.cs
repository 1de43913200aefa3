using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PyramidOT.Kernels;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary><c>pyramidot info</c>: which engines this machine has, and why one that was looked for is not there.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        Option<bool> json = SharedOptions.Json();
        Command command = new("info", "List the engines of this machine, and why one is missing.") { json };
        command.SetAction(result => Run(result.GetValue(json)));
        return command;
    }

    private static int Run(bool json)
    {
        // First of all: a variable that makes no sense is an error, whatever else there is to tell.
        (EngineKind? preferred, string? refusal) = FindDefault();
        IReadOnlyList<EngineInfo> engines = ComputeEngine.Discover();
        StandardOutput.Write(json, writer => WriteJson(writer, preferred, engines), () => WriteText(preferred, refusal, engines));
        return ExitCodes.Done;
    }

    // Asked of the library itself, so that this is what a program would get.
    private static (EngineKind? Kind, string? Refusal) FindDefault()
    {
        try
        {
            using ComputeEngine engine = SharedOptions.CreateEngine(kind: null, threads: null);
            return (engine.Info.Kind, null);
        }
        catch (EngineUnavailableException exception)
        {
            return (null, exception.Message);
        }
    }

    private static void WriteJson(Utf8JsonWriter json, EngineKind? preferred, IReadOnlyList<EngineInfo> engines)
    {
        json.WriteString("version", ProductVersion.Current.Version);
        json.WriteString("commit", ProductVersion.Current.Commit);
        json.WriteString("ilgpu", IlgpuVersion);
        json.WriteString("default", preferred?.ToName());
        json.WriteStartArray("engines");
        foreach (EngineInfo engine in engines)
        {
            json.WriteStartObject();
            json.WriteString("kind", engine.Kind.ToName());
            json.WriteString("name", engine.Name);
            json.WriteBoolean("available", engine.IsAvailable);
            json.WriteNumberOrNull("memoryBytes", engine.MemoryBytes);
            json.WriteNumberOrNull("lanes", engine.Lanes);
            json.WriteNumberOrNull("units", engine.Units);
            json.WriteString("instructionSet", engine.InstructionSet);
            json.WriteString("reason", engine.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteText(EngineKind? preferred, string? refusal, IReadOnlyList<EngineInfo> engines)
    {
        Console.Out.WriteLine(ProductVersion.Current);
        Console.Out.WriteLine(IlgpuVersion is { } ilgpu ? $"built with ILGPU {ilgpu}" : "built without ILGPU");
        Console.Out.WriteLine(preferred is { } kind ? $"default engine: {kind.ToName()}" : $"default engine: none. {refusal}");
        Console.Out.WriteLine();

        Table table = new();
        table.AddColumns("engine", "available", "device", "memory", "units", "lanes", "instructions");
        foreach (EngineInfo engine in engines)
        {
            table.AddRow(
                new Text(engine.Kind.ToName()),
                new Text(engine.IsAvailable ? "yes" : "no"),
                new Text(engine.Name == engine.Kind.ToName() ? "-" : engine.Name),
                new Text(engine.MemoryBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB") : "-"),
                new Text(engine.Units?.ToString(CultureInfo.InvariantCulture) ?? "-"),
                new Text(engine.Lanes?.ToString(CultureInfo.InvariantCulture) ?? "-"),
                new Text(engine.InstructionSet ?? "-"));
        }

        Terminal.WriteTable(table);
        Console.Out.WriteLine();

        // Not a column: reasons are long, and a terminal is narrow.
        foreach (EngineInfo engine in engines.Where(engine => !engine.IsAvailable))
        {
            Console.Out.WriteLine($"{engine.Kind.ToName()} is missing: {engine.Reason}");
        }
    }

    private static string? IlgpuVersion => KernelBuild.HasIlgpu ? KernelBuild.IlgpuVersion : null;
}
