namespace PyramidOT;

/// <summary>How a residual was measured.</summary>
public enum FlowResidualKind
{
    /// <summary>Exact transport of the whole clouds.</summary>
    Exact,

    /// <summary>A global matching with a proven gap.</summary>
    Matching,

    /// <summary>Clouds with weights, or of different sizes, too large for exact transport: the coupling of large mini-batches, and a bound by coordinates.</summary>
    MiniBatches,
}

/// <summary>The distance that is left after a pass.</summary>
/// <param name="Pass">The pass; 0 is before the first.</param>
/// <param name="Distance">W_2 of the moved source and the target, or an upper bound of it.</param>
/// <param name="LowerBound">A lower bound of W_2.</param>
/// <param name="Kind">How it was measured.</param>
public readonly record struct FlowResidual(int Pass, double Distance, double LowerBound, FlowResidualKind Kind)
{
    /// <summary>The share of <see cref="Distance"/> that it may lie above W_2 at the most.</summary>
    public double Gap => Distance == 0 ? 0 : Math.Max(0, 1 - (LowerBound / Distance));
}

/// <summary>How far a flow has come.</summary>
/// <param name="Pass">Passes that are done.</param>
/// <param name="Passes">All passes.</param>
/// <param name="Loss">
/// The loss of the last pass's batches before they moved, weighted by their mass: for exact transport their mean squared distance. NaN before the first.
/// </param>
/// <param name="Residual">The distance that is left, where it was asked for at this pass.</param>
public readonly record struct GradientFlowProgress(int Pass, int Passes, double Loss, FlowResidual? Residual);

/// <summary>Where a flow took the source.</summary>
public sealed class GradientFlowResult
{
    /// <summary>The moved source, with its weights and labels.</summary>
    public required PointCloud Moved { get; init; }

    /// <summary>The loss of each pass (<see cref="GradientFlowProgress.Loss"/>).</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The distances that were asked for, by pass.</summary>
    public required IReadOnlyList<FlowResidual> Residuals { get; init; }

    /// <summary>How long the passes took, without residuals and checkpoints; with those before an interruption.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>How long the passes up to each took, as <see cref="Time"/> counts.</summary>
    public required IReadOnlyList<TimeSpan> Times { get; init; }

    /// <summary>Batches that were solved.</summary>
    public required long SolvedBatches { get; init; }

    /// <summary>Batches whose match was still optimal.</summary>
    public required long KeptBatches { get; init; }
}
