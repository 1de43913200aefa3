using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot match</c> tells.</summary>
internal sealed record MatchReport
{
    /// <summary>The engine that computed.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>What was asked for.</summary>
    public required MatchRequest Request { get; init; }

    /// <summary>The matching.</summary>
    public required GlobalMatch Match { get; init; }

    /// <summary>Points of a cloud.</summary>
    public required int Points { get; init; }

    /// <summary>Their dimensions.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("points", Points);
        json.WriteNumber("p", Request.Matching.Cost.Exponent);
        json.WriteNumberOrNull("distance", Match.Distance);
        json.WriteNumberOrNull("lowerBound", Match.LowerBound);
        json.WriteString("bound", ValueOptions.ToName(Match.BoundKind));
        json.WriteNumberOrNull("gap", Match.Gap);
        json.WriteString("end", ValueOptions.ToName(Match.End));
        json.WriteNumber("sweeps", Match.Sweeps);
        json.WriteNumber("rounds", Match.Rounds);
        json.WriteNumbers("history", [.. Match.History]);
        json.WriteNumber("seconds", Time.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Points} pairs in {Dimensions} dimension{(Dimensions == 1 ? "" : "s")}, {Match.Sweeps} sweeps and {Match.Rounds} rounds in {Time.TotalSeconds:G4} s on {Engine.Kind.ToName()}"));
        Console.Out.WriteLine(Match.End switch
        {
            GlobalMatchingEnd.Optimal => "the optimum",
            GlobalMatchingEnd.Gap => "within the gap that was asked for",
            GlobalMatchingEnd.Time => "the time is used up",
            _ => "sweeps and rounds are used up",
        });
        Console.Out.WriteLine();
        string exponent = Request.Matching.Cost.Exponent.ToString(CultureInfo.InvariantCulture);
        Table table = new();
        table.AddColumns("", "", "");
        table.HideHeaders();
        table.AddRow("distance", Format(Match.Distance), $"an upper bound of W_{exponent}");
        table.AddRow("lower bound", Format(Match.LowerBound), Match.BoundKind == LowerBoundKind.Coordinates ? "by coordinates alone" : "proven by potentials");
        table.AddRow("gap", Match.Gap.ToString("P4", CultureInfo.InvariantCulture), "of the distance, at the most");
        Terminal.WriteTable(table);
    }

    private static string Format(double value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
