namespace PyramidOT.Engines;

/// <summary>
/// Soft histograms of samples, one for each feature and group, and the way back from gradients in the histograms to gradients in the samples. Soft counts
/// are summed in whole numbers (units of 2^-30 of a sample on the Host, 2^-23 on devices), so results depend neither on the order of the samples nor on
/// the number of threads or groups.
/// </summary>
public interface IHistogramKernels
{
    /// <summary>Numbers the groups of samples: the group of a sample is the position of its label among the known ones.</summary>
    /// <param name="labels">The label of each sample, N numbers.</param>
    /// <param name="known">The labels of the groups, ascending and distinct, at least one.</param>
    /// <param name="groups">Receives N numbers from 0 to G - 1, or -1 where a label is not known. May be <paramref name="labels"/> itself.</param>
    /// <param name="counts">Receives the number of samples of each group, G numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or no label is known.</exception>
    void Encode(EngineView<int> labels, EngineView<int> known, EngineView<int> groups, EngineView<int> counts);

    /// <summary>
    /// The soft histograms, each divided by its total. Of a group without samples it is 0 everywhere, and so is its total.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="options">Kind, bins and range.</param>
    /// <param name="activations">N x F numbers, a sample a row.</param>
    /// <param name="groups">The group of each sample, as <see cref="Encode"/> gives them: N numbers from 0 to G - 1, or -1 to leave a sample out.</param>
    /// <param name="counts">The number of samples of each group, G numbers.</param>
    /// <param name="histograms">Receives F x G x n numbers: feature by feature, group by group.</param>
    /// <param name="totals">Receives the totals that the histograms were divided by, F x G numbers, in samples.</param>
    /// <param name="firstBad">
    /// Receives one number: the position of the first activation of a sample in a group that is NaN or infinite, or <see cref="long.MaxValue"/> where all
    /// are finite. The histograms are void where there is one.
    /// </param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option or size is out of its range, or a group's number (the Host checks; a device leaves such a sample out).
    /// </exception>
    void Forward(
        HistogramShape shape,
        SoftHistogramOptions options,
        EngineView<float> activations,
        EngineView<int> groups,
        EngineView<int> counts,
        EngineView<float> histograms,
        EngineView<float> totals,
        EngineView<long> firstBad);

    /// <summary>
    /// The gradient in the activations. With h the histogram of feature f and group g, T its total, and G the gradient in h, that in a sample s is
    /// factor / T times the sum over the bins k that the sample touches of (G_k - sum_j G_j h_j) dc_k/ds, where c_k is what the sample adds to bin k. Where
    /// a triangle has a kink, the derivative to its right is taken.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="options">Kind, bins and range, as in <see cref="Forward"/>.</param>
    /// <param name="activations">N x F numbers; finite for samples in groups.</param>
    /// <param name="groups">As in <see cref="Forward"/>.</param>
    /// <param name="histograms">What <see cref="Forward"/> gave.</param>
    /// <param name="totals">What <see cref="Forward"/> gave.</param>
    /// <param name="histogramGradients">F x G x n numbers; those of a group without samples are not used.</param>
    /// <param name="factor">What the gradients are multiplied by, finite.</param>
    /// <param name="gradients">Receives N x F numbers; 0 for a sample that was left out. Must not overlap the others.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or the factor is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An option or size is out of its range, or a group's number (the Host checks; a device leaves such a sample out).
    /// </exception>
    void Backward(
        HistogramShape shape,
        SoftHistogramOptions options,
        EngineView<float> activations,
        EngineView<int> groups,
        EngineView<float> histograms,
        EngineView<float> totals,
        EngineView<float> histogramGradients,
        float factor,
        EngineView<float> gradients);
}
