using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot map</c> tells.</summary>
internal sealed record MapReport
{
    /// <summary>The engine that computed.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>What was asked for.</summary>
    public required MapRequest Request { get; init; }

    /// <summary>Pairs of the coupling.</summary>
    public required int Pairs { get; init; }

    /// <summary>The mapped points.</summary>
    public required PointCloud Mapped { get; init; }

    /// <summary>Points of the cloud that have no mass in the coupling.</summary>
    public required int Unmapped { get; init; }

    /// <summary>The root of the mean squared way of the mapped points.</summary>
    public required double Displacement { get; init; }

    /// <summary>The labels that came along; null without labels.</summary>
    public required TransferredLabels? Labels { get; init; }

    /// <summary>Those beside the true ones; null where these are not known.</summary>
    public required LabelComparison? Comparison { get; init; }

    /// <summary>The names of labels; empty where they are numbers.</summary>
    public required IReadOnlyList<string> LabelNames { get; init; }

    /// <summary>How long the coupling took; 0 where it was read.</summary>
    public required TimeSpan Coupling { get; init; }

    /// <summary>How long mapping took.</summary>
    public required TimeSpan Mapping { get; init; }

    private string CouplingName => Request.Pairs is null ? ValueOptions.ToName(Request.Coupling) : "file";

    private int? Labelled => Labels is null ? null : Labels.Labels.Length - Labels.Labels.Count(LabelTransfer.Unlabelled);

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteString("coupling", CouplingName);
        json.WriteNumber("pairs", Pairs);
        json.WriteNumber("points", Mapped.Count);
        json.WriteNumber("unmapped", Unmapped);
        json.WriteNumberOrNull("displacement", Displacement);
        json.WriteNumberOrNull("labelled", Labelled);
        json.WriteNumberOrNull("compared", (long?)Comparison?.Compared);
        json.WriteNumberOrNull("accuracy", Comparison?.Accuracy);
        json.WriteStartArray("classes");
        int classes = Comparison?.Labels.Length ?? 0;
        for (int k = 0; k < classes; k++)
        {
            json.WriteStringValue(NameOf(Comparison!.Labels[k]));
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteStartArray("confusion");
        for (int truth = 0; truth < classes; truth++)
        {
            json.WriteStartArray();
            for (int given = 0; given <= classes; given++)
            {
                json.WriteNumberValue(Comparison!.Count(truth, given));
                json.FlushIfLarge();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteNumber("couplingSeconds", Coupling.TotalSeconds);
        json.WriteNumber("mapSeconds", Mapping.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Mapped.Count} points mapped {(Request.IsReversed ? "from the target to the source" : "from the source to the target")} by {Pairs} pairs ({CouplingName}), on {Engine.Kind.ToName()}"));
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"coupled in {Coupling.TotalSeconds:G4} s, mapped in {Mapping.TotalSeconds:G4} s"));
        Console.Out.WriteLine();
        Table table = new();
        table.AddColumns("", "", "");
        table.HideHeaders();
        table.AddRow("displacement", Displacement.ToString("G9", CultureInfo.InvariantCulture), "root of the mean square");
        if (Unmapped > 0)
        {
            table.AddRow("unmapped", Unmapped.ToString(CultureInfo.InvariantCulture), "points of the cloud without a pair");
        }

        if (Labelled is { } labelled)
        {
            table.AddRow("labelled", labelled.ToString(CultureInfo.InvariantCulture), $"of {Labels!.Labels.Length} points");
        }

        if (Comparison is { } comparison)
        {
            table.AddRow("accuracy", comparison.Accuracy.ToString("G6", CultureInfo.InvariantCulture), $"of {comparison.Compared} known labels");
        }

        Terminal.WriteTable(table);
    }

    private string NameOf(int label) => LabelNames.Count > 0 ? LabelNames[label] : label.ToString(CultureInfo.InvariantCulture);
}
