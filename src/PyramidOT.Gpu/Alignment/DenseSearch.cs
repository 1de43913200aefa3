using PyramidOT.Engines;
using PyramidOT.Engines.Host;

namespace PyramidOT.Alignment;

/// <summary>
/// Draws lists up from whole rows of costs, which the engine computes wave by wave and never keeps: for any cost in any dimension.
/// </summary>
internal sealed class DenseSearch : ICandidateSearch
{
    // Costs of a wave: on the Host they stay in the caches, a device wants many rows at once.
    private const long HostWave = 2L << 20;
    private const long DeviceWave = 64L << 20;

    // The engine's costs are accurate to 1e-5 relative. Twice that off, and what float32 rounds away of the product is covered too.
    private const float Factor = 1 - 2e-5f;

    // A difference of float32 numbers that is rounded to L is at least L less half its last place.
    private const double HalfPlace = 1.2e-7;

    private readonly PointCloud _source;
    private readonly PointCloud _target;
    private readonly GroundCost _cost;
    private readonly ComputeEngine _engine;
    private readonly int _waveRows;
    private readonly BatchLayout _wholeWave;
    private readonly EngineBuffer<float> _sourcePoints;
    private readonly EngineBuffer<float> _targetPoints;
    private readonly EngineBuffer<int> _rows;
    private readonly EngineBuffer<float> _gathered;
    private readonly EngineBuffer<float> _costs;
    private readonly EngineBuffer<float> _potentials;
    private readonly EngineBuffer<int> _columns;
    private readonly EngineBuffer<float> _limits;
    private readonly float[] _rounded;
    private readonly int[] _columnsRead;
    private readonly float[] _limitsRead;
    private float[]? _costsRead;

    public DenseSearch(ComputeEngine engine, PointCloud source, PointCloud target, GroundCost cost, int capacity)
    {
        (_engine, _source, _target, _cost) = (engine, source, target, cost);
        long wave = engine.Info.Kind == EngineKind.Host ? HostWave : DeviceWave;
        _waveRows = (int)Math.Clamp(wave / target.Count, 16, Math.Max(16, source.Count));
        _wholeWave = BatchLayout.Uniform(1, _waveRows, target.Count);
        try
        {
            _sourcePoints = engine.Place(source.PointMemory);
            _targetPoints = engine.Place(target.PointMemory);
            _rows = engine.Allocate<int>(_waveRows);
            _gathered = engine.Allocate<float>((long)_waveRows * source.Dimensions);
            _costs = engine.Allocate<float>((long)_waveRows * target.Count);
            _potentials = engine.Allocate<float>(target.Count);
            _columns = engine.Allocate<int>((long)_waveRows * capacity);
            _limits = engine.Allocate<float>(_waveRows);
        }
        catch
        {
            Dispose();
            throw;
        }

        _rounded = new float[target.Count];
        _columnsRead = new int[_waveRows * capacity];
        _limitsRead = new float[_waveRows];
    }

    /// <summary>Rows whose costs can be asked for at once.</summary>
    public int RowsAtOnce => (int)Math.Clamp(HostWave / _target.Count, 1, _waveRows);

    /// <summary>The engine's costs of some rows, one row after the other; overwritten by the next call.</summary>
    public float[] CostsOf(ReadOnlySpan<int> rows)
    {
        _costsRead ??= new float[(long)RowsAtOnce * _target.Count];
        BatchLayout layout = BatchLayout.Uniform(1, rows.Length, _target.Count);
        EngineView<float> costs = Compute(layout, rows);
        costs.Download(_costsRead.AsSpan(0, (int)layout.Costs));
        return _costsRead;
    }

    public void Fill(CandidateLists lists, ReadOnlySpan<int> rows, double[] potentials, CancellationToken cancellation)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        for (int j = 0; j < potentials.Length; j++)
        {
            // Rounded up, so that a limit holds for the potential itself.
            float rounded = (float)potentials[j];
            _rounded[j] = rounded < potentials[j] ? MathF.BitIncrement(rounded) : rounded;
        }

        _potentials.Upload(_rounded);
        for (int done = 0; done < rows.Length; done += _waveRows)
        {
            cancellation.ThrowIfCancellationRequested();
            FillWave(lists, rows.Slice(done, Math.Min(_waveRows, rows.Length - done)), potentials, cancellation);
        }
    }

    /// <summary>Never: a wave of one row takes as long as one of many.</summary>
    public bool TryFill(CandidateLists lists, int row, double[] potentials) => false;

    public void Dispose()
    {
        _sourcePoints?.Dispose();
        _targetPoints?.Dispose();
        _rows?.Dispose();
        _gathered?.Dispose();
        _costs?.Dispose();
        _potentials?.Dispose();
        _columns?.Dispose();
        _limits?.Dispose();
    }

    private void FillWave(CandidateLists lists, ReadOnlySpan<int> rows, double[] potentials, CancellationToken cancellation)
    {
        int d = _source.Dimensions;
        int count = rows.Length;
        int capacity = lists.Capacity;
        BatchLayout layout = count == _waveRows ? _wholeWave : BatchLayout.Uniform(1, count, _target.Count);
        EngineView<float> costs = Compute(layout, rows);
        EngineView<int> columns = _columns.Slice(0, (long)count * capacity);
        EngineView<float> limits = _limits.Slice(0, count);
        _engine.Candidates.List(layout, costs, _potentials, Factor, capacity, columns, limits);
        columns.Download(_columnsRead.AsSpan(0, count * capacity));
        limits.Download(_limitsRead.AsSpan(0, count));
        int[] ids = rows.ToArray();
        _engine.ForOnHost(count, (double)capacity * d, (start, end) =>
        {
            for (int k = start; k < end; k++)
            {
                Take(lists, ids[k], _columnsRead.AsSpan(k * capacity, capacity), _limitsRead[k]);
                if (lists.RoomOf(ids[k]) > capacity || lists.Best(ids[k], potentials) > lists.Limits[ids[k]])
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        return;
                    }

                    TakeExactly(lists, ids[k], potentials);
                }
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    private EngineView<float> Compute(BatchLayout layout, ReadOnlySpan<int> rows)
    {
        EngineView<int> ids = _rows.Slice(0, rows.Length);
        EngineView<float> gathered = _gathered.Slice(0, (long)rows.Length * _source.Dimensions);
        EngineView<float> costs = _costs.Slice(0, layout.Costs);
        ids.Upload(rows);
        _engine.Points.Gather(_sourcePoints, _source.Dimensions, ids, gathered);
        _engine.Costs.Pairwise(layout, gathered, _targetPoints, _source.Dimensions, _cost, costs);
        return costs;
    }

    private void Take(CandidateLists lists, int row, ReadOnlySpan<int> columns, float limit)
    {
        int count = columns.IndexOf(-1);
        count = count < 0 ? columns.Length : count;
        long start = lists.Start(row);
        ReadOnlySpan<float> x = _source[row];
        for (int k = 0; k < count; k++)
        {
            lists.Columns[start + k] = columns[k];
            lists.Costs[start + k] = ExactCosts.Of(_cost, x, _target[columns[k]]);
        }

        lists.Counts[row] = count;
        lists.Limits[row] = float.IsPositiveInfinity(limit) ? limit : limit - (HalfPlace * Math.Abs((double)limit)) - float.Epsilon;
    }

    /// <summary>
    /// Draws a list up in float64: where all that is in it lies within the rounding of float32, so that its limit is below its best; and a longer one
    /// than engines make.
    /// </summary>
    private void TakeExactly(CandidateLists lists, int row, double[] potentials)
    {
        ReadOnlySpan<float> x = _source[row];
        double[] reduced = new double[_target.Count];
        int[] columns = new int[_target.Count];
        for (int j = 0; j < columns.Length; j++)
        {
            columns[j] = j;
            reduced[j] = ExactCosts.Of(_cost, x, _target[j]) - potentials[j];
        }

        Array.Sort(reduced, columns);
        int count = Math.Min(lists.RoomOf(row), columns.Length);
        long start = lists.Start(row);
        for (int k = 0; k < count; k++)
        {
            lists.Columns[start + k] = columns[k];
            lists.Costs[start + k] = ExactCosts.Of(_cost, x, _target[columns[k]]);
        }

        lists.Counts[row] = count;
        lists.Limits[row] = count == columns.Length ? double.PositiveInfinity : reduced[count];
    }
}
