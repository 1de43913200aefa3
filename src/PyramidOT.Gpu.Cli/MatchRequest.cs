namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot match</c> is asked for.</summary>
internal sealed record MatchRequest
{
    /// <summary>The file of the source cloud.</summary>
    public required string Source { get; init; }

    /// <summary>The file of the target cloud.</summary>
    public required string Target { get; init; }

    /// <summary>What both clouds' files are.</summary>
    public PointCloudFormat Format { get; init; }

    /// <summary>Where to write the pairs.</summary>
    public string? Pairs { get; init; }

    /// <summary>Cost, gap and limits.</summary>
    public required GlobalMatchingOptions Matching { get; init; }
}
