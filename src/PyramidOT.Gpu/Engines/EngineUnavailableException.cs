namespace PyramidOT;

/// <summary>An engine was asked for by name and is not there. The message says why, in one line.</summary>
public sealed class EngineUnavailableException : InvalidOperationException
{
    /// <summary>Says which engine is missing, and why.</summary>
    public EngineUnavailableException(EngineInfo engine)
        : base($"The engine '{engine?.Kind.ToName()}' is not available: {engine?.Reason}.")
    {
        Engine = engine ?? throw new ArgumentNullException(nameof(engine));
    }

    /// <summary>What is known of the engine.</summary>
    public EngineInfo Engine { get; }
}
