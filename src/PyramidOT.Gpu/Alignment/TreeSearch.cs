using System.Numerics;

namespace PyramidOT.Alignment;

/// <summary>
/// Draws lists up by a walk down a tree of boxes over the target points, in which a box is passed over where its least cost less its largest
/// potential is beyond what the list has already: for few dimensions, where that is nearly all of them.
/// </summary>
/// <remarks>
/// Boxes are halves of halves by number, along their longest side: so node k has the children 2k + 1 and 2k + 2, and its range of positions
/// follows from the walk. The pyramid's own cells would do; these are the same on both sides of a cut and need no bound on their depth.
/// </remarks>
internal sealed class TreeSearch : ICandidateSearch
{
    private const int LeafSize = 8;
    private const double OperationsPerRow = 5000;

    // A power may be rounded so that a larger number has a smaller one. All else that a box's least cost takes is the same steps as for a point of
    // it, each of which rounds no larger number below a smaller one.
    private const double PowerSlack = 1 - 1e-14;

    private readonly ComputeEngine _engine;
    private readonly PointCloud _source;
    private readonly GroundCost _cost;
    private readonly double _slack;
    private readonly int _count;
    private readonly int _dimensions;
    private readonly int _leaves;
    private readonly int[] _order;
    private readonly float[] _points;
    private readonly float[] _boxes;
    private readonly double[] _highest;
    private double[] _potentials = [];
    private Walk? _walk;

    public TreeSearch(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost)
    {
        (_engine, _source, _cost) = (engine, source, cost);
        _slack = PowerOf(cost) is 0.5 or 1 or 2 ? 1 : PowerSlack;
        _count = target.Count;
        _dimensions = target.Dimensions;
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)((_count + LeafSize - 1) / LeafSize));
        _order = new int[_count];
        for (int j = 0; j < _count; j++)
        {
            _order[j] = j;
        }

        _boxes = new float[((2L * _leaves) - 1) * 2 * _dimensions];
        _highest = new double[(2 * _leaves) - 1];
        Split(target, 0, 0, _count);
        _points = new float[(long)_count * _dimensions];
        for (int p = 0; p < _count; p++)
        {
            target[_order[p]].CopyTo(_points.AsSpan(p * _dimensions));
        }
    }

    /// <summary>Whether boxes tell anything of a cost's size.</summary>
    public static bool Serves(GroundCost cost, int dimensions) => dimensions <= 3 && cost.Distance != GroundDistance.Cosine;

    public void Fill(CandidateLists lists, ReadOnlySpan<int> rows, double[] potentials, CancellationToken cancellation)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        _potentials = potentials;
        Raise(0, 0, _count);
        int[] ids = rows.ToArray();
        _engine.ForOnHost(ids.Length, OperationsPerRow, (start, end) =>
        {
            Walk walk = new(lists.Capacity);
            for (int k = start; k < end && !cancellation.IsCancellationRequested; k++)
            {
                int room = lists.RoomOf(ids[k]);
                Find(room == lists.Capacity ? walk : new(room), lists, ids[k]);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    public bool TryFill(CandidateLists lists, int row, double[] potentials)
    {
        if (_potentials != potentials)
        {
            _potentials = potentials;
            Raise(0, 0, _count);
        }

        // Boxes keep the largest potentials of the last call, which are still not below those of today; points are looked at by today's.
        int room = lists.RoomOf(row);
        Find(room == lists.Capacity ? _walk ??= new(room) : new(room), lists, row);
        return true;
    }

    public void Dispose()
    {
        // Its memory is the collector's.
    }

    private void Split(PointCloud target, int node, int start, int end)
    {
        Span<float> box = _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
        box[.._dimensions].Fill(float.PositiveInfinity);
        box[_dimensions..].Fill(float.NegativeInfinity);
        for (int p = start; p < end; p++)
        {
            ReadOnlySpan<float> point = target[_order[p]];
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
            keys[p - start] = target[_order[p]][axis];
        }

        // Ties in the order that they had, so that equal points do not depend on the sort.
        int[] part = _order[start..end];
        long[] sortable = new long[part.Length];
        for (int p = 0; p < part.Length; p++)
        {
            int bits = BitConverter.SingleToInt32Bits(keys[p]);
            sortable[p] = ((long)(bits ^ ((bits >> 31) & int.MaxValue)) << 32) | (uint)p;
        }

        Array.Sort(sortable);
        for (int p = 0; p < part.Length; p++)
        {
            _order[start + p] = part[(int)(uint)sortable[p]];
        }

        int middle = (start + end) / 2;
        Split(target, (2 * node) + 1, start, middle);
        Split(target, (2 * node) + 2, middle, end);
    }

    private double Raise(int node, int start, int end)
    {
        double highest = double.NegativeInfinity;
        if (node >= _leaves - 1)
        {
            for (int p = start; p < end; p++)
            {
                highest = Math.Max(highest, _potentials[_order[p]]);
            }
        }
        else
        {
            int middle = (start + end) / 2;
            highest = Math.Max(Raise((2 * node) + 1, start, middle), Raise((2 * node) + 2, middle, end));
        }

        return _highest[node] = highest;
    }

    private void Find(Walk walk, CandidateLists lists, int row)
    {
        ReadOnlySpan<float> x = _source[row];
        walk.Clear();
        Visit(walk, x, 0, 0, _count, Least(x, 0));
        long start = lists.Start(row);
        for (int k = 0; k < walk.Count; k++)
        {
            lists.Columns[start + k] = _order[walk.Places[k]];
            lists.Costs[start + k] = walk.Costs[k];
        }

        lists.Counts[row] = walk.Count;
        lists.Limits[row] = walk.Count == _count ? double.PositiveInfinity : walk.Values[walk.Count - 1];
    }

    private void Visit(Walk walk, ReadOnlySpan<float> x, int node, int start, int end, double least)
    {
        if (least >= walk.Worst)
        {
            return;
        }

        if (node >= _leaves - 1)
        {
            for (int p = start; p < end; p++)
            {
                double cost = Cost(x, p);
                double value = cost - _potentials[_order[p]];
                if (value < walk.Worst)
                {
                    walk.Insert(value, cost, p);
                }
            }

            return;
        }

        int middle = (start + end) / 2;
        int child = (2 * node) + 1;
        double left = Least(x, child);
        double right = Least(x, child + 1);
        if (left <= right)
        {
            Visit(walk, x, child, start, middle, left);
            Visit(walk, x, child + 1, middle, end, right);
        }
        else
        {
            Visit(walk, x, child + 1, middle, end, right);
            Visit(walk, x, child, start, middle, left);
        }
    }

    /// <summary>The least cost from a point to a box, less the box's largest potential.</summary>
    private double Least(ReadOnlySpan<float> x, int node)
    {
        ReadOnlySpan<float> box = _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double below = (double)box[k] - x[k];
            double above = (double)x[k] - box[x.Length + k];
            sum = Add(sum, Math.Max(0, Math.Max(below, above)));
        }

        return (Power(sum) * _slack) - _highest[node];
    }

    private double Cost(ReadOnlySpan<float> x, int place)
    {
        ReadOnlySpan<float> y = _points.AsSpan(place * x.Length, x.Length);
        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            sum = Add(sum, Math.Abs((double)x[k] - y[k]));
        }

        return Power(sum);
    }

    private double Add(double sum, double side) => _cost.Distance switch
    {
        GroundDistance.Euclidean => sum + (side * side),
        GroundDistance.Manhattan => sum + side,
        _ => Math.Max(sum, side),
    };

    private double Power(double sum)
    {
        double power = PowerOf(_cost);
        return power == 1 ? sum : power == 0.5 ? Math.Sqrt(sum) : power == 2 ? sum * sum : Math.Pow(sum, power);
    }

    /// <summary>What sums of <see cref="Add"/> are raised to.</summary>
    private static double PowerOf(GroundCost cost) => cost.Distance == GroundDistance.Euclidean ? cost.Exponent / 2 : cost.Exponent;

    /// <summary>A list in the making: the least values so far, in order.</summary>
    private sealed class Walk(int capacity)
    {
        public double[] Values { get; } = new double[capacity];

        public double[] Costs { get; } = new double[capacity];

        public int[] Places { get; } = new int[capacity];

        public int Count { get; private set; }

        public double Worst { get; private set; }

        public void Clear() => (Count, Worst) = (0, double.PositiveInfinity);

        public void Insert(double value, double cost, int place)
        {
            int k = Count < capacity ? Count++ : capacity - 1;
            for (; k > 0 && Values[k - 1] > value; k--)
            {
                Values[k] = Values[k - 1];
                Costs[k] = Costs[k - 1];
                Places[k] = Places[k - 1];
            }

            (Values[k], Costs[k], Places[k]) = (value, cost, place);
            Worst = Count == capacity ? Values[capacity - 1] : double.PositiveInfinity;
        }
    }
}
