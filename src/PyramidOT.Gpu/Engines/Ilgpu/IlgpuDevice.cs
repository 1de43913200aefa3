using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using PyramidOT.Kernels;
#if HAS_ILGPU
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
#endif

namespace PyramidOT.Engines.Ilgpu;

/// <summary>An open device: an accelerator, and the context that it lives in where both are ours to close.</summary>
internal sealed class IlgpuDevice : IDisposable
{
    /// <summary>
    /// How hard ILGPU compiles for a GPU. Its O2 moves a read that only a branch needs behind what ends the block that it stands in, be that
    /// a store to the same place or a barrier, after which another lane overwrites it. For CUDA it also promises the assembler that lanes branch
    /// together, having looked at what a condition is computed from but not at the branches that chose between two such numbers: so also in
    /// the loop of a binary search, where every lane goes its own way.
    /// </summary>
    internal const OptimizationLevel Level = OptimizationLevel.O1;

    private readonly Context? _context;

    private IlgpuDevice(Context? context, Accelerator accelerator) => (_context, Accelerator) = (context, accelerator);

    /// <summary>Where kernels run.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Whether it is a debugging device of the CPU.</summary>
    public bool IsCpu => Accelerator.AcceleratorType == AcceleratorType.CPU;

    /// <summary>Uses an accelerator that stays its owner's.</summary>
    /// <exception cref="ArgumentException">It is a GPU whose context compiles with O2.</exception>
    public static IlgpuDevice Of(Accelerator accelerator)
    {
        // The CPU runs kernels as the C# compiler left them, whatever the level.
        if (accelerator.AcceleratorType != AcceleratorType.CPU && accelerator.Context.Properties.OptimizationLevel > Level)
        {
            throw new ArgumentException(
                $"The accelerator's context was built for {accelerator.Context.Properties.OptimizationLevel}, which moves reads past barriers: build it for {nameof(OptimizationLevel.O1)}.",
                nameof(accelerator));
        }

        return new(null, accelerator);
    }

    /// <summary>Opens the debugging device.</summary>
    public static IlgpuDevice OpenCpu(IlgpuShape shape)
    {
        // ILGPU's has warps of two threads at the least, of which a group of one thread leaves the rest idle.
        int warp = KernelBuild.HasIlgpu ? Math.Max(2, shape.WarpSize) : shape.WarpSize;
        int warps = Math.Max(1, shape.GroupSize / warp);

        // Groups run side by side in ILGPU's device, one a multiprocessor.
        int multiprocessors = shape.GroupSize == 1 ? Environment.ProcessorCount : 1;
        CPUDevice device = new(warp, warps, multiprocessors);
        return Open(builder => builder.CPU(device));
    }

    /// <summary>Opens the device that the probe of its kind found.</summary>
    /// <param name="kind">CUDA or OpenCL.</param>
    /// <param name="name">The device's name.</param>
    /// <exception cref="EngineUnavailableException">ILGPU does not take the device.</exception>
    public static IlgpuDevice Open(EngineKind kind, string name)
    {
#if HAS_ILGPU
        Natives.Resolve();
        try
        {
            return Open(builder => Register(builder, kind, name));
        }
        catch (Exception exception) when (exception is not EngineUnavailableException)
        {
            throw Unavailable(kind, name, $"ILGPU cannot open it: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
#else
        throw Unavailable(kind, name, "ILGPU is not in this build");
#endif
    }

    /// <summary>What keeps ILGPU from using a device that a probe found; null where nothing does.</summary>
    public static string? Objection(EngineKind kind, string name)
    {
#if HAS_ILGPU
        Natives.Resolve();
        try
        {
            using Context context = Context.Create(builder => Register(builder, kind, name));
            return context.Devices.Length > 0 ? null : $"{name} is there, but ILGPU does not take it";
        }
#pragma warning disable CA1031 // Drivers are other people's code: whatever goes wrong there, other engines must be found.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"{name} is there, but ILGPU failed: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
        }
#else
        return $"{name} is there, but ILGPU is not in this build";
#endif
    }

    /// <summary>Whether an exception says that a device's memory is used up.</summary>
    public static bool IsLackOfMemory(Exception exception) => exception switch
    {
        OutOfMemoryException => true,
#if HAS_ILGPU
        CudaException cuda => cuda.Error == "CUDA_ERROR_OUT_OF_MEMORY",
        // A buffer may also be larger than the largest that a device takes.
        CLException cl => cl.Error.ToString() is "CL_MEM_OBJECT_ALLOCATION_FAILURE" or "CL_OUT_OF_RESOURCES" or "CL_OUT_OF_HOST_MEMORY" or "CL_INVALID_BUFFER_SIZE",
#endif
        _ => false,
    };

    /// <summary>Whether float64 is there: some OpenCL devices have none.</summary>
    public static bool HasDoubles(Accelerator accelerator)
    {
#if HAS_ILGPU
        return accelerator.Capabilities is not CLCapabilityContext cl || cl.Float64;
#else
        return true;
#endif
    }

    public void Dispose()
    {
        if (_context is not null)
        {
            Accelerator.Dispose();
            _context.Dispose();
        }
    }

    private static IlgpuDevice Open(Action<Context.Builder> register)
    {
        Context context = Context.Create(builder =>
        {
            register(builder);
            builder.EnableAlgorithms();
        });
        try
        {
            return new(context, context.Devices[0].CreateAccelerator(context));
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

#if HAS_ILGPU
    private static void Register(Context.Builder builder, EngineKind kind, string name)
    {
        builder.Optimize(Level);
        bool taken = false;
        if (kind == EngineKind.Cuda)
        {
            // The probe took the driver's first, and ILGPU asks the driver in the same order.
            builder.Cuda(device => !taken && (taken = true));
        }
        else
        {
            builder.OpenCL(device => !taken
                && (taken = device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU) && device.Name.Trim('\0', ' ') == name));
        }
    }
#endif

    private static EngineUnavailableException Unavailable(EngineKind kind, string name, string reason) =>
        new(new(kind, name, IsAvailable: false) { Reason = reason });

#if HAS_ILGPU
    /// <summary>Finds drivers' libraries where only those with a version in their name are installed, as in most containers.</summary>
    private static class Natives
    {
        private static readonly Lazy<bool> s_resolve = new(Register);

        public static void Resolve() => _ = s_resolve.Value;

        private static bool Register()
        {
            try
            {
                NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Find);
                return true;
            }
            catch (InvalidOperationException)
            {
                // The program has a resolver of its own, which goes first.
                return false;
            }
        }

        private static nint Find(string name, Assembly assembly, DllImportSearchPath? path)
        {
            string? versioned = OperatingSystem.IsLinux() ? name switch
            {
                "cuda" or "libcuda" or "libcuda.so" => "libcuda.so.1",
                "OpenCL" or "libOpenCL" or "libOpenCL.so" => "libOpenCL.so.1",
                _ => null,
            } : null;

            // Zero leaves the search to the runtime.
            return versioned is not null && NativeLibrary.TryLoad(versioned, out nint library) ? library : 0;
        }
    }
#endif
}
