using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot demo</c> tells.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Seed">The seed of all that was drawn.</param>
/// <param name="Page">The page that was written.</param>
/// <param name="Data">The clouds and their estimates, the ones in the plane first.</param>
internal sealed record DemoReport(EngineInfo Engine, ulong Seed, string Page, IReadOnlyList<DemoData> Data)
{
    /// <summary>The heads of the table's columns, but for the first, which tells the data.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["scheme", "batch size", "pooled W2", "x exact", "mean of batches", "x exact", "seconds"];

    /// <summary>The cells of a row, under <see cref="Columns"/>.</summary>
    public static string[] Cells(DemoData data, DemoRow row) =>
    [
        NameOf(row),
        row.BatchSize.ToString(CultureInfo.InvariantCulture),
        Format(row.Estimate.PooledDistance),
        Ratio(row.Estimate.PooledDistance, data),
        Format(row.Estimate.MeanOfBatchDistance),
        Ratio(row.Estimate.MeanOfBatchDistance, data),
        row.Time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture),
    ];

    /// <summary>A distance as a multiple of the exact one.</summary>
    public static string Ratio(double distance, DemoData data) =>
        (distance / data.Exact.Estimate.PooledDistance).ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>A distance, to five digits.</summary>
    public static string Format(double distance) => distance.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("seed", Seed);
        json.WriteString("page", Page);
        json.WriteStartArray("estimates");
        foreach (DemoData data in Data)
        {
            foreach (DemoRow row in data.Rows)
            {
                json.WriteStartObject();
                json.WriteString("data", data.Name);
                json.WriteNumber("points", data.Source.Count);
                json.WriteNumber("dimensions", data.Source.Dimensions);
                json.WriteString("scheme", NameOf(row));
                json.WriteNumber("batchSize", row.BatchSize);
                json.WriteNumberOrNull("pooledDistance", row.Estimate.PooledDistance);
                json.WriteNumberOrNull("meanOfBatchDistance", row.Estimate.MeanOfBatchDistance);
                json.WriteNumberOrNull("maxGap", row.Estimate.MaxGap);
                json.WriteNumber("seconds", row.Time.TotalSeconds);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        Table table = new();
        table.AddColumns(["data", .. Columns]);
        foreach (TableColumn column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }

        foreach (DemoData data in Data)
        {
            foreach (DemoRow row in data.Rows)
            {
                table.AddRow([data.Name, .. Cells(data, row)]);
            }
        }

        Terminal.WriteTable(table);
        Console.Out.WriteLine();
        Console.Out.WriteLine($"W2 between two clouds of {Data[0].Source.Count} points each, on {Engine.Kind.ToName()}. Pooled is an upper bound, the mean of batches is none.");
        Console.Out.WriteLine($"{Page} has the pictures.");
    }

    private static string NameOf(DemoRow row) => row.Scheme is { } scheme ? ValueOptions.ToName(scheme) : "exact";
}
