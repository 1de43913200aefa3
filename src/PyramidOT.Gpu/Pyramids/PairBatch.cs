namespace PyramidOT;

/// <summary>
/// Consecutive pairs of a pair order: a mini-batch. Which source point stands beside which target point means nothing beyond how they met;
/// the transport is for a solver to find.
/// </summary>
/// <param name="SourceRows">The source point of each pair, its row in the cloud.</param>
/// <param name="TargetRows">The target point of each pair; as many.</param>
/// <param name="Levels">The level that each pair met at.</param>
/// <param name="Masses">The mass of each pair, a part of 1; empty where all pairs have the same.</param>
public sealed record PairBatch(
    ReadOnlyMemory<int> SourceRows, ReadOnlyMemory<int> TargetRows, ReadOnlyMemory<int> Levels, ReadOnlyMemory<double> Masses)
{
    /// <summary>Number of pairs.</summary>
    public int Count => SourceRows.Length;
}
