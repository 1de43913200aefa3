namespace PyramidOT.Engines;

/// <summary>
/// Transport on lines, and what brings points in d dimensions onto lines and its gradient back. Lines are the problems of a
/// <see cref="BatchLayout"/>: problem b's rows are the source's positions on line b, its columns the target's.
/// </summary>
public interface ISliceKernels
{
    /// <summary>
    /// Projects all points onto each of some directions: number k n + i is the scalar product of direction k and point i, in float32, with an
    /// error of some 1e-6 of the product of their lengths.
    /// </summary>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="directions">K x d finite numbers.</param>
    /// <param name="projections">Receives K x n numbers, direction by direction.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    void Project(EngineView<float> points, int dimensions, EngineView<float> directions, EngineView<float> projections);

    /// <summary>
    /// Sorts each segment's numbers, the smallest first; equal ones keep their order, and -0 equals +0. A NaN stands beyond the infinity of
    /// its sign.
    /// </summary>
    /// <param name="segments">The segments are the rows of each problem; columns do not matter.</param>
    /// <param name="keys">The numbers, segment by segment, <see cref="BatchLayout.Rows"/> of them.</param>
    /// <param name="sorted">Receives them in order, with -0 as +0; must not overlap <paramref name="keys"/>.</param>
    /// <param name="places">
    /// Receives where each of them stood, counted within its segment; or empty, which is faster.
    /// </param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    void Sort(BatchLayout segments, EngineView<float> keys, EngineView<float> sorted, EngineView<int> places);

    /// <summary>The running sums of each segment's masses, in sorted order.</summary>
    /// <param name="segments">The segments are the rows of each problem; columns do not matter.</param>
    /// <param name="masses">
    /// Whole numbers of at least 0 in the order before sorting, <see cref="BatchLayout.Rows"/> of them; or those of one segment, where all
    /// have as many rows and the same masses. What a segment's add up to must stay below 2^62.
    /// </param>
    /// <param name="places">What <see cref="Sort"/> gave.</param>
    /// <param name="ends">Receives, for each sorted position, the mass up to and with it, as many numbers as places.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place is out of range (the Host checks; a device does not).</exception>
    void Accumulate(BatchLayout segments, EngineView<long> masses, EngineView<int> places, EngineView<long> ends);

    /// <summary>
    /// The least mean cost of moving the source onto the target of each line, W_p^p = integral over q from 0 to 1 of
    /// |F^-1(q) - G^-1(q)|^p, by a walk along both sorted sides; and its derivatives in the positions.
    /// </summary>
    /// <param name="problems">Source positions (rows) and target positions (columns) of each line: some on both sides, or on neither.</param>
    /// <param name="source">The sorted sources. Either both sides have running sums of mass or neither has.</param>
    /// <param name="target">The sorted targets.</param>
    /// <param name="exponent">p, finite and at least 1.</param>
    /// <param name="costs">
    /// Receives W_p^p of each line, 0 where there are no positions, summed in float64 (on devices to 1e-6 relative; a device without
    /// float64 sums within float32's range). Infinite or NaN where the positions are, or their costs leave the range.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Sizes do not fit each other, a line has positions on one side only, or the running sums of one side alone are given.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="exponent"/> is NaN, infinite or below 1, or a place is out of range where slopes are wanted (the Host checks; a device
    /// does not).
    /// </exception>
    void Transport(BatchLayout problems, LineSide source, LineSide target, double exponent, Span<double> costs);

    /// <summary>
    /// Brings derivatives on lines back to the points: adds to the gradient of point i the factor times the sum over k of slope (k, i) times
    /// direction k.
    /// </summary>
    /// <param name="slopes">K x n finite numbers.</param>
    /// <param name="directions">K x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="factor">The factor, finite.</param>
    /// <param name="gradients">n x d numbers, added to.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or the factor is not finite.</exception>
    void BackProject(EngineView<float> slopes, EngineView<float> directions, int dimensions, float factor, EngineView<float> gradients);

    /// <summary>For each of some lines, the sum over the points of slope (k, i) times point i: how the lines' costs change with their directions.</summary>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="slopes">K x n finite numbers.</param>
    /// <param name="moments">Receives K x d numbers, summed in float64.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    void Moments(EngineView<float> points, int dimensions, EngineView<float> slopes, Span<double> moments);
}
