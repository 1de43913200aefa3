#if !HAS_ILGPU
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Simulation;

namespace PyramidOT.Tests.Simulator;

/// <summary>The interpreter understands C# as the runtime does, and orders lanes of a warp by the warp's own barriers.</summary>
public sealed class LanguageTests
{
    [Fact]
    public void Interpreted_is_as_native()
    {
        using SimulatedDevice device = new(4);
        int[] seeds = [.. Enumerable.Range(-8, 64), .. Enumerable.Range(0, 64).Select(i => (int)((uint)i * 2654435761u))];
        double[] native = Run(device, seeds, 1, out Complex32[] nativeComplex);
        double[] interpreted = Run(device, seeds, 16, out Complex32[] complex);
        Assert.Equal(seeds.Select(seed => 1 + LanguageKernels.Everything(seed) - 1), native);
        Assert.Equal(native, interpreted);
        Assert.Equal(nativeComplex, complex);
        Assert.True(device.Accelerator.Simulation().InstructionCount > 10_000);
    }

    [Fact]
    public void Lambdas_without_captures_are_kernels()
    {
        using SimulatedDevice device = new(4);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Empty<int>(8);
        device.Accelerator.LoadStreamKernel<ArrayView<int>, int>((view, add) => view[Grid.GlobalIndex.X] = Group.IdxX + add)((2, 4), buffer.View, 5);
        Assert.Equal([5, 6, 7, 8, 5, 6, 7, 8], buffer.GetAsArray1D());
    }

    [Fact]
    public void Neighbouring_bytes_do_not_race()
    {
        using SimulatedDevice device = new(4);
        using MemoryBuffer1D<byte, Stride1D.Dense> buffer = device.Empty<byte>(16);
        device.Accelerator.LoadStreamKernel<ArrayView<byte>>(view => view[Grid.GlobalIndex.X] = (byte)Group.IdxX)((2, 8), buffer.View);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7], buffer.GetAsArray1D());
    }

    [Fact]
    public void A_warp_barrier_orders_its_warp_only()
    {
        using SimulatedDevice device = new(4);
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Empty<int>(8);
        Action<KernelConfig, ArrayView<int>, int> kernel = device.Accelerator.LoadStreamKernel<ArrayView<int>, int>(Rotate);
        kernel((1, 8), buffer.View, 4);
        Assert.Equal([1, 2, 3, 0, 5, 6, 7, 4], buffer.GetAsArray1D());
        string message = Assert.Throws<KernelFaultException>(() => kernel((1, 8), buffer.View, 8)).Message;
        Assert.Contains("race: byte 16 of shared memory", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_unwritten_memory_is_unwritten()
    {
        using SimulatedDevice device = new(4);
        using MemoryBuffer1D<int, Stride1D.Dense> source = device.Empty<int>(8);
        using MemoryBuffer1D<int, Stride1D.Dense> target = device.Upload(new int[8]);
        source.View.SubView(0, 4).CopyFromCPU(new[] { 1, 2, 3, 4 });
        source.View.CopyTo(target.View);
        Action<KernelConfig, ArrayView<int>> kernel = device.Accelerator.LoadStreamKernel<ArrayView<int>>(view => view[Group.IdxX] += 1);
        kernel((1, 4), target.View);
        Assert.Contains("nobody wrote", Assert.Throws<KernelFaultException>(() => kernel((1, 8), target.View)).Message, StringComparison.Ordinal);
    }

    private static void Rotate(ArrayView<int> result, int width)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(8);
        shared[Group.IdxX] = Group.IdxX;
        Warp.Barrier();
        result[Group.IdxX] = shared[(Group.IdxX / width * width) + ((Group.IdxX + 1) % width)];
    }

    private static double[] Run(SimulatedDevice device, int[] seeds, int group, out Complex32[] complex)
    {
        using MemoryBuffer1D<int, Stride1D.Dense> buffer = device.Upload(seeds);
        using MemoryBuffer1D<double, Stride1D.Dense> results = device.Upload(Enumerable.Repeat(1.0, seeds.Length).ToArray());
        using MemoryBuffer1D<Complex32, Stride1D.Dense> numbers = device.Upload(Enumerable.Range(0, seeds.Length).Select(i => new Complex32(i, -i)).ToArray());
        device.Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<double>, ArrayView<Complex32>>(LanguageKernels.All)(
            (seeds.Length / group, group), buffer.View, results.View, numbers.View);
        complex = numbers.GetAsArray1D();
        return results.GetAsArray1D();
    }
}
#endif
