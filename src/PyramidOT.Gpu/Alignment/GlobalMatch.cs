namespace PyramidOT;

/// <summary>Why a global matching stopped.</summary>
public enum GlobalMatchingEnd
{
    /// <summary>The matching is optimal: its cost and the bound are equal up to float64's rounding.</summary>
    Optimal,

    /// <summary>The gap is at most the one that was asked for.</summary>
    Gap,

    /// <summary>Sweeps and rounds are used up.</summary>
    Limit,

    /// <summary>The time is used up.</summary>
    Time,
}

/// <summary>What a lower bound was proven by.</summary>
public enum LowerBoundKind
{
    /// <summary>Potentials u and v with u_i + v_j at most c_ij for all pairs: the mean of u plus the mean of v.</summary>
    Potentials,

    /// <summary>
    /// Transport along each coordinate alone, solved exactly by sorting: what all together must cost at least. For clouds too large for
    /// potentials in the time given.
    /// </summary>
    Coordinates,
}

/// <summary>A one-to-one matching of two clouds, and how far it can be from the best one.</summary>
public sealed class GlobalMatch
{
    internal GlobalMatch(int[] targetOf) => TargetArray = targetOf;

    /// <summary>The target point of each source point.</summary>
    public ReadOnlySpan<int> TargetOf => TargetArray;

    /// <summary>The mean cost of the pairs, in float64.</summary>
    public required double Cost { get; init; }

    /// <summary>The p-th root of <see cref="Cost"/>: an upper bound of W_p.</summary>
    public required double Distance { get; init; }

    /// <summary>A proven lower bound of W_p.</summary>
    public required double LowerBound { get; init; }

    /// <summary>What proves <see cref="LowerBound"/>.</summary>
    public required LowerBoundKind BoundKind { get; init; }

    /// <summary>The share of <see cref="Distance"/> that it may lie above W_p at the most; 0 for an optimum.</summary>
    public double Gap => Distance == 0 ? 0 : Math.Max(0, 1 - (LowerBound / Distance));

    /// <summary>Why it stopped.</summary>
    public required GlobalMatchingEnd End { get; init; }

    /// <summary>The distance of the best matching at the start and after each sweep and round; it never rises.</summary>
    public required IReadOnlyList<double> History { get; init; }

    /// <summary>Sweeps that were done.</summary>
    public required int Sweeps { get; init; }

    /// <summary>Rounds over all points that were done.</summary>
    public required int Rounds { get; init; }

    /// <summary>
    /// The potentials v of the target points that prove the bound together with u_i = min over j of c_ij - v_j; empty where the bound is no work of
    /// potentials.
    /// </summary>
    public ReadOnlySpan<double> TargetPotentials => TargetPotentialArray;

    /// <summary>The potentials u of the source points; likewise.</summary>
    public ReadOnlySpan<double> SourcePotentials => SourcePotentialArray;

    internal int[] TargetArray { get; }

    internal double[] TargetPotentialArray { get; init; } = [];

    internal double[] SourcePotentialArray { get; init; } = [];

    /// <summary>The pairs as a coupling.</summary>
    public Coupling ToCoupling()
    {
        int[] rows = new int[TargetArray.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return new(rows, TargetArray, []);
    }
}
