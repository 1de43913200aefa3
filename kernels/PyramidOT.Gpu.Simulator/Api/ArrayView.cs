using System.Runtime.CompilerServices;
using ILGPU.Runtime;
using PyramidOT.Simulation;

namespace ILGPU;

/// <summary>
/// A view of device memory: a checked address (<see cref="DeviceMemory"/>) and a length. It holds no reference, so that the interpreter can
/// move it as bytes. The interpreter does the indexers, <c>SubView</c> and <c>Cast</c> itself; here they serve a native run and the host.
/// </summary>
public readonly unsafe struct ArrayView<T> : IContiguousArrayView<T>
    where T : unmanaged
{
    private readonly ulong _address;
    private readonly long _length;

    public static readonly ArrayView<T> Empty;

    public static readonly int ElementSize = sizeof(T);

    public ArrayView(MemoryBuffer source, long index, long length)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((index + length) * sizeof(T), source.LengthInBytes);
        _address = source.Block.Address + (ulong)(index * sizeof(T));
        _length = length;
    }

    internal ArrayView(ulong address, long length)
    {
        _address = address;
        _length = length;
    }

    internal ulong Address => _address;

    internal MemoryBlock Block => DeviceMemory.Find(_address);

    internal byte* Pointer => _length == 0 ? null : Block.Pointer + DeviceMemory.Offset(_address);

    MemoryBuffer IArrayView.Buffer => Block.Buffer!;

    int IArrayView.ElementSize => sizeof(T);

    long IContiguousArrayView.Index => DeviceMemory.Offset(_address) / sizeof(T);

    long IContiguousArrayView.IndexInBytes => DeviceMemory.Offset(_address);

    public bool IsValid => _address != 0;

    public long Length => _length;

    public int IntLength => (int)_length;

    public long LengthInBytes => _length * sizeof(T);

    public LongIndex1D Extent => new(_length);

    public Index1D IntExtent => new((int)_length);

    public Stride1D.Dense Stride => default;

    public ref T this[int index] => ref At(index);

    public ref T this[long index] => ref At(index);

    public ref T this[Index1D index] => ref At(index.X);

    public ref T this[LongIndex1D index] => ref At(index.X);

    public ArrayView<T> SubView(int index, int subViewLength) => Part(index, subViewLength);

    public ArrayView<T> SubView(long index) => Part(index, _length - index);

    public ArrayView<T> SubView(long index, long subViewLength) => Part(index, subViewLength);

    // ILGPU counts where a view begins in its elements, so a view that begins between two of the other type would begin elsewhere.
    public ArrayView<TOther> Cast<TOther>()
        where TOther : unmanaged
    {
        long length = _length * sizeof(T) / sizeof(TOther);
        if (length != 0 && DeviceMemory.Offset(_address) % sizeof(TOther) != 0)
            NativeLane.FailCast(sizeof(TOther), _address);
        return new ArrayView<TOther>(_address, length);
    }

    ArrayView<byte> IContiguousArrayView.AsRawArrayView() => Cast<byte>();

    public static implicit operator ArrayView1D<T, Stride1D.Dense>(ArrayView<T> view) => new(view, view.Extent, default);

    public static implicit operator ArrayView<T>(ArrayView1D<T, Stride1D.Dense> view) => view.BaseView;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T At(long index)
    {
        if ((ulong)index >= (ulong)_length)
            NativeLane.FailIndex(index, _length, _address);
        return ref *(T*)(DeviceMemory.Blocks[_address >> DeviceMemory.OffsetBits]!.Pointer + DeviceMemory.Offset(_address) + (index * sizeof(T)));
    }

    private ArrayView<T> Part(long index, long length)
    {
        if (index < 0 || length < 0 || index + length > _length)
            NativeLane.FailSubView(index, length, _length, _address);
        return new ArrayView<T>(_address + (ulong)(index * sizeof(T)), length);
    }
}
