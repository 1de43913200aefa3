namespace PyramidOT.Bench.Pyramids;

/// <summary>What was measured of one instance, side by side with the peers.</summary>
/// <param name="Instance">The clouds.</param>
/// <param name="Levels">Levels of the tree.</param>
/// <param name="Steps">Ours, step by step.</param>
/// <param name="Methods">Ours and the peers' full estimates.</param>
/// <param name="Drift">How much slower our slowest segment was than our fastest one: 0.1 is ten percent.</param>
internal sealed record PyramidFigures(
    PyramidInstance Instance, int Levels, IReadOnlyList<StepRow> Steps, IReadOnlyList<MethodRow> Methods, double Drift);
