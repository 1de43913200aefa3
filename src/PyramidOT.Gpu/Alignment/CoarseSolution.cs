namespace PyramidOT.Alignment;

/// <summary>A smaller problem, solved.</summary>
/// <param name="Rows">Its source points.</param>
/// <param name="SourcePotentials">Their potentials.</param>
/// <param name="Cost">The mean cost of its matching, about that of the whole one.</param>
/// <param name="Matching">The same as a matching of all points, in the order of <see cref="OrderedClouds"/>; null where it tells too little of them.</param>
internal sealed record CoarseSolution(PointCloud Rows, double[] SourcePotentials, double Cost, int[]? Matching);
