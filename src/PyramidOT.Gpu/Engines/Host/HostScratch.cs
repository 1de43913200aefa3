using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// A worker's own memory for one task at a time: pieces are taken off one block from the front, and all given back at once. The
/// block grows to the largest task that was seen and is then kept, so that no batch allocates once the first one ran.
/// </summary>
internal sealed unsafe class HostScratch : IDisposable
{
    private readonly List<nint> _outgrown = [];
    private byte* _block;
    private nuint _size;
    private nuint _used;

    ~HostScratch() => Free();

    /// <summary>Gives all pieces back. Their content is void.</summary>
    public void Reset()
    {
        // Within a task pieces may have come from several blocks; from now on one holds them all.
        foreach (nint block in _outgrown)
        {
            NativeMemory.AlignedFree((void*)block);
        }

        _outgrown.Clear();
        _used = 0;
    }

    /// <summary>The place from which the next piece will be taken.</summary>
    public Mark Here => new((nint)_block, _used);

    /// <summary>Gives back all pieces that were taken since a place was noted.</summary>
    public void Rewind(Mark mark) =>
        // Where the block has changed since, all that is in the new one was taken afterwards.
        _used = mark.Block == (nint)_block ? mark.Used : 0;

    /// <summary>Takes a piece for <paramref name="count"/> elements, aligned to 64 bytes, with any content.</summary>
    public T* Take<T>(long count)
        where T : unmanaged
    {
        nuint bytes = ((nuint)(count * Unsafe.SizeOf<T>()) + (HostMemory.Alignment - 1)) & ~(nuint)(HostMemory.Alignment - 1);
        if (_used + bytes > _size)
        {
            Grow(bytes);
        }

        byte* piece = _block + _used;
        _used += bytes;
        return (T*)piece;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Grow(nuint bytes)
    {
        if (_block != null)
        {
            _outgrown.Add((nint)_block);
        }

        // Twice what this task has taken so far, so that a few tasks find the final size.
        _size = Math.Max((_size + bytes) * 2, 1 << 16);
        _used = 0;
        _block = (byte*)NativeMemory.AlignedAlloc(_size, HostMemory.Alignment);
    }

    private void Free()
    {
        Reset();
        NativeMemory.AlignedFree(_block);
        _block = null;
        _size = 0;
    }

    /// <summary>A place in a worker's memory.</summary>
    internal readonly record struct Mark(nint Block, nuint Used);
}
