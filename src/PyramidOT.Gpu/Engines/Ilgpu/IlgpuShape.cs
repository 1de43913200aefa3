namespace PyramidOT.Engines.Ilgpu;

/// <summary>
/// How the debugging device is cut. A real device has its own shape; this one takes what a test wants to see, since a kernel's
/// groups and warps are where its mistakes show.
/// </summary>
/// <param name="GroupSize">Threads of every group, a power of two: 1 runs a kernel as a plain loop, and so is the fastest.</param>
/// <param name="WarpSize">Threads of a warp, a power of two.</param>
internal sealed record IlgpuShape(int GroupSize, int WarpSize)
{
    /// <summary>One thread a group, which needs no barriers.</summary>
    public static IlgpuShape Fastest { get; } = new(1, 1);

    /// <summary>From how many bytes on copies go through page-locked blocks; null takes what pays.</summary>
    public int? StagedFrom { get; init; }

    /// <summary>Bytes that the device pretends to have, so that a lack of memory can be tested; null leaves it alone.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Whether the device pretends to have no float64, as some OpenCL devices do.</summary>
    public bool WithoutDoubles { get; init; }

    public override string ToString() => $"groups of {GroupSize}, warps of {WarpSize}";
}
