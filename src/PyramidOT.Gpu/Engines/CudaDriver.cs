using System.Runtime.InteropServices;

namespace PyramidOT.Engines;

/// <summary>The calls of NVIDIA's driver that finding devices takes. Each returns the driver's own code, 0 for success.</summary>
internal interface ICudaDriver
{
    /// <summary><c>cuInit</c>.</summary>
    int Initialize();

    /// <summary><c>cuDeviceGetCount</c>.</summary>
    int CountDevices(out int count);

    /// <summary><c>cuDeviceGet</c>.</summary>
    int GetDevice(int ordinal, out int device);

    /// <summary><c>cuDeviceGetName</c>.</summary>
    int GetName(int device, out string name);

    /// <summary><c>cuDeviceTotalMem</c>.</summary>
    int GetMemory(int device, out long bytes);

    /// <summary><c>cuDeviceGetAttribute</c>.</summary>
    int GetAttribute(int device, int attribute, out int value);

    /// <summary><c>cuGetErrorName</c>; null where the driver does not know the code.</summary>
    string? NameOf(int code);
}

/// <summary>NVIDIA's driver, through its library.</summary>
internal sealed unsafe class CudaDriver : ICudaDriver
{
    private const int NameBytes = 256;

    private readonly delegate* unmanaged<uint, int> _init;
    private readonly delegate* unmanaged<int*, int> _deviceGetCount;
    private readonly delegate* unmanaged<int*, int, int> _deviceGet;
    private readonly delegate* unmanaged<byte*, int, int, int> _deviceGetName;
    private readonly delegate* unmanaged<nuint*, int, int> _deviceTotalMem;
    private readonly delegate* unmanaged<int*, int, int, int> _deviceGetAttribute;
    private readonly delegate* unmanaged<int, byte**, int> _getErrorName;

    private CudaDriver(ReadOnlySpan<nint> functions)
    {
        _init = (delegate* unmanaged<uint, int>)functions[0];
        _deviceGetCount = (delegate* unmanaged<int*, int>)functions[1];
        _deviceGet = (delegate* unmanaged<int*, int, int>)functions[2];
        _deviceGetName = (delegate* unmanaged<byte*, int, int, int>)functions[3];
        _deviceTotalMem = (delegate* unmanaged<nuint*, int, int>)functions[4];
        _deviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)functions[5];
        _getErrorName = (delegate* unmanaged<int, byte**, int>)functions[6];
    }

    // In the order of the constructor. The plain cuDeviceTotalMem writes 32 bits.
    private static ReadOnlySpan<string> Functions => new[]
    {
        "cuInit", "cuDeviceGetCount", "cuDeviceGet", "cuDeviceGetName", "cuDeviceTotalMem_v2", "cuDeviceGetAttribute", "cuGetErrorName",
    };

    /// <summary>Loads the driver's library.</summary>
    /// <param name="reason">Why it could not be loaded, in one line.</param>
    /// <returns>The driver, or null.</returns>
    public static ICudaDriver? TryLoad(out string reason)
    {
        // The name without a version belongs to the development package; some containers have only that one.
        string[] names = OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"];
        if (!NativeFunctions.TryLoadFirst(names, out nint library, out string found))
        {
            reason = $"library {names[0]} not found: no NVIDIA driver";
            return null;
        }

        Span<nint> functions = stackalloc nint[Functions.Length];
        if (!NativeFunctions.TryFind(library, Functions, functions, out string missing))
        {
            reason = $"library {found} has no function {missing}: the NVIDIA driver is too old";
            return null;
        }

        reason = "";
        return new CudaDriver(functions);
    }

    public int Initialize() => _init(0);

    public int CountDevices(out int count)
    {
        int value = 0;
        int code = _deviceGetCount(&value);
        count = value;
        return code;
    }

    public int GetDevice(int ordinal, out int device)
    {
        int value = 0;
        int code = _deviceGet(&value, ordinal);
        device = value;
        return code;
    }

    public int GetName(int device, out string name)
    {
        byte* text = stackalloc byte[NameBytes];
        text[0] = 0;
        int code = _deviceGetName(text, NameBytes, device);
        name = NativeFunctions.ToText(new(text, NameBytes));
        return code;
    }

    public int GetMemory(int device, out long bytes)
    {
        nuint value = 0;
        int code = _deviceTotalMem(&value, device);
        bytes = (long)value;
        return code;
    }

    public int GetAttribute(int device, int attribute, out int value)
    {
        int result = 0;
        int code = _deviceGetAttribute(&result, attribute, device);
        value = result;
        return code;
    }

    public string? NameOf(int code)
    {
        byte* text = null;
        return _getErrorName(code, &text) == 0 && text is not null ? Marshal.PtrToStringUTF8((nint)text) : null;
    }
}
