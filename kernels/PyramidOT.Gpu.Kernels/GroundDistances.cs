using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>A ground distance as the kernels see it: what one coordinate adds. All members are inlined.</summary>
public interface IGroundDistance
{
    /// <summary>Whether the sum is of squares, so that its root is the distance and its range that of squares.</summary>
    static abstract bool IsSquared { get; }

    /// <summary>Whether the points are directions: half the squared distance counts, and a zero vector has none.</summary>
    static abstract bool IsAngular { get; }

    /// <summary>The sum with one coordinate of both points.</summary>
    static abstract float Accumulate(float sum, float x, float y);

    /// <summary>The sum over the coordinates of both parts.</summary>
    static abstract float Merge(float sum, float part);
}

/// <summary>A ground distance of differences, and its derivative in x, coordinate by coordinate. All members are inlined.</summary>
public interface IGroundSlope : IGroundDistance
{
    /// <summary>Whether the largest difference alone counts.</summary>
    static abstract bool IsSteepest { get; }

    /// <summary>The derivative in one coordinate, from -1 to 1.</summary>
    /// <param name="x">The coordinate of x.</param>
    /// <param name="y">The coordinate of y.</param>
    /// <param name="part">The difference over the Euclidean distance.</param>
    /// <param name="isLargest">Whether it is the first of the largest differences.</param>
    static abstract float Slope(float x, float y, float part, bool isLargest);
}

/// <summary>sum + (x - y)^2: the squared Euclidean distance. The slope is the distance's own.</summary>
public readonly struct EuclideanDistance : IGroundSlope
{
    /// <inheritdoc/>
    public static bool IsSquared => true;

    /// <inheritdoc/>
    public static bool IsAngular => false;

    /// <inheritdoc/>
    public static bool IsSteepest => false;

    /// <inheritdoc/>
    public static float Accumulate(float sum, float x, float y)
    {
        float difference = x - y;
        return sum + (difference * difference);
    }

    /// <inheritdoc/>
    public static float Merge(float sum, float part) => sum + part;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float part, bool isLargest) => part;
}

/// <summary>sum + |x - y|: the Manhattan distance.</summary>
public readonly struct ManhattanDistance : IGroundSlope
{
    /// <inheritdoc/>
    public static bool IsSquared => false;

    /// <inheritdoc/>
    public static bool IsAngular => false;

    /// <inheritdoc/>
    public static bool IsSteepest => false;

    /// <inheritdoc/>
    public static float Accumulate(float sum, float x, float y) => sum + XMath.Abs(x - y);

    /// <inheritdoc/>
    public static float Merge(float sum, float part) => sum + part;

    /// <inheritdoc/>
    public static float Slope(float x, float y, float part, bool isLargest) => x > y ? 1 : x < y ? -1 : 0;
}

/// <summary>max(sum, |x - y|): the Chebyshev distance.</summary>
public readonly struct ChebyshevDistance : IGroundSlope
{
    /// <inheritdoc/>
    public static bool IsSquared => false;

    /// <inheritdoc/>
    public static bool IsAngular => false;

    /// <inheritdoc/>
    public static bool IsSteepest => true;

    /// <inheritdoc/>
    public static float Accumulate(float sum, float x, float y) => XMath.Max(sum, XMath.Abs(x - y));

    /// <inheritdoc/>
    public static float Merge(float sum, float part) => XMath.Max(sum, part);

    /// <inheritdoc/>
    public static float Slope(float x, float y, float part, bool isLargest) => !isLargest ? 0 : x > y ? 1 : x < y ? -1 : 0;
}

/// <summary>
/// One minus the cosine, of directions (<see cref="PointKernels.Directions"/>): half their squared distance, which does not cancel
/// for nearly parallel vectors.
/// </summary>
public readonly struct CosineDistance : IGroundDistance
{
    /// <inheritdoc/>
    public static bool IsSquared => false;

    /// <inheritdoc/>
    public static bool IsAngular => true;

    /// <inheritdoc/>
    public static float Accumulate(float sum, float x, float y)
    {
        float difference = x - y;
        return sum + (difference * difference);
    }

    /// <inheritdoc/>
    public static float Merge(float sum, float part) => sum + part;
}
