namespace PyramidOT.Pyramids;

/// <summary>A cell that is to be divided.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Cell">Its number in the level.</param>
/// <param name="Attempt">How often dividing it was tried without success.</param>
internal readonly record struct OpenCell(int Level, int Cell, int Attempt);
