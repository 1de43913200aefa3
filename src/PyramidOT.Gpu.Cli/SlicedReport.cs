using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot sliced</c> tells.</summary>
internal sealed record SlicedReport
{
    /// <summary>The engine that computed.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>What was asked for.</summary>
    public required SlicedOptions Options { get; init; }

    /// <summary>The source cloud.</summary>
    public required PointCloud Source { get; init; }

    /// <summary>The target cloud.</summary>
    public required PointCloud Target { get; init; }

    /// <summary>What was found.</summary>
    public required SlicedDistance Distance { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumberOrNull("distance", Distance.Distance);
        json.WriteNumberOrNull("maxSliced", Distance.MaxSliced);
        json.WriteNumberOrNull("standardError", Distance.StandardError);
        json.WriteNumber("seconds", Time.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Source.Count} and {Target.Count} points in {Source.Dimensions} dimension{(Source.Dimensions == 1 ? "" : "s")}, "
            + $"{Options.Projections} direction{(Options.Projections == 1 ? "" : "s")}, {Time.TotalSeconds:G4} s on {Engine.Kind.ToName()}"));
        Console.Out.WriteLine();
        string exponent = Options.P.ToString(CultureInfo.InvariantCulture);
        Table table = new();
        table.AddColumns("", "", "");
        table.HideHeaders();
        table.AddRow(
            $"sliced W_{exponent}",
            Format(Distance.Distance),
            double.IsNaN(Distance.StandardError) ? "of a single direction" : $"standard error {Format(Distance.StandardError)}");
        table.AddRow($"max-sliced W_{exponent}", Format(Distance.MaxSliced), "a lower bound: the largest that was found");
        Terminal.WriteTable(table);
    }

    private static string Format(double value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
