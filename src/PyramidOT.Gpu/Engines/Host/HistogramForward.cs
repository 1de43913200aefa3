using System.Runtime.InteropServices;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>One call that makes soft histograms. It is kept for the next one, with its memory.</summary>
internal sealed unsafe class HistogramForward : IDisposable
{
    private readonly HostScratch _scratch = new();
    private readonly Lock _lock = new();
    private readonly Action<int, int, HostScratch> _count;
    private readonly Action<int, int, HostScratch> _finish;
    private HistogramTiles _tiles;
    private float* _samples;
    private int* _groups;
    private int* _counts;
    private float* _histograms;
    private float* _totals;
    private long* _bins;
    private float* _constants;
    private long _firstBad;

    public HistogramForward()
    {
        _count = Count;
        _finish = Finish;
    }

    /// <summary>Makes the histograms.</summary>
    /// <returns>The position of the first activation that is not finite; <see cref="long.MaxValue"/> where all are.</returns>
    public long Run(HostWorkers workers, HistogramTiles tiles, float* samples, int* groups, int* counts, float* histograms, float* totals)
    {
        _tiles = tiles;
        _samples = samples;
        _groups = groups;
        _counts = counts;
        _histograms = histograms;
        _totals = totals;
        HistogramShape shape = tiles.Shape;
        _firstBad = long.MaxValue;
        _scratch.Reset();
        long length = shape.Histograms * tiles.Rule.Bins;
        _bins = _scratch.Take<long>(length);
        Clear(_bins, length);
        if (tiles.HasWindows)
        {
            _constants = _scratch.Take<float>(tiles.Window);
            SampleWindows.Prepare(tiles.Rule, _constants);
        }


        double perElement = tiles.HasWindows ? 5.0 * tiles.Window : 20;
        workers.For(tiles.Tiles * tiles.Blocks, perElement * tiles.RowsPerBlock * tiles.Features, _count);
        workers.For(shape.Features, 5.0 * shape.Groups * tiles.Rule.Bins, _finish);
        return _firstBad;
    }

    public void Dispose() => _scratch.Dispose();

    private void Count(int start, int end, HostScratch scratch)
    {
        HistogramTiles tiles = _tiles;
        HistogramRule rule = tiles.Rule;
        long perFeature = (long)tiles.Shape.Groups * tiles.Stride;
        long* counters = scratch.Take<long>(perFeature * tiles.Features);
        float* places = scratch.Take<float>(tiles.ChunkSize);
        int* segments = scratch.Take<int>(tiles.ChunkSize);
        int* shares = scratch.Take<int>((long)tiles.ChunkSize * tiles.Window);
        Clear(counters, perFeature * tiles.Features);
        long waiting = 0;
        for (int item = start; item < end; item++)
        {
            int tile = item / tiles.Blocks;
            int width = tiles.WidthOf(tile);
            int firstRow = (item - (tile * tiles.Blocks)) * tiles.RowsPerBlock;
            int endRow = (int)Math.Min(tiles.Shape.Samples, (long)firstRow + tiles.RowsPerBlock);
            for (int row = firstRow; row < endRow; row += tiles.RowsPerChunk)
            {
                int rows = Math.Min(tiles.RowsPerChunk, endRow - row);
                Chunk(tiles, rule, tile * tiles.Features, width, row, rows, counters, places, segments, shares);
            }

            waiting += endRow - firstRow;
            if (item + 1 == end || (item + 1) % tiles.Blocks == 0 || waiting + tiles.RowsPerBlock > SampleSegments.MostSamples)
            {
                Empty(tile, width, counters);
                waiting = 0;
            }
        }
    }

    /// <summary>Counts some samples' activations of a tile.</summary>
    private void Chunk(
        in HistogramTiles tiles, in HistogramRule rule, int feature, int width, int row, int rows, long* counters, float* places, int* segments, int* shares)
    {
        int features = tiles.Shape.Features;
        int stride = tiles.Stride;
        float* samples = _samples + ((long)row * features) + feature;
        bool isFinite = true;
        if (width == features)
        {
            isFinite = SamplePlaces.Find(samples, rows * width, rule, places);
        }
        else
        {
            for (int r = 0; r < rows; r++)
            {
                isFinite &= SamplePlaces.Find(samples + ((long)r * features), width, rule, places + ((long)r * width));
            }
        }

        int padded = SamplePlaces.Padded(rows * width);
        if (tiles.HasWindows)
        {
            SampleWindows.Find(places, padded, rule, _constants, segments, shares);
        }
        else
        {
            SampleSegments.Find(places, padded, rule, segments, shares);
        }

        for (int r = 0; r < rows; r++)
        {
            int group = _groups[row + r];
            if (group < 0 || (!isFinite && HasBad(row + r, feature, width)))
            {
                continue;
            }

            long* own = counters + ((long)group * width * stride);
            int* segment = segments + (r * width);
            int* share = shares + (r * width);
            if (tiles.HasWindows)
            {
                SampleWindows.Count(own, width, stride, segment, share, tiles.Window, padded);
            }
            else
            {
                SampleSegments.Count(own, width, stride, segment, share);
            }
        }
    }

    /// <summary>Adds a tile's counters to the bins of all.</summary>
    private void Empty(int tile, int width, long* counters)
    {
        HistogramTiles tiles = _tiles;
        HistogramRule rule = tiles.Rule;
        int groups = tiles.Shape.Groups;
        lock (_lock)
        {
            for (int c = 0; c < width; c++)
            {
                for (int group = 0; group < groups; group++)
                {
                    long* own = counters + ((((long)group * width) + c) * tiles.Stride);
                    long* bins = _bins + (((((long)tile * tiles.Features) + c) * groups) + group) * rule.Bins;
                    if (tiles.HasWindows)
                    {
                        SampleWindows.Empty(own, rule, bins);
                    }
                    else
                    {
                        SampleSegments.Empty(own, rule, bins);
                    }
                }
            }
        }
    }

    /// <summary>Whether an activation of a sample's tile is not finite; if so, the first one is noted.</summary>
    private bool HasBad(int row, int feature, int width)
    {
        long first = ((long)row * _tiles.Shape.Features) + feature;
        for (int c = 0; c < width; c++)
        {
            if (!float.IsFinite(_samples[first + c]))
            {
                lock (_lock)
                {
                    _firstBad = Math.Min(_firstBad, first + c);
                }

                return true;
            }
        }

        return false;
    }

    private void Finish(int start, int end, HostScratch scratch)
    {
        HistogramRule rule = _tiles.Rule;
        int groups = _tiles.Shape.Groups;
        int bins = rule.Bins;
        double epsilon = rule.Epsilon;
        const double Unit = 1.0 / (1L << SampleSegments.UnitBits);
        for (long histogram = (long)start * groups; histogram < (long)end * groups; histogram++)
        {
            int group = (int)(histogram % groups);
            long* counted = _bins + (histogram * bins);
            float* to = _histograms + (histogram * bins);
            if (_counts[group] == 0)
            {
                new Span<float>(to, bins).Clear();
                _totals[histogram] = 0;
                continue;
            }

            long sum = 0;
            for (int k = 0; k < bins; k++)
            {
                sum += counted[k];
            }

            double total = (sum * Unit) + (bins * epsilon);
            _totals[histogram] = (float)total;
            for (int k = 0; k < bins; k++)
            {
                to[k] = (float)(((counted[k] * Unit) + epsilon) / total);
            }
        }
    }

    private static void Clear(long* numbers, long length) => NativeMemory.Clear(numbers, (nuint)length * sizeof(long));
}
