using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>
/// How the lanes of a group talk: by shuffles within a warp, or through shared memory alone. ILGPU's shuffles exist in OpenCL for one
/// vendor's devices only, and a kernel that has one is not compiled for the others; so a launcher says which.
/// </summary>
public interface IGroupLanes
{
    /// <summary>Lanes that shuffle with each other; 1 where none do.</summary>
    static abstract int WarpSize { get; }

    /// <summary>The number that the lane whose number differs in one bit has.</summary>
    static abstract ulong Exchange(ulong value, int bit);
}

/// <summary>Shuffles where the group is made of whole warps, shared memory otherwise: for CUDA, the CPU accelerator and the simulator.</summary>
public readonly struct WarpLanes : IGroupLanes
{
    /// <inheritdoc/>
    public static int WarpSize => Warp.WarpSize;

    /// <inheritdoc/>
    public static ulong Exchange(ulong value, int bit) => Warp.ShuffleXor(value, bit);
}

/// <summary>Shared memory only: for OpenCL.</summary>
public readonly struct PlainLanes : IGroupLanes
{
    /// <inheritdoc/>
    public static int WarpSize => 1;

    /// <inheritdoc/>
    public static ulong Exchange(ulong value, int bit) => value;
}
