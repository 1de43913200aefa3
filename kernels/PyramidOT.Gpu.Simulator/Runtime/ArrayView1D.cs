namespace ILGPU.Runtime;

/// <summary>A view with an extent and a stride; in the simulator always dense.</summary>
public readonly struct ArrayView1D<T, TStride> : IArrayView<T>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    public static readonly ArrayView1D<T, TStride> Empty;

    public static readonly int ElementSize = ArrayView<T>.ElementSize;

    public ArrayView1D(ArrayView<T> baseView, LongIndex1D extent, TStride stride)
    {
        BaseView = baseView;
        Extent = extent;
        Stride = stride;
    }

    public ArrayView<T> BaseView { get; }

    public LongIndex1D Extent { get; }

    public TStride Stride { get; }

    public Index1D IntExtent => new((int)Extent.X);

    public bool IsValid => BaseView.IsValid;

    public long Length => Extent.X;

    public int IntLength => (int)Extent.X;

    public long LengthInBytes => BaseView.LengthInBytes;

    MemoryBuffer IArrayView.Buffer => BaseView.Block.Buffer!;

    int IArrayView.ElementSize => ArrayView<T>.ElementSize;

    public ref T this[Index1D index] => ref BaseView[Stride.ComputeElementIndex(index)];

    public ref T this[LongIndex1D index] => ref BaseView[Stride.ComputeElementIndex(index)];

    public ArrayView<T> AsContiguous() => BaseView;

    public ArrayView1D<T, TStride> SubView(Index1D index, Index1D extent) => new(BaseView.SubView(index.X, extent.X), extent, Stride);

    public ArrayView1D<T, TStride> SubView(LongIndex1D index, LongIndex1D extent) => new(BaseView.SubView(index.X, extent.X), extent, Stride);
}
