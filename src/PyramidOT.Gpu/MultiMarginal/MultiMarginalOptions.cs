namespace PyramidOT;

/// <summary>What of multi-marginal transport is wanted.</summary>
public sealed record MultiMarginalOptions
{
    /// <summary>The cost; the range by default.</summary>
    public MultiMarginalCost Cost { get; init; } = MultiMarginalCost.Range;

    /// <summary>How to solve; the closed form for the range cost by default.</summary>
    public MultiMarginalMethod Method { get; init; }

    /// <summary>Which histograms the gradient is charged to where several attain an extremum.</summary>
    public TieRule Ties { get; init; }

    /// <summary>Whether the gradient is wanted, and with it the certificate.</summary>
    public bool WithGradients { get; init; } = true;

    /// <summary>Whether the plans are wanted: at most d (n - 1) + 1 cells of d bins a problem.</summary>
    public bool WithPlans { get; init; }
}
