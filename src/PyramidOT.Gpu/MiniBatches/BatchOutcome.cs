namespace PyramidOT.MiniBatches;

/// <summary>What solving one batch gave.</summary>
/// <param name="Pairs">Its pairs.</param>
/// <param name="Cost">The cost of all of them together.</param>
/// <param name="Dual">A lower bound of it.</param>
internal readonly record struct BatchOutcome(int Pairs, double Cost, double Dual)
{
    /// <summary>How far the cost may lie above the optimum, relative to it.</summary>
    public double Gap => Cost == Dual ? 0 : Math.Abs(Cost - Dual) / Cost;
}
