namespace PyramidOT.Tests.Conformance;

/// <summary>Kinds of point clouds that have broken distance code before.</summary>
public enum CloudKind
{
    Normal,
    Uniform,

    /// <summary>Five clusters, far apart compared with their width.</summary>
    Clustered,

    /// <summary>Small integers: many exact ties, and all arithmetic is exact.</summary>
    Integers,

    AllEqual,

    /// <summary>Few distinct points, each many times.</summary>
    Duplicated,

    /// <summary>Far from the origin (1e4) compared with its width (1e-2): the dot-product form loses every digit.</summary>
    Far,

    /// <summary>Farther still (1e6): float32 itself leaves steps of 1/16 only.</summary>
    VeryFar,

    /// <summary>Neighbours that differ in the last bits.</summary>
    NearlyEqual,

    /// <summary>Two far clusters: no centre is near to both.</summary>
    FarTwins,

    /// <summary>A narrow cluster and one point far away, which drags every mean with it.</summary>
    Outlier,

    /// <summary>Each coordinate on a scale of its own, from 1e-3 to 1e3.</summary>
    Scales,

    /// <summary>Every second coordinate is zero, and some points are zero vectors.</summary>
    Sparse,

    /// <summary>1e30: squares overflow.</summary>
    Huge,

    /// <summary>Around 1e19: squares end just below or above float32's end.</summary>
    NearOverflow,

    /// <summary>1e-30: squares underflow.</summary>
    Tiny,

    /// <summary>1e-40: the coordinates themselves are denormal.</summary>
    Denormal,
}

/// <summary>Makers of test clouds, row-major.</summary>
internal static class Clouds
{
    /// <summary>Kinds whose squared distances are ordinary numbers.</summary>
    public static IReadOnlyList<CloudKind> OrdinaryKinds { get; } = [.. Enum.GetValues<CloudKind>().Where(kind => kind < CloudKind.Huge)];

    /// <summary>A cloud of <paramref name="count"/> points.</summary>
    public static float[] Make(CloudKind kind, int count, int dimensions, int seed)
    {
        Draws draws = new(seed);
        double[] scales = [.. Enumerable.Range(0, dimensions).Select(_ => Math.Pow(10, (6 * draws.Uniform()) - 3))];
        double[] centres = [.. Enumerable.Range(0, 5 * dimensions).Select(_ => 20 * (draws.Uniform() - 0.5))];
        double[] twin = [.. Enumerable.Range(0, dimensions).Select(_ => 1e4 * draws.Normal())];
        float[] points = new float[count * dimensions];
        for (int i = 0; i < count; i++)
        {
            Span<float> point = points.AsSpan(i * dimensions, dimensions);
            int cluster = draws.Below(5);
            for (int k = 0; k < dimensions; k++)
            {
                point[k] = (float)(kind switch
                {
                    CloudKind.Normal => draws.Normal(),
                    CloudKind.Uniform => draws.Uniform(),
                    CloudKind.Clustered => centres[(cluster * dimensions) + k] + (0.1 * draws.Normal()),
                    CloudKind.Integers => draws.Below(4),
                    CloudKind.AllEqual => scales[k],
                    CloudKind.Duplicated => centres[(cluster * dimensions) + k],
                    CloudKind.Far => 1e4 + (1e-2 * draws.Normal()),
                    CloudKind.VeryFar => 1e6 + (1e-2 * draws.Normal()),
                    CloudKind.NearlyEqual => scales[k] * (1 + (1e-7 * draws.Below(4))),
                    CloudKind.FarTwins => (cluster < 2 ? twin[k] : -twin[k]) + (1e-2 * draws.Normal()),
                    CloudKind.Outlier => i == 0 ? 1e6 : 1e-3 * draws.Normal(),
                    CloudKind.Scales => scales[k] * draws.Normal(),
                    CloudKind.Sparse => cluster == 0 || k % 2 == 1 ? 0 : draws.Normal(),
                    CloudKind.Huge => 1e30 * draws.Normal(),
                    CloudKind.NearOverflow => 1.2e19 / Math.Sqrt(dimensions) * draws.Normal(),
                    CloudKind.Tiny => 1e-30 * draws.Normal(),
                    CloudKind.Denormal => 1e-40 * draws.Normal(),
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                });
            }
        }

        return points;
    }

    /// <summary>Two clouds of one make: what they have in common (centres, duplicates), they have in common with each other.</summary>
    public static (float[] Source, float[] Target) Pair(CloudKind kind, int sources, int targets, int dimensions, int seed)
    {
        float[] both = Make(kind, sources + targets, dimensions, seed);
        return (both[..(sources * dimensions)], both[(sources * dimensions)..]);
    }

    /// <summary>The rows of a cloud, in another order or repeated.</summary>
    public static float[] Rows(float[] points, int dimensions, ReadOnlySpan<int> rows)
    {
        float[] picked = new float[rows.Length * dimensions];
        for (int i = 0; i < rows.Length; i++)
        {
            points.AsSpan(rows[i] * dimensions, dimensions).CopyTo(picked.AsSpan(i * dimensions));
        }

        return picked;
    }
}
