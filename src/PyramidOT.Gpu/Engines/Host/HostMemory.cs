using System.Buffers;
using System.Runtime.InteropServices;

namespace PyramidOT.Engines.Host;

/// <summary>Memory of the process, outside the garbage collector's heap, aligned for the widest vectors.</summary>
internal sealed unsafe class HostMemory : EngineMemory
{
    /// <summary>A cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    private readonly MemoryHandle? _pinned;
    private byte* _pointer;

    public HostMemory(long bytes)
        : base(bytes)
    {
        try
        {
            _pointer = (byte*)NativeMemory.AlignedAlloc(checked((nuint)bytes), Alignment);
        }
        catch (OutOfMemoryException)
        {
            throw new InsufficientMemoryException($"The host has no room for {bytes} bytes more.");
        }

        GC.AddMemoryPressure(bytes);
    }

    /// <summary>Uses the caller's memory in place; it stays pinned until disposal.</summary>
    public HostMemory(MemoryHandle pinned, long bytes)
        : base(bytes)
    {
        _pinned = pinned;
        _pointer = (byte*)pinned.Pointer;
    }

    ~HostMemory() => Free();

    public byte* Pointer => _pointer;

    public override void Write(long byteOffset, ReadOnlySpan<byte> source) => source.CopyTo(new(_pointer + byteOffset, source.Length));

    public override void Read(long byteOffset, Span<byte> destination) =>
        new ReadOnlySpan<byte>(_pointer + byteOffset, destination.Length).CopyTo(destination);

    public override void Clear(long byteOffset, long byteCount) => NativeMemory.Clear(_pointer + byteOffset, (nuint)byteCount);

    public override void CopyFrom(long byteOffset, EngineMemory source, long sourceByteOffset, long byteCount) =>
        NativeMemory.Copy(((HostMemory)source)._pointer + sourceByteOffset, _pointer + byteOffset, (nuint)byteCount);

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_pointer == null)
        {
            return;
        }

        if (_pinned is { } pinned)
        {
            pinned.Dispose();
        }
        else
        {
            NativeMemory.AlignedFree(_pointer);
            GC.RemoveMemoryPressure(Bytes);
        }

        _pointer = null;
    }
}
