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

namespace PyramidOT.Tests.Engines;

/// <summary>What ILGPU makes of the kernels for CUDA, which can be read where there is no GPU.</summary>
public sealed partial class PtxTests : IDisposable
{
    private readonly Context _context = Context.Create(builder =>
        builder.Optimize(OptimizationLevel.O2).PTXBackend(PTXBackendMode.Enhanced).EnableAlgorithms());

    private readonly PTXBackend _backend;

    public PtxTests()
    {
        // As an accelerator does: the backend first.
        _backend = new(_context, new(CudaArchitecture.SM_80), CudaArchitecture.SM_80, CudaInstructionSet.ISA_71, null);
        IlgpuDevice.LetBranchesDiverge(_context);
    }

    [Fact]
    public void Kernels_say_which_memory_they_mean_and_let_lanes_branch_apart()
    {
        int count = 0;
        foreach (MethodInfo kernel in Kernels())
        {
            var compiled = (PTXCompiledKernel)_backend.Compile(
                EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization(LaunchSizes.TileGroup, null));
            Assert.Contains("ld.global", compiled.PTXAssembly, StringComparison.Ordinal);
            foreach (string line in compiled.PTXAssembly.Split('\n'))
            {
                Assert.False(UniformBranch().IsMatch(line), $"{kernel.DeclaringType!.Name}.{kernel.Name} promises that lanes branch together: {line.Trim()}");
                Assert.False(GenericAccess().IsMatch(line), $"{kernel.DeclaringType!.Name}.{kernel.Name} does not know which memory it means: {line.Trim()}");
                Assert.False(line.Contains(".local", StringComparison.Ordinal), $"{kernel.DeclaringType!.Name}.{kernel.Name} needs local memory: {line.Trim()}");
            }

            count++;
        }

        Assert.True(count >= 30, $"Only {count} kernels were found.");
    }

    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }

    /// <summary>Every kernel, generic ones with what a GPU gets.</summary>
    private static IEnumerable<MethodInfo> Kernels() =>
        from type in typeof(CostKernels).Assembly.GetExportedTypes()
        where type.IsAbstract && type.IsSealed && type.Name.EndsWith("Kernels", StringComparison.Ordinal)
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where method.ReturnType == typeof(void)
        select method.IsGenericMethod ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(argument => Choice(argument.Name, method.Name))]) : method;

    private static Type Choice(string argument, string kernel) => argument switch
    {
        "T" => kernel == nameof(PointKernels.Gather) ? typeof(Float4) : typeof(double),
        "TSum" => typeof(double),
        "TSummation" => typeof(DoubleSummation),
        "TReal" => typeof(Real64),
        "TLanes" => typeof(WarpLanes),
        "TBound" => typeof(EuclideanBound),
        "TDistance" or "TSlope" => typeof(EuclideanDistance),
        "TCost" => typeof(MedianCost),
        "TSteps" => typeof(MedianSteps),
        _ => throw new ArgumentOutOfRangeException(nameof(argument), argument, $"{kernel} has a choice that is not known here."),
    };

    [GeneratedRegex(@"@!?%p\d+\s+bra\.uni")]
    private static partial Regex UniformBranch();

    [GeneratedRegex(@"\b(ld|st)\.(v[24]\.)?[bfsu]\d")]
    private static partial Regex GenericAccess();
}
#endif
