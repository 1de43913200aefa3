using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot mmot</c> tells.</summary>
internal sealed record MultiMarginalReport
{
    // More problems than this are summed up.
    private const int MostListed = 20;

    /// <summary>The engine that computed.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>What the histograms were.</summary>
    public required MarginalLayout Layout { get; init; }

    /// <summary>The cost.</summary>
    public required MultiMarginalCost Cost { get; init; }

    /// <summary>The distance of each problem.</summary>
    public required double[] Values { get; init; }

    /// <summary>The values of each problem's duals.</summary>
    public required double[] Duals { get; init; }

    /// <summary>The distance of each problem after the descent; null without.</summary>
    public double[]? FinalValues { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>The largest |value - dual| / max(1, |value|); null without a problem.</summary>
    public double? DualGap =>
        Values.Length == 0 ? null : Values.Zip(Duals, (value, dual) => Math.Abs(value - dual) / Math.Max(1, Math.Abs(value))).Max();

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumbers("values", Values);
        json.WriteNumberOrNull("dualGap", DualGap);
        json.WriteString("cost", Cost.Name);
        if (FinalValues is { } final)
        {
            json.WriteNumbers("finalValues", final);
        }

        json.WriteNumber("seconds", Time.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        string problems = Values.Length == 1 ? "1 problem" : $"{Values.Length} problems";
        string work = FinalValues is null ? "solved" : "minimised";
        Console.Out.WriteLine($"{problems} of {Layout.MaxHistograms} histograms x {Layout.MaxBins} bins, cost {Cost.Name}, on {Engine.Kind.ToName()}");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work} in {Time.TotalSeconds:G4} s, dual gap {(DualGap is { } gap ? $"{gap:G2}" : "-")}"));
        Console.Out.WriteLine();
        Terminal.WriteTable(Values.Length <= MostListed ? List() : SumUp());
    }

    private Table List()
    {
        Table table = new();
        table.AddColumns(FinalValues is null ? ["problem", "value"] : ["problem", "value", "final value"]);
        for (int b = 0; b < Values.Length; b++)
        {
            string problem = b.ToString(CultureInfo.InvariantCulture);
            table.AddRow(FinalValues is { } final ? [problem, Format(Values[b]), Format(final[b])] : [problem, Format(Values[b])]);
        }

        return table;
    }

    private Table SumUp()
    {
        Table table = new();
        table.AddColumns(FinalValues is null ? ["", "value"] : ["", "value", "final value"]);
        foreach ((string name, Func<IEnumerable<double>, double> take) in new (string, Func<IEnumerable<double>, double>)[]
        {
            ("mean", Enumerable.Average), ("least", Enumerable.Min), ("largest", Enumerable.Max),
        })
        {
            table.AddRow(FinalValues is { } final ? [name, Format(take(Values)), Format(take(final))] : [name, Format(take(Values))]);
        }

        return table;
    }

    private static string Format(double value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
