namespace PyramidOT.Cli;

/// <summary>What a map is made of where no pairs are given.</summary>
internal enum MapCoupling
{
    /// <summary>The coupling of mini-batches off a pyramid.</summary>
    Batches,

    /// <summary>The matching of whole clouds.</summary>
    Match,
}

/// <summary>What <c>pyramidot map</c> is asked for.</summary>
internal sealed record MapRequest
{
    /// <summary>The file of the source cloud.</summary>
    public required string Source { get; init; }

    /// <summary>The file of the target cloud.</summary>
    public required string Target { get; init; }

    /// <summary>A file of pairs; null where a coupling is to be computed.</summary>
    public string? Pairs { get; init; }

    /// <summary>What coupling to compute.</summary>
    public MapCoupling Coupling { get; init; }

    /// <summary>How the pyramid is built; its seed is that of the order of pairs as well.</summary>
    public required PyramidOptions Pyramid { get; init; }

    /// <summary>Pairs of a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Ground distance and exponent.</summary>
    public required GroundCost Cost { get; init; }

    /// <summary>Whether the target is mapped into the source.</summary>
    public bool IsReversed { get; init; }

    /// <summary>The file of the points to map; null for those of the cloud itself.</summary>
    public string? Points { get; init; }

    /// <summary>How points that are not of the cloud follow those that are.</summary>
    public required OutOfSampleOptions OutOfSample { get; init; }

    /// <summary>A file of one label a source point.</summary>
    public string? SourceLabels { get; init; }

    /// <summary>A file of one label a target point.</summary>
    public string? TargetLabels { get; init; }

    /// <summary>The column of the clouds' files that holds labels.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The column of the clouds' files that holds weights.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>What the clouds' files are.</summary>
    public PointCloudFormat Format { get; init; }

    /// <summary>Where to write the mapped points.</summary>
    public string? Out { get; init; }

    /// <summary>Where to write the labels that came along.</summary>
    public string? LabelsOut { get; init; }
}
