namespace PyramidOT;

/// <summary>The histograms that a descent led to, and the way there.</summary>
public sealed class MultiMarginalDescentResult
{
    private readonly double[] _masses;
    private readonly double[] _trace;

    internal MultiMarginalDescentResult(
        MarginalLayout layout, double[] masses, double[] trace, IReadOnlyList<(int Step, ReadOnlyMemory<double> Masses)> snapshots)
    {
        Layout = layout;
        _masses = masses;
        _trace = trace;
        Snapshots = snapshots;
    }

    /// <summary>The shapes.</summary>
    public MarginalLayout Layout { get; }

    /// <summary>The harmonised histograms, [d_b, n_b] row-major, problem by problem: each has the total that it began with.</summary>
    public ReadOnlySpan<double> Masses => _masses;

    /// <summary>The distance of each problem at the end.</summary>
    public ReadOnlySpan<double> Values => _trace.AsSpan(_trace.Length - Layout.Count);

    /// <summary>
    /// The distance of each problem before each step and at the end, [steps + 1, problems] row-major. Steps against a subgradient need not lower it
    /// each time.
    /// </summary>
    public ReadOnlySpan<double> Trace => _trace;

    /// <summary>The histograms before the steps that were asked for, as <see cref="Masses"/> lie.</summary>
    public IReadOnlyList<(int Step, ReadOnlyMemory<double> Masses)> Snapshots { get; }

    /// <summary>The harmonised histograms of one problem, [d, n] row-major.</summary>
    public ReadOnlySpan<double> MassesOf(int problem) =>
        _masses.AsSpan((int)Layout.ElementOffsets[problem]..(int)Layout.ElementOffsets[problem + 1]);
}
