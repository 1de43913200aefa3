namespace PyramidOT.Pyramids;

/// <summary>
/// The cell-bound estimate of a pyramid match: the mass that meets in each cell, times a bound of the ground distance between any two
/// points of it.
/// </summary>
/// <remarks>
/// The mass that newly meets in a cell is min(source mass, target mass) less what met in its children. The bound takes the middle m of the box
/// around the cell: g(x, y) is at most g(x, m) + g(m, y), so at most the sum of both sides' radii. It is never wider than the box, and in many dimensions
/// much narrower. The cosine distance obeys no such inequality, but the angle does.
/// </remarks>
internal static class CellBounds
{
    // Numbers that a call's boxes and centres take at the most.
    private const long NumbersPerCall = 1L << 24;

    // How far the distance of a pair may be from the truth, relative to it: a bound that is tight must not fall below.
    private const double DistanceError = 1e-5;

    public static double Mean(PyramidPair pyramid, GroundDistance distance, UnpairedPoints unpaired)
    {
        bool drops = unpaired == UnpairedPoints.Drop || !pyramid.IsUneven;
        (long[] source, long[] target, long total) = drops
            ? (Ones(pyramid.SourceCount), Ones(pyramid.TargetCount), pyramid.PairCount)
            : MassUnits.Of(pyramid);
        long[][] met = MassMet(pyramid, Accumulate(pyramid.SourceOrder, source), Accumulate(pyramid.TargetOrder, target));
        double sum = 0;
        for (int level = pyramid.IsWithinLabels ? 1 : 0; level < met.Length; level++)
        {
            sum += SumOf(pyramid, pyramid.Levels[level], met[level], distance, total);
        }

        return sum;
    }

    private static long[] Ones(int count)
    {
        long[] ones = new long[count];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <summary>The mass before each position of an order.</summary>
    private static long[] Accumulate(ReadOnlySpan<int> order, long[] mass)
    {
        long[] before = new long[order.Length + 1];
        for (int i = 0; i < order.Length; i++)
        {
            before[i + 1] = before[i] + mass[order[i]];
        }

        return before;
    }

    /// <summary>The mass that newly meets in each cell of each level.</summary>
    private static long[][] MassMet(PyramidPair pyramid, long[] sourceBefore, long[] targetBefore)
    {
        long[][] met = new long[pyramid.Levels.Count][];
        long[] common = [];
        for (int level = met.Length - 1; level >= 0; level--)
        {
            PyramidLevel cells = pyramid.Levels[level];
            long[] commonBelow = common;
            common = new long[cells.Count];
            met[level] = new long[cells.Count];
            for (int c = 0; c < cells.Count; c++)
            {
                common[c] = Math.Min(
                    sourceBefore[cells.SourceEnd[c]] - sourceBefore[cells.SourceStart[c]],
                    targetBefore[cells.TargetEnd[c]] - targetBefore[cells.TargetStart[c]]);
                met[level][c] = common[c];
                for (int child = 0; child < cells.ChildCount[c]; child++)
                {
                    met[level][c] -= commonBelow[cells.FirstChild[c] + child];
                }
            }
        }

        return met;
    }

    private static double SumOf(PyramidPair pyramid, PyramidLevel level, long[] met, GroundDistance distance, long total)
    {
        double sum = 0;
        long cellsPerCall = Math.Max(1, NumbersPerCall / pyramid.Dimensions);
        List<int> cells = [];
        for (int c = 0; c <= level.Count; c++)
        {
            if (c == level.Count || cells.Count == cellsPerCall)
            {
                double[] bounds = cells.Count == 0 ? [] : Of(pyramid, level, cells, distance);
                for (int i = 0; i < bounds.Length; i++)
                {
                    sum += bounds[i] * ((double)met[cells[i]] / total);
                }

                cells.Clear();
            }

            if (c < level.Count && met[c] > 0)
            {
                cells.Add(c);
            }
        }

        return sum;
    }

    /// <summary>For each of some cells a bound of the ground distance between any source and any target point of it.</summary>
    private static double[] Of(PyramidPair pyramid, PyramidLevel level, List<int> cells, GroundDistance distance)
    {
        int d = pyramid.Dimensions;
        using Side source = new(pyramid.Engine, pyramid.SourcePoints, d, pyramid.SourceOrder, level.SourceStart, level.SourceEnd, cells);
        using Side target = new(pyramid.Engine, pyramid.TargetPoints, d, pyramid.TargetOrder, level.TargetStart, level.TargetEnd, cells);
        (float[] lows, float[] highs) = source.Boxes();
        (float[] targetLows, float[] targetHighs) = target.Boxes();
        float[] middles = lows;
        for (int i = 0; i < middles.Length; i++)
        {
            middles[i] = (float)(((double)Math.Min(lows[i], targetLows[i]) + Math.Max(highs[i], targetHighs[i])) / 2);
        }

        using EngineBuffer<float> centres = pyramid.Engine.Upload(middles);
        float[] sourceRadii = source.Radii(centres, distance);
        float[] targetRadii = target.Radii(centres, distance);
        double[] bounds = new double[cells.Count];
        for (int i = 0; i < bounds.Length; i++)
        {
            double bound = distance == GroundDistance.Cosine
                ? DistanceOf(Math.Min(Math.PI, AngleOf(sourceRadii[i]) + AngleOf(targetRadii[i])))
                : (double)sourceRadii[i] + targetRadii[i];
            bounds[i] = bound * (1 + DistanceError);
        }

        return bounds;

        // By half-angles: one minus a cosine has no digits left where the angle is small.
        static double AngleOf(double cosineDistance) => 2 * Math.Asin(Math.Sqrt(Math.Min(2, cosineDistance) / 2));
        static double DistanceOf(double angle) => 2 * Math.Sin(angle / 2) * Math.Sin(angle / 2);
    }

    /// <summary>One cloud's points in some cells, on the engine.</summary>
    private sealed class Side : IDisposable
    {
        private readonly ComputeEngine _engine;
        private readonly EngineView<float> _points;
        private readonly int _dimensions;
        private readonly BatchLayout _layout;
        private readonly EngineBuffer<int> _order;

        public Side(
            ComputeEngine engine,
            EngineView<float> points,
            int dimensions,
            ReadOnlySpan<int> order,
            ReadOnlySpan<int> starts,
            ReadOnlySpan<int> ends,
            List<int> cells)
        {
            _engine = engine;
            _points = points;
            _dimensions = dimensions;
            int[] counts = new int[cells.Count];
            int total = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] = ends[cells[i]] - starts[cells[i]];
                total += counts[i];
            }

            int[] rows = new int[total];
            int first = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                order.Slice(starts[cells[i]], counts[i]).CopyTo(rows.AsSpan(first));
                first += counts[i];
            }

            _layout = BatchLayout.Ragged(counts, new int[counts.Length]);
            _order = engine.Upload(rows);
        }

        public (float[] Lows, float[] Highs) Boxes()
        {
            using EngineBuffer<float> lows = _engine.Allocate<float>((long)_layout.Count * _dimensions);
            using EngineBuffer<float> highs = _engine.Allocate<float>(lows.Length);
            _engine.Cells.Bounds(_layout, _points, _order, _dimensions, lows, highs);
            return (lows.ToArray(), highs.ToArray());
        }

        public float[] Radii(EngineBuffer<float> centres, GroundDistance distance)
        {
            using EngineBuffer<float> radii = _engine.Allocate<float>(_layout.Count);
            _engine.Cells.Radii(_layout, _points, _order, _dimensions, centres, distance, radii);
            return radii.ToArray();
        }

        public void Dispose() => _order.Dispose();
    }
}
