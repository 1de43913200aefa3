using System.Numerics.Tensors;
using PyramidOT.Data;

namespace PyramidOT;

/// <summary>
/// n points in d dimensions, float32, row-major; with weights and labels where there are any. Immutable.
/// </summary>
/// <remarks>All coordinates are finite: that is checked once, here, and nothing that takes a cloud needs to ask again.</remarks>
public sealed partial class PointCloud
{
    private readonly float[] _points;
    private readonly double[]? _weights;
    private readonly PointLabels? _labels;

    /// <summary>Makes a cloud of the caller's points.</summary>
    /// <param name="points">n x d finite numbers, row-major. The array is not copied: do not change it afterwards.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="weights">One finite, non-negative number a point, not all 0; null where all points weigh the same.</param>
    /// <param name="labels">One number a point; null where there are none. Not copied.</param>
    /// <exception cref="ArgumentException">
    /// There is no point, the numbers are no whole number of rows, one of them is NaN or infinite (the message names row and column), or
    /// weights or labels do not fit.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    public PointCloud(float[] points, int dimensions, float[]? weights = null, int[]? labels = null)
        : this(points, dimensions, weights is null ? null : Widen(weights), labels is null ? null : new PointLabels(labels), nameof(points))
    {
    }

    /// <param name="points">The points; kept.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="weights">Weights of any sum; they are normalised in place and kept.</param>
    /// <param name="labels">Labels; kept.</param>
    /// <param name="pointsName">What the caller's caller calls the points.</param>
    /// <param name="refuse">Makes the exception for the first number that is not finite; null where there is no better one.</param>
    private PointCloud(
        float[] points, int dimensions, double[]? weights, PointLabels? labels, string pointsName, Func<int, Exception>? refuse = null)
    {
        ArgumentNullException.ThrowIfNull(points, pointsName);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (points.Length == 0)
            throw new ArgumentException("There is no point: a cloud has one at least.", pointsName);
        (int count, int surplus) = Math.DivRem(points.Length, dimensions);
        if (surplus != 0)
            throw new ArgumentException($"{points.Length} numbers are no whole number of rows of {dimensions}.", pointsName);
        CheckLength(labels?.Count, count, "labels", nameof(labels));
        CheckLength(weights?.Length, count, "weights", nameof(weights));

        float magnitude = PointCheck.MaxMagnitude(points);
        if (!float.IsFinite(magnitude))
        {
            int bad = PointCheck.IndexOfNonFinite(points);
            throw refuse?.Invoke(bad) ?? new ArgumentException(
                $"Row {bad / dimensions}, column {bad % dimensions} is {PointCheck.Text(points[bad])}; coordinates are finite numbers.", pointsName);
        }

        if (weights is not null && PointCheck.Normalise(weights) is { } problem)
            throw new ArgumentException(problem, nameof(weights));
        (_points, _weights, _labels) = (points, weights, labels);
        (Dimensions, Count, MaxMagnitude) = (dimensions, count, magnitude);
    }

    private PointCloud(PointCloud other, double[]? weights, PointLabels? labels)
    {
        (_points, _weights, _labels) = (other._points, weights, labels);
        (Dimensions, Count, MaxMagnitude) = (other.Dimensions, other.Count, other.MaxMagnitude);
    }

    /// <summary>Number of points n.</summary>
    public int Count { get; }

    /// <summary>Number of coordinates d.</summary>
    public int Dimensions { get; }

    /// <summary>The largest |coordinate|, which tells whether squares and sums of them stay within float32's range.</summary>
    public float MaxMagnitude { get; }

    /// <summary>The points, n x d numbers.</summary>
    public ReadOnlySpan<float> Points => _points;

    /// <summary>The points in the caller's own memory, for engines that compute there.</summary>
    public ReadOnlyMemory<float> PointMemory => _points;

    /// <summary>The weight of each point, of sum 1; empty where all weigh the same.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Whether points have weights of their own.</summary>
    public bool IsWeighted => _weights is not null;

    /// <summary>The label of each point; empty where there are none.</summary>
    public ReadOnlySpan<int> Labels => _labels is null ? default : _labels.Values;

    /// <summary>Whether points have labels.</summary>
    public bool IsLabelled => _labels is not null;

    /// <summary>
    /// Where labels are text, the names that <see cref="Labels"/> are indices into; empty where labels are numbers themselves, or there are
    /// none. Two clouds number their names each for itself: <see cref="AlignLabels"/> before comparing.
    /// </summary>
    public IReadOnlyList<string> LabelNames => _labels?.Names ?? [];

    /// <summary>The coordinates of one point.</summary>
    public ReadOnlySpan<float> this[int point] => _points.AsSpan(point * Dimensions, Dimensions);

    /// <summary>Makes a cloud of a copy of points that lie in memory one behind the other.</summary>
    /// <param name="points">n x d finite numbers, row-major.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="weights">One finite, non-negative number a point, not all 0; empty where all points weigh the same.</param>
    /// <param name="labels">One number a point; empty where there are none.</param>
    /// <returns>The cloud.</returns>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    public static PointCloud FromSpan(
        ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<float> weights = default, ReadOnlySpan<int> labels = default) =>
        new(points.ToArray(), dimensions, weights.IsEmpty ? null : Widen(weights), labels.IsEmpty ? null : new PointLabels(labels.ToArray()), nameof(points));

    /// <summary>Makes a cloud of a copy of a tensor: a slice, a transposed or a broadcast one too.</summary>
    /// <param name="points">n x d finite numbers, in any strides.</param>
    /// <param name="weights">One finite, non-negative number a point, not all 0; empty where all points weigh the same.</param>
    /// <param name="labels">One number a point; empty where there are none.</param>
    /// <returns>The cloud.</returns>
    /// <exception cref="ArgumentException">
    /// The tensor's rank is not 2, it has more numbers than one array can hold, or as for the constructor.
    /// </exception>
    public static PointCloud FromTensor(
        in ReadOnlyTensorSpan<float> points, ReadOnlySpan<float> weights = default, ReadOnlySpan<int> labels = default)
    {
        if (points.Rank != 2)
            throw new ArgumentException($"The tensor has rank {points.Rank}; points are of rank 2, n x d.", nameof(points));
        if (points.IsEmpty)
            throw new ArgumentException($"The tensor is {points.Lengths[0]} x {points.Lengths[1]}: there is no point.", nameof(points));
        if (points.FlattenedLength > Array.MaxLength || points.Lengths[1] > int.MaxValue)
        {
            throw new ArgumentException(
                $"The tensor has {points.FlattenedLength} numbers, more than one array can hold ({Array.MaxLength}).", nameof(points));
        }

        float[] copy = GC.AllocateUninitializedArray<float>((int)points.FlattenedLength);
        points.FlattenTo(copy);
        return new(
            copy,
            (int)points.Lengths[1],
            weights.IsEmpty ? null : Widen(weights),
            labels.IsEmpty ? null : new PointLabels(labels.ToArray()),
            nameof(points));
    }

    /// <summary>Makes a cloud of the same points and weights with these labels.</summary>
    /// <param name="labels">One number a point. Not copied.</param>
    /// <returns>The cloud; it shares the points with this one.</returns>
    /// <exception cref="ArgumentException">There are not as many labels as points.</exception>
    public PointCloud WithLabels(int[] labels) => WithLabels(new PointLabels(labels));

    /// <inheritdoc cref="WithLabels(int[])"/>
    /// <param name="labels">One label a point, numbers or names.</param>
    public PointCloud WithLabels(PointLabels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        CheckLength(labels.Count, Count, "labels", nameof(labels));
        return new(this, _weights, labels);
    }

    /// <summary>Makes a cloud of the same points and labels with these weights.</summary>
    /// <param name="weights">One finite, non-negative number a point, not all 0. Copied, and normalised to the sum 1.</param>
    /// <returns>The cloud; it shares the points with this one.</returns>
    /// <exception cref="ArgumentException">
    /// There are not as many weights as points, one is NaN, infinite or negative (the message names it), all are 0, or their sum overflows.
    /// </exception>
    public PointCloud WithWeights(ReadOnlySpan<double> weights)
    {
        CheckLength(weights.Length, Count, "weights", nameof(weights));
        double[] copy = weights.ToArray();
        return PointCheck.Normalise(copy) is { } problem ? throw new ArgumentException(problem, nameof(weights)) : new(this, copy, _labels);
    }

    /// <summary>
    /// Makes labels of two clouds comparable: afterwards the same number means the same label. Numbers stay as they are; as soon as one
    /// side has names, both are numbered by the names of the two together.
    /// </summary>
    /// <param name="source">A labelled cloud.</param>
    /// <param name="target">Another one.</param>
    /// <returns>The same clouds with labels that can be compared; they share the points.</returns>
    /// <exception cref="ArgumentException">One of the clouds has no labels.</exception>
    public static (PointCloud Source, PointCloud Target) AlignLabels(PointCloud source, PointCloud target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        PointLabels first = source._labels ?? throw new ArgumentException("The source points have no labels.", nameof(source));
        PointLabels second = target._labels ?? throw new ArgumentException("The target points have no labels.", nameof(target));
        if (PointLabels.MeanTheSame(first, second))
            return (source, target);
        (first, second) = PointLabels.Align(first, second);
        return (source.WithLabels(first), target.WithLabels(second));
    }

    /// <summary>Makes a cloud of points, weights and labels that were made for it alone.</summary>
    /// <param name="points">The points; kept.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="weights">Weights of any sum; they are normalised in place and kept.</param>
    /// <param name="labels">Labels; kept.</param>
    /// <param name="refuse">Makes the exception for the first number that is not finite.</param>
    internal static PointCloud Adopt(
        float[] points, int dimensions, double[]? weights = null, PointLabels? labels = null, Func<int, Exception>? refuse = null) =>
        new(points, dimensions, weights, labels, nameof(points), refuse);

    /// <summary>Makes a cloud of other places of the same points, with their weights and labels.</summary>
    /// <param name="points">As many numbers as there are; kept.</param>
    /// <param name="refuse">Makes the exception for the first number that is not finite.</param>
    internal PointCloud Moved(float[] points, Func<int, Exception>? refuse = null) =>
        new(points, Dimensions, (double[]?)_weights?.Clone(), _labels, nameof(points), refuse);

    private static void CheckLength(int? length, int count, string what, string name)
    {
        if (length is { } given && given != count)
            throw new ArgumentException($"{given} {what} for {count} points.", name);
    }

    private static double[] Widen(ReadOnlySpan<float> weights)
    {
        double[] wide = new double[weights.Length];
        TensorPrimitives.ConvertTruncating(weights, wide);
        return wide;
    }
}
