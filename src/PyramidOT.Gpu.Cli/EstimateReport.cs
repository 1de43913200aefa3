using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>The numbers of one pass.</summary>
internal readonly record struct EstimatePass(double PooledDistance, double MeanOfBatchDistance);

/// <summary>What <c>pyramidot estimate</c> tells.</summary>
internal sealed record EstimateReport
{
    /// <summary>The engine that computed.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>What was asked for.</summary>
    public required EstimateRequest Request { get; init; }

    /// <summary>All passes.</summary>
    public required IReadOnlyList<EstimatePass> Passes { get; init; }

    /// <summary>The pass with the least pooled distance, the first of several.</summary>
    public required MiniBatchEstimate Best { get; init; }

    /// <summary>The largest gap among the solves of all passes.</summary>
    public required double MaxGap { get; init; }

    /// <summary>Levels of the pyramid.</summary>
    public required int Levels { get; init; }

    /// <summary>How long the pyramid took.</summary>
    public required TimeSpan Building { get; init; }

    /// <summary>How long all passes took.</summary>
    public required TimeSpan Solving { get; init; }

    /// <summary>Whether the pooled distance is an upper bound: nothing was left out of account.</summary>
    public required bool IsBound { get; init; }

    /// <summary>The share of the mass that joins equal labels; null where there are none.</summary>
    public required double? LabelAgreement { get; init; }

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteString("scheme", ValueOptions.ToName(Request.Pyramid.Scheme));
        json.WriteNumber("batchSize", Request.BatchSize);
        json.WriteNumber("pairs", Best.Coupling.Count);
        json.WriteNumber("batches", Best.BatchCosts.Length);
        json.WriteNumber("p", Request.Cost.Exponent);
        json.WriteNumberOrNull("pooledDistance", Best.PooledDistance);
        json.WriteNumberOrNull("meanOfBatchDistance", Best.MeanOfBatchDistance);
        json.WriteNumberOrNull("labelAgreement", LabelAgreement);
        json.WriteNumber("levels", Levels);
        json.WriteStartArray("passes");
        foreach (EstimatePass pass in Passes)
        {
            json.WriteStartObject();
            json.WriteNumberOrNull("pooledDistance", pass.PooledDistance);
            json.WriteNumberOrNull("meanOfBatchDistance", pass.MeanOfBatchDistance);
            json.WriteEndObject();
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteString("solver", ValueOptions.ToName(Request.SolverKind));
        json.WriteNumberOrNull("maxGap", MaxGap);
        json.WriteNumber("buildSeconds", Building.TotalSeconds);
        json.WriteNumber("solveSeconds", Solving.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        int batches = Best.BatchCosts.Length;
        Console.Out.WriteLine(
            $"{Best.Coupling.Count} pairs in {batches} {(batches == 1 ? "batch" : $"batches of {Request.BatchSize}")}, "
            + $"{ValueOptions.ToName(Request.Pyramid.Scheme)}, on {Engine.Kind.ToName()}");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Levels} {(Levels == 1 ? "level" : "levels")} built in {Building.TotalSeconds:G4} s, solved in {Solving.TotalSeconds:G4} s, {(double.IsNaN(MaxGap) ? "without a certificate" : $"largest gap {MaxGap:G2}")}"));
        Console.Out.WriteLine();
        Terminal.WriteTable(SumUp());
        if (Passes.Count > 1)
        {
            Console.Out.WriteLine();
            Terminal.WriteTable(List());
        }
    }

    private Table SumUp()
    {
        string exponent = Request.Cost.Exponent.ToString(CultureInfo.InvariantCulture);
        Table table = new();
        table.AddColumns("", "", "");
        table.HideHeaders();
        table.AddRow("pooled distance", Format(Best.PooledDistance), IsBound ? $"an upper bound of W_{exponent}" : "no bound");
        table.AddRow("mean of batch distances", Format(Best.MeanOfBatchDistance), "no bound");
        if (LabelAgreement is { } agreement)
        {
            table.AddRow("label agreement", Format(agreement), "");
        }

        return table;
    }

    private Table List()
    {
        Table table = new();
        table.AddColumns("pass", "pooled distance", "mean of batch distances");
        for (int pass = 0; pass < Passes.Count; pass++)
        {
            table.AddRow(
                (pass + 1).ToString(CultureInfo.InvariantCulture),
                Format(Passes[pass].PooledDistance),
                Format(Passes[pass].MeanOfBatchDistance));
        }

        return table;
    }

    private static string Format(double value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
