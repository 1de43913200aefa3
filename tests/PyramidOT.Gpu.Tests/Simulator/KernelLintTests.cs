#if !HAS_ILGPU
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Simulation;

namespace PyramidOT.Tests.Simulator;

/// <summary>The lint names each thing that ILGPU refuses, and lets right kernels pass.</summary>
public sealed class KernelLintTests
{
    [Theory]
    [InlineData(nameof(RefusedKernels.Throws), "throws an exception (throw)")]
    [InlineData(nameof(RefusedKernels.NewObject), "makes an object: new Object (newobj)")]
    [InlineData(nameof(RefusedKernels.NewArray), "makes an array (newarr)")]
    [InlineData(nameof(RefusedKernels.ReadsString), "uses a string (ldstr)")]
    [InlineData(nameof(RefusedKernels.Boxes), "boxes a value (box)")]
    [InlineData(nameof(RefusedKernels.MutableStatic), "reads the mutable static field _count (ldsfld)")]
    [InlineData(nameof(RefusedKernels.MutableStatic), "uses the static field _count as a variable (stsfld)")]
    [InlineData(nameof(RefusedKernels.StaticArray), "reads the static field Table, which is or holds an object (ldsfld)")]
    [InlineData(nameof(RefusedKernels.StaticArray), "uses an array (ldelem.i4)")]
    [InlineData(nameof(RefusedKernels.Checked), "uses checked arithmetic, which throws (add.ovf)")]
    [InlineData(nameof(RefusedKernels.StackAlloc), "uses stackalloc (localloc)")]
    [InlineData(nameof(RefusedKernels.UsesSpan), "uses Span")]
    [InlineData(nameof(RefusedKernels.FusedMultiplyAdd), "calls MathF.FusedMultiplyAdd, which is not one of the library functions that a kernel may call")]
    [InlineData(nameof(RefusedKernels.MathClamp), "calls Math.Clamp, which is not one")]
    [InlineData(nameof(RefusedKernels.Catches), "handles exceptions")]
    [InlineData(nameof(RefusedKernels.TwoDynamics), "SharedMemory.GetDynamic is called in 2 places")]
    [InlineData(nameof(RefusedKernels.StructDynamic), "calls SharedMemory.GetDynamic with a struct")]
    [InlineData(nameof(RefusedKernels.Recursion), "RefusedKernels.Factorial calls itself")]
    [InlineData(nameof(RefusedKernels.HostCall), "calls HostTransfer.Fill, which is not for kernels")]
    [InlineData(nameof(RefusedKernels.Hidden), "RefusedKernels.Inner at IL")]
    [InlineData(nameof(RefusedKernels.VirtualCall), "calls Object.GetHashCode virtually, on an object (callvirt)")]
    [InlineData(nameof(RefusedKernels.UnsafeAdd), "calls Unsafe.Add, which is not one")]
    [InlineData(nameof(RefusedKernels.VectorOperator), "calls Vector4.op_Addition, which is not one")]
    [InlineData(nameof(RefusedKernels.Delegates), "uses the instruction ldftn")]
    public void Refuses(string kernel, string finding)
    {
        MethodInfo method = typeof(RefusedKernels).GetMethod(kernel)!;
        Assert.Contains(KernelLint.Find(method), found => found.Contains(finding, StringComparison.Ordinal));
        string message = Assert.Throws<KernelFaultException>(() => KernelLint.Check(method)).Message;
        Assert.StartsWith($"Kernel RefusedKernels.{kernel}: ", message, StringComparison.Ordinal);
        Assert.Contains(finding, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_a_refused_kernel_fails()
    {
        using SimulatedDevice device = new(4);
        Assert.Throws<KernelFaultException>(() => device.Accelerator.LoadStreamKernel<ArrayView<int>>(RefusedKernels.Throws));
    }

    [Fact]
    public void Captured_variables_are_refused()
    {
        using SimulatedDevice device = new(4);
        int five = Environment.ProcessId;
        string message = Assert.Throws<KernelFaultException>(() => device.Accelerator.LoadStreamKernel<ArrayView<int>>(view => view[0] = five)).Message;
        Assert.Contains("captures variables", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Right_kernels_pass()
    {
        foreach (MethodInfo method in typeof(RightKernels).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            if (method.ReturnType != typeof(void))
                continue;
            MethodInfo closed = method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(ScaledSquare)) : method;
            Assert.Empty(KernelLint.Find(closed));
        }
    }
}
#endif
