using System.Text.Json;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot assign</c> tells.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Status">How each problem ended.</param>
/// <param name="Costs">The cost of each problem's assignment; infinite where there is none.</param>
/// <param name="Duals">The value of each problem's duals.</param>
/// <param name="Solving">How long the solve took.</param>
internal sealed record AssignmentReport(EngineInfo Engine, SolveStatus[] Status, double[] Costs, double[] Duals, TimeSpan Solving)
    : SolveReport(Engine, Status, Costs, Solving)
{
    protected override string Quality => $"largest gap {Format(MaxGap(Duals))}";

    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("problems", Status.Length);
        json.WriteNumbers("costs", Costs);
        WriteStatus(json);
        json.WriteNumberOrNull("maxGap", MaxGap(Duals));
        json.WriteNumber("seconds", Solving.TotalSeconds);
    }
}
