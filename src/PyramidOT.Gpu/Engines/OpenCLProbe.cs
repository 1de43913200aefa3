using System.Globalization;

namespace PyramidOT.Engines;

/// <summary>
/// Looks for a GPU by asking OpenCL, without ILGPU. ILGPU's kernels take pointers that may lead to any address space, so a
/// device must have the generic address space: all of OpenCL 2.x do, from 3.0 on it is optional, before 2.0 there is none.
/// </summary>
internal static class OpenCLProbe
{
    // From cl.h, cl_ext.h.
    private const int Success = 0;
    private const int DeviceNotFound = -1;
    private const int PlatformNotFound = -1001;
    private const ulong TypeCpu = 1 << 1;
    private const ulong TypeGpu = 1 << 2;
    private const ulong TypeAll = 0xFFFF_FFFF;
    private const uint Type = 0x1000;
    private const uint MaxComputeUnits = 0x1002;
    private const uint GlobalMemorySize = 0x101F;
    private const uint Available = 0x1027;
    private const uint Name = 0x102B;
    private const uint Version = 0x102F;
    private const uint GenericAddressSpaceSupport = 0x1069;

    /// <summary>Opens the library, or says in one line why there is none.</summary>
    public delegate IOpenCLLibrary? LibraryLoader(out string reason);

    /// <summary>Looks for the device that an OpenCL engine would take: the first GPU with the generic address space.</summary>
    /// <param name="load">Opens the library; null takes the machine's.</param>
    public static DeviceSearch Find(LibraryLoader? load = null) =>
        DeviceSearch.Guarded("OpenCL", () => Search(load ?? OpenCLLibrary.TryLoad));

    private static DeviceSearch Search(LibraryLoader load)
    {
        if (load(out string reason) is not { } library)
        {
            return DeviceSearch.Missing(reason);
        }

        int code = library.GetPlatforms(out nint[] platforms);
        if (code is not (Success or PlatformNotFound))
        {
            return DeviceSearch.Missing($"clGetPlatformIDs failed with code {code}");
        }

        if (platforms.Length == 0)
        {
            return DeviceSearch.Missing("no OpenCL platform: the library is there, but no driver");
        }

        List<nint> others = [];
        string? refusal = null;
        string? failure = null;
        foreach (nint platform in platforms)
        {
            code = library.GetDevices(platform, TypeAll, out nint[] devices);
            if (code is not (Success or DeviceNotFound))
            {
                // One broken driver among several is passed over, and told of only where no other one has a device.
                failure ??= $"clGetDeviceIDs failed with code {code}";
            }

            foreach (nint device in devices)
            {
                if (device == 0)
                {
                    continue;
                }

                if ((GetNumber(library, device, Type) & TypeGpu) is null or 0)
                {
                    others.Add(device);
                    continue;
                }

                FoundDevice found = Describe(library, device);
                string? objection = Objection(library, device, found.Name);
                if (objection is null)
                {
                    return DeviceSearch.Found(found);
                }

                refusal ??= objection;
            }
        }

        return DeviceSearch.Missing(refusal ?? failure ?? DescribeOthers(library, others));
    }

    private static FoundDevice Describe(IOpenCLLibrary library, nint device) => new(NameOf(library, device))
    {
        MemoryBytes = GetNumber(library, device, GlobalMemorySize) is ulong bytes and > 0 and <= long.MaxValue ? (long)bytes : null,
        Units = GetNumber(library, device, MaxComputeUnits) is ulong units and > 0 and <= int.MaxValue ? (int)units : null,
        InstructionSet = TryParseVersion(GetText(library, device, Version), out int major, out int minor) ? $"OpenCL {major}.{minor}" : null,
    };

    /// <summary>What keeps a GPU from being used; null where nothing does.</summary>
    private static string? Objection(IOpenCLLibrary library, nint device, string name)
    {
        if (GetNumber(library, device, Available) is 0)
        {
            return $"{name} is not available now";
        }

        string version = GetText(library, device, Version);
        if (!TryParseVersion(version, out int major, out int minor))
        {
            return $"{name} has a version that cannot be read: '{version}'";
        }

        bool hasGenericAddressSpace = major switch
        {
            < 2 => false,
            2 => true,
            _ => GetNumber(library, device, GenericAddressSpaceSupport) is > 0,
        };
        return hasGenericAddressSpace ? null : $"{name} (OpenCL {major}.{minor}) has no generic address space";
    }

    private static string DescribeOthers(IOpenCLLibrary library, List<nint> devices) =>
        devices.Count == 0 ? "no device on any OpenCL platform"
        : devices.TrueForAll(device => (GetNumber(library, device, Type) & TypeCpu) > 0) ? $"no GPU, only CPU devices ({NamesOf(library, devices)})"
        : $"no GPU, only other devices ({NamesOf(library, devices)})";

    private static string NamesOf(IOpenCLLibrary library, List<nint> devices) =>
        string.Join(", ", devices.Select(device => NameOf(library, device)));

    private static string NameOf(IOpenCLLibrary library, nint device) =>
        GetText(library, device, Name) is { Length: > 0 } name ? name : "a device without a name";

    private static string GetText(IOpenCLLibrary library, nint device, uint parameter) =>
        library.GetInfo(device, parameter, out byte[] value) is Success ? NativeFunctions.ToText(value) : "";

    /// <summary>A number of 32 or 64 bits (<c>cl_uint</c>, <c>cl_bool</c>, <c>cl_ulong</c>); null where the device does not tell.</summary>
    private static ulong? GetNumber(IOpenCLLibrary library, nint device, uint parameter)
    {
        if (library.GetInfo(device, parameter, out byte[] value) is not Success)
        {
            return null;
        }

        return value.Length switch
        {
            sizeof(uint) => BitConverter.ToUInt32(value),
            sizeof(ulong) => BitConverter.ToUInt64(value),
            _ => null,
        };
    }

    /// <summary>Reads <c>OpenCL MAJOR.MINOR anything</c>, the form that the standard prescribes.</summary>
    private static bool TryParseVersion(string text, out int major, out int minor)
    {
        major = minor = 0;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[0] != "OpenCL" || words[1].Split('.') is not [string first, string second])
        {
            return false;
        }

        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out minor);
    }
}
