using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>A float and a number in one sortable integer: ordered by the float, then by the number.</summary>
internal static class FloatOrder
{
    /// <summary>The key of a float that is not NaN and a number from 0 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Key(float value, int number)
    {
        // Bits of negative floats are turned round, and placed below those of positive ones.
        int bits = BitConverter.SingleToInt32Bits(value);
        return ((ulong)(uint)(bits ^ ((bits >> 31) | int.MinValue)) << 32) | (uint)number;
    }

    /// <summary>The number in a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Number(ulong key) => (int)(uint)key;
}
