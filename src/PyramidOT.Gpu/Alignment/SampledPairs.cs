using PyramidOT.Kernels;

namespace PyramidOT.Alignment;

/// <summary>Samples of pairs, drawn along a matching, so that each has as much of each region on both sides; a larger one contains the smaller.</summary>
internal sealed class SampledPairs : ICoarsePairs
{
    private const ulong SampleStream = 0x5341_4D50_4C45;
    private const int Growth = 4;

    private readonly PointCloud _source;
    private readonly PointCloud _target;
    private readonly int[] _targetOf;
    private readonly int[] _order;

    /// <param name="source">The source cloud.</param>
    /// <param name="target">The target cloud.</param>
    /// <param name="targetOf">The matching, by source points.</param>
    /// <param name="largest">Points of the smallest sample at the most.</param>
    /// <param name="seed">The seed of the samples.</param>
    public SampledPairs(PointCloud source, PointCloud target, int[] targetOf, int largest, ulong seed)
    {
        (_source, _target, _targetOf) = (source, target, targetOf);
        int n = source.Count;
        _order = new int[n];
        for (int i = 0; i < n; i++)
        {
            int j = CounterRandom.Below(i + 1, seed, SampleStream, (ulong)i);
            _order[i] = _order[j];
            _order[j] = i;
        }

        for (int size = n; size > (size == n ? CoarseLevels.LargestExact : largest);)
        {
            size = (size + Growth - 1) / Growth;
            Sizes.Push(size);
        }
    }

    public Stack<int> Sizes { get; } = new();

    public (PointCloud Rows, PointCloud Columns) OfSize(int size) => (Part(_source, null, size), Part(_target, _targetOf, size));

    public int[]? Whole(int[] columnOf) => null;

    private PointCloud Part(PointCloud cloud, int[]? targetOf, int count)
    {
        float[] points = new float[(long)count * cloud.Dimensions];
        for (int k = 0; k < count; k++)
        {
            int row = targetOf is null ? _order[k] : targetOf[_order[k]];
            cloud[row].CopyTo(points.AsSpan(k * cloud.Dimensions));
        }

        return new(points, cloud.Dimensions);
    }
}
