namespace PyramidOT;

/// <summary>The sizes of a batch of soft histograms: one for each feature and group.</summary>
/// <param name="Samples">Number of samples N, at least 0.</param>
/// <param name="Features">Numbers of each sample F, at least 1.</param>
/// <param name="Groups">Number of groups G, at least 1.</param>
public readonly record struct HistogramShape(int Samples, int Features, int Groups)
{
    /// <summary>Activations: N x F.</summary>
    public long Activations => (long)Samples * Features;

    /// <summary>Histograms: F x G.</summary>
    public long Histograms => (long)Features * Groups;
}
