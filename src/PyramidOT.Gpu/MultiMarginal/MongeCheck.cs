namespace PyramidOT;

/// <summary>What stands behind the claim that a cost is Monge.</summary>
public enum MongeProof
{
    /// <summary>A theorem: the library's own costs.</summary>
    Known = 0,

    /// <summary>All adjacent 2 x 2 blocks of the grid of cells hold the inequality, which is enough for all cells.</summary>
    Exhaustive = 1,

    /// <summary>A sample of the inequalities holds: the grid is too large to see all.</summary>
    Sampled = 2,
}

/// <summary>How the cost was found to be Monge; without that the walk's plan need not be the best.</summary>
/// <param name="Proof">What stands behind it; where problems differ, the weakest.</param>
/// <param name="Inequalities">How many inequalities c(min(I, J)) + c(max(I, J)) &lt;= c(I) + c(J) were tested, over all shapes; 0 for known costs.</param>
public sealed record MongeCheck(MongeProof Proof, long Inequalities)
{
    /// <summary>Cells up to which a grid is tested throughout.</summary>
    public const long ExhaustiveCells = 1_000_000;

    /// <summary>Inequalities that are tested where there are more cells.</summary>
    public const int Samples = 100_000;

    /// <summary>How far an inequality may be missed for rounding, as a share of the largest of its four costs.</summary>
    public const double Tolerance = 1e-12;
}
