using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>Quotients and powers of vectors of double, lane by lane.</summary>
/// <typeparam name="V">The vector.</typeparam>
internal interface ISimdPowers<V>
    where V : struct
{
    /// <summary>left / right.</summary>
    static abstract V Divide(V left, V right);

    /// <summary>
    /// value^exponent with an exponent that is off by some 2e-6 of itself: exactly 1 for a value of 1 or an exponent of 0. That is a tenth
    /// of the work of <see cref="Math.Pow(double, double)"/>, and enough for steps that vanish at 1.
    /// </summary>
    /// <param name="value">A normal positive number.</param>
    /// <param name="exponent">A number of magnitude below 1.</param>
    static abstract V Power(V value, V exponent);
}

/// <summary>The bits and polynomials behind <see cref="ISimdPowers{V}.Power"/>.</summary>
internal static class PowerBits
{
    /// <summary>Of x = m 2^k, m from sqrt(1/2) to sqrt(2): the bits of x less these have k + 1024 above the mantissa.</summary>
    public const long Split = 0x3FE6A09E667F3BCD - Bias;

    /// <summary>1024 as an exponent, so that no difference is negative.</summary>
    public const long Bias = 1024L << 52;

    public const int Mantissa = 52;

    /// <summary>The bits of 1.5 2^52: to which integers may be added as bits or as numbers.</summary>
    public const long IntegerBits = 0x4338000000000000;

    /// <summary>1.5 2^52.</summary>
    public const double Integer = 6755399441055744;

    // log2(1 + t) / t, to 1.3e-6 of it from sqrt(1/2) - 1 to sqrt(2) - 1, exact at 0.
    public const double L0 = 1.4426950408889634;
    public const double L1 = -0.72135976218468589;
    public const double L2 = 0.48069474426728676;
    public const double L3 = -0.35950612777977542;
    public const double L4 = 0.29501868378987117;
    public const double L5 = -0.26816195871268678;
    public const double L6 = 0.17239222036497917;

    // (2^f - 1) / f, to 4.5e-7 of it from -1/2 to 1/2, exact at 0.
    public const double E0 = 0.69314718055994531;
    public const double E1 = 0.24022363677385991;
    public const double E2 = 0.055504655928205318;
    public const double E3 = 0.0096656585459515068;
    public const double E4 = 0.0013341137564001574;
}

internal readonly unsafe partial struct Doubles8 : ISimdPowers<Vector512<double>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Divide(Vector512<double> left, Vector512<double> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Power(Vector512<double> value, Vector512<double> exponent)
    {
        Vector512<long> bits = value.AsInt64();
        Vector512<long> k = (bits - Vector512.Create(PowerBits.Split)) >>> PowerBits.Mantissa;
        Vector512<double> t = (bits - (k << PowerBits.Mantissa) + Vector512.Create(PowerBits.Bias)).AsDouble() - Vector512<double>.One;
        Vector512<double> whole = (k + Vector512.Create(PowerBits.IntegerBits)).AsDouble() - Vector512.Create(PowerBits.Integer + 1024);
        Vector512<double> square = t * t;
        Vector512<double> low = MultiplyAdd(Vector512.Create(PowerBits.L1), t, Vector512.Create(PowerBits.L0));
        Vector512<double> middle = MultiplyAdd(Vector512.Create(PowerBits.L3), t, Vector512.Create(PowerBits.L2));
        Vector512<double> high = MultiplyAdd(Vector512.Create(PowerBits.L5), t, Vector512.Create(PowerBits.L4));
        high = MultiplyAdd(MultiplyAdd(Vector512.Create(PowerBits.L6), square, high), square, middle);
        Vector512<double> log = MultiplyAdd(MultiplyAdd(high, square, low), t, whole);

        Vector512<double> power = log * exponent;
        Vector512<double> rounded = power + Vector512.Create(PowerBits.Integer);
        Vector512<double> f = power - (rounded - Vector512.Create(PowerBits.Integer));
        square = f * f;
        low = MultiplyAdd(Vector512.Create(PowerBits.E1), f, Vector512.Create(PowerBits.E0));
        high = MultiplyAdd(Vector512.Create(PowerBits.E3), f, Vector512.Create(PowerBits.E2));
        high = MultiplyAdd(Vector512.Create(PowerBits.E4), square, high);
        Vector512<double> part = MultiplyAdd(MultiplyAdd(high, square, low), f, Vector512<double>.One);
        return (part.AsInt64() + (rounded.AsInt64() << PowerBits.Mantissa)).AsDouble();
    }
}

internal readonly unsafe partial struct Doubles4 : ISimdPowers<Vector256<double>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Divide(Vector256<double> left, Vector256<double> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Power(Vector256<double> value, Vector256<double> exponent)
    {
        Vector256<long> bits = value.AsInt64();
        Vector256<long> k = (bits - Vector256.Create(PowerBits.Split)) >>> PowerBits.Mantissa;
        Vector256<double> t = (bits - (k << PowerBits.Mantissa) + Vector256.Create(PowerBits.Bias)).AsDouble() - Vector256<double>.One;
        Vector256<double> whole = (k + Vector256.Create(PowerBits.IntegerBits)).AsDouble() - Vector256.Create(PowerBits.Integer + 1024);
        Vector256<double> square = t * t;
        Vector256<double> low = MultiplyAdd(Vector256.Create(PowerBits.L1), t, Vector256.Create(PowerBits.L0));
        Vector256<double> middle = MultiplyAdd(Vector256.Create(PowerBits.L3), t, Vector256.Create(PowerBits.L2));
        Vector256<double> high = MultiplyAdd(Vector256.Create(PowerBits.L5), t, Vector256.Create(PowerBits.L4));
        high = MultiplyAdd(MultiplyAdd(Vector256.Create(PowerBits.L6), square, high), square, middle);
        Vector256<double> log = MultiplyAdd(MultiplyAdd(high, square, low), t, whole);

        Vector256<double> power = log * exponent;
        Vector256<double> rounded = power + Vector256.Create(PowerBits.Integer);
        Vector256<double> f = power - (rounded - Vector256.Create(PowerBits.Integer));
        square = f * f;
        low = MultiplyAdd(Vector256.Create(PowerBits.E1), f, Vector256.Create(PowerBits.E0));
        high = MultiplyAdd(Vector256.Create(PowerBits.E3), f, Vector256.Create(PowerBits.E2));
        high = MultiplyAdd(Vector256.Create(PowerBits.E4), square, high);
        Vector256<double> part = MultiplyAdd(MultiplyAdd(high, square, low), f, Vector256<double>.One);
        return (part.AsInt64() + (rounded.AsInt64() << PowerBits.Mantissa)).AsDouble();
    }
}

internal readonly unsafe partial struct Doubles2 : ISimdPowers<Vector128<double>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Divide(Vector128<double> left, Vector128<double> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> Power(Vector128<double> value, Vector128<double> exponent)
    {
        Vector128<long> bits = value.AsInt64();
        Vector128<long> k = (bits - Vector128.Create(PowerBits.Split)) >>> PowerBits.Mantissa;
        Vector128<double> t = (bits - (k << PowerBits.Mantissa) + Vector128.Create(PowerBits.Bias)).AsDouble() - Vector128<double>.One;
        Vector128<double> whole = (k + Vector128.Create(PowerBits.IntegerBits)).AsDouble() - Vector128.Create(PowerBits.Integer + 1024);
        Vector128<double> square = t * t;
        Vector128<double> low = MultiplyAdd(Vector128.Create(PowerBits.L1), t, Vector128.Create(PowerBits.L0));
        Vector128<double> middle = MultiplyAdd(Vector128.Create(PowerBits.L3), t, Vector128.Create(PowerBits.L2));
        Vector128<double> high = MultiplyAdd(Vector128.Create(PowerBits.L5), t, Vector128.Create(PowerBits.L4));
        high = MultiplyAdd(MultiplyAdd(Vector128.Create(PowerBits.L6), square, high), square, middle);
        Vector128<double> log = MultiplyAdd(MultiplyAdd(high, square, low), t, whole);

        Vector128<double> power = log * exponent;
        Vector128<double> rounded = power + Vector128.Create(PowerBits.Integer);
        Vector128<double> f = power - (rounded - Vector128.Create(PowerBits.Integer));
        square = f * f;
        low = MultiplyAdd(Vector128.Create(PowerBits.E1), f, Vector128.Create(PowerBits.E0));
        high = MultiplyAdd(Vector128.Create(PowerBits.E3), f, Vector128.Create(PowerBits.E2));
        high = MultiplyAdd(Vector128.Create(PowerBits.E4), square, high);
        Vector128<double> part = MultiplyAdd(MultiplyAdd(high, square, low), f, Vector128<double>.One);
        return (part.AsInt64() + (rounded.AsInt64() << PowerBits.Mantissa)).AsDouble();
    }
}
