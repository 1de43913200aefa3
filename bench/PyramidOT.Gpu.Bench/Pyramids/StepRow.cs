namespace PyramidOT.Bench.Pyramids;

/// <summary>What was measured of one step.</summary>
/// <param name="Name">The step.</param>
/// <param name="TargetSeconds">What it may take on two threads; null where nothing was set.</param>
/// <param name="TwoThreads">Seconds on two threads; null on a machine of one core.</param>
/// <param name="OneThread">Seconds on one thread.</param>
internal sealed record StepRow(string Name, double? TargetSeconds, double? TwoThreads, double OneThread);
