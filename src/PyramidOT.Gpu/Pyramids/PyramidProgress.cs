namespace PyramidOT;

/// <summary>How far the build of a pyramid is.</summary>
/// <param name="Rounds">Rounds of division that are done; a round divides all cells of a level.</param>
/// <param name="OpenCells">Cells that are still to be divided.</param>
/// <param name="Settled">The share of all points that lie in leaves, from 0 to 1.</param>
public readonly record struct PyramidProgress(int Rounds, int OpenCells, double Settled);
