namespace PyramidOT.Pyramids;

/// <summary>A way to divide cells.</summary>
internal interface IDivider
{
    /// <summary>Says how many children each cell of the round may have, and which of them each point goes to.</summary>
    void Divide(DivisionRound round);

    /// <summary>Whether another attempt at a cell, which this round did not divide, may succeed.</summary>
    bool CanRetry(DivisionRound round, int cell);
}
