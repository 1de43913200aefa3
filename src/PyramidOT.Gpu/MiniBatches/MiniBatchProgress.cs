namespace PyramidOT;

/// <summary>How far a pass over mini-batches is.</summary>
/// <param name="Pairs">Pairs whose batches are solved.</param>
/// <param name="TotalPairs">All pairs of the pass.</param>
public readonly record struct MiniBatchProgress(long Pairs, long TotalPairs);
