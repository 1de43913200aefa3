namespace PyramidOT.Engines;

/// <summary>
/// The steps of a k-means that runs in many cells at once. Cell c's points are the rows, its centres the columns of problem c in a
/// <see cref="BatchLayout"/>. The points may stand anywhere: <c>order</c> lists their rows cell by cell, and when it is empty
/// the points themselves lie in that order. All distances are Euclidean.
/// </summary>
public interface IClusteringKernels
{
    /// <summary>
    /// Finds each point's nearest centre among those of its own cell. Equal points get equal answers wherever they stand, and of
    /// equally near centres the first is taken.
    /// </summary>
    /// <param name="cells">Points and centres of each cell. A cell with points has at least one centre.</param>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="order">The rows of the points, cell by cell, <see cref="BatchLayout.Rows"/> numbers; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="centres">The centres of all cells, <see cref="BatchLayout.Columns"/> x d finite numbers.</param>
    /// <param name="nearest">Receives, for each position, the row of its nearest centre in <paramref name="centres"/>.</param>
    /// <param name="squaredDistances">Receives the squared distance to it; or empty.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a cell has points but no centre.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row in <paramref name="order"/> is out of range (checked on the Host).</exception>
    void NearestCentre(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        EngineView<int> nearest,
        EngineView<float> squaredDistances);

    /// <summary>
    /// Moves each centre to the mean of the points that are nearest to it, summed in a fixed order in float64. A centre
    /// without points stays where it is.
    /// </summary>
    /// <param name="cells">Points and centres of each cell.</param>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="order">The rows of the points, cell by cell; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="nearest">What <see cref="NearestCentre"/> gave.</param>
    /// <param name="centres">The centres, changed.</param>
    /// <param name="counts">Receives the number of points of each centre, <see cref="BatchLayout.Columns"/> numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A row in <paramref name="order"/> or a centre in <paramref name="nearest"/> is out of range (checked on the Host).
    /// </exception>
    void UpdateCentres(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<int> nearest,
        EngineView<float> centres,
        EngineView<int> counts);

    /// <summary>
    /// Chooses first centres by k-means++ (Arthur and Vassilvitskii, SODA 2007) on a random sample of each cell's points: the first
    /// uniformly, each next one with a probability proportional to its squared distance from the nearest centre so far. Where
    /// a cell's sample has fewer distinct points than centres are wanted, centres repeat.
    /// </summary>
    /// <param name="cells">Points and centres of each cell. A cell with centres has at least one point.</param>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="order">The rows of the points, cell by cell; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="sampleSize">Points that a cell's sample has at the most, at least 1; drawn with replacement when there are more.</param>
    /// <param name="seed">The seed. Draws depend on it, the cell's number and the draw's number alone.</param>
    /// <param name="centres">Receives the centres of all cells, <see cref="BatchLayout.Columns"/> x d numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a cell has centres but no points.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="sampleSize"/> is below 1, or a row in <paramref name="order"/> is out of range (checked on the Host).
    /// </exception>
    void SeedCentres(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        int sampleSize,
        ulong seed,
        EngineView<float> centres);

    /// <summary>
    /// Lloyd's rounds in all cells: each is <see cref="NearestCentre"/> followed by <see cref="UpdateCentres"/>. A cell in which no point
    /// changed its centre is done, which later rounds would not change.
    /// </summary>
    /// <param name="cells">Points and centres of each cell. A cell with points has at least one centre.</param>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="order">The rows of the points, cell by cell; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="rounds">Rounds at the most, at least 0.</param>
    /// <param name="centres">The centres of all cells, <see cref="BatchLayout.Columns"/> x d finite numbers, changed.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a cell has points but no centre.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="rounds"/> is negative, or a row in <paramref name="order"/> is out of range (checked on the Host).
    /// </exception>
    void Lloyd(BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, int rounds, EngineView<float> centres);
}
