namespace PyramidOT.Engines;

/// <summary>
/// Entropic optimal transport, for a batch: the plan P >= 0 that minimises
/// sum P_ij c_ij + epsilon KL(P | a b') under P1 = a and P'1 = b, or with rho KL(P1 | a) + rho KL(P'1 | b) in their place (unbalanced).
/// KL(p | q) = sum p log(p / q) - p + q. Sinkhorn's iteration (Cuturi, NIPS 2013) with stabilised kernels and epsilon scaling (Schmitzer,
/// SIAM J. Sci. Comput. 41, 2019); unbalanced: Chizat et al. (Math. Comp. 87, 2018), Séjourné et al. (arXiv 1910.12958, 2019).
/// </summary>
/// <remarks>
/// The plan is P_ij = a_i b_j exp((f_i + g_j - c_ij) / epsilon) with the potentials f and g, which satisfy, when converged,
/// f_i = -lambda epsilon log sum_j b_j exp((g_j - c_ij) / epsilon) and the same for g; lambda is rho / (rho + epsilon), or 1 where
/// balanced. So potentials are defined at points of weight 0 too.
/// </remarks>
public interface ISinkhornKernels
{
    /// <summary>Solves all problems of a batch.</summary>
    /// <param name="problems">The shapes; any sizes, empty ones included. Balanced, a problem with one empty side is infeasible.</param>
    /// <param name="costs">
    /// The cost matrices, <see cref="BatchLayout.Costs"/> elements. A cost is a finite number of magnitude at most 1e30, or positive
    /// infinity for a pair that takes no mass.
    /// </param>
    /// <param name="rowWeights">
    /// The weights a of the rows, <see cref="BatchLayout.Rows"/> finite numbers, at least 0, not all 0 in a problem that has rows; or empty
    /// for 1 / rows each.
    /// </param>
    /// <param name="columnWeights">
    /// The weights b of the columns, likewise. Balanced, a problem's totals are equal to 1e-5 of them; b is scaled by what they differ.
    /// </param>
    /// <param name="settings">Epsilon, penalty, and when to stop.</param>
    /// <param name="result">Receives potentials, values, errors and status; and the plans where it has room for them.</param>
    /// <param name="start">What the solutions begin with; nothing by default.</param>
    /// <exception cref="ArgumentException">
    /// A cost or weight is not one (the message names problem, row and column), totals differ, or a buffer's size does not fit
    /// <paramref name="problems"/>. The results are void.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        SinkhornSettings settings,
        SinkhornBuffers result,
        SinkhornStart start = default);

    /// <summary>
    /// The gradients of the plans' costs in the points: for each source point x_i the sum over j of P_ij times the gradient of
    /// g(x_i, y_j)^p in x_i, and likewise for each target point. Accurate to 1e-4 of the sum of the terms' magnitudes. Where a cost has
    /// no gradient, a subgradient, as <see cref="ICostKernels.PairedGradients"/> takes it. This is the gradient of the entropic value,
    /// since the plan is optimal.
    /// </summary>
    /// <param name="problems">The shapes.</param>
    /// <param name="plans">The plans, <see cref="BatchLayout.Costs"/> finite numbers, at least 0.</param>
    /// <param name="source">The points of the rows, <see cref="BatchLayout.Rows"/> x d finite numbers.</param>
    /// <param name="target">The points of the columns, <see cref="BatchLayout.Columns"/> x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="cost">Ground distance and exponent.</param>
    /// <param name="sourceGradients">Receives as many numbers as the source has.</param>
    /// <param name="targetGradients">Receives as many numbers as the target has; or empty.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    void PlanGradients(
        BatchLayout problems,
        EngineView<float> plans,
        EngineView<float> source,
        EngineView<float> target,
        int dimensions,
        GroundCost cost,
        EngineView<float> sourceGradients,
        EngineView<float> targetGradients);
}
