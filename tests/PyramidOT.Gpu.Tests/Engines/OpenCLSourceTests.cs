#if HAS_ILGPU
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Kernels;

namespace PyramidOT.Tests.Engines;

/// <summary>What ILGPU makes of the kernels for OpenCL, which can be read where there is no GPU.</summary>
public sealed partial class OpenCLSourceTests
{
    [Fact]
    public void Every_cast_names_a_type()
    {
        using Context context = Context.Create(builder => builder.Optimize(IlgpuDevice.Level).EnableAlgorithms());
        CLCapabilityContext capabilities = new(float16: false, float64: true, genericAddressSpace: true, int64_Atomics: true, subGroups: false);
        using CLBackend backend = new(context, capabilities, CLDeviceVendor.Other, new(2, 0));
        foreach (MethodInfo kernel in KernelsToCompile.With(typeof(PlainLanes)))
        {
            var compiled = (CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization());
            Assert.Contains("kernel void", compiled.Source, StringComparison.Ordinal);
            foreach (string line in compiled.Source.Split('\n'))
            {
                Assert.False(NamelessCast().IsMatch(line), $"{kernel.DeclaringType!.Name}.{kernel.Name}, which no OpenCL compiler takes: {line.Trim()}");
            }
        }
    }

    [GeneratedRegex(@"\(\)\s*\w")]
    private static partial Regex NamelessCast();
}
#endif
