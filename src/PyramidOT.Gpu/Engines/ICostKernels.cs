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
}
