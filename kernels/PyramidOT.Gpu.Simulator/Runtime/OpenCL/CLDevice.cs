using System.Collections.Immutable;

namespace ILGPU.Runtime.OpenCL;

/// <summary>The kinds of OpenCL device.</summary>
public enum CLDeviceType
{
    CL_DEVICE_TYPE_DEFAULT = 1,
    CL_DEVICE_TYPE_CPU = 2,
    CL_DEVICE_TYPE_GPU = 4,
    CL_DEVICE_TYPE_ACCELERATOR = 8,
    CL_DEVICE_TYPE_CUSTOM = 16,
    CL_DEVICE_TYPE_ALL = -1,
}

/// <summary>Who makes an OpenCL device.</summary>
public enum CLDeviceVendor
{
    AMD = 0,
    Intel = 1,
    Nvidia = 2,
    Other = 3,
}

/// <summary>An OpenCL device. There is none in the simulator.</summary>
public sealed class CLDevice : Device
{
    private CLDevice()
        : base(AcceleratorType.OpenCL)
    {
    }

    public CLDeviceType DeviceType { get; private init; }

    public CLDeviceVendor Vendor { get; private init; }

    public string VendorName { get; private init; } = string.Empty;

    public string PlatformName { get; private init; } = string.Empty;

    public IntPtr DeviceId { get; private init; }

    public IntPtr PlatformId { get; private init; }

    public int ClockRate { get; private init; }

    public ImmutableArray<string> Extensions { get; private init; } = [];

    public new CLCapabilityContext Capabilities => (CLCapabilityContext)base.Capabilities;

    public override Accelerator CreateAccelerator(Context context) => CreateCLAccelerator(context);

    public CLAccelerator CreateCLAccelerator(Context context) => new(context, this);
}

/// <summary>An opened OpenCL device. There is none in the simulator.</summary>
public sealed class CLAccelerator : Accelerator
{
    internal CLAccelerator(Context context, CLDevice device)
        : base(context, device)
    {
    }
}

/// <summary>What an OpenCL device can do.</summary>
public sealed class CLCapabilityContext : CapabilityContext
{
    private CLCapabilityContext()
    {
    }

    public bool Float16 { get; private init; }

    public bool Float64 { get; private init; }

    public bool GenericAddressSpace { get; private init; }

    public bool Int64_Atomics { get; private init; }

    public bool SubGroups { get; private init; }
}

/// <summary>An error of an OpenCL driver.</summary>
public sealed class CLException : AcceleratorException
{
    public CLException(string message)
        : base(message)
    {
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.OpenCL;
}

/// <summary>Registers OpenCL devices: none.</summary>
public static class CLContextExtensions
{
    public static Context.Builder OpenCL(this Context.Builder builder) => builder;

    public static Context.Builder OpenCL(this Context.Builder builder, Predicate<CLDevice> predicate) => builder;

    public static Context.DeviceCollection<CLDevice> GetCLDevices(this Context context) => context.GetDevices<CLDevice>();

    public static CLDevice GetCLDevice(this Context context, int clDeviceIndex) => context.GetDevice<CLDevice>(clDeviceIndex);

    public static CLAccelerator CreateCLAccelerator(this Context context, int clDeviceIndex) =>
        context.GetCLDevice(clDeviceIndex).CreateCLAccelerator(context);
}
