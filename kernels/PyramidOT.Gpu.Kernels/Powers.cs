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
    /// 2^(power log2 value), with the value's exponent apart from its fraction: as one product, rounding would cost 1e-5 for large or
    /// small values. Relative error some 1e-6 for powers up to 10.
    /// </summary>
    private static float Power(float value, float power)
    {
        if (!(value > 0) || !(value < float.PositiveInfinity))
        {
            return value;
        }

        // Denormals have no exponent of their own.
        int shift = 0;
        if (value < 1.2e-38f)
        {
            value *= 16777216f;
            shift = 24;
        }

        uint bits = Interop.FloatAsInt(value);
        int exponent = (int)(bits >> 23) - 127 - shift;
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
        float part = XMath.Exp2(rest - carry);
        if (steps > 129)
        {
            return float.PositiveInfinity;
        }

        if (steps < -160)
        {
            return 0;
        }

        // In two steps, since 2^steps may lie beyond float32 where the product does not.
        int first = (int)steps / 2;
        int second = (int)steps - first;
        return part * PowerOfTwo(first) * PowerOfTwo(second);
    }

    private static float PowerOfTwo(int exponent) => Interop.IntAsFloat((uint)(exponent + 127) << 23);
}
