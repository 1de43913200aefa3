namespace PyramidOT.Cli.Experiments;

/// <summary>What an experiment works with.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Seed">The seed of all that is drawn.</param>
/// <param name="IsQuick">Whether small sizes and rough times will do.</param>
/// <param name="Phases">Told what is done.</param>
/// <param name="Cancellation">Ends the work.</param>
internal sealed record ExperimentContext(ComputeEngine Engine, ulong Seed, bool IsQuick, Phases Phases, CancellationToken Cancellation);
