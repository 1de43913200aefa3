namespace PyramidOT.Engines;

/// <summary>The calls of an OpenCL library that finding devices takes. Each returns OpenCL's own code, 0 for success.</summary>
internal interface IOpenCLLibrary
{
    /// <summary><c>clGetPlatformIDs</c>, all of them.</summary>
    int GetPlatforms(out nint[] platforms);

    /// <summary><c>clGetDeviceIDs</c>, all of one type.</summary>
    int GetDevices(nint platform, ulong type, out nint[] devices);

    /// <summary><c>clGetDeviceInfo</c>, the value as it is.</summary>
    int GetInfo(nint device, uint parameter, out byte[] value);
}

/// <summary>The machine's OpenCL library: as a rule a loader that forwards to the drivers.</summary>
internal sealed unsafe class OpenCLLibrary : IOpenCLLibrary
{
    // Far more than there can be: a count beyond it is a broken driver's, and must not become an allocation.
    private const uint MostHandles = 1024;
    private const nuint MostBytes = 1 << 20;
    private const int InvalidValue = -30;

    private readonly delegate* unmanaged<uint, nint*, uint*, int> _getPlatformIDs;
    private readonly delegate* unmanaged<nint, ulong, uint, nint*, uint*, int> _getDeviceIDs;
    private readonly delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> _getDeviceInfo;

    private OpenCLLibrary(ReadOnlySpan<nint> functions)
    {
        _getPlatformIDs = (delegate* unmanaged<uint, nint*, uint*, int>)functions[0];
        _getDeviceIDs = (delegate* unmanaged<nint, ulong, uint, nint*, uint*, int>)functions[1];
        _getDeviceInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)functions[2];
    }

    // In the order of the constructor.
    private static ReadOnlySpan<string> Functions => new[] { "clGetPlatformIDs", "clGetDeviceIDs", "clGetDeviceInfo" };

    /// <summary>Loads the library.</summary>
    /// <param name="reason">Why it could not be loaded, in one line.</param>
    /// <returns>The library, or null.</returns>
    public static IOpenCLLibrary? TryLoad(out string reason)
    {
        string[] names =
            OperatingSystem.IsWindows() ? ["OpenCL.dll"]
            : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"];
        if (!NativeFunctions.TryLoadFirst(names, out nint library, out string found))
        {
            reason = $"library {names[0]} not found: no OpenCL";
            return null;
        }

        Span<nint> functions = stackalloc nint[Functions.Length];
        if (!NativeFunctions.TryFind(library, Functions, functions, out string missing))
        {
            reason = $"library {found} has no function {missing}: it is not an OpenCL library";
            return null;
        }

        reason = "";
        return new OpenCLLibrary(functions);
    }

    public int GetPlatforms(out nint[] platforms)
    {
        platforms = [];
        uint count = 0;
        int code = _getPlatformIDs(0, null, &count);
        if (code != 0 || count == 0)
        {
            return code;
        }

        nint[] handles = new nint[Math.Min(count, MostHandles)];
        fixed (nint* first = handles)
        {
            code = _getPlatformIDs((uint)handles.Length, first, &count);
        }

        platforms = code == 0 ? handles : [];
        return code;
    }

    public int GetDevices(nint platform, ulong type, out nint[] devices)
    {
        devices = [];
        uint count = 0;
        int code = _getDeviceIDs(platform, type, 0, null, &count);
        if (code != 0 || count == 0)
        {
            return code;
        }

        nint[] handles = new nint[Math.Min(count, MostHandles)];
        fixed (nint* first = handles)
        {
            code = _getDeviceIDs(platform, type, (uint)handles.Length, first, &count);
        }

        devices = code == 0 ? handles : [];
        return code;
    }

    public int GetInfo(nint device, uint parameter, out byte[] value)
    {
        value = [];
        nuint size = 0;
        int code = _getDeviceInfo(device, parameter, 0, null, &size);
        if (code != 0 || size == 0)
        {
            return code;
        }

        if (size > MostBytes)
        {
            return InvalidValue;
        }

        byte[] bytes = new byte[size];
        fixed (byte* first = bytes)
        {
            code = _getDeviceInfo(device, parameter, size, first, null);
        }

        value = code == 0 ? bytes : [];
        return code;
    }
}
