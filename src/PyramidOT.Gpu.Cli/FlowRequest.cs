namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot flow</c> is asked for.</summary>
internal sealed record FlowRequest
{
    /// <summary>The file of the source cloud.</summary>
    public required string Source { get; init; }

    /// <summary>The file of the target cloud.</summary>
    public required string Target { get; init; }

    /// <summary>What both clouds' files are.</summary>
    public PointCloudFormat Format { get; init; }

    /// <summary>The column of weights in both files.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>Where to write the moved source.</summary>
    public string? Moved { get; init; }

    /// <summary>What couples the points.</summary>
    public FlowScheme Scheme { get; init; }

    /// <summary>What solves the batches.</summary>
    public SolverKind SolverKind { get; init; }

    /// <summary>All that the library is told.</summary>
    public required GradientFlowOptions Flow { get; init; }
}
