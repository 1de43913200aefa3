using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>How a sum becomes a cost: the power that it is raised to. A launcher picks the kind once a launch.</summary>
public static class Powers
{
    /// <summary>The sum itself.</summary>
    public const int One = 0;

    /// <summary>Its square root.</summary>
    public const int Half = 1;

    /// <summary>Its square.</summary>
    public const int Two = 2;

    /// <summary>Any other power.</summary>
    public const int Other = 3;

    // Any product of two float32 numbers and 2 to that power is infinite or 0.
    private const float FarthestExponent = 1000;

    /// <summary>The kind that belongs to a power.</summary>
    public static int KindOf(float power) => power == 1 ? One : power == 0.5f ? Half : power == 2 ? Two : Other;

    /// <summary>value to the power, for values from 0 to infinity.</summary>
    internal static float Raise(float value, int kind, float power)
    {
        if (kind == One)
        {
            return value;
        }

        if (kind == Half)
        {
            return XMath.Sqrt(value);
        }

        return kind == Two ? value * value : Power(value, power);
    }

    /// <summary>
    /// (value 2^exponent)^power for finite values above 0, exponents from -127 to 127 and powers from 0 on, however far beyond float32 that
    /// is. Exact for powers 0 and 1.
    /// </summary>
    internal static ScaledFloat RaiseScaled(float value, int exponent, float power)
    {
        if (power == 0)
        {
            return new() { Fraction = 1 };
        }

        return power == 1
            ? ScaledFloat.Multiply(ScaledFloat.Of(value), new() { Fraction = 1, Exponent = exponent })
            : Power(value, exponent, power);
    }

    private static float Power(float value, float power)
    {
        if (!(value > 0) || !(value < float.PositiveInfinity))
        {
            return value;
        }

        ScaledFloat result = Power(value, 0, power);
        if (result.Exponent > 129)
        {
            return float.PositiveInfinity;
        }

        if (result.Exponent < -160)
        {
            return 0;
        }

        // In two steps, since 2^exponent may lie beyond float32 where the product does not.
        int first = result.Exponent / 2;
        int second = result.Exponent - first;
        return result.Fraction * ScaledFloat.PowerOfTwo(first) * ScaledFloat.PowerOfTwo(second);
    }

    /// <summary>
    /// 2^(power log2 value), with the value's exponent apart from its fraction: as one product, rounding would cost 1e-5 for large or
    /// small values. Relative error some 1e-6 for powers up to 10.
    /// </summary>
    private static ScaledFloat Power(float value, int shift, float power)
    {
        // Denormals have no exponent of their own.
        if (value < 1.2e-38f)
        {
            value *= 16777216f;
            shift -= 24;
        }

        uint bits = Interop.FloatAsInt(value);
        int exponent = (int)(bits >> 23) - 127 + shift;
        float fraction = Interop.IntAsFloat((bits & 0x007FFFFFU) | 0x3F800000U);
        if (fraction > 1.4142135f)
        {
            fraction *= 0.5f;
            exponent++;
        }

        // The first 12 bits of the power times an exponent of 8 bits is exact.
        float high = Interop.IntAsFloat(Interop.FloatAsInt(power) & 0xFFFFF000U);
        float whole = high * exponent;
        float steps = XMath.Floor(whole + 0.5f);
        float rest = whole - steps + ((power - high) * exponent) + (power * XMath.Log2(fraction));
        float carry = XMath.Floor(rest + 0.5f);
        steps += carry;
        return new() { Fraction = XMath.Exp2(rest - carry), Exponent = (int)XMath.Max(-FarthestExponent, XMath.Min(FarthestExponent, steps)) };
    }
}
