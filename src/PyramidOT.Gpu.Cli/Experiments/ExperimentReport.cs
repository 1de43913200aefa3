using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli.Experiments;

/// <summary>What an experiment came to.</summary>
/// <param name="Experiment">The experiment.</param>
/// <param name="Result">What was found.</param>
/// <param name="Files">What was written, the page first.</param>
/// <param name="Trials">Its trials.</param>
/// <param name="Time">How long this run took.</param>
internal sealed record ExperimentReport(Experiment Experiment, ExperimentResult Result, IReadOnlyList<string> Files, TrialLog Trials, TimeSpan Time)
{
    /// <summary>How many trials there were, how long they took, and which an earlier run had done: a sentence or two, with a blank behind; or nothing.</summary>
    public static string Told(TrialLog trials) => trials.Count == 0
        ? ""
        : $"{trials.Count} {(trials.Count == 1 ? "trial" : "trials")} took {ExperimentCell.Of(trials.Time.TotalSeconds, 3).Text} s. "
            + (trials.KeptCount == 0 ? "" : $"{trials.KeptCount} of them were kept from an earlier run. ");

    /// <summary>Writes properties of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray("files");
        foreach (string file in Files)
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Time.TotalSeconds);
        json.WriteNumber("trials", Trials.Count);
        json.WriteNumber("keptTrials", Trials.KeptCount);
        json.WriteNumber("trialSeconds", Trials.Time.TotalSeconds);
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

        Console.Out.WriteLine($"{Told(Trials)}{Files[0]} has the pictures; {Files.Count - 1} more files have the tables.");
    }
}
