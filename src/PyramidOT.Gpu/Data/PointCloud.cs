using System.Numerics.Tensors;

namespace PyramidOT;

/// <summary>
/// n points in d dimensions, float32, row-major; with weights and labels where there are any. Immutable.
/// </summary>
public sealed partial class PointCloud
{
    private readonly float[] _points;
    private readonly double[]? _weights;
    private readonly int[]? _labels;

    /// <summary>Makes a cloud of the caller's points.</summary>
    /// <param name="points">n x d finite numbers, row-major. The array is not copied: do not change it afterwards.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="weights">One finite, non-negative number a point, not all 0; null where all points weigh the same.</param>
    /// <param name="labels">One number a point; null where there are none. Not copied.</param>
    /// <exception cref="ArgumentException">
    /// There is no point, the numbers are no whole number of rows, one of them is NaN or infinite (the message names row and column), or
    /// weights or labels do not fit.
    /// </exception>
    public PointCloud(float[] points, int dimensions, float[]? weights = null, int[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        _points = points;
        Dimensions = dimensions;
        Count = points.Length / dimensions;
        _weights = weights is null ? null : Array.ConvertAll(weights, w => (double)w / TensorPrimitives.Sum<float>(weights));
        _labels = labels;
    }

    /// <summary>Number of points n.</summary>
    public int Count { get; }

    /// <summary>Number of coordinates d.</summary>
    public int Dimensions { get; }

    /// <summary>The points, n x d numbers.</summary>
    public ReadOnlySpan<float> Points => _points;

    /// <summary>The points in the caller's own memory, for engines that compute there.</summary>
    public ReadOnlyMemory<float> PointMemory => _points;

    /// <summary>The weight of each point, of sum 1; empty where all weigh the same.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Whether points have weights of their own.</summary>
    public bool IsWeighted => _weights is not null;

    /// <summary>The label of each point; empty where there are none.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The coordinates of one point.</summary>
    public ReadOnlySpan<float> this[int point] => _points.AsSpan(point * Dimensions, Dimensions);
}
