using ILGPU.Runtime;
using PyramidOT.Simulation;

namespace ILGPU;

/// <summary>Memory of a group, filled with the poison before the group starts.</summary>
public static class SharedMemory
{
    public static ArrayView<T> Allocate<T>(int extent)
        where T : unmanaged => NativeLane.Current.AllocateShared<T>(extent);

    public static ArrayView1D<T, Stride1D.Dense> Allocate1D<T>(Index1D extent)
        where T : unmanaged => Allocate<T>(extent.X);

    public static ref T Allocate<T>()
        where T : unmanaged => ref Allocate<T>(1)[0];

    public static ArrayView<T> GetDynamic<T>()
        where T : unmanaged => NativeLane.Current.DynamicShared<T>();
}
