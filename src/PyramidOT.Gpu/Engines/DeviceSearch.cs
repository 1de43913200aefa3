namespace PyramidOT.Engines;

/// <summary>A device that a driver reports, with what it says of itself.</summary>
/// <param name="Name">The device's own name.</param>
internal sealed record FoundDevice(string Name)
{
    /// <summary>Its memory in bytes; null where the driver does not tell.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Multiprocessors or compute units; null where the driver does not tell.</summary>
    public int? Units { get; init; }

    /// <summary>Float32 lanes of all units together; null where unknown.</summary>
    public int? Lanes { get; init; }

    /// <summary>What kernels are compiled to for it; null where unknown.</summary>
    public string? InstructionSet { get; init; }
}

/// <summary>What the search for a kind of device came to: the device that would be taken, or why there is none.</summary>
internal sealed record DeviceSearch
{
    private DeviceSearch(FoundDevice? device, string? reason) => (Device, Reason) = (device, reason);

    /// <summary>The device that an engine would take; null where there is none.</summary>
    public FoundDevice? Device { get; }

    /// <summary>Why there is no device, in one line without a full stop; null where there is one.</summary>
    public string? Reason { get; }

    /// <summary>A search that found a device.</summary>
    public static DeviceSearch Found(FoundDevice device) => new(device, null);

    /// <summary>A search that found none.</summary>
    public static DeviceSearch Missing(string reason) => new(null, reason);

    /// <summary>
    /// Runs a search over a driver. Drivers are other people's code, loaded at run time: whatever goes wrong in one means that this
    /// kind of engine is missing, and must not keep the others from being found.
    /// </summary>
    /// <param name="driver">What the driver is called in the reason.</param>
    /// <param name="search">The search.</param>
    public static DeviceSearch Guarded(string driver, Func<DeviceSearch> search)
    {
        try
        {
            return search();
        }
#pragma warning disable CA1031 // Any exception: see above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Missing($"{driver} failed: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }
}
