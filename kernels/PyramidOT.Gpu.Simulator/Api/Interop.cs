namespace ILGPU;

/// <summary>Bits of floating-point numbers, and sizes.</summary>
public static unsafe class Interop
{
    public static uint FloatAsInt(float value) => *(uint*)&value;

    public static ulong FloatAsInt(double value) => *(ulong*)&value;

    public static float IntAsFloat(uint value) => *(float*)&value;

    public static double IntAsFloat(ulong value) => *(double*)&value;

    public static int SizeOf<T>()
        where T : unmanaged => sizeof(T);

    public static int SizeOf<T>(T structure)
        where T : unmanaged => sizeof(T);
}
