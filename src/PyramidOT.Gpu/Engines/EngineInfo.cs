namespace PyramidOT;

/// <summary>What is known of one engine, present or missing. <see cref="ComputeEngine.Discover"/> lists them.</summary>
/// <param name="Kind">The kind of engine.</param>
/// <param name="Name">The device's own name, or the kind's where no device was found.</param>
/// <param name="IsAvailable">Whether <see cref="ComputeEngine.Create"/> can make it.</param>
public sealed record EngineInfo(EngineKind Kind, string Name, bool IsAvailable)
{
    /// <summary>Why the engine is missing, in one line; null where it is available.</summary>
    public string? Reason { get; init; }

    /// <summary>Memory that the device has (for the Host: that the process may use), in bytes; null where unknown.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Float32 lanes that work at once: SIMD lanes times threads on the Host; null where unknown.</summary>
    public int? Lanes { get; init; }

    /// <summary>Threads (Host) or multiprocessors (devices); null where unknown.</summary>
    public int? Units { get; init; }

    /// <summary>The instruction set that the kernels are compiled to, such as <c>AVX-512</c> or <c>sm_80</c>; null where unknown.</summary>
    public string? InstructionSet { get; init; }
}
