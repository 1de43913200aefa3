namespace PyramidOT.Engines;

/// <summary>
/// Optimal transport between weighted rows and columns, exactly, for a batch: move all mass from the rows to the columns at the least
/// total cost (the transportation problem). Problems of equally many rows and columns that all weigh the same are solved as
/// assignments.
/// </summary>
public interface ITransportKernels
{
    /// <summary>Solves all problems of a batch.</summary>
    /// <param name="problems">The shapes; any sizes, empty ones included.</param>
    /// <param name="costs">
    /// The cost matrices, <see cref="BatchLayout.Costs"/> elements, per unit of mass. A cost is a finite number of magnitude at most 1e30, or
    /// positive infinity for a pair that mass must not move between.
    /// </param>
    /// <param name="rowWeights">
    /// The mass at each row, <see cref="BatchLayout.Rows"/> finite numbers of at least 0; any totals. Masses are counted in whole units of at
    /// most 2^-60 (1e-18) of a problem's total, so what is smaller than half of that weighs nothing.
    /// </param>
    /// <param name="columnWeights">
    /// The mass that each column takes, <see cref="BatchLayout.Columns"/> numbers. Their total must be that of the rows: a relative
    /// mismatch of up to 1e-6 is made good by scaling the columns' weights, more is refused.
    /// </param>
    /// <param name="result">Receives plan, duals, values and status.</param>
    /// <param name="cancellation">
    /// Ends the work, and the results are void: on the Host also within a large problem, on a device before it is launched.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A cost is NaN, negative infinity or larger than 1e30 in magnitude, a weight is NaN, negative or infinite, or totals differ by more than
    /// 1e-6 of the larger one (the message names problem, row and column; the results are then void); or a buffer's size does not
    /// fit <paramref name="problems"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        TransportBuffers result,
        CancellationToken cancellation = default);
}
