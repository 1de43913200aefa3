namespace PyramidOT;

/// <summary>How histograms are taken in.</summary>
public sealed record MarginalHistogramOptions
{
    /// <summary>What is done about totals.</summary>
    public MassRule Masses { get; init; }

    /// <summary>The largest difference between totals that is taken for rounding, as a share of the larger one; from 0 to 1.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>
    /// Where the bins stand, rising within a problem: a number for each bin of each problem, problem by problem, or one problem's where all have
    /// equally many bins; null where bin i stands at i.
    /// </summary>
    public IReadOnlyList<double>? Positions { get; init; }
}
