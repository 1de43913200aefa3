using System.Text.Json;
using PyramidOT.Cli.Experiments;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot reproduce</c> tells.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Experiments">What each experiment came to.</param>
/// <param name="Index">The page that links to those of all experiments; null for a single one.</param>
/// <param name="Time">How long it took.</param>
internal sealed record ReproduceReport(
    EngineInfo Engine, ReproduceRequest Request, IReadOnlyList<ExperimentReport> Experiments, string? Index, TimeSpan Time)
{
    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        if (Index is null)
        {
            WriteJson(json, Experiments[0]);
            return;
        }

        json.WriteString("index", Index);
        json.WriteStartArray("experiments");
        foreach (ExperimentReport report in Experiments)
        {
            json.WriteStartObject();
            WriteJson(json, report);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Time.TotalSeconds);
    }

    /// <summary>Writes the tables for people on stdout.</summary>
    public void WriteText()
    {
        foreach (ExperimentReport report in Experiments)
        {
            report.WriteText();
        }

        if (Index is not null)
        {
            Console.Out.WriteLine($"{Index} leads to all pages.");
        }
    }

    private void WriteJson(Utf8JsonWriter json, ExperimentReport report)
    {
        json.WriteString("experiment", report.Experiment.Name);
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("seed", Request.Seed);
        json.WriteBoolean("quick", Request.IsQuick);
        report.WriteJson(json);
        json.WriteNumber("seeds", Request.SeedCount);
    }
}
