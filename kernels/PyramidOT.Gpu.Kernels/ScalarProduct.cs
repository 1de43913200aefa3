namespace PyramidOT.Kernels;

/// <summary>sum + x y: no distance, but summed as one. The scalar product, by which points are projected.</summary>
public readonly struct ScalarProduct : IGroundDistance
{
    /// <inheritdoc/>
    public static bool IsSquared => false;

    /// <inheritdoc/>
    public static bool IsAngular => false;

    /// <inheritdoc/>
    public static float Accumulate(float sum, float x, float y) => sum + (x * y);

    /// <inheritdoc/>
    public static float Merge(float sum, float part) => sum + part;
}
