using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>
/// Carves a block of memory, shared or global, that is counted in units of 16 bytes: so every part begins at a multiple of 16 bytes.
/// </summary>
internal static class SharedPlaces
{
    /// <summary>
    /// The group's dynamic shared memory. A kernel asks for it once, as on CUDA every further request would return the same memory; and by a
    /// plain number, as ILGPU writes no OpenCL C that compiles where it is asked for by a struct.
    /// </summary>
    public static ArrayView<Float4> Dynamic() => SharedMemory.GetDynamic<ulong>().Cast<Float4>();

    /// <summary>Units that so many numbers of 4 bytes take.</summary>
    public static int Units4(int count) => (count + 3) >> 2;

    /// <summary>Units that so many numbers of 8 bytes take.</summary>
    public static int Units8(int count) => (count + 1) >> 1;

    /// <summary>Units that so many numbers of <paramref name="size"/> bytes take, 4 or 8.</summary>
    public static int Units(int count, int size) => size == 8 ? Units8(count) : Units4(count);

    /// <summary>
    /// The part of the memory that begins at a unit, as numbers of type <typeparamref name="T"/>, whose size divides that of a unit; others
    /// must begin at a multiple of their size, since ILGPU's CPU accelerator counts where a view begins in its elements.
    /// </summary>
    public static ArrayView<T> At<T>(ArrayView<Float4> memory, int unit, int units)
        where T : unmanaged => Part(memory, unit, units).Cast<T>();

    /// <summary>
    /// A window that may be empty and stand at the very end: an empty problem's. A sub-view there is out of range, for which ILGPU's CPU
    /// accelerator ends the process. It is the place that is chosen, and not one of two views: of those ILGPU would no longer know whether
    /// they lie in shared memory, and every access would have to find that out.
    /// </summary>
    public static ArrayView<T> Part<T>(ArrayView<T> view, long start, long length)
        where T : unmanaged => view.SubView(length == 0 ? 0 : start, length);
}
