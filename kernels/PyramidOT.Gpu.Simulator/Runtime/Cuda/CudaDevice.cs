namespace ILGPU.Runtime.Cuda;

/// <summary>A CUDA device. There is none in the simulator.</summary>
public sealed class CudaDevice : Device
{
    private CudaDevice()
        : base(AcceleratorType.Cuda)
    {
    }

    public int DeviceId { get; private init; }

    public CudaArchitecture? Architecture { get; private init; }

    public CudaDriverVersion DriverVersion { get; private init; }

    public int ClockRate { get; private init; }

    public int MemoryClockRate { get; private init; }

    public int MemoryBusWidth { get; private init; }

    public int L2CacheSize { get; private init; }

    public int MaxSharedMemoryPerMultiprocessor { get; private init; }

    public override Accelerator CreateAccelerator(Context context) => CreateCudaAccelerator(context);

    public CudaAccelerator CreateCudaAccelerator(Context context) => new(context, this);
}

/// <summary>An opened CUDA device. There is none in the simulator.</summary>
public sealed class CudaAccelerator : Accelerator
{
    internal CudaAccelerator(Context context, CudaDevice device)
        : base(context, device)
    {
    }

    public new CudaDevice Device => (CudaDevice)base.Device;

    public int DeviceId => Device.DeviceId;

    public CudaArchitecture Architecture => Device.Architecture ?? default;

    public CudaDriverVersion DriverVersion => Device.DriverVersion;

    public int ClockRate => Device.ClockRate;

    public int MemoryClockRate => Device.MemoryClockRate;

    public int MemoryBusWidth => Device.MemoryBusWidth;

    public int L2CacheSize => Device.L2CacheSize;

    public long GetFreeMemory() => MemorySize;
}

/// <summary>The architecture of a CUDA device.</summary>
public readonly struct CudaArchitecture
{
    public CudaArchitecture(int major, int minor)
    {
        Major = major;
        Minor = minor;
    }

    public int Major { get; }

    public int Minor { get; }
}

/// <summary>The version of a CUDA driver.</summary>
public readonly struct CudaDriverVersion
{
    private CudaDriverVersion(int value) => Value = value;

    public int Value { get; }

    public int Major => Value / 1000;

    public int Minor => Value % 1000 / 10;

    public static CudaDriverVersion FromValue(int value) => new(value);
}

/// <summary>An error of the CUDA driver.</summary>
public sealed class CudaException : AcceleratorException
{
    public CudaException(string message)
        : base(message)
    {
    }

    public override AcceleratorType AcceleratorType => AcceleratorType.Cuda;

    public string Error => Message;
}

/// <summary>Registers CUDA devices: none.</summary>
public static class CudaContextExtensions
{
    public static Context.Builder Cuda(this Context.Builder builder) => builder;

    public static Context.Builder Cuda(this Context.Builder builder, Predicate<CudaDevice> predicate) => builder;

    public static Context.DeviceCollection<CudaDevice> GetCudaDevices(this Context context) => context.GetDevices<CudaDevice>();

    public static CudaDevice GetCudaDevice(this Context context, int cudaDeviceIndex) => context.GetDevice<CudaDevice>(cudaDeviceIndex);

    public static CudaAccelerator CreateCudaAccelerator(this Context context, int cudaDeviceIndex) =>
        context.GetCudaDevice(cudaDeviceIndex).CreateCudaAccelerator(context);
}
