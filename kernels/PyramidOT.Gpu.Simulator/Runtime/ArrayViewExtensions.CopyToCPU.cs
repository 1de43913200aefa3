using PyramidOT.Simulation;

namespace ILGPU.Runtime;

/// <summary>Copies from a device to the host.</summary>
public static partial class ArrayViewExtensions
{
    public static void CopyToCPU<T>(this ArrayView<T> view, T[] data)
        where T : unmanaged => HostTransfer.Read(view, data);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, T[] data)
        where T : unmanaged => HostTransfer.Read(view.BaseView, data);

    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, T[] data)
        where T : unmanaged => HostTransfer.Read(buffer.View.BaseView, data);

    public static void CopyToCPU<T, TView>(this TView source, in Span<T> span)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), span);

    public static void CopyToCPU<T, TView>(this TView source, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), ref cpuData, length);

    public static void CopyToCPUUnsafeAsync<T, TView>(this TView source, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), ref cpuData, length);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, ref T cpuData, long length)
        where T : unmanaged => HostTransfer.Read(source.BaseView, ref cpuData, length);

    public static void CopyToPageLockedAsync<T, TView>(this TView source, PageLockedArray<T> pageLockedArray)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), pageLockedArray);

    public static void CopyToPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> source, PageLockedArray1D<T> pageLockedArray)
        where T : unmanaged => HostTransfer.Read(source.BaseView, pageLockedArray);

    public static void CopyToCPU<T>(this ArrayView<T> view, AcceleratorStream stream, T[] data)
        where T : unmanaged => HostTransfer.Read(view, data);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream, T[] data)
        where T : unmanaged => HostTransfer.Read(view.BaseView, data);

    public static void CopyToCPU<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream, T[] data)
        where T : unmanaged => HostTransfer.Read(buffer.View.BaseView, data);

    public static void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, in Span<T> span)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), span);

    public static void CopyToCPU<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), ref cpuData, length);

    public static void CopyToCPUUnsafeAsync<T, TView>(this TView source, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), ref cpuData, length);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, ref T cpuData, long length)
        where T : unmanaged => HostTransfer.Read(source.BaseView, ref cpuData, length);

    public static void CopyToPageLockedAsync<T, TView>(this TView source, AcceleratorStream stream, PageLockedArray<T> pageLockedArray)
        where T : unmanaged
        where TView : IContiguousArrayView<T> => HostTransfer.Read(source.AsRawArrayView().Cast<T>(), pageLockedArray);

    public static void CopyToPageLockedAsync<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, PageLockedArray1D<T> pageLockedArray)
        where T : unmanaged => HostTransfer.Read(source.BaseView, pageLockedArray);

    public static void CopyToCPU<T>(this ArrayView1D<T, Stride1D.Dense> source, AcceleratorStream stream, in Span<T> span)
        where T : unmanaged => HostTransfer.Read(source.BaseView, span);

    public static T[] GetAsArray<T>(this ArrayView<T> view)
        where T : unmanaged => HostTransfer.ToArray(view);

    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.Dense> view)
        where T : unmanaged => HostTransfer.ToArray(view.BaseView);

    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer)
        where T : unmanaged => HostTransfer.ToArray(buffer.View.BaseView);

    public static T[] GetAsArray<T>(this ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged => HostTransfer.ToArray(view);

    public static T[] GetAsArray1D<T>(this ArrayView1D<T, Stride1D.Dense> view, AcceleratorStream stream)
        where T : unmanaged => HostTransfer.ToArray(view.BaseView);

    public static T[] GetAsArray1D<T>(this MemoryBuffer<ArrayView1D<T, Stride1D.Dense>> buffer, AcceleratorStream stream)
        where T : unmanaged => HostTransfer.ToArray(buffer.View.BaseView);
}
