#if HAS_ILGPU
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Kernels;
using Group = ILGPU.Group;

namespace PyramidOT.Tests.Engines;

/// <summary>What ILGPU makes of the kernels for CUDA, which can be read where there is no GPU.</summary>
public sealed partial class PtxTests : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder.Optimize(IlgpuDevice.Level).EnableAlgorithms());

    private readonly PTXBackend _backend;

    public PtxTests() => _backend = new(_context, new(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_71, null);

    [Fact]
    public void Kernels_let_lanes_branch_apart_and_need_no_local_memory()
    {
        int count = 0;
        foreach (MethodInfo kernel in KernelsToCompile.With(typeof(WarpLanes)))
        {
            foreach (string line in Compile(kernel))
            {
                Assert.False(UniformBranch().IsMatch(line), $"{kernel.DeclaringType!.Name}.{kernel.Name} promises that lanes branch together: {line.Trim()}");
                Assert.False(line.Contains(".local", StringComparison.Ordinal), $"{kernel.DeclaringType!.Name}.{kernel.Name} needs local memory: {line.Trim()}");
            }

            count++;
        }

        Assert.True(count >= 30, $"Only {count} kernels were found.");
    }

    [Fact]
    public void A_read_before_a_barrier_stays_before_it()
    {
        string[] lines = Compile(typeof(PtxTests).GetMethod(nameof(BranchOnSharedRead), BindingFlags.NonPublic | BindingFlags.Static)!);
        int read = Array.FindIndex(lines, line => line.Contains("ld.shared", StringComparison.Ordinal));
        int[] barriers = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].Contains("bar.sync", StringComparison.Ordinal))];
        Assert.Equal(2, barriers.Length);
        Assert.InRange(read, barriers[0], barriers[1]);
    }

    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }

    // What O2 reads after both barriers, when the first lane may have written anew.
    private static void BranchOnSharedRead(ArrayView<int> values)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(1);
        shared[0] = values[0];
        Group.Barrier();
        int read = shared[0];
        Group.Barrier();
        if (read > 3)
        {
            shared[0] = 0;
            values[Group.IdxX] = 1;
        }
    }

    private string[] Compile(MethodInfo kernel)
    {
        var compiled = (PTXCompiledKernel)_backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization(LaunchSizes.TileGroup, null));
        return compiled.PTXAssembly.Split('\n');
    }

    [GeneratedRegex(@"@!?%p\d+\s+bra\.uni")]
    private static partial Regex UniformBranch();
}
#endif
