namespace PyramidOT.Simulation;

/// <summary>
/// A kernel did what it may not do: a race, an index out of range, a read of memory that nobody wrote, a barrier that not all lanes reach, an
/// instruction or call that a device does not have. The message names kernel, group and lane.
/// </summary>
public sealed class KernelFaultException : Exception
{
    /// <summary>A fault without a message.</summary>
    public KernelFaultException()
    {
    }

    /// <summary>A fault with a message.</summary>
    public KernelFaultException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with a message and what led to it.</summary>
    public KernelFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
