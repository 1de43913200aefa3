namespace PyramidOT.Engines;

/// <summary>One side of transport on lines, all of whose positions are sorted.</summary>
public readonly record struct LineSide
{
    /// <summary>The total that the running sums of each line end with: masses count in units of 2^-60 of the whole.</summary>
    public const long Total = 1L << 60;

    /// <summary>The positions, line by line, the smallest first.</summary>
    public required EngineView<float> Positions { get; init; }

    /// <summary>Where each of them stood before sorting, counted within its line; read only where slopes are wanted.</summary>
    public EngineView<int> Places { get; init; }

    /// <summary>
    /// The mass up to and with each position, of which each line's last is <see cref="Total"/>; empty where all positions of a line have equal
    /// shares.
    /// </summary>
    public EngineView<long> Ends { get; init; }

    /// <summary>
    /// Receives the derivative of the line's cost in each position, in the order before sorting: p times the sum over what moves of mass
    /// sign(x - y) |x - y|^(p-1), and 0 for a mass that stays where it is. Empty where they are not wanted.
    /// </summary>
    public EngineView<float> Slopes { get; init; }
}
