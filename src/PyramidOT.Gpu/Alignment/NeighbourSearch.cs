using PyramidOT.Engines;
using PyramidOT.Engines.Host;

namespace PyramidOT.Alignment;

/// <summary>
/// Finds the nearest sample points of many points, wave by wave on the engine: the nearest centre where one is wanted, else the cheapest columns of
/// cost matrices that are never kept. Decided in float64; of equally near ones the first come first.
/// </summary>
internal sealed class NeighbourSearch : IDisposable
{
    // Products of rows, sample points and coordinates that a wave has: short enough to be told of, and to be given up.
    private const double WaveOperations = 1L << 31;

    // Costs of a wave: on the Host they stay in the caches, a device wants many rows at once.
    private const long HostWave = 2L << 20;
    private const long DeviceWave = 64L << 20;

    // The engine's costs are accurate to 1e-5 relative. Twice that off, and what float32 rounds away of the product is covered too.
    private const float Factor = 1 - 2e-5f;
    private const double HalfPlace = 1.2e-7;

    // Beyond these float32's costs are not as accurate as that, or infinite.
    private const double LeastLimit = 1e-30;
    private const double LargestCost = 1e36;

    private readonly ComputeEngine _engine;
    private readonly PointCloud _sample;
    private readonly PointCloud _points;
    private readonly int _neighbours;
    private readonly int _capacity;
    private readonly bool _isInRange;
    private readonly EngineBuffer<float> _samplePoints;
    private readonly EngineBuffer<float> _placed;
    private readonly EngineBuffer<int> _columns;
    private readonly EngineBuffer<float>? _costs;
    private readonly EngineBuffer<float>? _potentials;
    private readonly EngineBuffer<float>? _limits;
    private readonly int[] _columnsRead;
    private readonly float[] _limitsRead;
    private readonly int[] _found;
    private readonly double[] _squaredDistances;

    /// <param name="engine">Where to look.</param>
    /// <param name="sample">The sample points.</param>
    /// <param name="points">The points to look for, of as many dimensions.</param>
    /// <param name="neighbours">How many to find, from 1 to 32 and at most as many as there are.</param>
    public NeighbourSearch(ComputeEngine engine, PointCloud sample, PointCloud points, int neighbours)
    {
        (_engine, _sample, _points, _neighbours) = (engine, sample, points, neighbours);
        double span = (double)sample.MaxMagnitude + points.MaxMagnitude;
        _isInRange = span * span * sample.Dimensions < LargestCost;
        bool isOne = neighbours == 1;
        long wave = isOne ? (long)(WaveOperations / ((double)sample.Count * sample.Dimensions))
            : (engine.Info.Kind == EngineKind.Host ? HostWave : DeviceWave) / sample.Count;
        WaveRows = (int)Math.Clamp(wave, Math.Min(16, points.Count), points.Count);
        _capacity = isOne ? 1 : Math.Clamp(4 * neighbours, 16, 64);
        _samplePoints = engine.Place(sample.PointMemory);
        _placed = engine.Place(points.PointMemory);
        _columns = engine.Allocate<int>((long)WaveRows * _capacity);
        if (!isOne)
        {
            _costs = engine.Allocate<float>((long)WaveRows * sample.Count);
            _potentials = engine.Allocate<float>(sample.Count);
            _potentials.View.Clear();
            _limits = engine.Allocate<float>(WaveRows);
        }

        _columnsRead = new int[WaveRows * _capacity];
        _limitsRead = new float[isOne ? 0 : WaveRows];
        _found = new int[WaveRows * neighbours];
        _squaredDistances = new double[WaveRows * neighbours];
    }

    /// <summary>Points of a wave at the most.</summary>
    public int WaveRows { get; }

    /// <summary>Finds the neighbours of a wave of points.</summary>
    public void Find(int start, int count, CancellationToken cancellation)
    {
        if (!_isInRange)
        {
            ForEach(count, _sample.Count, i => Scan(start, i), cancellation);
        }
        else if (_neighbours == 1)
        {
            FindNearest(start, count);
        }
        else
        {
            List(start, count);
            ForEach(count, _capacity, Settle, cancellation);
        }

        void Settle(int point)
        {
            if (!Choose(start, point))
            {
                Scan(start, point);
            }
        }
    }

    /// <summary>The rows of the sample points next to a point of the wave, the nearest first.</summary>
    public ReadOnlySpan<int> NeighboursOf(int point) => _found.AsSpan(point * _neighbours, _neighbours);

    /// <summary>Their squared distances.</summary>
    public ReadOnlySpan<double> SquaredDistancesOf(int point) => _squaredDistances.AsSpan(point * _neighbours, _neighbours);

    public void Dispose()
    {
        _samplePoints.Dispose();
        _placed.Dispose();
        _columns.Dispose();
        _costs?.Dispose();
        _potentials?.Dispose();
        _limits?.Dispose();
    }

    private void FindNearest(int start, int count)
    {
        int d = _sample.Dimensions;
        EngineView<int> nearest = _columns.Slice(0, count);
        _engine.Clustering.NearestCentre(
            BatchLayout.Uniform(1, count, _sample.Count),
            _placed.Slice((long)start * d, (long)count * d),
            default,
            d,
            _samplePoints,
            nearest,
            default);

        // One neighbour has all the weight, however far it is.
        nearest.Download(_found.AsSpan(0, count));
    }

    private void List(int start, int count)
    {
        int d = _sample.Dimensions;
        BatchLayout layout = BatchLayout.Uniform(1, count, _sample.Count);
        EngineView<float> costs = _costs!.Slice(0, layout.Costs);
        EngineView<int> columns = _columns.Slice(0, (long)count * _capacity);
        EngineView<float> limits = _limits!.Slice(0, count);
        _engine.Costs.Pairwise(
            layout, _placed.Slice((long)start * d, (long)count * d), _samplePoints, d, GroundCost.SquaredEuclidean, costs);
        _engine.Candidates.List(layout, costs, _potentials!, Factor, _capacity, columns, limits);
        columns.Download(_columnsRead.AsSpan(0, count * _capacity));
        limits.Download(_limitsRead.AsSpan(0, count));
    }

    /// <summary>Takes the nearest of a list; false where the list may lack one of them.</summary>
    private bool Choose(int start, int point)
    {
        float limit = _limitsRead[point];
        bool isAll = float.IsPositiveInfinity(limit);
        ReadOnlySpan<int> columns = _columnsRead.AsSpan(point * _capacity, _capacity);
        int length = columns.IndexOf(-1);
        columns = length < 0 ? columns : columns[..length];
        if (columns.Length < _neighbours || (!isAll && limit < LeastLimit))
        {
            return false;
        }

        Nearest nearest = NearestOf(point);
        foreach (int column in columns)
        {
            nearest.Offer(column, ExactCosts.Of(GroundCost.SquaredEuclidean, _points[start + point], _sample[column]));
        }

        return isAll || nearest.Farthest < limit * (1 - HalfPlace);
    }

    private void Scan(int start, int point)
    {
        ReadOnlySpan<float> x = _points[start + point];
        Nearest nearest = NearestOf(point);
        for (int j = 0; j < _sample.Count; j++)
        {
            nearest.Offer(j, ExactCosts.Of(GroundCost.SquaredEuclidean, x, _sample[j]));
        }
    }

    private Nearest NearestOf(int point) => new(
        _found.AsSpan(point * _neighbours, _neighbours), _squaredDistances.AsSpan(point * _neighbours, _neighbours));

    private void ForEach(int count, double columns, Action<int> find, CancellationToken cancellation)
    {
        _engine.ForOnHost(count, 2 * columns * _sample.Dimensions, (from, to) =>
        {
            for (int i = from; i < to && !cancellation.IsCancellationRequested; i++)
            {
                find(i);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The nearest so far, in order; of equally near ones the lower row first.</summary>
    private ref struct Nearest(Span<int> rows, Span<double> squaredDistances)
    {
        private readonly Span<int> _rows = rows;
        private readonly Span<double> _squaredDistances = squaredDistances;
        private int _count;

        public readonly double Farthest => _squaredDistances[_count - 1];

        public void Offer(int row, double squaredDistance)
        {
            if (_count == _rows.Length && !IsBefore(row, squaredDistance, _count - 1))
            {
                return;
            }

            int k = _count < _rows.Length ? _count++ : _count - 1;
            for (; k > 0 && IsBefore(row, squaredDistance, k - 1); k--)
            {
                _rows[k] = _rows[k - 1];
                _squaredDistances[k] = _squaredDistances[k - 1];
            }

            (_rows[k], _squaredDistances[k]) = (row, squaredDistance);
        }

        private readonly bool IsBefore(int row, double squaredDistance, int place) =>
            squaredDistance < _squaredDistances[place] || (squaredDistance == _squaredDistances[place] && row < _rows[place]);
    }
}
