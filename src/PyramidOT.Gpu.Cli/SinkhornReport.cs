using System.Globalization;
using System.Text.Json;

namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot sinkhorn</c> tells.</summary>
/// <param name="Engine">The engine that computed.</param>
/// <param name="Status">How each problem ended.</param>
/// <param name="Costs">The transport cost of each problem's plan; infinite where there is none.</param>
/// <param name="Solving">How long the solve took.</param>
internal sealed record SinkhornReport(EngineInfo Engine, SolveStatus[] Status, double[] Costs, TimeSpan Solving)
    : SolveReport(Engine, Status, Costs, Solving)
{
    /// <summary>The value of each plan, entropy and penalties included; infinite where there is none.</summary>
    public required double[] Values { get; init; }

    /// <summary>What the tolerance was held against; NaN where there is no plan.</summary>
    public required double[] Errors { get; init; }

    /// <summary>The iterations that each problem took.</summary>
    public required int[] Iterations { get; init; }

    protected override string Quality
    {
        get
        {
            double[] known = [.. Errors.Where(double.IsFinite)];
            return string.Create(CultureInfo.InvariantCulture, $"largest error {(known.Length == 0 ? "-" : $"{known.Max():G2}")}");
        }
    }

    protected override IReadOnlyList<(string Name, Func<int, string> ValueOf)> MoreColumns =>
    [
        ("value", b => Format(Values[b])),
        ("error", b => double.IsFinite(Errors[b]) ? Errors[b].ToString("G2", CultureInfo.InvariantCulture) : "-"),
        ("iterations", b => Iterations[b].ToString(CultureInfo.InvariantCulture)),
    ];

    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("engine", Engine.Kind.ToName());
        json.WriteNumber("problems", Status.Length);
        json.WriteNumbers("costs", Costs);
        json.WriteNumbers("values", Values);
        json.WriteNumbers("marginalErrors", Errors);
        json.WriteStartArray("iterations");
        foreach (int iterations in Iterations)
        {
            json.WriteNumberValue(iterations);
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        WriteStatus(json);
        json.WriteNumber("seconds", Solving.TotalSeconds);
    }
}
