namespace PyramidOT;

/// <summary>The pyramid match of two clouds: estimates of W1 from the tree alone (Grauman and Darrell, ICCV 2005), in O(n).</summary>
/// <param name="CellBound">Each pair charged the diameter of the cell that it met in: an upper bound of the other estimate.</param>
/// <param name="TrueDistance">Each pair charged its own distance: an upper bound of W1 where nothing was dropped.</param>
/// <param name="Pairs">Number of pairs.</param>
public sealed record PyramidMatch(double CellBound, double TrueDistance, int Pairs)
{
    /// <summary>Estimates W1 between the two clouds of a pyramid.</summary>
    public static PyramidMatch Estimate(
        PyramidPair pyramid,
        GroundDistance distance = GroundDistance.Euclidean,
        ulong seed = 0,
        UnpairedPoints unpaired = UnpairedPoints.Carry) => throw new NotImplementedException();
}
