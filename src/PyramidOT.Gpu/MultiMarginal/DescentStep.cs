namespace PyramidOT;

/// <summary>How <see cref="MultiMarginalDescent"/> goes from one iterate to the next.</summary>
public enum DescentStep
{
    /// <summary>
    /// Projected subgradient: a step against the gradient, charged evenly to all histograms that attain an extremum and centred (its mean over a
    /// histogram's bins taken off), then the exact projection of <see cref="SimplexProjection"/>.
    /// </summary>
    Projected,

    /// <summary>
    /// As the published code does it: a step against the gradient as it is (0 at the first bin, charged to a single histogram), then a shift of
    /// rows that fall below 0, then a division by the sum. The shift spreads mass over all bins.
    /// </summary>
    PaperShift,

    /// <summary>
    /// A step against the gradient times the mass, divided by the number of bins, so that empty bins stay empty; then as
    /// <see cref="PaperShift"/>. The published pictures are made by it.
    /// </summary>
    Multiplicative,
}
