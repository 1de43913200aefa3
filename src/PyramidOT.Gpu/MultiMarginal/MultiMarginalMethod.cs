namespace PyramidOT;

/// <summary>How multi-marginal problems are solved.</summary>
public enum MultiMarginalMethod
{
    /// <summary>The closed form for the range cost, the walk for all others.</summary>
    Automatic = 0,

    /// <summary>
    /// The greedy walk, for the range cost too: the same value and, with <see cref="TieRule.FirstLast"/>, the same
    /// gradient as the closed form (where cumulative masses tie but for rounding, another one as good).
    /// </summary>
    Walk = 1,
}
