using PyramidOT.Data;
using PyramidOT.Kernels;

namespace PyramidOT;

/// <summary>
/// Pairs of clouds to try things on. Points depend on the arguments alone: the same ones give the same bits, whatever the number of
/// threads. The clouds are independent draws, each of <c>points</c> points.
/// </summary>
public static partial class SampleClouds
{
    /// <summary>About as many numbers are drawn by a thread before it asks for more.</summary>
    private const int PartLength = 1 << 14;

    /// <summary>Coordinates beyond this would leave float32's range when they are squared.</summary>
    private const double LargestExtent = 1e15;

    private const ulong SourceSide = 0;
    private const ulong TargetSide = 1;

    /// <summary>Makes one point; returns its label.</summary>
    private delegate int PointMaker(ulong row, Span<float> point);

    /// <summary>What random numbers are for: each purpose has a stream on each side.</summary>
    private enum Purpose
    {
        Centre,
        Component,
        Noise,
        Position,
        Shift,
    }

    /// <summary>Draws a pair of clouds of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="points">Points of each cloud, at least 1.</param>
    /// <param name="dimensions">Coordinates; null for those that the kind has, or 2 where it may have any number.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="clusters">Components of a mixture, at least 1; null for 10, or where the kind is no mixture.</param>
    /// <returns>The clouds.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range, or <paramref name="kind"/> is no value of its type.</exception>
    /// <exception cref="ArgumentException">The kind has not so many dimensions, or no clusters; or the numbers do not fit in one array.</exception>
    public static (PointCloud Source, PointCloud Target) Generate(
        SampleCloudKind kind, int points, int? dimensions = null, ulong seed = 0, int? clusters = null)
    {
        string name = kind.ToName();
        int d = dimensions ?? kind.FixedDimensions() ?? 2;
        int k = clusters ?? 10;
        if (kind.FixedDimensions() is { } only && d != only)
            throw new ArgumentException($"{name} has {only} dimensions, not {d}.", nameof(dimensions));
        if (clusters is not null && !kind.HasClusters())
            throw new ArgumentException($"{name} has no clusters to be chosen.", nameof(clusters));
        return kind switch
        {
            SampleCloudKind.Mixture => Mixture(points, d, k, seed),
            SampleCloudKind.LabelledMixture => LabelledMixture(points, d, k, seed),
            SampleCloudKind.OverlappingMixture => OverlappingMixture(points, d, k, seed),
            SampleCloudKind.HalfMoons => HalfMoons(points, seed),
            SampleCloudKind.SCurve => SCurve(points, seed),
            SampleCloudKind.Checkerboard => Checkerboard(points, seed),
            SampleCloudKind.Rings => Rings(points, seed),
            SampleCloudKind.ShiftedSquares => ShiftedSquares(points, d, seed),
            _ => UniformSquares(points, d, seed),
        };
    }

    private static PointCloud Draw(int points, int dimensions, bool isLabelled, PointMaker make)
    {
        float[] numbers = GC.AllocateUninitializedArray<float>(points * dimensions);
        int[]? labels = isLabelled ? new int[points] : null;
        int rowsPerPart = Math.Max(1, PartLength / dimensions);
        Parallel.For(0, ((points - 1) / rowsPerPart) + 1, part =>
        {
            int end = (int)Math.Min(points, (long)(part + 1) * rowsPerPart);
            for (int row = part * rowsPerPart; row < end; row++)
            {
                int label = make((ulong)row, numbers.AsSpan(row * dimensions, dimensions));
                if (labels is not null)
                    labels[row] = label;
            }
        });
        return PointCloud.Adopt(numbers, dimensions, labels: labels is null ? null : new(labels));
    }

    private static void CheckSize(int points, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if ((long)points * dimensions > Array.MaxLength)
            throw new ArgumentException($"{points} points of {dimensions} coordinates are more numbers than one array can hold ({Array.MaxLength}).");
    }

    private static void CheckLength(double length, string name)
    {
        if (!(length >= 0 && length <= LargestExtent))
            throw new ArgumentOutOfRangeException(name, length, $"A number from 0 to {LargestExtent:R} is needed.");
    }

    private static ulong Stream(ulong side, Purpose purpose) => (side << 8) | (ulong)purpose;

    private static double Uniform(ulong seed, ulong side, Purpose purpose, ulong index) =>
        CounterRandom.Uniform(seed, Stream(side, purpose), index);

    /// <summary>Puts a point near another, with normal noise in each coordinate.</summary>
    private static void Scatter(Span<float> point, ReadOnlySpan<double> centre, double deviation, ulong seed, ulong side, ulong row)
    {
        // Pairs do not go from one point to the next: a point is the same whatever the number of points.
        ulong firstPair = row * (((ulong)point.Length + 1) / 2);
        for (int k = 0; k < point.Length; k += 2)
        {
            (double even, double odd) = CounterNormal.PairAt(seed, Stream(side, Purpose.Noise), firstPair + ((ulong)k / 2));
            point[k] = (float)(centre[k] + (deviation * even));
            if (k + 1 < point.Length)
                point[k + 1] = (float)(centre[k + 1] + (deviation * odd));
        }
    }
}
