namespace PyramidOT.Bench.Comparison;

/// <summary>One row of the table: problems of one kind and size, to be solved by us and by the peers.</summary>
internal abstract class Workload
{
    /// <summary>What is computed, on which data.</summary>
    public abstract string Name { get; }

    /// <summary>The size that the table shows.</summary>
    public abstract int Size { get; }

    /// <summary>Problems that one call solves; times are reported a problem.</summary>
    public abstract int Count { get; }

    /// <summary>Whether several threads share a call's work.</summary>
    public virtual bool IsShared => Count > 1;

    /// <summary>What was asked for, and what others are known to reach.</summary>
    public virtual Target Target => Target.None;

    /// <summary>Those who are measured on the same files; empty where ours runs alone.</summary>
    public abstract IReadOnlyDictionary<PeerColumn, PeerCall> Peers { get; }

    /// <summary>Writes the files that <see cref="Peers"/> name.</summary>
    public abstract void WriteFiles(string folder);

    /// <summary>Brings the data into an engine's memory.</summary>
    public abstract PreparedWorkload Prepare(ComputeEngine engine);
}

/// <summary>A <see cref="Workload"/> in the memory of an engine.</summary>
internal abstract class PreparedWorkload : IDisposable
{
    /// <summary>Solves all problems once.</summary>
    public abstract void Run();

    /// <summary>Measures the problems one by one, all of them <paramref name="passes"/> times.</summary>
    /// <returns>The largest of the problems' medians in seconds; null where problems do not differ.</returns>
    public virtual double? SlowestSeconds(int passes) => null;

    /// <summary>What the last run gave: numbers that a peer must agree with, each within a small relative difference.</summary>
    public abstract double[] Results();

    /// <summary>
    /// How exact the last run's results are, where that is not a matter of rounding: the largest error of marginals, or a standard error. Null where
    /// that does not apply.
    /// </summary>
    public virtual double? Error() => null;

    /// <summary>The largest relative difference from a peer's results that is let pass.</summary>
    /// <param name="peerError">What the peer says of its own error.</param>
    public virtual double Tolerance(double? peerError) => PeerOutcome.Rounding;

    /// <summary>What is wrong with the last run by our own certificate; null where it stands.</summary>
    public virtual string? Fault() => null;

    public abstract void Dispose();
}
