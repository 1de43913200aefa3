using System.Collections.Immutable;
using System.Numerics;

namespace ILGPU.Runtime.CPU;

/// <summary>What a CPU device imitates.</summary>
public enum CPUDeviceKind
{
    Default = 0,
    Nvidia = 1,
    AMD = 2,
    LegacyAMD = 3,
    Intel = 4,
}

/// <summary>How a CPU accelerator runs its lanes. The simulator always runs one after the other.</summary>
public enum CPUAcceleratorMode
{
    Auto = 0,
    Sequential = 1,
    Parallel = 2,
}

/// <summary>A simulated device. The warp size may also be 1 here, which the real one refuses.</summary>
public sealed class CPUDevice : Device
{
    public static readonly CPUDevice Default = new(4, 4, 1);
    public static readonly CPUDevice Nvidia = new(32, 32, 1);
    public static readonly CPUDevice AMD = new(32, 8, 1);
    public static readonly CPUDevice LegacyAMD = new(64, 4, 1);
    public static readonly CPUDevice Intel = new(16, 8, 1);
    public static readonly ImmutableArray<CPUDevice> All = [Default, Nvidia, AMD, LegacyAMD, Intel];

    public CPUDevice(int numThreadsPerWarp, int numWarpsPerMultiprocessor, int numMultiprocessors)
        : base(AcceleratorType.CPU)
    {
        Powers(numThreadsPerWarp, nameof(numThreadsPerWarp));
        Powers(numWarpsPerMultiprocessor, nameof(numWarpsPerMultiprocessor));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numMultiprocessors);
        int lanes = numThreadsPerWarp * numWarpsPerMultiprocessor;
        Name = "CPUAccelerator";
        WarpSize = numThreadsPerWarp;
        NumMultiprocessors = numMultiprocessors;
        MaxNumThreadsPerGroup = lanes;
        MaxNumThreadsPerMultiprocessor = lanes;
        MaxGroupSize = new Index3D(lanes, lanes, lanes);
        MaxGridSize = new Index3D(int.MaxValue, ushort.MaxValue, ushort.MaxValue);
        MemorySize = long.MaxValue;
        MaxSharedMemoryPerGroup = int.MaxValue;
        MaxConstantMemory = int.MaxValue;
        Capabilities = new CPUCapabilityContext();
    }

    public int NumThreads => MaxNumThreads;

    public override Accelerator CreateAccelerator(Context context) => CreateCPUAccelerator(context);

    public CPUAccelerator CreateCPUAccelerator(Context context) => CreateCPUAccelerator(context, CPUAcceleratorMode.Auto);

    public CPUAccelerator CreateCPUAccelerator(Context context, CPUAcceleratorMode mode)
    {
        ArgumentNullException.ThrowIfNull(context);
        CPUAccelerator accelerator = new(context, this, mode);
        context.Announce(accelerator);
        return accelerator;
    }

    public static CPUDevice GetDevice(CPUDeviceKind kind) => All[(int)kind];

    private static void Powers(int value, string name)
    {
        if (value < 1 || !BitOperations.IsPow2(value))
            throw new ArgumentOutOfRangeException(name, value, "A power of two is needed.");
    }
}

/// <summary>An opened simulated device.</summary>
public sealed class CPUAccelerator : Accelerator
{
    internal CPUAccelerator(Context context, CPUDevice device, CPUAcceleratorMode mode)
        : base(context, device) => Mode = mode;

    public CPUAcceleratorMode Mode { get; }

    public int NumThreads => ((CPUDevice)Device).NumThreads;

    public bool UsesSequentialExecution => true;
}

/// <summary>What a CPU device can do: everything.</summary>
public sealed class CPUCapabilityContext : CapabilityContext
{
    internal CPUCapabilityContext()
    {
    }
}

/// <summary>Registers and opens CPU devices.</summary>
public static class CPUContextExtensions
{
    public static Context.Builder CPU(this Context.Builder builder) => builder.CPU(device => device == CPUDevice.Default);

    public static Context.Builder DefaultCPU(this Context.Builder builder) => builder.CPU(CPUDevice.Default);

    public static Context.Builder CPU(this Context.Builder builder, CPUDeviceKind kind) => builder.CPU(CPUDevice.GetDevice(kind));

    public static Context.Builder CPU(this Context.Builder builder, CPUDevice device)
    {
        builder.Devices.Add(device);
        return builder;
    }

    public static Context.Builder CPU(this Context.Builder builder, Predicate<CPUDevice> predicate)
    {
        builder.Devices.AddRange(CPUDevice.All.Where(device => predicate(device)));
        return builder;
    }

    public static CPUDevice GetCPUDevice(this Context context, int cpuDeviceIndex) => context.GetDevice<CPUDevice>(cpuDeviceIndex);

    public static Context.DeviceCollection<CPUDevice> GetCPUDevices(this Context context) => context.GetDevices<CPUDevice>();

    public static CPUAccelerator CreateCPUAccelerator(this Context context, int cpuDeviceIndex) =>
        context.GetCPUDevice(cpuDeviceIndex).CreateCPUAccelerator(context);

    public static CPUAccelerator CreateCPUAccelerator(this Context context, int cpuDeviceIndex, CPUAcceleratorMode mode) =>
        context.GetCPUDevice(cpuDeviceIndex).CreateCPUAccelerator(context, mode);
}
