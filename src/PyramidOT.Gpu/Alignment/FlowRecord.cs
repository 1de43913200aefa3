namespace PyramidOT.Alignment;

/// <summary>What a flow has told so far: a number a pass, and the residuals.</summary>
internal sealed record FlowRecord
{
    /// <summary>The loss of each pass.</summary>
    public List<double> Losses { get; init; } = [];

    /// <summary>How long the passes up to each took.</summary>
    public List<TimeSpan> Times { get; init; } = [];

    /// <summary>The residuals, by pass.</summary>
    public List<FlowResidual> Residuals { get; init; } = [];

    /// <summary>Passes that are done.</summary>
    public int Passes => Losses.Count;

    /// <summary>How long they took.</summary>
    public TimeSpan Time => Times.Count == 0 ? TimeSpan.Zero : Times[^1];

    /// <summary>The residual of the last pass, where there is one.</summary>
    public FlowResidual? Residual => Residuals.Count > 0 && Residuals[^1].Pass == Passes ? Residuals[^1] : null;
}
