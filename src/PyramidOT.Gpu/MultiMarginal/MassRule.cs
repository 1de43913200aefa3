namespace PyramidOT;

/// <summary>What is done about the totals of a problem's histograms, which multi-marginal transport wants equal.</summary>
public enum MassRule
{
    /// <summary>
    /// They must be equal to within <see cref="MarginalHistogramOptions.Tolerance"/>; what remains is made good by scaling each histogram to the
    /// first one's total. The total is free; it may be 0, for all.
    /// </summary>
    RequireEqual = 0,

    /// <summary>Each histogram is divided by its own total, which must be above 0.</summary>
    Normalise = 1,
}
