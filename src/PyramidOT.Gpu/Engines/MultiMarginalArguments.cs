namespace PyramidOT.Engines;

/// <summary>The checks of multi-marginal problems that all engines share.</summary>
internal static class MultiMarginalArguments
{
    /// <summary>Refuses sizes that do not fit each other.</summary>
    /// <param name="problems">The shapes.</param>
    /// <param name="positions">Number of positions.</param>
    /// <param name="ties">The rule.</param>
    /// <param name="values">Number of values.</param>
    public static void Check(MarginalLayout problems, long positions, TieRule ties, int values)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!Enum.IsDefined(ties))
        {
            throw new ArgumentOutOfRangeException(nameof(ties), ties, "Not a tie rule.");
        }

        if (values != problems.Count)
        {
            throw new ArgumentException($"There is room for {values} values where {problems.Count} are expected.", nameof(values));
        }

        if (positions != 0 && positions != problems.Bins && !AreShared(problems, positions))
        {
            throw new ArgumentException(
                $"There are {positions} positions where {problems.Bins} are expected, or one problem's where all have equally many, or none.", nameof(positions));
        }
    }

    /// <summary>Refuses sizes that do not fit each other, those of a walk.</summary>
    /// <param name="problems">The shapes.</param>
    /// <param name="positions">Number of positions.</param>
    /// <param name="ties">The rule.</param>
    /// <param name="values">Number of values.</param>
    /// <param name="dualValues">Number of dual values.</param>
    /// <param name="steps">Room for the way.</param>
    public static void CheckWalk(MarginalLayout problems, long positions, TieRule ties, int values, int dualValues, MarginalSteps steps)
    {
        Check(problems, positions, ties, values);
        if (dualValues != 0 && dualValues != values)
        {
            throw new ArgumentException($"There is room for {dualValues} dual values where {values} are expected, or none.", nameof(dualValues));
        }

        if (steps.Movers.Length != steps.Masses.Length)
        {
            throw new ArgumentException(
                $"There is room for {steps.Movers.Length} movers and for {steps.Masses.Length} masses of cells; as many of both are expected.", nameof(steps));
        }
    }

    /// <summary>Whether one problem's positions are those of all.</summary>
    public static bool AreShared(MarginalLayout problems, long positions) =>
        positions == problems.MaxBins && positions != problems.Bins && (long)problems.MaxBins * problems.Count == problems.Bins;
}
