namespace PyramidOT.Engines;

/// <summary>
/// Looks for an NVIDIA GPU by asking the driver, without ILGPU, which builds without it have not, and which keeps silent on why it
/// found none.
/// </summary>
internal static class CudaProbe
{
    // From the CUDA driver API: CUresult and CUdevice_attribute.
    private const int Success = 0;
    private const int NoDevice = 100;
    private const int MultiprocessorCount = 16;
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    // ILGPU compiles to no later architecture than this; later devices run the code all the same.
    private const int LatestTarget = 80;

    /// <summary>Opens the driver, or says in one line why there is none.</summary>
    public delegate ICudaDriver? DriverLoader(out string reason);

    /// <summary>Looks for the device that a CUDA engine would take: the driver's first, which it takes for the fastest.</summary>
    /// <param name="load">Opens the driver; null takes the machine's.</param>
    public static DeviceSearch Find(DriverLoader? load = null) =>
        DeviceSearch.Guarded("the NVIDIA driver", () => Search(load ?? CudaDriver.TryLoad));

    private static DeviceSearch Search(DriverLoader load)
    {
        if (load(out string reason) is not { } driver)
        {
            return DeviceSearch.Missing(reason);
        }

        // Nothing else may be called unless this succeeds.
        int code = driver.Initialize();
        if (code is Success)
        {
            code = driver.CountDevices(out int count);
            if (code is Success && count > 0)
            {
                code = driver.GetDevice(0, out int device);
                if (code is Success)
                {
                    return DeviceSearch.Found(Describe(driver, device));
                }

                return DeviceSearch.Missing(Failed(driver, "cuDeviceGet", code));
            }

            return DeviceSearch.Missing(code is Success or NoDevice ? "the driver reports no device" : Failed(driver, "cuDeviceGetCount", code));
        }

        return DeviceSearch.Missing(code is NoDevice ? "the driver reports no device" : Failed(driver, "cuInit", code));
    }

    private static FoundDevice Describe(ICudaDriver driver, int device)
    {
        string name = driver.GetName(device, out string text) is Success && text.Length > 0 ? text : "an NVIDIA GPU without a name";
        long? memory = driver.GetMemory(device, out long bytes) is Success && bytes > 0 ? bytes : null;
        int? units = Attribute(driver, device, MultiprocessorCount);
        int? major = Attribute(driver, device, ComputeCapabilityMajor);
        int? capability = major is null ? null : (10 * major) + (Attribute(driver, device, ComputeCapabilityMinor) ?? 0);
        return new(name)
        {
            MemoryBytes = memory,
            Units = units,
            Lanes = units * LanesOfMultiprocessor(capability),
            InstructionSet = capability is null ? null : $"sm_{Math.Min(capability.Value, LatestTarget)}",
        };
    }

    private static int? Attribute(ICudaDriver driver, int device, int attribute) =>
        driver.GetAttribute(device, attribute, out int value) is Success && value > 0 ? value : null;

    // Float32 results a cycle and multiprocessor: CUDA C++ Programming Guide, "Arithmetic instructions". The driver does not tell.
    private static int? LanesOfMultiprocessor(int? capability) => capability switch
    {
        50 or 52 or 53 => 128,
        60 => 64,
        61 or 62 => 128,
        >= 70 and <= 80 => 64,
        > 80 and < 130 => 128,
        _ => null,
    };

    private static string Failed(ICudaDriver driver, string function, int code) =>
        driver.NameOf(code) is { Length: > 0 } name ? $"{function} failed with code {code} ({name})" : $"{function} failed with code {code}";
}
