namespace PyramidOT;

/// <summary>How far a descent is.</summary>
/// <param name="Steps">Steps taken.</param>
/// <param name="TotalSteps">Steps to take.</param>
/// <param name="Value">The distance before the last step, summed over the problems.</param>
public readonly record struct MultiMarginalDescentProgress(int Steps, int TotalSteps, double Value);
