namespace PyramidOT.Engines;

/// <summary>
/// What building a tree takes beside clustering, for all cells of a level at once. As in <see cref="IClusteringKernels"/>, cell c's
/// points are the rows of problem c in a <see cref="BatchLayout"/>, and <c>order</c> lists their row numbers cell by cell; where it is
/// empty, the points themselves lie in that order.
/// </summary>
public interface ICellKernels
{
    /// <summary>
    /// Sorts each cell's positions by child, stably: those of child 0 come first, in the order that they had, then those of child 1, and
    /// so on. The children of cell c are the columns of problem c.
    /// </summary>
    /// <param name="cells">Points (rows) and children (columns) of each cell. A cell with points has at least one child.</param>
    /// <param name="order">The row numbers, cell by cell, <see cref="BatchLayout.Rows"/> numbers.</param>
    /// <param name="child">For each position, its child as a column of the batch: what <see cref="IClusteringKernels.NearestCentre"/> gives.</param>
    /// <param name="partitioned">Receives the sorted row numbers; must not overlap <paramref name="order"/>.</param>
    /// <param name="counts">Receives the number of points of each child, <see cref="BatchLayout.Columns"/> numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a cell has points but no child.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A child in <paramref name="child"/> is not one of its cell (checked on the Host).</exception>
    void Partition(BatchLayout cells, EngineView<int> order, EngineView<int> child, EngineView<int> partitioned, EngineView<int> counts);

    /// <summary>
    /// The smallest box around each cell's points. A cell without points gets +infinity as lows and -infinity as highs; a coordinate in
    /// which some point of the cell is NaN gets NaN as both.
    /// </summary>
    /// <param name="cells">Points (rows) of each cell; columns do not matter.</param>
    /// <param name="points">n x d numbers of any kind.</param>
    /// <param name="order">The rows of the points, cell by cell; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="lows">Receives the least coordinates, <see cref="BatchLayout.Count"/> x d numbers.</param>
    /// <param name="highs">Receives the largest coordinates, as many.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row in <paramref name="order"/> is out of range (checked on the Host).</exception>
    void Bounds(
        BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, EngineView<float> lows, EngineView<float> highs);

    /// <summary>Halves each cell at a threshold in one coordinate: points below it go to the cell's first column, all others to its second.</summary>
    /// <param name="cells">Points (rows) of each cell; each has two columns.</param>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="order">The rows of the points, cell by cell; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="coordinates">The coordinate that each cell is halved in, from 0 to d - 1, <see cref="BatchLayout.Count"/> numbers.</param>
    /// <param name="thresholds">The threshold of each cell; as many.</param>
    /// <param name="child">Receives, for each position, the column of its half, as <see cref="Partition"/> takes it.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a cell has not two columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A row in <paramref name="order"/> or a coordinate is out of range (checked on the Host).
    /// </exception>
    void Halve(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<int> coordinates,
        EngineView<float> thresholds,
        EngineView<int> child);

    /// <summary>
    /// The largest ground distance of each cell's points from one centre a cell, rounded up: no point is farther away. Relative excess at
    /// most 1e-5, among numbers that float32 holds with all its digits. A cell without points gets 0. A distance beyond float32 gives positive
    /// infinity. On devices without float64 a cosine distance may exceed the true one t by 2.1e-6 (sqrt(2 t) + 1.1e-6).
    /// </summary>
    /// <param name="cells">Points (rows) of each cell; columns do not matter.</param>
    /// <param name="points">n x d finite numbers.</param>
    /// <param name="order">The rows of the points, cell by cell; or empty.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="centres">One centre a cell, <see cref="BatchLayout.Count"/> x d finite numbers.</param>
    /// <param name="distance">The ground distance.</param>
    /// <param name="radii">Receives <see cref="BatchLayout.Count"/> numbers.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="distance"/> is not a defined value, or a row in <paramref name="order"/> is out of range (checked on the Host).
    /// </exception>
    void Radii(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        GroundDistance distance,
        EngineView<float> radii);
}
