namespace PyramidOT.Engines;

/// <summary>
/// Where the greedy walk writes its way: of each problem d (n - 1) steps and one stay at the end, from its first element on
/// (<see cref="MarginalLayout.ElementOffsets"/>); what is behind them is void. Both are <see cref="MarginalLayout.Elements"/> long, or both
/// empty where the way is not wanted.
/// </summary>
public readonly struct MarginalSteps
{
    /// <summary>The histogram that moves on to its next bin with each step, counted within its problem; -1 for the stay at the end.</summary>
    public EngineView<int> Movers { get; init; }

    /// <summary>The mass of the cell that the walk is at before each step, and of the last cell: at least 0; 0 where it is left empty-handed.</summary>
    public EngineView<double> Masses { get; init; }
}
