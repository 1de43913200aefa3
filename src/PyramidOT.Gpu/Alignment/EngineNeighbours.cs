using PyramidOT.Engines;
using PyramidOT.Engines.Host;

namespace PyramidOT.Alignment;

/// <summary>
/// Neighbours by the engine: the nearest centre where one is wanted, else the cheapest columns of cost matrices that are never kept.
/// </summary>
internal sealed class EngineNeighbours : NeighbourSearch
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

    public EngineNeighbours(ComputeEngine engine, PointCloud sample, PointCloud points, int neighbours)
        : base(engine, sample, points, neighbours, WaveOf(engine, sample, neighbours))
    {
        double span = (double)sample.MaxMagnitude + points.MaxMagnitude;
        _isInRange = span * span * sample.Dimensions < LargestCost;
        bool isOne = neighbours == 1;
        _capacity = isOne ? 1 : Math.Clamp(4 * neighbours, 16, 64);
        try
        {
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
        }
        catch
        {
            Dispose();
            throw;
        }

        _columnsRead = new int[WaveRows * _capacity];
        _limitsRead = new float[isOne ? 0 : WaveRows];
    }

    public override void Find(int start, int count, CancellationToken cancellation)
    {
        if (!_isInRange)
        {
            ForEach(count, 2.0 * Sample.Points.Length, i => Scan(start, i), cancellation);
        }
        else if (Neighbours == 1)
        {
            FindNearest(start, count);
        }
        else
        {
            List(start, count);
            ForEach(count, 2.0 * _capacity * Sample.Dimensions, Settle, cancellation);
        }

        void Settle(int point)
        {
            if (!Choose(start, point))
            {
                Scan(start, point);
            }
        }
    }

    public override void Dispose()
    {
        _samplePoints?.Dispose();
        _placed?.Dispose();
        _columns?.Dispose();
        _costs?.Dispose();
        _potentials?.Dispose();
        _limits?.Dispose();
        base.Dispose();
    }

    private static long WaveOf(ComputeEngine engine, PointCloud sample, int neighbours) => neighbours == 1
        ? (long)(WaveOperations / sample.Points.Length)
        : (engine.Info.Kind == EngineKind.Host ? HostWave : DeviceWave) / sample.Count;

    private void FindNearest(int start, int count)
    {
        int d = Sample.Dimensions;
        EngineView<int> nearest = _columns.Slice(0, count);
        Engine.Clustering.NearestCentre(
            BatchLayout.Uniform(1, count, Sample.Count),
            _placed.Slice((long)start * d, (long)count * d),
            default,
            d,
            _samplePoints,
            nearest,
            default);

        // One neighbour has all the weight, however far it is.
        nearest.Download(Found[..count]);
    }

    private void List(int start, int count)
    {
        int d = Sample.Dimensions;
        BatchLayout layout = BatchLayout.Uniform(1, count, Sample.Count);
        EngineView<float> costs = _costs!.Slice(0, layout.Costs);
        EngineView<int> columns = _columns.Slice(0, (long)count * _capacity);
        EngineView<float> limits = _limits!.Slice(0, count);
        Engine.Costs.Pairwise(
            layout, _placed.Slice((long)start * d, (long)count * d), _samplePoints, d, GroundCost.SquaredEuclidean, costs);
        Engine.Candidates.List(layout, costs, _potentials!, Factor, _capacity, columns, limits);
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
        if (columns.Length < Neighbours || (!isAll && limit < LeastLimit))
        {
            return false;
        }

        NearestRows nearest = NearestOf(point);
        foreach (int column in columns)
        {
            nearest.Offer(column, ExactCosts.Of(GroundCost.SquaredEuclidean, Points[start + point], Sample[column]));
        }

        return isAll || nearest.Limit < limit * (1 - HalfPlace);
    }

    private void Scan(int start, int point)
    {
        ReadOnlySpan<float> x = Points[start + point];
        NearestRows nearest = NearestOf(point);
        for (int j = 0; j < Sample.Count; j++)
        {
            nearest.Offer(j, ExactCosts.Of(GroundCost.SquaredEuclidean, x, Sample[j]));
        }
    }
}
