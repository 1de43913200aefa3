using System.Runtime.CompilerServices;
using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>
/// A number of at least 0 to a power, in float64: multiplications and roots for the powers that are common, else by logarithm and exponential of
/// our own, since a GPU's for float64 are slow and not those of a processor. Relative error some 1e-15 times the power's size in binary digits.
/// </summary>
public readonly struct CostPower
{
    private const int One = 0;
    private const int OneAndHalf = 1;
    private const int Two = 2;
    private const int Three = 3;
    private const int Other = 4;

    private const long FractionBits = 0x000FFFFFFFFFFFFFL;
    private const long ExponentOfOne = 0x3FF0000000000000L;
    private const double LogOfTwo = 0.693147180559945309417;

    private readonly double _power;
    private readonly int _kind;

    /// <summary>Prepares a power.</summary>
    /// <param name="power">Finite, above 0; not checked here.</param>
    public CostPower(double power)
    {
        _power = power;
        _kind = power == 1 ? One : power == 1.5 ? OneAndHalf : power == 2 ? Two : power == 3 ? Three : Other;
    }

    /// <summary>The power.</summary>
    public double Power => _power;

    /// <summary>value to the power.</summary>
    /// <param name="value">Finite, at least 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Of(double value)
    {
        if (_kind == One)
        {
            return value;
        }

        if (_kind == Two)
        {
            return value * value;
        }

        if (_kind == Other)
        {
            return Raise(value, _power);
        }

        return _kind == Three ? value * value * value : value * Math.Sqrt(value);
    }

    private static double Raise(double value, double power)
    {
        // Below normal numbers the result is 0 for any power that a cost has.
        if (!(value > 2.3e-308))
        {
            return 0;
        }

        // value = 2^exponent fraction, with the fraction from 0.7 to 1.4.
        long bits = (long)Interop.FloatAsInt(value);
        int exponent = (int)(bits >> 52) - 1023;
        double fraction = Interop.IntAsFloat((ulong)((bits & FractionBits) | ExponentOfOne));
        if (fraction > 1.4142135623730951)
        {
            fraction *= 0.5;
            exponent++;
        }

        // log(fraction) = 2 artanh(s) with |s| at most 0.172, where the series gives a digit and a half a term. Written out: a loop
        // would divide.
        double s = (fraction - 1) / (fraction + 1);
        double square = s * s;
        double series = 1.0 / 21;
        series = (series * square) + (1.0 / 19);
        series = (series * square) + (1.0 / 17);
        series = (series * square) + (1.0 / 15);
        series = (series * square) + (1.0 / 13);
        series = (series * square) + (1.0 / 11);
        series = (series * square) + (1.0 / 9);
        series = (series * square) + (1.0 / 7);
        series = (series * square) + (1.0 / 5);
        series = (series * square) + (1.0 / 3);
        series = (series * square) + 1;

        // 2^(power (exponent + log2(fraction))), with whole steps apart from the rest.
        double whole = power * exponent;
        double steps = Math.Floor(whole + 0.5);
        double rest = whole - steps + (power * (s * series * (2 / LogOfTwo)));
        double carry = Math.Floor(rest + 0.5);
        double x = (rest - carry) * LogOfTwo;
        double result = 1.0 / 87178291200;
        result = (result * x) + (1.0 / 6227020800);
        result = (result * x) + (1.0 / 479001600);
        result = (result * x) + (1.0 / 39916800);
        result = (result * x) + (1.0 / 3628800);
        result = (result * x) + (1.0 / 362880);
        result = (result * x) + (1.0 / 40320);
        result = (result * x) + (1.0 / 5040);
        result = (result * x) + (1.0 / 720);
        result = (result * x) + (1.0 / 120);
        result = (result * x) + (1.0 / 24);
        result = (result * x) + (1.0 / 6);
        result = (result * x) + (1.0 / 2);
        result = (result * x) + 1;
        result = (result * x) + 1;

        steps += carry;
        return steps > 1022 ? double.PositiveInfinity
            : steps < -1022 ? 0
            : result * Interop.IntAsFloat((ulong)(((long)steps + 1023) << 52));
    }
}
