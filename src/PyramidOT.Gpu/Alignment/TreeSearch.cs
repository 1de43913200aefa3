using System.Numerics;

namespace PyramidOT.Alignment;

/// <summary>
/// Draws lists up by a walk down a tree of boxes over the target points, in which a box is passed over where its least cost less its largest
/// potential is beyond what the list has already: for few dimensions, where that is nearly all of them.
/// </summary>
/// <remarks>
/// Boxes are those of <see cref="HalvedOrder"/>, so that a node's range of positions follows from the walk. The pyramid's own cells would do; these
/// are the same on both sides of a cut and need no bound on their depth.
/// </remarks>
internal sealed class TreeSearch : ICandidateSearch
{
    private const int LeafSize = 8;
    private const double OperationsPerRow = 5000;

    // Boxes learn of potentials that fell each time that so many boxes were looked at, for each leaf there is: where whole regions have fallen, old ones pass over
    // little.
    private const int VisitsAFit = 16;

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
    private readonly PotentialSlopes _slopes;
    private double[] _potentials = [];
    private long _visits;
    private Walk? _walk;

    private bool IsStale => _visits >= (long)VisitsAFit * _leaves;

    public TreeSearch(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost)
    {
        (_engine, _source, _cost) = (engine, source, cost);
        _slack = PowerOf(cost) is 0.5 or 1 or 2 ? 1 : PowerSlack;
        _count = target.Count;
        _dimensions = target.Dimensions;
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)((_count + LeafSize - 1) / LeafSize));
        _order = HalvedOrder.Of(engine, target, BitOperations.Log2((uint)_leaves), CancellationToken.None);
        _points = new float[(long)_count * _dimensions];
        for (int p = 0; p < _count; p++)
        {
            target[_order[p]].CopyTo(_points.AsSpan(p * _dimensions));
        }

        _boxes = new float[((2L * _leaves) - 1) * 2 * _dimensions];
        Surround(0, 0, _count);
        _slopes = new(cost == new GroundCost(GroundDistance.Euclidean, 2), _points, _boxes, _order, _leaves, _dimensions, Math.Max(source.MaxMagnitude, target.MaxMagnitude));
    }

    /// <summary>Whether boxes tell anything of a cost's size.</summary>
    public static bool Serves(GroundCost cost, int dimensions) => dimensions <= 3 && cost.Distance != GroundDistance.Cosine;

    public void Fill(CandidateLists lists, ReadOnlySpan<int> rows, double[] potentials, CancellationToken cancellation)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        if (_potentials != potentials || IsStale)
        {
            Fit(potentials);
        }

        int[] ids = rows.ToArray();
        _engine.ForOnHost(ids.Length, OperationsPerRow, (start, end) =>
        {
            Walk walk = new(lists.Capacity);
            for (int k = start; k < end && !cancellation.IsCancellationRequested; k++)
            {
                int room = lists.RoomOf(ids[k]);
                Find(room == lists.Capacity ? walk : new(room), lists, ids[k]);
            }

            Interlocked.Add(ref _visits, walk.Visits);
        });
        cancellation.ThrowIfCancellationRequested();
    }

    public bool TryFill(CandidateLists lists, int row, double[] potentials)
    {
        if (_potentials != potentials || IsStale)
        {
            Fit(potentials);
        }

        // Boxes keep what the potentials were at most, which still holds; points are looked at by today's.
        int room = lists.RoomOf(row);
        Walk walk = room == lists.Capacity ? _walk ??= new(room) : new(room);
        long before = walk.Visits;
        Find(walk, lists, row);
        _visits += walk.Visits - before;
        return true;
    }

    public void Dispose()
    {
        // Its memory is the collector's.
    }

    private void Surround(int node, int start, int end)
    {
        Span<float> box = _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
        box[.._dimensions].Fill(float.PositiveInfinity);
        box[_dimensions..].Fill(float.NegativeInfinity);
        if (node >= _leaves - 1)
        {
            for (int p = start; p < end; p++)
            {
                ReadOnlySpan<float> point = _points.AsSpan(p * _dimensions, _dimensions);
                Surround(box, point, point);
            }

            return;
        }

        int middle = (start + end) / 2;
        for (int child = (2 * node) + 1; child <= (2 * node) + 2; child++)
        {
            (int from, int to) = child % 2 == 1 ? (start, middle) : (middle, end);
            Surround(child, from, to);
            ReadOnlySpan<float> inner = _boxes.AsSpan(child * 2 * _dimensions, 2 * _dimensions);
            Surround(box, inner[.._dimensions], inner[_dimensions..]);
        }
    }

    private void Surround(Span<float> box, ReadOnlySpan<float> lows, ReadOnlySpan<float> highs)
    {
        for (int k = 0; k < _dimensions; k++)
        {
            box[k] = Math.Min(box[k], lows[k]);
            box[_dimensions + k] = Math.Max(box[_dimensions + k], highs[k]);
        }
    }

    private void Fit(double[] potentials)
    {
        _potentials = potentials;
        _visits = 0;
        _slopes.Fit(potentials);
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
        walk.Visits++;
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

    /// <summary>What c - v of a point and any other in a box is at least.</summary>
    private double Least(ReadOnlySpan<float> x, int node)
    {
        ReadOnlySpan<float> box = _boxes.AsSpan(node * 2 * _dimensions, 2 * _dimensions);
        if (_slopes.AreUsed)
        {
            return _slopes.Least(x, box, node);
        }

        double sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double below = (double)box[k] - x[k];
            double above = (double)x[k] - box[x.Length + k];
            sum = Add(sum, Math.Max(0, Math.Max(below, above)));
        }

        return (Power(sum) * _slack) - _slopes.Heights[node];
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

        /// <summary>Boxes that were looked at, of all lists.</summary>
        public long Visits { get; set; }

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
