namespace PyramidOT.Cli;

/// <summary>The costs that <c>mmot --cost</c> names.</summary>
internal enum MultiMarginalCostKind
{
    /// <summary>The last bin minus the first.</summary>
    Range = 0,

    /// <summary>The range to a power.</summary>
    RangePower,

    /// <summary>The sum over pairs of the distance to a power.</summary>
    Pair,

    /// <summary>The sum over pairs of Huber's loss of the distance.</summary>
    Huber,

    /// <summary>The sum of squared distances from the mean.</summary>
    Variance,

    /// <summary>The sum of distances from the median.</summary>
    Median,

    /// <summary>The sum of distances from the first histogram.</summary>
    Star,

    /// <summary>The sum of distances between neighbours.</summary>
    Chain,
}

/// <summary>What makes a cost of a name and the numbers that go with it.</summary>
internal static class MultiMarginalCosts
{
    private const double StandardPower = 2;
    private const double StandardThreshold = 1;

    /// <summary>Makes the cost.</summary>
    /// <param name="kind">Its name.</param>
    /// <param name="power"><c>--power</c>; null where it is not given.</param>
    /// <param name="threshold"><c>--threshold</c>; null where it is not given.</param>
    /// <exception cref="InputException">A number was given that the cost has not.</exception>
    public static MultiMarginalCost Create(MultiMarginalCostKind kind, double? power, double? threshold)
    {
        string name = ValueOptions.ToName(kind);
        if (power is not null && kind is not (MultiMarginalCostKind.RangePower or MultiMarginalCostKind.Pair))
        {
            throw new InputException($"--power: the cost {name} has no power; range-power and pair have one");
        }

        if (threshold is not null && kind is not MultiMarginalCostKind.Huber)
        {
            throw new InputException($"--threshold: the cost {name} has no threshold; huber has one");
        }

        return kind switch
        {
            MultiMarginalCostKind.RangePower => MultiMarginalCost.RangePower(power ?? StandardPower),
            MultiMarginalCostKind.Pair => MultiMarginalCost.Pairwise(power ?? 1),
            MultiMarginalCostKind.Huber => MultiMarginalCost.Huber(threshold ?? StandardThreshold),
            MultiMarginalCostKind.Variance => MultiMarginalCost.Variance,
            MultiMarginalCostKind.Median => MultiMarginalCost.Median,
            MultiMarginalCostKind.Star => MultiMarginalCost.Star,
            MultiMarginalCostKind.Chain => MultiMarginalCost.Chain,
            _ => MultiMarginalCost.Range,
        };
    }
}
