using PyramidOT.Kernels;

namespace PyramidOT.Engines;

/// <summary>
/// Multi-marginal optimal transport between the histograms of each problem of a batch, on one line of bins: values, and gradients in the
/// masses, which are dual solutions.
/// </summary>
/// <remarks>
/// Duals have one convention everywhere: z_j(0) = 0 for every histogram j. They are determined but for a constant a histogram, and constants
/// do not matter to changes that keep the totals.
/// </remarks>
public interface IMultiMarginalKernels
{
    /// <summary>
    /// For the range cost (the last occupied position minus the first), in closed form: with cumulative masses F_j and positions x, the value
    /// is the sum over the cuts k of w_k (max_j F_j(k) - min_j F_j(k)), where w_k = x_(k+1) - x_k; and the gradient in the mass of
    /// bin i of histogram j is the sum over the cuts k below i of w_k times [j attains the minimum] - [j attains the maximum].
    /// </summary>
    /// <param name="problems">The shapes; any sizes. A problem without histograms or bins has value 0.</param>
    /// <param name="histograms">
    /// The masses, <see cref="MarginalLayout.Elements"/> finite numbers. The totals of a problem's histograms are taken to be equal: the masses of
    /// the last bins are not read for the value.
    /// </param>
    /// <param name="positions">
    /// Where the bins stand, <see cref="MarginalLayout.Bins"/> finite numbers that do not fall within a problem; or one problem's, where all have
    /// equally many; or empty, where bin i stands at i.
    /// </param>
    /// <param name="ties">Which histograms the gradient is charged to where several attain an extremum.</param>
    /// <param name="values">
    /// Receives the value of each problem, summed in float64 (or two floats where a device has none). NaN where a mass is NaN or infinite; the
    /// gradients of that problem are then void.
    /// </param>
    /// <param name="gradients">Receives the gradient in each mass, <see cref="MarginalLayout.Elements"/> numbers; or empty, where it is not wanted.</param>
    /// <exception cref="ArgumentException">A buffer's size does not fit <paramref name="problems"/>, or lies in another engine's memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ties"/> is not a defined value.</exception>
    void Range(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TieRule ties,
        Span<double> values,
        EngineView<float> gradients);

    /// <summary>
    /// For any Monge cost, by the greedy walk: it begins at the first bins, moves what mass its cell still has, and goes on in the histogram whose
    /// bin is empty, d (n - 1) steps in all; the cost's change at each step is that of the mover's dual. Whether the cost is Monge is not checked.
    /// </summary>
    /// <typeparam name="TCost">The cost. A device compiles its kernels with it.</typeparam>
    /// <typeparam name="TSteps">How it changes at a step.</typeparam>
    /// <param name="problems">The shapes; any sizes. A problem without histograms or bins has value 0.</param>
    /// <param name="histograms">
    /// The masses, <see cref="MarginalLayout.Elements"/> numbers of at least 0. The totals of a problem's histograms are taken to be equal: what one
    /// lacks of the largest counts as mass of its last bin, so that rounding loses none.
    /// </param>
    /// <param name="positions">As for <see cref="Range"/>.</param>
    /// <param name="cost">The cost, finite.</param>
    /// <param name="ties">
    /// In which order the walk leaves bins that are empty at once: the first histogram first; or, averaged, the mean of the duals of that walk and
    /// of the one that takes the last histogram first, each to within the rule's tolerance. For equal histograms that mean is 0 in every bin that has
    /// mass, where the cost stays the same when histograms change places and when positions are mirrored. For the range cost it is not what
    /// <see cref="Range"/> makes of ties.
    /// </param>
    /// <param name="values">
    /// Receives the value of each problem, summed in float64. NaN where a mass is NaN or infinite; all else of that problem is then void.
    /// </param>
    /// <param name="dualValues">
    /// Receives the value of each problem's duals, the sum of mass times dual plus total mass times the first cell's cost, before duals are rounded
    /// to float32; or empty.
    /// </param>
    /// <param name="gradients">
    /// Receives the gradient in each mass, <see cref="MarginalLayout.Elements"/> numbers; or empty, where it is not wanted. Over any cell they add up
    /// to no more than its cost less the first cell's.
    /// </param>
    /// <param name="steps">Receives the way; or empty.</param>
    /// <exception cref="ArgumentException">A buffer's size does not fit <paramref name="problems"/>, or lies in another engine's memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ties"/> is not a defined value.</exception>
    void Walk<TCost, TSteps>(
        MarginalLayout problems,
        EngineView<float> histograms,
        EngineView<float> positions,
        TCost cost,
        TieRule ties,
        Span<double> values,
        Span<double> dualValues,
        EngineView<float> gradients,
        MarginalSteps steps)
        where TCost : unmanaged, IMarginalCost
        where TSteps : struct, IMarginalSteps<TCost>;
}
