using ILGPU;
using ILGPU.Runtime;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>A block of a device's memory: one that the engine allocated, or a caller's own, which is used in place.</summary>
internal sealed class IlgpuMemory : EngineMemory
{
    private readonly IlgpuEngine _engine;
    private MemoryBuffer? _owned;

    /// <summary>Takes an allocated block over.</summary>
    public IlgpuMemory(IlgpuEngine engine, MemoryBuffer1D<byte, Stride1D.Dense> buffer, long bytes)
        : base(bytes)
    {
        _engine = engine;
        _owned = buffer;
        View = buffer.View.BaseView;

        // OpenCL has no addresses to look at, but aligns what it allocates for its widest type.
        IsAligned = View.GetAcceleratorType() == AcceleratorType.OpenCL || HasAlignedAddress;
    }

    /// <summary>Uses a caller's memory in place; it stays the caller's.</summary>
    public IlgpuMemory(IlgpuEngine engine, ArrayView<byte> view)
        : base(view.Length)
    {
        _engine = engine;
        View = view;
        IsAligned = View.GetAcceleratorType() != AcceleratorType.OpenCL && HasAlignedAddress;
    }

    /// <summary>The bytes, as kernels take them.</summary>
    public ArrayView<byte> View { get; }

    /// <summary>Whether the first byte is known to lie at a multiple of 16 bytes.</summary>
    public bool IsAligned { get; }

    private bool HasAlignedAddress => View.LoadEffectiveAddressAsPtr() % IlgpuEngine.WideAccess == 0;

    public override void Write(long byteOffset, ReadOnlySpan<byte> source)
    {
        if (!source.IsEmpty)
        {
            _engine.Transfers.Write(View.SubView(byteOffset, source.Length), source);
        }
    }

    public override void Read(long byteOffset, Span<byte> destination)
    {
        if (!destination.IsEmpty)
        {
            _engine.Transfers.Read(View.SubView(byteOffset, destination.Length), destination);
        }
    }

    public override void Clear(long byteOffset, long byteCount)
    {
        if (byteCount > 0)
        {
            _engine.Bind();
            View.SubView(byteOffset, byteCount).MemSetToZero(_engine.Stream);
        }
    }

    public override void CopyFrom(long byteOffset, EngineMemory source, long sourceByteOffset, long byteCount)
    {
        if (byteCount > 0)
        {
            _engine.Bind();
            ArrayView<byte> from = ((IlgpuMemory)source).View.SubView(sourceByteOffset, byteCount);
            View.SubView(byteOffset, byteCount).CopyFrom(_engine.Stream, from);
        }
    }

    public override void Dispose()
    {
        // Once, and nothing where the engine was disposed before its buffers: the device took them along.
        if (Interlocked.Exchange(ref _owned, null) is { } owned)
        {
            _engine.Forget(Bytes);
            owned.Dispose();
        }
    }
}
