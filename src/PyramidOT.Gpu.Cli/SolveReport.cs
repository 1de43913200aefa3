using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What the verbs that solve a batch of problems of one shape tell.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Status">How each problem ended.</param>
/// <param name="Costs">The cost of each problem's solution; infinite where there is none.</param>
/// <param name="Solving">How long the solve took.</param>
internal abstract record SolveReport(EngineInfo Engine, SolveStatus[] Status, double[] Costs, TimeSpan Solving)
{
    // More problems than this are summed up.
    private const int MostListed = 20;

    /// <summary>How good the solutions are, in a few words for people.</summary>
    protected abstract string Quality { get; }

    /// <summary>What people are told of each problem, beside status and cost.</summary>
    protected virtual IReadOnlyList<(string Name, Func<int, string> ValueOf)> MoreColumns => [];

    /// <summary>Writes the report on stdout.</summary>
    /// <param name="isJson">Whether as JSON, or for people.</param>
    /// <param name="problems">What was solved.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(bool isJson, CostFile problems) =>
        StandardOutput.Write(isJson, WriteJson, () => WriteText(problems.Rows, problems.Columns));

    /// <summary>Writes the properties of the JSON object.</summary>
    protected abstract void WriteJson(Utf8JsonWriter json);

    /// <summary>Writes how each problem ended.</summary>
    protected void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartArray("status");
        foreach (SolveStatus status in Status)
        {
            json.WriteStringValue(status.ToName());
            json.FlushIfLarge();
        }

        json.WriteEndArray();
    }

    /// <summary>The largest |primal - dual| / max(1, |primal|) over the problems that have both; null where none has.</summary>
    protected double? MaxGap(double[] duals)
    {
        double? largest = null;
        for (int b = 0; b < Costs.Length; b++)
        {
            if (double.IsFinite(Costs[b]) && double.IsFinite(duals[b]))
            {
                largest = Math.Max(largest ?? 0, Math.Abs(Costs[b] - duals[b]) / Math.Max(1, Math.Abs(Costs[b])));
            }
        }

        return largest;
    }

    /// <summary>A number for people, a dash where there is none.</summary>
    protected static string Format(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("G9", CultureInfo.InvariantCulture) : "-";

    private void WriteText(int rows, int columns)
    {
        Console.Out.WriteLine($"{Status.Length} {(Status.Length == 1 ? "problem" : "problems")} of {rows} x {columns} on {Engine.Kind.ToName()}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"solved in {Solving.TotalSeconds:G4} s, {Quality}"));
        Console.Out.WriteLine();
        Terminal.WriteTable(Status.Length <= MostListed ? List() : SumUp());
    }

    private Table List()
    {
        Table table = new();
        table.AddColumns(["problem", "status", "cost", .. MoreColumns.Select(column => column.Name)]);
        for (int b = 0; b < Status.Length; b++)
        {
            int problem = b;
            table.AddRow([
                b.ToString(CultureInfo.InvariantCulture), Status[b].ToName(), Format(Costs[b]), .. MoreColumns.Select(column => column.ValueOf(problem))]);
        }

        return table;
    }

    private Table SumUp()
    {
        double[] costs = [.. Costs.Where(double.IsFinite)];
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
}
