namespace PyramidOT;

/// <summary>What happens where the two clouds do not hold the same number of points of the same weight.</summary>
public enum UnpairedPoints
{
    /// <summary>All mass is carried: pairs have masses, and a point may be in several pairs.</summary>
    Carry,

    /// <summary>
    /// Each point is in one pair or, where the other cloud is smaller, in none. Weights do not count, and nothing is a bound of the
    /// distance between the clouds any more.
    /// </summary>
    Drop,
}
