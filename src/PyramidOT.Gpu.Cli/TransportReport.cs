using System.Text.Json;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot transport</c> tells.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Status">How each problem ended.</param>
/// <param name="Costs">The cost of each problem's plan; infinite where there is none.</param>
/// <param name="Duals">The value of each problem's duals, a lower bound of the cost; NaN where there is none.</param>
/// <param name="Solving">How long the solve took.</param>
internal sealed record TransportReport(EngineInfo Engine, SolveStatus[] Status, double[] Costs, double[] Duals, TimeSpan Solving)
    : SolveReport(Engine, Status, Costs, Solving)
{
    protected override string Quality => $"largest gap {Format(MaxGap(Duals))}";

    protected override IReadOnlyList<(string Name, Func<int, string> ValueOf)> MoreColumns => [("dual", b => Format(Duals[b]))];

    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("problems", Status.Length);
        json.WriteNumbers("costs", Costs);
        json.WriteNumbers("duals", Duals);
        json.WriteNumberOrNull("maxGap", MaxGap(Duals));
        WriteStatus(json);
        json.WriteNumber("seconds", Solving.TotalSeconds);
    }
}
