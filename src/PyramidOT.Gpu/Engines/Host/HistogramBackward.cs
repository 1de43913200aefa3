using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>What gradients in soft histograms are made of.</summary>
internal readonly unsafe struct HistogramSlopes(float* histograms, float* totals, float* gradients, float factor)
{
    public readonly float* Histograms = histograms;
    public readonly float* Totals = totals;
    public readonly float* Gradients = gradients;
    public readonly float Factor = factor;
}

/// <summary>
/// One call that brings gradients in soft histograms back to the samples: for each histogram a table of slopes by segment (or bin), then one look-up
/// a sample (or one a bin of its window). It is kept for the next call, with its memory.
/// </summary>
internal sealed unsafe class HistogramBackward : IDisposable
{
    private readonly HostScratch _scratch = new();
    private readonly Action<int, int, HostScratch> _prepare;
    private readonly Action<int, int, HostScratch> _look;
    private HistogramTiles _tiles;
    private float* _samples;
    private int* _groups;
    private HistogramSlopes _slopes;
    private float* _tables;
    private float* _constants;
    private float* _to;

    public HistogramBackward()
    {
        _prepare = Prepare;
        _look = Look;
    }

    /// <summary>Computes the gradients.</summary>
    public void Run(HostWorkers workers, HistogramTiles tiles, float* samples, int* groups, HistogramSlopes slopes, float* to)
    {
        _tiles = tiles;
        _samples = samples;
        _groups = groups;
        _slopes = slopes;
        _to = to;
        HistogramShape shape = tiles.Shape;
        HistogramRule rule = tiles.Rule;
        _scratch.Reset();
        _tables = _scratch.Take<float>(shape.Histograms * tiles.Stride);
        if (tiles.HasWindows)
        {
            _constants = _scratch.Take<float>(tiles.Window);
            SampleWindows.Prepare(rule, _constants);
        }

        workers.For(shape.Features, 5.0 * shape.Groups * rule.Bins, _prepare);
        double perElement = tiles.HasWindows ? 5.0 * tiles.Window : 20;
        workers.For(tiles.Tiles * tiles.Blocks, perElement * tiles.RowsPerBlock * tiles.Features, _look);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>The tables of some features, in the order in which samples look them up: tile by tile, group by group, feature by feature.</summary>
    private void Prepare(int start, int end, HostScratch scratch)
    {
        HistogramTiles tiles = _tiles;
        HistogramRule rule = tiles.Rule;
        int groups = tiles.Shape.Groups;
        for (int feature = start; feature < end; feature++)
        {
            int tile = feature / tiles.Features;
            int firstFeature = tile * tiles.Features;
            int width = tiles.WidthOf(tile);
            for (int group = 0; group < groups; group++)
            {
                long histogram = ((long)feature * groups) + group;
                long place = ((long)firstFeature * groups) + ((long)group * width) + (feature - firstFeature);
                Table(rule, histogram, _tables + (place * tiles.Stride));
            }
        }
    }

    private void Table(in HistogramRule rule, long histogram, float* table)
    {
        float total = _slopes.Totals[histogram];
        if (total == 0)
        {
            // A group without samples: nobody looks its table up.
            new Span<float>(table, _tiles.Stride).Clear();
            return;
        }

        float* shares = _slopes.Histograms + (histogram * rule.Bins);
        float* gradients = _slopes.Gradients + (histogram * rule.Bins);
        double mean = 0;
        for (int k = 0; k < rule.Bins; k++)
        {
            mean += (double)gradients[k] * shares[k];
        }

        double scale = _slopes.Factor / (double)total;
        if (rule.Form != HistogramRule.Triangles)
        {
            // What windows have outside counts in the end bins.
            for (int i = 0; i < _tiles.Stride; i++)
            {
                table[i] = (float)((gradients[Math.Clamp(i - rule.Reach, 0, rule.Bins - 1)] - mean) * scale);
            }

            return;
        }

        for (int segment = 0; segment < rule.Segments; segment++)
        {
            int lower = rule.LowerBin(segment);
            int upper = rule.UpperBin(segment);
            double gain = upper < 0 ? 0 : gradients[upper] - mean;
            double loss = lower < 0 ? 0 : gradients[lower] - mean;
            table[segment] = (float)((gain - loss) * scale);
        }
    }

    private void Look(int start, int end, HostScratch scratch)
    {
        HistogramTiles tiles = _tiles;
        HistogramRule rule = tiles.Rule;
        float* places = scratch.Take<float>(tiles.ChunkSize);
        float* slopes = scratch.Take<float>(tiles.ChunkSize);
        int* segments = scratch.Take<int>(tiles.ChunkSize);
        float* derivatives = scratch.Take<float>(tiles.HasWindows ? (long)tiles.ChunkSize * tiles.Window : 0);
        for (int item = start; item < end; item++)
        {
            int tile = item / tiles.Blocks;
            int firstRow = (item - (tile * tiles.Blocks)) * tiles.RowsPerBlock;
            int endRow = (int)Math.Min(tiles.Shape.Samples, (long)firstRow + tiles.RowsPerBlock);
            for (int row = firstRow; row < endRow; row += tiles.RowsPerChunk)
            {
                int rows = Math.Min(tiles.RowsPerChunk, endRow - row);
                Chunk(tiles, rule, tile, row, rows, places, slopes, segments, derivatives);
            }
        }
    }

    private void Chunk(
        in HistogramTiles tiles, in HistogramRule rule, int tile, int row, int rows, float* places, float* slopes, int* segments, float* derivatives)
    {
        int features = tiles.Shape.Features;
        int feature = tile * tiles.Features;
        int width = tiles.WidthOf(tile);
        int stride = tiles.Stride;
        long first = ((long)row * features) + feature;
        float* tables = _tables + ((long)feature * tiles.Shape.Groups * stride);
        if (width == features)
        {
            SamplePlaces.FindWithSlopes(_samples + first, rows * width, rule, places, slopes);
        }
        else
        {
            for (int r = 0; r < rows; r++)
            {
                SamplePlaces.FindWithSlopes(_samples + first + ((long)r * features), width, rule, places + (r * width), slopes + (r * width));
            }
        }

        int padded = SamplePlaces.Padded(rows * width);
        if (tiles.HasWindows)
        {
            SampleWindows.FindSlopes(places, slopes, padded, rule, _constants, segments, derivatives);
        }
        else
        {
            SampleSegments.Find(places, padded, rule, segments);
        }

        for (int r = 0; r < rows; r++)
        {
            int group = _groups[row + r];
            float* to = _to + first + ((long)r * features);
            if (group < 0)
            {
                new Span<float>(to, width).Clear();
                continue;
            }

            float* own = tables + ((long)group * width * stride);
            int* segment = segments + (r * width);
            if (tiles.HasWindows)
            {
                SampleWindows.LookUp(own, width, stride, segment, derivatives + (r * width), tiles.Window, padded, to);
            }
            else
            {
                SampleSegments.LookUp(own, width, stride, segment, slopes + (r * width), to);
            }
        }
    }
}
