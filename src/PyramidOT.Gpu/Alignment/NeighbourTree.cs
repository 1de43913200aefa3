using System.Numerics;

namespace PyramidOT.Alignment;

/// <summary>
/// Finds nearest sample points by a walk down a tree of boxes, in which a box beyond the nearest so far is passed over: for few dimensions and many sample
/// points, of which nearly all are.
/// </summary>
/// <remarks>
/// Boxes are halves of halves by number, along their longest side: node k has the children 2k + 1 and 2k + 2. A box's least distance takes the steps
/// of a point's distance, in the same order, and rounding never puts a larger number below a smaller one: so no point of a box is nearer than its box.
/// </remarks>
internal sealed class NeighbourTree
{
    private const int LeafSize = 8;
    private const int MostDimensions = 3;
    private const int LeastPoints = 2048;

    private readonly int _count;
    private readonly int _dimensions;
    private readonly int _leaves;
    private readonly int[] _order;
    private readonly float[] _points;
    private readonly float[] _boxes;

    /// <summary>Grows the tree.</summary>
    public NeighbourTree(PointCloud sample)
    {
        (_count, _dimensions) = (sample.Count, sample.Dimensions);
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)((_count + LeafSize - 1) / LeafSize));
        _order = [.. Enumerable.Range(0, _count)];
        _boxes = new float[((2L * _leaves) - 1) * 2 * _dimensions];
        Split(sample, 0, 0, _count);
        _points = new float[sample.Points.Length];
        for (int p = 0; p < _count; p++)
        {
            sample[_order[p]].CopyTo(_points.AsSpan(p * _dimensions));
        }
    }

    /// <summary>Whether the walk is shorter than a look at all sample points.</summary>
    public static bool Serves(PointCloud sample) => sample.Dimensions <= MostDimensions && sample.Count >= LeastPoints;

    /// <summary>Offers all sample points that may be among the nearest.</summary>
    public void Find(ReadOnlySpan<float> x, ref NearestRows nearest) => Visit(x, 0, 0, _count, Least(x, 0), ref nearest);

    private void Split(PointCloud sample, int node, int start, int end)
    {
        Span<float> box = BoxOf(node);
        box[.._dimensions].Fill(float.PositiveInfinity);
        box[_dimensions..].Fill(float.NegativeInfinity);
        for (int p = start; p < end; p++)
        {
            ReadOnlySpan<float> point = sample[_order[p]];
            for (int k = 0; k < _dimensions; k++)
            {
                box[k] = Math.Min(box[k], point[k]);
                box[_dimensions + k] = Math.Max(box[_dimensions + k], point[k]);
            }
        }

        if (node >= _leaves - 1)
        {
            return;
        }

        int axis = 0;
        for (int k = 1; k < _dimensions; k++)
        {
            axis = box[_dimensions + k] - box[k] > box[_dimensions + axis] - box[axis] ? k : axis;
        }

        float[] keys = new float[end - start];
        for (int p = start; p < end; p++)
        {
            keys[p - start] = sample[_order[p]][axis];
        }

        keys.AsSpan().Sort(_order.AsSpan(start, end - start));
        int middle = (start + end) / 2;
        Split(sample, (2 * node) + 1, start, middle);
        Split(sample, (2 * node) + 2, middle, end);
    }

    private void Visit(ReadOnlySpan<float> x, int node, int start, int end, double least, ref NearestRows nearest)
    {
        // A box that is as far as the farthest may hold one of a lower row.
        if (least > nearest.Limit)
        {
            return;
        }

        if (node >= _leaves - 1)
        {
            for (int p = start; p < end; p++)
            {
                nearest.Offer(_order[p], SquaredDistance(x, p));
            }

            return;
        }

        int middle = (start + end) / 2;
        int child = (2 * node) + 1;
        double left = Least(x, child);
        double right = Least(x, child + 1);
        if (left <= right)
        {
            Visit(x, child, start, middle, left, ref nearest);
            Visit(x, child + 1, middle, end, right, ref nearest);
        }
        else
        {
            Visit(x, child + 1, middle, end, right, ref nearest);
            Visit(x, child, start, middle, left, ref nearest);
        }
    }

    private double Least(ReadOnlySpan<float> x, int node)
    {
        ReadOnlySpan<float> box = BoxOf(node);
        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double side = Math.Max(0, Math.Max((double)box[k] - x[k], (double)x[k] - box[x.Length + k]));
            sum += side * side;
        }

        return sum;
    }

    private double SquaredDistance(ReadOnlySpan<float> x, int place)
    {
        ReadOnlySpan<float> y = _points.AsSpan(place * x.Length, x.Length);
        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double side = (double)x[k] - y[k];
            sum += side * side;
        }

        return sum;
    }

    private Span<float> BoxOf(int node) => _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
}
