using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot assign</c> tells.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Status">How each problem ended.</param>
/// <param name="Primal">The cost of each problem's assignment.</param>
/// <param name="Dual">The value of each problem's duals.</param>
/// <param name="Solving">How long the solve took.</param>
internal sealed record AssignmentReport(EngineInfo Engine, SolveStatus[] Status, double[] Primal, double[] Dual, TimeSpan Solving)
{
    // More problems than this are summed up.
    private const int MostListed = 20;

    /// <summary>The largest |primal - dual| / max(1, |primal|) over the solved problems; null where none is solved.</summary>
    public double? MaxGap
    {
        get
        {
            double? largest = null;
            for (int b = 0; b < Status.Length; b++)
            {
                if (Status[b] is SolveStatus.Optimal)
                {
                    largest = Math.Max(largest ?? 0, Math.Abs(Primal[b] - Dual[b]) / Math.Max(1, Math.Abs(Primal[b])));
                }
            }

            return largest;
        }
    }

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("problems", Status.Length);
        json.WriteStartArray("costs");
        for (int b = 0; b < Status.Length; b++)
        {
            json.WriteNumberOrNull(CostOf(b));
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteStartArray("status");
        foreach (SolveStatus status in Status)
        {
            json.WriteStringValue(status.ToName());
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteNumberOrNull("maxGap", MaxGap);
        json.WriteNumber("seconds", Solving.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    /// <param name="rows">Rows of each problem.</param>
    /// <param name="columns">Columns of each problem.</param>
    public void WriteText(int rows, int columns)
    {
        Console.Out.WriteLine($"{Status.Length} {(Status.Length == 1 ? "problem" : "problems")} of {rows} x {columns} on {Engine.Kind.ToName()}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"solved in {Solving.TotalSeconds:G4} s, largest gap {Format(MaxGap)}"));
        Console.Out.WriteLine();
        Terminal.WriteTable(Status.Length <= MostListed ? List() : SumUp());
    }

    private double? CostOf(int problem) => Status[problem] is SolveStatus.Optimal ? Primal[problem] : null;

    private Table List()
    {
        Table table = new();
        table.AddColumns("problem", "status", "cost");
        for (int b = 0; b < Status.Length; b++)
        {
            table.AddRow(b.ToString(CultureInfo.InvariantCulture), Status[b].ToName(), Format(CostOf(b)));
        }

        return table;
    }

    private Table SumUp()
    {
        double[] costs = [.. Enumerable.Range(0, Status.Length).Select(CostOf).OfType<double>()];
        Table table = new();
        table.AddColumns("", "");
        table.HideHeaders();
        foreach (SolveStatus status in Enum.GetValues<SolveStatus>())
        {
            table.AddRow(status.ToName(), Status.LongCount(other => other == status).ToString(CultureInfo.InvariantCulture));
        }

        table.AddRow("mean cost", Format(costs.Length == 0 ? null : costs.Average()));
        table.AddRow("least cost", Format(costs.Length == 0 ? null : costs.Min()));
        table.AddRow("largest cost", Format(costs.Length == 0 ? null : costs.Max()));
        return table;
    }

    private static string Format(double? value) => value?.ToString("G9", CultureInfo.InvariantCulture) ?? "-";
}
