namespace PyramidOT;

/// <summary>What of multi-marginal transport is wanted.</summary>
public sealed record MultiMarginalOptions
{
    /// <summary>Which histograms the gradient is charged to where several attain an extremum.</summary>
    public TieRule Ties { get; init; }

    /// <summary>Whether the gradient is wanted, and with it the certificate.</summary>
    public bool WithGradients { get; init; } = true;
}
