using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// How soft histograms are cut: into tiles of features, whose counters stay in a core's cache, and each tile into blocks of samples. Counters are whole
/// numbers, so the cut changes nothing in the result.
/// </summary>
internal readonly struct HistogramTiles
{
    // Counters of a tile, 8 bytes each.
    private const int MostCounters = 1 << 15;

    // Whole cache lines of a row.
    private const int FeatureStep = 16;

    private const int MostFeatures = 256;

    // Elements that are placed at a time: results of all steps stay in the nearest cache.
    private const int ElementsPerChunk = 1024;

    private const int FewestRows = 256;

    public HistogramTiles(HistogramShape shape, in HistogramRule rule)
    {
        Shape = shape;
        Rule = rule;
        long perFeature = (long)shape.Groups * StrideOf(rule);
        long features = Math.Clamp(MostCounters / perFeature & -FeatureStep, FeatureStep, MostFeatures);
        Features = (int)Math.Min(features, shape.Features);
        Tiles = (shape.Features + Features - 1) / Features;

        // So many that emptying the counters of a block is little beside filling them.
        RowsPerBlock = (int)Math.Clamp(8 * perFeature, FewestRows, SampleSegments.MostSamples);
        Blocks = (int)(((long)shape.Samples + RowsPerBlock - 1) / RowsPerBlock);
        RowsPerChunk = Math.Max(1, ElementsPerChunk / (IsWindowed(rule) ? 2 : 1) / Features);
    }

    public HistogramShape Shape { get; }

    public HistogramRule Rule { get; }

    /// <summary>Features of a tile; the last one may have fewer.</summary>
    public int Features { get; }

    public int Tiles { get; }

    /// <summary>Samples of a block.</summary>
    public int RowsPerBlock { get; }

    /// <summary>Blocks of each tile.</summary>
    public int Blocks { get; }

    /// <summary>Samples that are placed at a time.</summary>
    public int RowsPerChunk { get; }

    /// <summary>Room for what a chunk of samples gives, one number each.</summary>
    public int ChunkSize => SamplePlaces.Padded(RowsPerChunk * Features) + SamplePlaces.Padded(1);

    /// <summary>Whether samples have windows of bins.</summary>
    public bool HasWindows => IsWindowed(Rule);

    /// <summary>Counters of a histogram, and numbers of its table of slopes.</summary>
    public int Stride => StrideOf(Rule);

    /// <summary>Bins of a sample's window; 1 where there are segments.</summary>
    public int Window => HasWindows ? SampleWindows.WidthOf(Rule) : 1;

    /// <summary>Features of a tile.</summary>
    public int WidthOf(int tile) => Math.Min(Features, Shape.Features - (tile * Features));

    private static int StrideOf(in HistogramRule rule) => IsWindowed(rule) ? SampleWindows.StrideOf(rule) : rule.Segments;

    private static bool IsWindowed(in HistogramRule rule) => rule.Form != HistogramRule.Triangles;
}
