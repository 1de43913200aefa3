using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What a check of <c>bench</c> came to.</summary>
/// <param name="Name">What was compared with the Host.</param>
/// <param name="Failure">What is wrong, in one line; null where nothing is.</param>
/// <param name="Worst">The largest relative difference; null where bits were compared.</param>
internal sealed record BenchCheck(string Name, string? Failure, double? Worst);

/// <summary>A time that <c>bench</c> took.</summary>
/// <param name="Name">What was timed, with its sizes.</param>
/// <param name="Milliseconds">The median of the repetitions.</param>
/// <param name="Least">The shortest one, in milliseconds.</param>
/// <param name="Repetitions">How many there were.</param>
/// <param name="Rate">Work a second; null where no unit fits.</param>
/// <param name="Unit">The unit of the rate.</param>
internal sealed record BenchTime(string Name, double Milliseconds, double Least, int Repetitions, double? Rate, string? Unit);

/// <summary>What <c>pyramidot bench</c> tells.</summary>
internal sealed record BenchReport(EngineInfo Engine, IReadOnlyList<BenchCheck> Checks, IReadOnlyList<BenchTime> Times)
{
    /// <summary>Whether the engine agrees with the Host everywhere.</summary>
    public bool IsSound => Checks.All(check => check.Failure is null);

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("version", ProductVersion.Current.Version);
        json.WriteString("commit", ProductVersion.Current.Commit);
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteString("device", Engine.Name);
        json.WriteString("instructionSet", Engine.InstructionSet);
        json.WriteBoolean("sound", IsSound);
        json.WriteStartArray("checks");
        foreach (BenchCheck check in Checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WriteBoolean("passed", check.Failure is null);
            json.WriteNumberOrNull("worst", check.Worst);
            json.WriteString("failure", check.Failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("times");
        foreach (BenchTime time in Times)
        {
            json.WriteStartObject();
            json.WriteString("name", time.Name);
            json.WriteNumber("milliseconds", time.Milliseconds);
            json.WriteNumber("least", time.Least);
            json.WriteNumber("repetitions", time.Repetitions);
            json.WriteNumberOrNull("rate", time.Rate);
            json.WriteString("unit", time.Unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        Console.Out.WriteLine($"{Engine.Kind.ToName()}: {Engine.Name}{(Engine.InstructionSet is { } set ? $", {set}" : "")}");
        Console.Out.WriteLine();
        Table checks = new();
        checks.AddColumns("check against the host", "result", "largest difference");
        foreach (BenchCheck check in Checks)
        {
            checks.AddRow(new Text(check.Name), new Text(check.Failure is null ? "same" : "DIFFERS"), new Text(Format(check.Worst, "G2")));
        }

        Terminal.WriteTable(checks);
        foreach (BenchCheck check in Checks.Where(check => check.Failure is not null))
        {
            Console.Out.WriteLine($"{check.Name}: {check.Failure}");
        }

        if (Times.Count == 0)
        {
            return;
        }

        Console.Out.WriteLine();
        Table times = new();
        times.AddColumns("data on the device, warm", "median ms", "least ms", "rate");
        foreach (BenchTime time in Times)
        {
            times.AddRow(
                new Text(time.Name),
                new Text(Format(time.Milliseconds, "G4")),
                new Text(Format(time.Least, "G4")),
                new Text(time.Rate is { } rate ? $"{Format(rate, "G4")} {time.Unit}" : "-"));
        }

        Terminal.WriteTable(times);
    }

    private static string Format(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
