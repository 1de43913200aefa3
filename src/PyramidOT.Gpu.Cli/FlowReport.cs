using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot flow</c> tells.</summary>
internal sealed record FlowReport
{
    /// <summary>The engine that computed.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>What was asked for.</summary>
    public required FlowRequest Request { get; init; }

    /// <summary>Where the source is now.</summary>
    public required GradientFlowResult Result { get; init; }

    /// <summary>Points of the source.</summary>
    public required int Points { get; init; }

    /// <summary>Their dimensions.</summary>
    public required int Dimensions { get; init; }

    private GradientFlowOptions Flow => Request.Flow;

    /// <summary>Writes the properties of the JSON object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteString("scheme", ValueOptions.ToName(Request.Scheme));
        json.WriteNumberOrNull("batchSize", Request.Scheme == FlowScheme.Global ? null : Flow.BatchSize);
        json.WriteNumber("points", Points);
        json.WriteNumber("passes", Flow.Passes);
        json.WriteNumber("rate", Flow.Rate);
        json.WriteString("solver", ValueOptions.ToName(Request.SolverKind));
        json.WriteStartObject("residuals");
        foreach (FlowResidual residual in Result.Residuals)
        {
            json.WriteNumberOrNull(residual.Pass.ToString(CultureInfo.InvariantCulture), residual.Distance);
        }

        json.WriteEndObject();
        json.WriteNumberOrNull("certified", Result.Residuals.Max(residual => residual.Gap));
        json.WriteString("residualKind", ValueOptions.ToName(Result.Residuals[0].Kind));
        json.WriteNumbers("losses", [.. Result.Losses]);
        json.WriteNumber("solvedBatches", Result.SolvedBatches);
        json.WriteNumber("keptBatches", Result.KeptBatches);
        json.WriteNumber("seconds", Result.Time.TotalSeconds);
    }

    /// <summary>Writes the report for people on stdout.</summary>
    public void WriteText()
    {
        string batches = Request.Scheme == FlowScheme.Global ? "" : string.Create(CultureInfo.InvariantCulture, $", batches of {Flow.BatchSize}");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Points} points in {Dimensions} dimension{(Dimensions == 1 ? "" : "s")}, {ValueOptions.ToName(Request.Scheme)}{batches}, {Flow.Passes} passes in {Result.Time.TotalSeconds:G4} s on {Engine.Kind.ToName()}"));
        Console.Out.WriteLine(Result.Residuals[0].Kind switch
        {
            FlowResidualKind.Exact => "W2 that is left, exact:",
            FlowResidualKind.Matching => "W2 that is left, by matchings with a proven gap:",
            _ => "W2 that is left, upper bounds:",
        });
        Console.Out.WriteLine();
        Table table = new();
        table.AddColumns("pass", "W2", "of the start", "proven to");
        double start = Result.Residuals[0].Distance;
        foreach (FlowResidual residual in Result.Residuals)
        {
            table.AddRow(
                residual.Pass.ToString(CultureInfo.InvariantCulture),
                residual.Distance.ToString("G7", CultureInfo.InvariantCulture),
                start > 0 ? (residual.Distance / start).ToString("P2", CultureInfo.InvariantCulture) : "",
                residual.Gap.ToString("P3", CultureInfo.InvariantCulture));
        }

        Terminal.WriteTable(table);
    }
}
