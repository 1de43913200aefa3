using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>A number far beyond float32's range: fraction * 2^exponent. For products whose factors leave the range where the product does not.</summary>
internal struct ScaledFloat
{
    // With a fraction times a float32 number, beyond these all is infinite or 0.
    private const int LargestExponent = 360;

    // So many steps do not take a fraction of some units out of float32's range, nor lose its bits.
    private const int HarmlessExponent = 60;

    /// <summary>The fraction, with the sign; of products it need not be from 1 to 2.</summary>
    public float Fraction;

    /// <summary>The exponent of 2.</summary>
    public int Exponent;

    /// <summary>A finite float, its fraction from 1 to 2; 0 stays 0.</summary>
    public static ScaledFloat Of(float value)
    {
        // Denormals have no exponent of their own.
        int shift = 0;
        if (XMath.Abs(value) < 1.2e-38f)
        {
            value *= 16777216f;
            shift = 24;
        }

        uint bits = Interop.FloatAsInt(value);
        int exponent = (int)((bits >> 23) & 0xFF) - 127 - shift;
        return value == 0
            ? default
            : new() { Fraction = Interop.IntAsFloat((bits & 0x807FFFFFU) | 0x3F800000U), Exponent = exponent };
    }

    /// <summary>The product of few numbers.</summary>
    public static ScaledFloat Multiply(ScaledFloat a, ScaledFloat b) =>
        new() { Fraction = a.Fraction * b.Fraction, Exponent = a.Exponent + b.Exponent };

    /// <summary>The same number as a plain fraction with exponent 0, where that loses nothing.</summary>
    public readonly ScaledFloat Folded() => Exponent >= -HarmlessExponent && Exponent <= HarmlessExponent
        ? new() { Fraction = Fraction * PowerOfTwo(Exponent) }
        : this;

    /// <summary>The product with a number of magnitude at most some units, as a float.</summary>
    public readonly float Times(float value)
    {
        float product = Fraction * value;
        if (Exponent == 0)
        {
            return product;
        }

        // In steps of one direction, since 2^exponent lies beyond float32 where the product need not.
        int exponent = XMath.Max(-LargestExponent, XMath.Min(LargestExponent, Exponent));
        int first = exponent / 3;
        int second = (exponent - first) / 2;
        return product * PowerOfTwo(first) * PowerOfTwo(second) * PowerOfTwo(exponent - first - second);
    }

    /// <summary>2^exponent, for exponents from -126 to 127.</summary>
    public static float PowerOfTwo(int exponent) => Interop.IntAsFloat((uint)(exponent + 127) << 23);
}
