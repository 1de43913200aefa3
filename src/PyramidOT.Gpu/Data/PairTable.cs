namespace PyramidOT.Data;

/// <summary>Pairs of points as a file has them.</summary>
/// <param name="SourceRows">The source point of each pair, at least 0.</param>
/// <param name="TargetRows">The target point of each pair; as many.</param>
/// <param name="Masses">The mass of each pair, finite and at least 0; null where the file has none.</param>
public sealed record PairTable(int[] SourceRows, int[] TargetRows, double[]? Masses);
