namespace PyramidOT;

/// <summary>A flow's checkpoint that is damaged, or belongs to other clouds, options or engine.</summary>
public sealed class FlowCheckpointException : Exception
{
    /// <inheritdoc/>
    public FlowCheckpointException()
    {
    }

    /// <inheritdoc/>
    public FlowCheckpointException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public FlowCheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
