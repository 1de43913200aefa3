namespace PyramidOT;

/// <summary>
/// What is to be transported: a batch of problems given by their costs or by two clouds each, with weights. Any <see cref="TransportSolver"/>
/// takes it, except that sliced transport needs points. Arrays are kept, not copied.
/// </summary>
public sealed class TransportProblem
{
    private TransportProblem(BatchLayout shapes, float[]? rowWeights, float[]? columnWeights)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        Shapes = shapes;
        RowWeights = rowWeights ?? [];
        ColumnWeights = columnWeights ?? [];
        Require(RowWeights.Length, rowWeights is null ? 0 : shapes.Rows, "weights of rows", nameof(rowWeights));
        Require(ColumnWeights.Length, columnWeights is null ? 0 : shapes.Columns, "weights of columns", nameof(columnWeights));
    }

    /// <summary>Rows (source points) and columns (target points) of each problem.</summary>
    public BatchLayout Shapes { get; }

    /// <summary>The ground cost between points, where the problem has points.</summary>
    public GroundCost Cost { get; private init; }

    /// <summary>Number of coordinates of the points; 0 where costs are given.</summary>
    public int Dimensions { get; private init; }

    /// <summary>Whether points are given.</summary>
    public bool HasPoints => Dimensions > 0;

    internal float[] Costs { get; private init; } = [];

    internal float[] Source { get; private init; } = [];

    internal float[] Target { get; private init; } = [];

    /// <summary>One weight a row; empty where those of a problem are equal and sum to 1.</summary>
    internal float[] RowWeights { get; }

    /// <summary>One weight a column; likewise.</summary>
    internal float[] ColumnWeights { get; }

    /// <summary>A problem given by its costs.</summary>
    /// <param name="costs">rows x columns numbers, row-major.</param>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0.</param>
    /// <param name="rowWeights">One number a row; null for 1 / rows each.</param>
    /// <param name="columnWeights">One number a column; null for 1 / columns each.</param>
    /// <exception cref="ArgumentException">Lengths do not fit. The numbers themselves are looked at by the solvers.</exception>
    public static TransportProblem FromCosts(float[] costs, int rows, int columns, float[]? rowWeights = null, float[]? columnWeights = null) =>
        FromCosts(costs, BatchLayout.Uniform(1, rows, columns), rowWeights, columnWeights);

    /// <summary>A batch of problems given by their costs.</summary>
    /// <param name="costs">The cost matrices, one behind the other.</param>
    /// <param name="shapes">Their shapes.</param>
    /// <param name="rowWeights">The weights of all rows; null for equal ones of sum 1 in each problem.</param>
    /// <param name="columnWeights">The weights of all columns; null likewise.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static TransportProblem FromCosts(float[] costs, BatchLayout shapes, float[]? rowWeights = null, float[]? columnWeights = null)
    {
        ArgumentNullException.ThrowIfNull(costs);
        TransportProblem problem = new(shapes, rowWeights, columnWeights) { Costs = costs };
        Require(costs.Length, shapes.Costs, "costs", nameof(costs));
        return problem;
    }

    /// <summary>The problem between two clouds, with their weights.</summary>
    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud, of as many dimensions.</param>
    /// <param name="cost">Ground distance and exponent; squared Euclidean by default.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public static TransportProblem FromClouds(PointCloud source, PointCloud target, GroundCost cost = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Dimensions != target.Dimensions)
        {
            throw new ArgumentException($"The target has {target.Dimensions} dimensions where the source has {source.Dimensions}.", nameof(target));
        }

        return new(BatchLayout.Uniform(1, source.Count, target.Count), Weights(source), Weights(target))
        {
            Source = source.Points.ToArray(),
            Target = target.Points.ToArray(),
            Dimensions = source.Dimensions,
            Cost = cost,
        };
    }

    /// <summary>A batch of problems between small clouds.</summary>
    /// <param name="source">The source points of all problems, <see cref="BatchLayout.Rows"/> x d finite numbers.</param>
    /// <param name="target">The target points of all problems, <see cref="BatchLayout.Columns"/> x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="shapes">Points of each problem.</param>
    /// <param name="cost">Ground distance and exponent; squared Euclidean by default.</param>
    /// <param name="rowWeights">The weights of all source points; null for equal ones of sum 1 in each problem.</param>
    /// <param name="columnWeights">The weights of all target points; null likewise.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a coordinate is not finite (the message names it).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    public static TransportProblem FromClouds(
        float[] source,
        float[] target,
        int dimensions,
        BatchLayout shapes,
        GroundCost cost = default,
        float[]? rowWeights = null,
        float[]? columnWeights = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        TransportProblem problem = new(shapes, rowWeights, columnWeights) { Source = source, Target = target, Dimensions = dimensions, Cost = cost };
        Require(source.Length, shapes.Rows * dimensions, "coordinates of source points", nameof(source));
        Require(target.Length, shapes.Columns * dimensions, "coordinates of target points", nameof(target));
        RequireFinite(source, dimensions, nameof(source));
        RequireFinite(target, dimensions, nameof(target));
        return problem;
    }

    private static float[]? Weights(PointCloud cloud) => cloud.IsWeighted ? Array.ConvertAll(cloud.Weights.ToArray(), weight => (float)weight) : null;

    private static void Require(int length, long wanted, string what, string name)
    {
        if (length != wanted)
        {
            throw new ArgumentException($"There are {length} {what} where the shapes ask for {wanted}.", name);
        }
    }

    private static void RequireFinite(float[] points, int dimensions, string name)
    {
        for (int i = 0; i < points.Length; i++)
        {
            if (!float.IsFinite(points[i]))
            {
                throw new ArgumentException($"Row {i / dimensions}, column {i % dimensions} is {points[i]}; coordinates are finite numbers.", name);
            }
        }
    }
}
