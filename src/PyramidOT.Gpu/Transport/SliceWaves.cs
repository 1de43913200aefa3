using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>
/// Transport along directions of one pair of clouds, or of many side by side, so many directions at a time as memory is spent on: the points stay
/// on the engine, and with them the room for one wave of directions.
/// </summary>
internal sealed class SliceWaves : IDisposable
{
    // What one wave takes at the most; a device with little memory gets less.
    private const long MostBytes = 256L << 20;

    private readonly ComputeEngine _engine;
    private readonly EngineView<float> _source;
    private readonly EngineView<float> _target;
    private readonly int _dimensions;
    private readonly double _exponent;
    private readonly EngineBuffer<float> _directions;
    private readonly Side _sourceSide;
    private readonly Side _targetSide;
    private readonly BatchLayout _shapes;
    private BatchLayout _lines;

    private SliceWaves(ComputeEngine engine, in SlicedClouds clouds, double exponent, int capacity, bool withSlopes)
    {
        _engine = engine;
        (_source, _target, _dimensions) = (clouds.Source, clouds.Target, clouds.Dimensions);
        _exponent = exponent;
        Capacity = capacity;
        _shapes = clouds.Shapes;
        _lines = Lines(_shapes.RowOffsets, _shapes.ColumnOffsets, capacity);
        List<IDisposable> made = [];
        try
        {
            made.Add(_directions = engine.Allocate<float>((long)capacity * _dimensions));
            made.Add(_sourceSide = new(engine, _shapes.RowOffsets, clouds.SourceMasses, capacity, withSlopes));
            made.Add(_targetSide = new(engine, _shapes.ColumnOffsets, clouds.TargetMasses, capacity, withSlopes));
        }
        catch
        {
            made.ForEach(buffer => buffer.Dispose());
            throw;
        }
    }

    /// <summary>Directions of a wave at the most.</summary>
    public int Capacity { get; }

    /// <summary>Makes room.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="clouds">The clouds, on the engine.</param>
    /// <param name="exponent">p.</param>
    /// <param name="directions">Directions that there will be, at least 1; waves have no more.</param>
    /// <param name="withSlopes">Whether gradients will be asked for.</param>
    /// <exception cref="InsufficientMemoryException">There is no room even for one direction.</exception>
    public static SliceWaves Create(ComputeEngine engine, in SlicedClouds clouds, double exponent, int directions, bool withSlopes)
    {
        bool isWeighted = !clouds.SourceMasses.IsEmpty;

        // Projections, sorted ones and the pairs that sorting takes twice; places; running sums, and masses where lines differ in them. A line has
        // offsets besides, a direction its coordinates.
        long bytes = 4 + 4 + 16 + (isWeighted || withSlopes ? 4 : 0) + (!isWeighted ? 0 : clouds.Shapes.Count == 1 ? 8 : 16);
        bytes *= clouds.Shapes.Rows + clouds.Shapes.Columns;
        bytes += (80L * clouds.Shapes.Count) + (4L * clouds.Dimensions);
        long most = Math.Min(MostBytes, (engine.Info.MemoryBytes ?? long.MaxValue) / 8);
        for (int capacity = (int)Math.Clamp(most / bytes, 1, directions); ; capacity /= 2)
        {
            try
            {
                return new(engine, clouds, exponent, capacity, withSlopes);
            }
            catch (OutOfMemoryException exception)
            {
                if (capacity == 1)
                {
                    throw new InsufficientMemoryException($"Sliced transport: there is no room even for one direction. {exception.Message}", exception);
                }
            }
        }
    }

    /// <summary>Evaluates a wave.</summary>
    /// <param name="directions">At most <see cref="Capacity"/> directions of d numbers.</param>
    /// <param name="costs">Receives W_p^p along each, of one problem after the other: as many numbers as there are directions and problems.</param>
    /// <exception cref="ArgumentException">A cost is not finite.</exception>
    public void Evaluate(ReadOnlySpan<float> directions, Span<double> costs)
    {
        int count = directions.Length / _dimensions;
        if (_lines.Count != count * _shapes.Count)
        {
            _lines = Lines(_shapes.RowOffsets, _shapes.ColumnOffsets, count);
        }

        EngineView<float> along = _directions.Slice(0, directions.Length);
        along.Upload(directions);
        LineSide source = _sourceSide.Project(_engine, _source, _dimensions, along, count);
        LineSide target = _targetSide.Project(_engine, _target, _dimensions, along, count);
        _engine.Slices.Transport(_lines, source, target, _exponent, costs);
        foreach (double cost in costs)
        {
            if (!double.IsFinite(cost))
            {
                throw new ArgumentException(
                    $"The cost along a direction is {(double.IsNaN(cost) ? "NaN" : "infinite")} for p = {_exponent}; points must be finite, and far from the end of float32: scale the points.");
            }
        }
    }

    /// <summary>Adds the last wave's derivatives, times a factor, to gradients in the points.</summary>
    public void AddGradients(int count, float factor, EngineView<float> sourceGradient, EngineView<float> targetGradient)
    {
        EngineView<float> along = _directions.Slice(0, (long)count * _dimensions);
        if (!sourceGradient.IsEmpty)
        {
            _engine.Slices.BackProject(_sourceSide.Slopes(count), along, _dimensions, factor, sourceGradient);
        }

        if (!targetGradient.IsEmpty)
        {
            _engine.Slices.BackProject(_targetSide.Slopes(count), along, _dimensions, factor, targetGradient);
        }
    }

    /// <summary>How the last wave's costs change with their directions.</summary>
    public double[] DirectionGradients(int count)
    {
        double[] gradients = new double[count * _dimensions];
        double[] target = new double[gradients.Length];
        _engine.Slices.Moments(_source, _dimensions, _sourceSide.Slopes(count), gradients);
        _engine.Slices.Moments(_target, _dimensions, _targetSide.Slopes(count), target);
        for (int i = 0; i < gradients.Length; i++)
        {
            gradients[i] += target[i];
        }

        return gradients;
    }

    /// <summary>Gives the memory back to the engine.</summary>
    public void Dispose()
    {
        _directions.Dispose();
        _sourceSide.Dispose();
        _targetSide.Dispose();
    }

    /// <summary>All problems on each of some directions: the lines along the first direction, then those along the next.</summary>
    private static BatchLayout Lines(ReadOnlySpan<long> rows, ReadOnlySpan<long> columns, int directions)
    {
        int problems = rows.Length - 1;
        long[] rowOffsets = new long[(directions * problems) + 1];
        long[] columnOffsets = new long[rowOffsets.Length];
        for (int line = 0; line < rowOffsets.Length; line++)
        {
            (int k, int b) = Math.DivRem(line, problems);
            rowOffsets[line] = (k * rows[^1]) + rows[b];
            columnOffsets[line] = (k * columns[^1]) + columns[b];
        }

        return BatchLayout.FromOffsets(rowOffsets, columnOffsets);
    }

    /// <summary>One cloud, of each problem, on the lines of a wave.</summary>
    private sealed class Side : IDisposable
    {
        private readonly List<IDisposable> _made = [];
        private readonly EngineView<float> _projections;
        private readonly EngineView<float> _sorted;
        private readonly EngineView<int> _places;
        private readonly EngineView<long> _masses;
        private readonly EngineView<long> _ends;
        private readonly bool _withSlopes;
        private readonly long[] _offsets;
        private BatchLayout _segments;

        public Side(ComputeEngine engine, ReadOnlySpan<long> offsets, ReadOnlySpan<long> masses, int capacity, bool withSlopes)
        {
            _offsets = offsets.ToArray();
            _withSlopes = withSlopes;
            _segments = Lines(_offsets, _offsets, capacity);
            long numbers = _segments.Rows;
            try
            {
                _projections = Allocate<float>(engine, numbers);
                _sorted = Allocate<float>(engine, numbers);
                _places = Allocate<int>(engine, withSlopes || !masses.IsEmpty ? numbers : 0);
                _ends = Allocate<long>(engine, masses.IsEmpty ? 0 : numbers);

                // A single problem's lines share its masses.
                _masses = Allocate<long>(engine, masses.Length * (offsets.Length == 2 ? 1L : capacity));
                for (long first = 0; first < _masses.Length; first += masses.Length)
                {
                    _masses.Slice(first, masses.Length).Upload(masses);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        private long Points => _offsets[^1];

        public LineSide Project(ComputeEngine engine, EngineView<float> points, int dimensions, EngineView<float> directions, int count)
        {
            if (_segments.Count != count * (_offsets.Length - 1))
            {
                _segments = Lines(_offsets, _offsets, count);
            }

            long numbers = _segments.Rows;
            EngineView<float> projections = _projections.Slice(0, numbers);
            EngineView<float> sorted = _sorted.Slice(0, numbers);
            EngineView<int> places = _places.IsEmpty ? default : _places.Slice(0, numbers);
            EngineView<long> ends = _ends.IsEmpty ? default : _ends.Slice(0, numbers);
            engine.Slices.Project(points, dimensions, directions, projections);
            engine.Slices.Sort(_segments, projections, sorted, places);
            if (!ends.IsEmpty)
            {
                engine.Slices.Accumulate(_segments, _masses.Slice(0, Math.Min(_masses.Length, numbers)), places, ends);
            }

            // Once sorted, the projections make room for the slopes.
            return new() { Positions = sorted, Places = places, Ends = ends, Slopes = _withSlopes ? projections : default };
        }

        public EngineView<float> Slopes(int count) => _projections.Slice(0, (long)count * Points);

        public void Dispose() => _made.ForEach(buffer => buffer.Dispose());

        private EngineView<T> Allocate<T>(ComputeEngine engine, long length)
            where T : unmanaged
        {
            EngineBuffer<T> buffer = engine.Allocate<T>(length);
            _made.Add(buffer);
            return buffer;
        }
    }
}

/// <summary>Pairs of clouds on an engine.</summary>
internal readonly ref struct SlicedClouds
{
    /// <summary>How many points the clouds of each pair have, at least one.</summary>
    public required BatchLayout Shapes { get; init; }

    /// <summary>The points of all sources.</summary>
    public required EngineView<float> Source { get; init; }

    /// <summary>The points of all targets.</summary>
    public required EngineView<float> Target { get; init; }

    /// <summary>d.</summary>
    public required int Dimensions { get; init; }

    /// <summary>The mass of each source point, of total <see cref="LineSide.Total"/> a cloud; empty, on both sides, where points weigh the same.</summary>
    public ReadOnlySpan<long> SourceMasses { get; init; }

    /// <summary>The mass of each target point.</summary>
    public ReadOnlySpan<long> TargetMasses { get; init; }
}
