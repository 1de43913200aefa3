using PyramidOT.Simulation;

namespace ILGPU.Runtime;

/// <summary>Memory of a device, filled with the poison (<see cref="Simulation.Poison"/>) when it is made.</summary>
public abstract class MemoryBuffer : AcceleratorObject
{
    internal MemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator)
    {
        Length = length;
        ElementSize = elementSize;
        Block = DeviceMemory.Allocate(checked(length * elementSize), MemoryKind.Global, this);
    }

    public long Length { get; }

    public int ElementSize { get; }

    public long LengthInBytes => Length * ElementSize;

    public unsafe IntPtr NativePtr => (IntPtr)Block.Pointer;

    internal MemoryBlock Block { get; }

    public ArrayView<byte> AsRawArrayView() => AsArrayView<byte>(0, LengthInBytes);

    public ArrayView<byte> AsRawArrayView(long offsetInBytes) => AsArrayView<byte>(offsetInBytes, LengthInBytes - offsetInBytes);

    public ArrayView<byte> AsRawArrayView(long offsetInBytes, long lengthInBytes) => AsArrayView<byte>(offsetInBytes, lengthInBytes);

    public ArrayView<T> AsArrayView<T>(long offset, long length)
        where T : unmanaged => new(this, offset, length);

    public void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length) =>
        AsRawArrayView(targetOffsetInBytes, length).MemSet(stream, value);

    public void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes) =>
        HostTransfer.Copy(sourceView, AsRawArrayView(targetOffsetInBytes, sourceView.Length));

    public void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView) =>
        HostTransfer.Copy(AsRawArrayView(sourceOffsetInBytes, targetView.Length), targetView);

    internal override void Release() => DeviceMemory.Free(Block);
}

/// <summary>A buffer with a view of its own type.</summary>
public class MemoryBuffer<TView> : MemoryBuffer, IContiguousArrayView
    where TView : struct, IArrayView
{
    internal MemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
    }

    public TView View { get; private protected init; }

    public bool IsValid => !Block.IsFreed;

    MemoryBuffer IArrayView.Buffer => this;

    long IContiguousArrayView.Index => 0;

    long IContiguousArrayView.IndexInBytes => 0;

    public TView ToArrayView() => View;

    public static implicit operator TView(MemoryBuffer<TView> buffer) => buffer.View;
}

/// <summary>A buffer of elements in one dimension.</summary>
public class MemoryBuffer1D<T, TStride> : MemoryBuffer<ArrayView1D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    internal unsafe MemoryBuffer1D(Accelerator accelerator, long length, TStride stride)
        : base(accelerator, length, sizeof(T)) =>
        View = new ArrayView1D<T, TStride>(new ArrayView<T>(this, 0, length), length, stride);

    public LongIndex1D Extent => View.Extent;

    public Index1D IntExtent => View.IntExtent;

    public ArrayView<T> AsContiguous() => View.BaseView;

    public static explicit operator ArrayView<T>(MemoryBuffer1D<T, TStride> buffer) => buffer.View.BaseView;
}
