namespace PyramidOT;

/// <summary>
/// Which histograms the gradient of a multi-marginal distance is charged to where several have the least or the greatest cumulative mass at
/// a cut between bins. The distance has a kink there, and every rule gives a subgradient.
/// </summary>
public enum TieRule
{
    /// <summary>
    /// The first of those with the least cumulative mass, the last of those with the greatest: the duals of the greedy walk. Equal
    /// histograms have a gradient other than 0.
    /// </summary>
    FirstLast = 0,

    /// <summary>
    /// Shared evenly between all that have the least, and between all that have the greatest, to within a tolerance
    /// (<see cref="TieRules.Tolerance32"/> or <see cref="TieRules.Tolerance64"/> times the total mass). Equal histograms have gradient 0, exactly.
    /// </summary>
    Averaged = 1,
}

/// <summary>The tolerances of <see cref="TieRule.Averaged"/>.</summary>
public static class TieRules
{
    /// <summary>For masses in float32: some units in the last place of a total.</summary>
    public const double Tolerance32 = 4.0 / (1 << 23);

    /// <summary>For masses in float64.</summary>
    public const double Tolerance64 = 1e-12;
}
