using Microsoft.Extensions.Logging;

namespace PyramidOT;

/// <summary>Chooses and shapes an engine: see <see cref="ComputeEngine.Create"/>.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// The kind of engine; null (the default) takes the one that the environment variable <c>PYRAMIDOT_ENGINE</c> names, and where
    /// that is unset the best there is: CUDA, an OpenCL GPU, the Host.
    /// </summary>
    public EngineKind? Kind { get; init; }

    /// <summary>Threads of the Host, at least 1; null (the default) takes all processors. Results do not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// How many bytes of freed buffers an engine keeps for reuse; null (the default) keeps up to a quarter of the memory.
    /// </summary>
    public long? PooledBytes { get; init; }

    /// <summary>Where the engine reports its choice and its memory's waves; null (the default) reports nothing.</summary>
    public ILogger? Logger { get; init; }
}
