namespace PyramidOT.Cli;

/// <summary>What <c>pyramidot estimate</c> is asked for.</summary>
internal sealed record EstimateRequest
{
    /// <summary>The file of the source cloud.</summary>
    public required string Source { get; init; }

    /// <summary>The file of the target cloud.</summary>
    public required string Target { get; init; }

    /// <summary>A file of one label a source point.</summary>
    public string? SourceLabels { get; init; }

    /// <summary>A file of one label a target point.</summary>
    public string? TargetLabels { get; init; }

    /// <summary>The column of both files that holds labels.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The column of both files that holds weights.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>What both clouds' files are.</summary>
    public PointCloudFormat Format { get; init; }

    /// <summary>What solves the batches, by name.</summary>
    public required SolverKind SolverKind { get; init; }

    /// <summary>What solves the batches.</summary>
    public required TransportSolver Solver { get; init; }

    /// <summary>Where to write the pairs.</summary>
    public string? Pairs { get; init; }

    /// <summary>How the pyramid is built; its seed is that of the first pass as well.</summary>
    public required PyramidOptions Pyramid { get; init; }

    /// <summary>Pairs of a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Ground distance and exponent.</summary>
    public required GroundCost Cost { get; init; }

    /// <summary>Passes, each over another order of pairs.</summary>
    public required int Passes { get; init; }

    /// <summary>What happens to surplus points, and to weights.</summary>
    public required UnpairedPoints Unpaired { get; init; }

    /// <summary>The options of one pass.</summary>
    /// <param name="pass">Counted from 0.</param>
    public MiniBatchOptions Pass(int pass) => new()
    {
        Cost = Cost,
        Seed = unchecked(Pyramid.Seed + (ulong)pass),
        Unpaired = Unpaired,
        Solver = Solver,
    };
}
