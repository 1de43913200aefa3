using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli.Experiments;

/// <summary>What <c>pyramidot reproduce</c> tells.</summary>
/// <param name="Name">The experiment.</param>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Seed">The seed of all that was drawn.</param>
/// <param name="IsQuick">Whether sizes were small.</param>
/// <param name="Result">What was found.</param>
/// <param name="Files">What was written, the page first.</param>
/// <param name="Time">How long it took.</param>
internal sealed record ExperimentReport(
    string Name, EngineInfo Engine, ulong Seed, bool IsQuick, ExperimentResult Result, IReadOnlyList<string> Files, TimeSpan Time)
{
    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("experiment", Name);
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("seed", Seed);
        json.WriteBoolean("quick", IsQuick);
        json.WriteStartArray("files");
        foreach (string file in Files)
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Time.TotalSeconds);
    }

    /// <summary>Writes the tables for people on stdout.</summary>
    public void WriteText()
    {
        foreach (ExperimentTable part in Result.Tables.Where(table => !table.IsForFileOnly))
        {
            Console.Out.WriteLine(part.Caption);
            Table table = new();
            foreach (string column in part.Columns)
            {
                TableColumn added = new(Markup.Escape(column));
                table.AddColumn(table.Columns.Count == 0 ? added : added.RightAligned());
            }

            foreach (IReadOnlyList<ExperimentCell> row in part.Rows)
            {
                table.AddRow([.. row.Select(cell => Markup.Escape(cell.Text))]);
            }

            Terminal.WriteTable(table);
            Console.Out.WriteLine();
        }

        Console.Out.WriteLine($"{Files[0]} has the pictures; {Files.Count - 1} more files have the tables.");
    }
}
