namespace PyramidOT.Engines;

/// <summary>
/// The linear assignment problem, exactly, for a batch: match each row of the shorter side to a column of its own at the least total
/// cost. Method: shortest augmenting paths over dual variables (Jonker and Volgenant, Computing 38, 1987).
/// </summary>
public interface IAssignmentKernels
{
    /// <summary>Solves all problems of a batch.</summary>
    /// <param name="problems">The shapes; any sizes, square or not, empty ones included.</param>
    /// <param name="costs">
    /// The cost matrices, <see cref="BatchLayout.Costs"/> elements. A cost is a finite number of magnitude at most 1e30, or positive
    /// infinity for a pair that must not be matched.
    /// </param>
    /// <param name="result">Receives permutation, duals, values and status.</param>
    /// <param name="cancellation">
    /// Ends the work, and the results are void: on the Host also within a large problem, on a device before it is launched.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A cost is NaN, negative infinity or larger than 1e30 in magnitude (the message names problem, row and column; such a
    /// problem is not solved, and the results are void), or a buffer's size does not fit <paramref name="problems"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    void Solve(BatchLayout problems, EngineView<float> costs, AssignmentBuffers result, CancellationToken cancellation = default);

    /// <summary>
    /// Reduces all costs by potentials, in float32: u_i = min over j of (c_ij - v_j), and then each c_ij becomes (c_ij - v_j) - u_i, which is
    /// at least 0. An assignment that is optimal for one is for the other. So a match whose reduced costs are all 0 is optimal, and others are
    /// solved the sooner by reduced costs the better the potentials are: u and v add to the duals.
    /// </summary>
    /// <param name="problems">The shapes. A problem with rows has columns.</param>
    /// <param name="costs">The cost matrices, <see cref="BatchLayout.Costs"/> finite numbers, changed.</param>
    /// <param name="columnPotentials">The potentials v, <see cref="BatchLayout.Columns"/> finite numbers.</param>
    /// <param name="rowPotentials">Receives the potentials u, <see cref="BatchLayout.Rows"/> numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a problem has rows but no column.</exception>
    void Reduce(BatchLayout problems, EngineView<float> costs, EngineView<float> columnPotentials, EngineView<float> rowPotentials);
}
