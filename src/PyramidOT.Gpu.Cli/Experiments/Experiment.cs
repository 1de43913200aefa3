using System.CommandLine;
using PyramidOT.Cli.Experiments.Flows;
using PyramidOT.Cli.Experiments.Intensities;
using PyramidOT.Cli.Experiments.Labels;
using PyramidOT.Cli.Experiments.MultiMarginal;
using PyramidOT.Cli.Experiments.Trees;

namespace PyramidOT.Cli.Experiments;

/// <summary>An experiment of a paper, done again by this library. A new one is a class of its own and a line in <see cref="All"/>.</summary>
internal abstract class Experiment
{
    /// <summary>All that <c>pyramidot reproduce</c> knows.</summary>
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new IntensityExperiment(), new LabelExperiment(), new FlowTableExperiment(), new OrderExperiment(), new CouplingExperiment(),
        new FlowPassExperiment(), new FlowTimeExperiment(), new DisjointExperiment(), new MultiMarginalExperiment(),
    ];

    /// <summary>What it is called on the command line; its files begin with that.</summary>
    public abstract string Name { get; }

    /// <summary>What the file of its trials begins with: its own name, or one that several share, of which the first to run measures for all.</summary>
    public virtual string TrialsName => Name;

    /// <summary>What it shows, in half a sentence.</summary>
    public abstract string Summary { get; }

    /// <summary>The options of the command line that are its own, for files that it reads and the like. Experiments that share one share the object.</summary>
    public virtual IReadOnlyList<Option> Options => [];

    /// <summary>Looks at its options before any work is done, that of other experiments included.</summary>
    /// <param name="choices">What the user gave.</param>
    /// <exception cref="InputException">An option's value, or a file that it names, is of no use.</exception>
    public virtual void Check(ExperimentChoices choices)
    {
    }

    /// <summary>Does it. What takes long is measured in trials, by <see cref="ExperimentContext.Measure"/>.</summary>
    /// <exception cref="OperationCanceledException">The user interrupted.</exception>
    public abstract ExperimentResult Run(ExperimentContext context);
}
