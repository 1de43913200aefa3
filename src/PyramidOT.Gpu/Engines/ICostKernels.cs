namespace PyramidOT.Engines;

/// <summary>Pairwise costs between small clouds, for a whole batch in one call.</summary>
public interface ICostKernels
{
    /// <summary>
    /// For each problem, the costs g(x_i, y_j)^p of all pairs of its source rows and target rows. Accurate to 1e-5 relative, also
    /// for nearly equal points far from the origin; of cosine distances those from 1e-20 on. A cost beyond float32 becomes positive
    /// infinity.
    /// </summary>
    /// <param name="problems">The shapes: problem b's source rows are the rows, its target rows the columns of its cost matrix.</param>
    /// <param name="source">The source points of all problems, <see cref="BatchLayout.Rows"/> x d finite numbers.</param>
    /// <param name="target">The target points of all problems, <see cref="BatchLayout.Columns"/> x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="cost">Ground distance and exponent.</param>
    /// <param name="costs">Receives <see cref="BatchLayout.Costs"/> numbers, each at least 0.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    void Pairwise(
        BatchLayout problems, EngineView<float> source, EngineView<float> target, int dimensions, GroundCost cost, EngineView<float> costs);

    /// <summary>
    /// The costs g(x_a, y_b)^p of single pairs (a, b): as accurate as those of <see cref="Pairwise"/>, and exactly 0 where the two
    /// points are equal.
    /// </summary>
    /// <param name="source">n x d finite numbers.</param>
    /// <param name="sourceRows">The row a of each pair; rows may repeat.</param>
    /// <param name="target">m x d finite numbers.</param>
    /// <param name="targetRows">The row b of each pair; as many.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="cost">Ground distance and exponent.</param>
    /// <param name="costs">Receives one number a pair, each at least 0; a cost beyond float32 becomes positive infinity.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row number is out of range (the Host checks; a device does not).</exception>
    void Paired(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost,
        EngineView<float> costs);

    /// <summary>
    /// The gradients of the costs of single pairs in both points, times a weight a pair: row i of the results is
    /// w_i times the derivative of g(x_a, y_b)^p in x_a, and in y_b. Accurate to 1e-5 of the gradient's norm. Where the cost has no
    /// derivative, a subgradient: 0 where the two points are equal, 0 for equal coordinates (Manhattan), the first of the
    /// largest coordinates (Chebyshev), 0 where a point is zero (cosine).
    /// </summary>
    /// <remarks>
    /// With u = x - y: Euclidean p g^(p-2) u; Manhattan p g^(p-1) sign(u_k); Chebyshev p g^(p-1) sign(u_k) at the largest |u_k|; cosine
    /// p g^(p-1) ((1 - g) x / |x|^2 - y / (|x| |y|)) in x. In y the negative, for the cosine the roles of x and y swapped.
    /// </remarks>
    /// <param name="source">n x d finite numbers.</param>
    /// <param name="sourceRows">The row a of each pair; rows may repeat.</param>
    /// <param name="target">m x d finite numbers.</param>
    /// <param name="targetRows">The row b of each pair; as many.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="cost">Ground distance and exponent.</param>
    /// <param name="weights">The weight w of each pair, finite.</param>
    /// <param name="sourceGradients">Receives pairs x d numbers.</param>
    /// <param name="targetGradients">Receives pairs x d numbers; or empty.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row number is out of range (the Host checks; a device does not).</exception>
    void PairedGradients(
        EngineView<float> source,
        EngineView<int> sourceRows,
        EngineView<float> target,
        EngineView<int> targetRows,
        int dimensions,
        GroundCost cost,
        EngineView<float> weights,
        EngineView<float> sourceGradients,
        EngineView<float> targetGradients);
}
