namespace PyramidOT.MiniBatches;

/// <summary>What solving one batch gave.</summary>
/// <param name="Mass">Its mass, a part of all mass.</param>
/// <param name="Cost">The mean cost of its plan: per unit of its mass.</param>
/// <param name="Gap">How far what was minimised may lie above the optimum, relative to it; NaN where the solver gives no bound.</param>
internal readonly record struct BatchOutcome(double Mass, double Cost, double Gap)
{
    /// <summary>The gap between a value and a lower bound, relative to the value.</summary>
    public static double RelativeGap(double value, double bound) => value == bound ? 0 : Math.Abs(value - bound) / Math.Abs(value);

    /// <summary>The mean of the batches' costs by their mass.</summary>
    public static double PooledCost(List<BatchOutcome> outcomes)
    {
        double cost = 0;
        double mass = 0;
        foreach (BatchOutcome outcome in outcomes)
        {
            cost += outcome.Cost * outcome.Mass;
            mass += outcome.Mass;
        }

        return cost / mass;
    }
}
