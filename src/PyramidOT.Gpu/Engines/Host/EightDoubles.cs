using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Eight numbers at a time, as wide as the machine goes but always in the order of eight lanes, so that results have the same bits on every
/// machine. What narrower machines cannot do at once is done in halves by the framework; what it would do number by number is done in halves here.
/// </summary>
internal static unsafe class EightDoubles
{
    /// <summary>Lanes.</summary>
    public const int Count = 8;

    /// <summary>Numbers of a block, widened; 0 from <paramref name="count"/> on, where nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load<T>(T* source, int count)
        where T : unmanaged
    {
        if (count >= Count)
        {
            return typeof(T) == typeof(double) ? Vector512.Load((double*)source) : Widen(Vector256.Load((float*)source));
        }

        if (typeof(T) == typeof(float) && Avx.IsSupported)
        {
            return Widen(Avx.MaskLoad((float*)source, First(count)));
        }

        return LoadOneByOne(source, count);
    }

    /// <summary>Stores the first numbers of a block, rounded to <typeparamref name="T"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(T* destination, Vector512<double> value, int count)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Store((float*)destination, Narrow(value), count);
        }
        else if (count >= Count)
        {
            value.Store((double*)destination);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                ((double*)destination)[i] = value.GetElement(i);
            }
        }
    }

    /// <summary>Stores the first numbers of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Vector256<float> value, int count)
    {
        if (count >= Count)
        {
            value.Store(destination);
        }
        else if (Avx.IsSupported)
        {
            Avx.MaskStore(destination, First(count), value);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                destination[i] = value.GetElement(i);
            }
        }
    }

    /// <summary>
    /// The sums of all lanes up to and with each. Neighbours are added first, then pairs, then fours: halves of a vector can be summed apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Scan(Vector512<double> value)
    {
        if (Avx512F.IsSupported)
        {
            // Lanes that take nothing at a step take a 0.
            value += Avx512F.DuplicateEvenIndexed(value) & Lanes(0b10101010);
            value += Avx512F.Permute4x64(value, 0b01_01_01_01) & Lanes(0b11001100);
            return value + (Avx512F.PermuteVar8x64(value, Vector512.Create(3L)) & Lanes(0b11110000));
        }

        Vector256<double> lower = Scan(value.GetLower());
        return Vector512.Create(lower, Scan(value.GetUpper()) + Vector256.Create(lower.GetElement(3)));
    }

    /// <summary>The sum of the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<double> value)
    {
        Vector256<double> four = value.GetLower() + value.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Scan(Vector256<double> value)
    {
        Vector128<double> lower = Scan(value.GetLower());
        return Vector256.Create(lower, Scan(value.GetUpper()) + Vector128.Create(lower.GetElement(1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Scan(Vector128<double> value) => value + Vector128.Create(0, value.ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widen(Vector256<float> value) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Double(value)
        : Avx.IsSupported
        ? Vector512.Create(Avx.ConvertToVector256Double(value.GetLower()), Avx.ConvertToVector256Double(value.GetUpper()))
        : Vector512.Create(Vector256.WidenLower(value), Vector256.WidenUpper(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Narrow(Vector512<double> value) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector256Single(value)
        : Avx.IsSupported
        ? Vector256.Create(Avx.ConvertToVector128Single(value.GetLower()), Avx.ConvertToVector128Single(value.GetUpper()))
        : Vector256.Narrow(value.GetLower(), value.GetUpper());

    /// <summary>All bits of the lanes whose bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Lanes(byte set) => Vector512.Create(
        -(long)(set & 1), -(long)((set >> 1) & 1), -(long)((set >> 2) & 1), -(long)((set >> 3) & 1), -(long)((set >> 4) & 1), -(long)((set >> 5) & 1), -(long)((set >> 6) & 1), -(long)((set >> 7) & 1)).AsDouble();

    /// <summary>The sign bits of the first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> First(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    private static Vector512<double> LoadOneByOne<T>(T* source, int count)
        where T : unmanaged
    {
        double* numbers = stackalloc double[Count];
        for (int i = 0; i < Count; i++)
        {
            numbers[i] = i >= count ? 0 : typeof(T) == typeof(double) ? ((double*)source)[i] : ((float*)source)[i];
        }

        return Vector512.Load(numbers);
    }
}
