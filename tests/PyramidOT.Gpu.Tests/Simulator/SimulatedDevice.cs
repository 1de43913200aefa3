#if !HAS_ILGPU
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using PyramidOT.Simulation;

namespace PyramidOT.Tests.Simulator;

/// <summary>A simulated accelerator for a test.</summary>
internal sealed class SimulatedDevice : IDisposable
{
    public SimulatedDevice(int warpSize, Poison poison = Poison.NaN)
    {
        CPUDevice device = new(warpSize, 64, 1);
        Context = Context.Create(builder => builder.CPU(device).EnableAlgorithms());
        Accelerator = device.CreateAccelerator(Context);
        Accelerator.Simulation().Poison = poison;
    }

    public Context Context { get; }

    public Accelerator Accelerator { get; }

    public MemoryBuffer1D<T, Stride1D.Dense> Upload<T>(params T[] data)
        where T : unmanaged => Accelerator.Allocate1D(data);

    public MemoryBuffer1D<T, Stride1D.Dense> Empty<T>(int length)
        where T : unmanaged => Accelerator.Allocate1D<T>(length);

    public void Dispose()
    {
        Accelerator.Dispose();
        Context.Dispose();
    }

    /// <summary>Group and warp sizes to try: the warp as large as the group, and smaller.</summary>
    public static TheoryData<int, int> Sizes => new()
    {
        { 1, 1 }, { 4, 1 }, { 4, 4 }, { 16, 1 }, { 16, 4 }, { 64, 4 }, { 64, 32 },
    };
}
#endif
