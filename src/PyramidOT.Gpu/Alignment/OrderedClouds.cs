using System.Numerics;

namespace PyramidOT.Alignment;

/// <summary>
/// Both clouds in the order in which the rounds take their points: halves of halves in few dimensions, so that neighbours lie together in memory, else as they are.
/// </summary>
internal sealed class OrderedClouds
{
    // Points of a part that is not halved any more.
    private const int PartSize = 8;

    private readonly int[]? _sourceOrder;
    private readonly int[]? _targetOrder;

    public OrderedClouds(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost, CancellationToken cancellation)
    {
        (Source, Target) = (source, target);
        if (!TreeSearch.Serves(cost, source.Dimensions))
        {
            return;
        }

        AreHalved = true;
        int depth = BitOperations.Log2((uint)Math.Max(1, source.Count / PartSize)) + 1;
        _sourceOrder = HalvedOrder.Of(engine, source, depth, cancellation);
        _targetOrder = HalvedOrder.Of(engine, target, depth, cancellation);
        Source = Ordered(source, _sourceOrder);
        Target = Ordered(target, _targetOrder);
    }

    /// <summary>Whether points are in the order of <see cref="HalvedOrder"/>.</summary>
    public bool AreHalved { get; }

    public PointCloud Source { get; }

    public PointCloud Target { get; }

    /// <summary>A matching of these points as one of those that the clouds had at first.</summary>
    public int[] MatchingOf(int[] columnOf)
    {
        if (_sourceOrder is null)
        {
            return columnOf;
        }

        int[] targetOf = new int[columnOf.Length];
        for (int i = 0; i < columnOf.Length; i++)
        {
            targetOf[_sourceOrder[i]] = _targetOrder![columnOf[i]];
        }

        return targetOf;
    }

    /// <summary>Potentials of the source points in their first order; a copy.</summary>
    public double[] SourceValues(double[] values) => Restored(values, _sourceOrder);

    /// <summary>Potentials of the target points in their first order; a copy.</summary>
    public double[] TargetValues(double[] values) => Restored(values, _targetOrder);

    /// <summary>Potentials of the target points that are given in their first order.</summary>
    public double[] OrderedTargetValues(IReadOnlyList<double> values)
    {
        double[] ordered = new double[values.Count];
        for (int k = 0; k < ordered.Length; k++)
        {
            ordered[k] = values[_targetOrder is null ? k : _targetOrder[k]];
        }

        return ordered;
    }

    private static double[] Restored(double[] values, int[]? order)
    {
        if (order is null)
        {
            return [.. values];
        }

        double[] restored = new double[values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            restored[order[k]] = values[k];
        }

        return restored;
    }

    private static PointCloud Ordered(PointCloud cloud, int[] order)
    {
        float[] points = new float[(long)order.Length * cloud.Dimensions];
        for (int k = 0; k < order.Length; k++)
        {
            cloud[order[k]].CopyTo(points.AsSpan(k * cloud.Dimensions));
        }

        return new(points, cloud.Dimensions);
    }
}
