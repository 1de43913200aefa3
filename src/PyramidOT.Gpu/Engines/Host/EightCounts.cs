using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>Eight whole numbers at a time: what <see cref="EightDoubles"/> is, at half the work where sums are known to be whole.</summary>
internal static unsafe class EightCounts
{
    /// <summary>The sums of all lanes up to and with each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Scan(Vector256<int> value)
    {
        if (Avx2.IsSupported)
        {
            value += Avx2.ShiftLeftLogical128BitLane(value, 4);
            value += Avx2.ShiftLeftLogical128BitLane(value, 8);

            // The lower half's last sum for the upper half, nothing for the lower one.
            return value + Avx2.Shuffle(Avx2.Permute2x128(value, value, 0x08), 0b11_11_11_11);
        }

        Vector128<int> lower = Scan(value.GetLower());
        return Vector256.Create(lower, Scan(value.GetUpper()) + Vector128.Create(lower.GetElement(3)));
    }

    /// <summary>Stores the first numbers, as <typeparamref name="T"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* destination, Vector256<int> value, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            EightDoubles.Store((float*)destination, Vector256.ConvertToSingle(value), count);
            return;
        }

        EightDoubles.Store(destination, Widen(value), count);
    }

    /// <summary>Whole numbers that are held in doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Of(Vector512<double> value) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector256Int32WithTruncation(value)
        : Avx.IsSupported
        ? Vector256.Create(Avx.ConvertToVector128Int32WithTruncation(value.GetLower()), Avx.ConvertToVector128Int32WithTruncation(value.GetUpper()))
        : Vector256.Narrow(Vector256.ConvertToInt64(value.GetLower()), Vector256.ConvertToInt64(value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(Vector256<int> value) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Double(value)
        : Avx.IsSupported
        ? Vector512.Create(Avx.ConvertToVector256Double(value.GetLower()), Avx.ConvertToVector256Double(value.GetUpper()))
        : Vector512.Create(
            Vector256.ConvertToDouble(Vector256.WidenLower(value)), Vector256.ConvertToDouble(Vector256.WidenUpper(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Scan(Vector128<int> value)
    {
        // A place that there is none of gives 0.
        value += Vector128.Shuffle(value, Vector128.Create(4, 0, 1, 2));
        return value + Vector128.Shuffle(value, Vector128.Create(4, 4, 0, 1));
    }
}
