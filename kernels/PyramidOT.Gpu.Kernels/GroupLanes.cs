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

    /// <summary>Lowers the one number of a view to a value that is not negative, if it is larger; all groups may do so at once.</summary>
    static abstract void Lower(ArrayView<long> number, long value);
}

/// <summary>Shuffles where the group is made of whole warps, shared memory otherwise: for CUDA, the CPU accelerator and the simulator.</summary>
public readonly struct WarpLanes : IGroupLanes
{
    /// <inheritdoc/>
    public static int WarpSize => Warp.WarpSize;

    /// <inheritdoc/>
    public static ulong Exchange(ulong value, int bit) => Warp.ShuffleXor(value, bit);

    /// <inheritdoc/>
    public static void Lower(ArrayView<long> number, long value) => Atomic.Min(ref number[0], value);
}

/// <summary>Shared memory only: for OpenCL.</summary>
public readonly struct PlainLanes : IGroupLanes
{
    /// <inheritdoc/>
    public static int WarpSize => 1;

    /// <inheritdoc/>
    public static ulong Exchange(ulong value, int bit) => value;

    /// <inheritdoc/>
    /// <remarks>
    /// Not all OpenCL devices have atomic operations of 64 bits. Values below 2^32 - 1 (a buffer of 16 GB of floats), against
    /// <see cref="long.MaxValue"/> or a value of that kind: the lower word is their minimum, the upper one falls to 0.
    /// </remarks>
    public static void Lower(ArrayView<long> number, long value)
    {
        ArrayView<uint> words = number.Cast<uint>();
        Atomic.Min(ref words[0], (uint)value);
        Atomic.And(ref words[1], 0U);
    }
}
