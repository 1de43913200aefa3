namespace PyramidOT;

/// <summary>
/// How a sample is spread over the bins of a soft histogram. Places are counted in bins: y = n u, where u is the sample's place in the range,
/// from 0 to 1, and n the number of bins.
/// </summary>
public enum SoftHistogramKind
{
    /// <summary>
    /// Triangles max(0, 1 - |y - k|) around the bins' left edges k = 0, ..., n - 1, as in the code of the paper on multi-marginal regularization,
    /// with its quirks: there is no node at the upper end, so samples beyond (n - 1) / n lose mass; u is the squashed sample less 1e-4; and 1e-4 n is
    /// added to every count before normalising. Samples outside the range count in part within a bin of it, and not at all beyond.
    /// </summary>
    PaperTriangular,

    /// <summary>
    /// Triangles around the bins' centres k + 1/2. Samples below the first centre count in the first bin, and those above the last one in the last
    /// bin, also when they lie outside the range: each sample counts exactly once. The gradient is 0 there.
    /// </summary>
    Centred,

    /// <summary>
    /// exp(-(y - k - 1/2)^2 / (2 b^2)) around the bins' centres, divided by its sum over the bins: each sample counts once, and those outside the
    /// range in the end bins. b is <see cref="SoftHistogramOptions.Bandwidth"/>.
    /// </summary>
    Gaussian,

    /// <summary>
    /// logistic((y - k) / t) - logistic((y - k - 1) / t), the difference at the edges of bin k; the first bin begins at -infinity and the last one ends at
    /// infinity, so each sample counts once, and those outside the range in the end bins. t is <see cref="SoftHistogramOptions.Temperature"/>.
    /// </summary>
    SigmoidDifference,
}
