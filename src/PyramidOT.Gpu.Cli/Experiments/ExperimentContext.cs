namespace PyramidOT.Cli.Experiments;

/// <summary>What an experiment works with.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Seed">The seed of all that is drawn.</param>
/// <param name="IsQuick">Whether small sizes and rough times will do.</param>
/// <param name="Phases">Told what is done.</param>
/// <param name="Cancellation">Ends the work.</param>
internal sealed record ExperimentContext(ComputeEngine Engine, ulong Seed, bool IsQuick, Phases Phases, CancellationToken Cancellation)
{
    /// <summary>What the time that is spent on each measurement is multiplied by: 0 where the times themselves do not matter.</summary>
    public double Patience { get; init; } = 1;

    /// <summary>The time to spend on a measurement.</summary>
    /// <param name="quick">Milliseconds in a quick run.</param>
    /// <param name="full">Milliseconds otherwise.</param>
    public TimeSpan Budget(double quick, double full) => TimeSpan.FromMilliseconds(Patience * (IsQuick ? quick : full));
}
