namespace PyramidOT;

/// <summary>The solutions of a batch of multi-marginal problems.</summary>
public sealed class MultiMarginalResult
{
    private readonly double[] _values;
    private readonly double[] _gradients;
    private readonly double[] _dualValues;
    private readonly SolveStatus[] _status;

    internal MultiMarginalResult(MarginalLayout layout, double[] values, double[] gradients, double[] dualValues, SolveStatus[] status)
    {
        Layout = layout;
        _values = values;
        _gradients = gradients;
        _dualValues = dualValues;
        _status = status;
    }

    /// <summary>The shapes.</summary>
    public MarginalLayout Layout { get; }

    /// <summary>The least total cost of each problem, in units of mass times cost.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>
    /// The gradient of each value in each mass, which is a dual solution with z_j(0) = 0: as <see cref="MarginalHistograms.Masses"/> lie; empty
    /// where it was not asked for.
    /// </summary>
    public ReadOnlySpan<double> Gradients => _gradients;

    /// <summary>The value of each problem's duals, the sum of mass times gradient: no plan costs less. NaN where gradients were not asked for.</summary>
    public ReadOnlySpan<double> DualValues => _dualValues;

    /// <summary>
    /// How each problem ended: <see cref="SolveStatus.IterationLimit"/> where the gap is more than 1e-6 of mass times largest cost.
    /// </summary>
    public ReadOnlySpan<SolveStatus> Status => _status;

    /// <summary>The plan of each problem; empty where plans were not asked for.</summary>
    public IReadOnlyList<MarginalPlan> Plans { get; internal init; } = [];

    /// <summary>How the cost is known to be Monge.</summary>
    public MongeCheck Monge { get; internal init; } = new(MongeProof.Known, 0);

    /// <summary>The gradient of one problem, [d, n] row-major.</summary>
    public ReadOnlySpan<double> GradientOf(int problem) =>
        _gradients.Length == 0 ? default : _gradients.AsSpan((int)Layout.ElementOffsets[problem]..(int)Layout.ElementOffsets[problem + 1]);

    /// <summary>The certificate of a problem: the distance between value and dual value, 0 but for rounding; NaN where gradients were not asked for.</summary>
    public double GapOf(int problem) => Math.Abs(_values[problem] - _dualValues[problem]);
}
