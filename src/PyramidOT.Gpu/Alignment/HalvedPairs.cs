using System.Numerics;

namespace PyramidOT.Alignment;

/// <summary>
/// Both clouds cut into as many parts of as many points, each part standing at its mean. Unlike a sample, that has as much mass in each region as the
/// clouds have, so the potentials between far regions are right from the coarsest problem on.
/// </summary>
internal sealed class HalvedPairs : ICoarsePairs
{
    // Parts of the finest problem have at least so many points: of one point and two, some places would weigh twice what others do.
    private const int LeastPart = 3;
    private const int HalvingsALevel = 2;

    private readonly ComputeEngine _engine;
    private readonly PointCloud _source;
    private readonly PointCloud _target;

    /// <param name="engine">Whose threads compute.</param>
    /// <param name="source">The source cloud, in the order of <see cref="HalvedOrder"/>.</param>
    /// <param name="target">The target cloud, likewise.</param>
    public HalvedPairs(ComputeEngine engine, PointCloud source, PointCloud target)
    {
        (_engine, _source, _target) = (engine, source, target);
        int depth = source.Count <= CoarseLevels.LargestExact ? 0 : BitOperations.Log2((uint)(source.Count / LeastPart));
        for (int level = depth; level > 0; level -= HalvingsALevel)
        {
            Sizes.Push(1 << level);
            if (1 << level <= CoarseLevels.LargestExact)
            {
                break;
            }
        }
    }

    public Stack<int> Sizes { get; } = new();

    public (PointCloud Rows, PointCloud Columns) OfSize(int size) => (Means(_source, size), Means(_target, size));

    /// <summary>The points of a part go to those of the part that it is matched to, in their order; what is over, to what is over elsewhere.</summary>
    public int[] Whole(int[] columnOf)
    {
        int n = _source.Count;
        int depth = BitOperations.Log2((uint)columnOf.Length);
        int[] targetOf = new int[n];
        List<int> rows = [];
        List<int> columns = [];
        for (int part = 0; part < columnOf.Length; part++)
        {
            (int row, int rowEnd) = HalvedOrder.RangeOf(part, depth, n);
            (int column, int columnEnd) = HalvedOrder.RangeOf(columnOf[part], depth, n);
            while (row < rowEnd && column < columnEnd)
            {
                targetOf[row++] = column++;
            }

            // Parts differ by one point at most.
            if (row < rowEnd)
            {
                rows.Add(row);
            }
            else if (column < columnEnd)
            {
                columns.Add(column);
            }
        }

        columns.Sort();
        for (int k = 0; k < rows.Count; k++)
        {
            targetOf[rows[k]] = columns[k];
        }

        return targetOf;
    }

    private PointCloud Means(PointCloud cloud, int parts)
    {
        int d = cloud.Dimensions;
        float[] means = new float[(long)parts * d];
        int depth = BitOperations.Log2((uint)parts);
        _engine.ForOnHost(parts, 2.0 * cloud.Count / parts * d, (first, last) =>
        {
            Span<double> sums = stackalloc double[d];
            for (int part = first; part < last; part++)
            {
                (int start, int end) = HalvedOrder.RangeOf(part, depth, cloud.Count);
                sums.Clear();
                for (int p = start; p < end; p++)
                {
                    ReadOnlySpan<float> point = cloud[p];
                    for (int k = 0; k < d; k++)
                    {
                        sums[k] += point[k];
                    }
                }

                for (int k = 0; k < d; k++)
                {
                    means[(part * d) + k] = (float)(sums[k] / (end - start));
                }
            }
        });
        return new(means, d);
    }
}
