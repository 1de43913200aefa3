namespace PyramidOT;

/// <summary>What a <see cref="MultiMarginalRegularizer"/> penalises.</summary>
public sealed record MultiMarginalRegularizerOptions
{
    /// <summary>The soft histograms; by default the paper's ten triangles on squashed activations.</summary>
    public SoftHistogramOptions Histograms { get; init; } = new();

    /// <summary>The cost of the distance, in bins; the range by default.</summary>
    public MultiMarginalCost Cost { get; init; } = MultiMarginalCost.Range;

    /// <summary>Which groups the gradient is charged to at ties: by default all of them evenly, so equal groups have gradient 0.</summary>
    public TieRule Ties { get; init; } = TieRule.Averaged;

    /// <summary>The weight lambda of loss and gradient, finite and at least 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>
    /// The labels of the groups, in any order: samples with other labels are left out. Null takes every label that a call's samples have; then the
    /// labels of samples on a device are read back at each call, and with it the host waits for the device once more.
    /// </summary>
    public IReadOnlyList<int>? Groups { get; init; }

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Histograms);
        ArgumentNullException.ThrowIfNull(Cost);
        Histograms.Check();
        if (!Enum.IsDefined(Ties))
        {
            throw new ArgumentOutOfRangeException(nameof(Ties), Ties, "Not a tie rule.");
        }

        if (!(Weight >= 0 && Weight <= float.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(Weight), Weight, "A finite number of at least 0 is expected.");
        }

        if (Groups is { Count: 0 })
        {
            throw new ArgumentException("There are no labels of groups.", nameof(Groups));
        }
    }
}
