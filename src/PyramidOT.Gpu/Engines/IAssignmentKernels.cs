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
    /// <exception cref="ArgumentException">
    /// A cost is NaN, negative infinity or larger than 1e30 in magnitude (the message names problem, row and column; such a
    /// problem is not solved, and the results are void), or a buffer's size does not fit <paramref name="problems"/>.
    /// </exception>
    void Solve(BatchLayout problems, EngineView<float> costs, AssignmentBuffers result);
}
