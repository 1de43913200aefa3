using System.Runtime.InteropServices;

namespace PyramidOT.Kernels;

/// <summary>
/// Four numbers that a device moves in one access of 16 bytes. A view of floats may be cast to this where its first element lies
/// at a multiple of 16 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct Float4
{
    /// <summary>The first number.</summary>
    public float X;

    /// <summary>The second number.</summary>
    public float Y;

    /// <summary>The third number.</summary>
    public float Z;

    /// <summary>The fourth number.</summary>
    public float W;
}
