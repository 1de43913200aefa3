namespace PyramidOT.Transport;

/// <summary>The potentials that the solutions of a batch begin with, and those that they end with: <see cref="TransportSolver.PotentialCount"/> numbers each.</summary>
/// <param name="Start">What to begin with; empty for nothing.</param>
/// <param name="End">Receives what was found; empty where nobody asks. Not where the start is.</param>
internal readonly record struct SolverPotentials(EngineView<double> Start, EngineView<double> End);
