using System.Runtime.InteropServices;
using PyramidOT.Simulation;

namespace ILGPU.Runtime;

/// <summary>Host memory that a device may copy from without a detour.</summary>
public abstract unsafe class PageLockedArray<T> : IDisposable
    where T : unmanaged
{
    private readonly T* _pointer;
    private bool _disposed;

    internal PageLockedArray(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _pointer = (T*)NativeMemory.AllocZeroed((nuint)Math.Max(1, length), (nuint)sizeof(T));
    }

    public long Length { get; }

    internal T* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _pointer;
        }
    }

    public void Dispose()
    {
        if (!_disposed)
            NativeMemory.Free(_pointer);
        _disposed = true;
        GC.SuppressFinalize(this);
    }
}

/// <summary>Host memory in one dimension that a device may copy from without a detour.</summary>
public sealed unsafe class PageLockedArray1D<T> : PageLockedArray<T>
    where T : unmanaged
{
    internal PageLockedArray1D(long length)
        : base(length)
    {
    }

    public LongIndex1D Extent => Length;

    public Span<T> Span => new(Pointer, checked((int)Length));

    public ref T this[int index] => ref this[(long)index];

    public ref T this[long index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Length);
            return ref Pointer[index];
        }
    }

    public T[] GetArray() => Span.ToArray();
}

/// <summary>Makes page-locked memory.</summary>
public static class PageLockedArrayExtensions
{
    public static PageLockedArray1D<T> AllocatePageLocked1D<T>(this Accelerator accelerator, LongIndex1D extent)
        where T : unmanaged => new(extent.X);

    public static PageLockedArray1D<T> AllocatePageLocked1D<T>(this Accelerator accelerator, LongIndex1D extent, bool uninitialized)
        where T : unmanaged => new(extent.X);
}
