using PyramidOT.Cli.Experiments.MultiMarginal;

namespace PyramidOT.Cli.Experiments;

/// <summary>An experiment of a paper, done again by this library. A new one is a class of its own and a line in <see cref="All"/>.</summary>
internal abstract class Experiment
{
    /// <summary>All that <c>pyramidot reproduce</c> knows.</summary>
    public static IReadOnlyList<Experiment> All { get; } = [new MultiMarginalExperiment()];

    /// <summary>What it is called on the command line; its files begin with that.</summary>
    public abstract string Name { get; }

    /// <summary>What it shows, in half a sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>Does it.</summary>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public abstract ExperimentResult Run(ExperimentContext context);
}
