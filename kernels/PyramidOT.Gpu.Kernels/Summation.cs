using System.Runtime.InteropServices;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// A number that sums are kept in: double, or two floats on devices without float64, which the host adds up in double. All members are
/// inlined.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
public interface ISummation<T>
    where T : unmanaged
{
    /// <summary>A float as such a number.</summary>
    static abstract T From(float value);

    /// <summary>sum + value.</summary>
    static abstract T Add(T sum, float value);

    /// <summary>sum + (x - y)^2.</summary>
    static abstract T AddSquare(T sum, float x, float y);

    /// <summary>a + b.</summary>
    static abstract T Merge(T a, T b);

    /// <summary>a - b.</summary>
    static abstract T Difference(T a, T b);

    /// <summary>Whether a is less than b.</summary>
    static abstract bool Less(T a, T b);

    /// <summary>The sum times a factor.</summary>
    static abstract T Scale(T sum, float factor);

    /// <summary>The sum times the uniform number that 64 random bits stand for (53 of them for double, 48 for two floats).</summary>
    static abstract T ScaleUniform(T sum, ulong bits);

    /// <summary>A sum that is a whole number, as such.</summary>
    static abstract int ToInt(T sum);

    /// <summary>sum / count, as a float.</summary>
    static abstract float Mean(T sum, int count);
}

/// <summary>Sums in float64.</summary>
public readonly struct DoubleSummation : ISummation<double>
{
    /// <inheritdoc/>
    public static double From(float value) => value;

    /// <inheritdoc/>
    public static double Add(double sum, float value) => sum + value;

    /// <inheritdoc/>
    public static double AddSquare(double sum, float x, float y)
    {
        double difference = (double)x - y;
        return sum + (difference * difference);
    }

    /// <inheritdoc/>
    public static double Merge(double a, double b) => a + b;

    /// <inheritdoc/>
    public static double Difference(double a, double b) => a - b;

    /// <inheritdoc/>
    public static bool Less(double a, double b) => a < b;

    /// <inheritdoc/>
    public static double Scale(double sum, float factor) => sum * factor;

    /// <inheritdoc/>
    public static double ScaleUniform(double sum, ulong bits) => sum * ((long)(bits >> 11) * (1.0 / (1L << 53)));

    /// <inheritdoc/>
    public static int ToInt(double sum) => (int)sum;

    /// <inheritdoc/>
    public static float Mean(double sum, int count) => (float)(sum / count);
}

/// <summary>A number as the unevaluated sum of two floats, the second at most half an ulp of the first.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct TwoFloats
{
    /// <summary>The number, rounded to float32.</summary>
    public float High;

    /// <summary>What the rounding left out.</summary>
    public float Low;
}

/// <summary>Sums in two floats (Dekker, Numerische Mathematik 18, 1971): some 48 bits, within float32's range.</summary>
/// <remarks>
/// Only sums and differences: a device may contract a product and a sum to one operation, and the exact errors of products would
/// need it to do so everywhere or nowhere.
/// </remarks>
public readonly struct TwoFloatSummation : ISummation<TwoFloats>
{
    /// <inheritdoc/>
    public static TwoFloats From(float value) => new() { High = value };

    /// <inheritdoc/>
    public static TwoFloats Add(TwoFloats sum, float value)
    {
        float high = sum.High + value;
        float part = high - sum.High;
        float low = sum.High - (high - part) + (value - part) + sum.Low;
        return Normalized(high, low);
    }

    /// <inheritdoc/>
    public static TwoFloats AddSquare(TwoFloats sum, float x, float y)
    {
        float difference = x - y;
        return Add(sum, difference * difference);
    }

    /// <inheritdoc/>
    public static TwoFloats Merge(TwoFloats a, TwoFloats b)
    {
        float high = a.High + b.High;
        float part = high - a.High;
        float low = a.High - (high - part) + (b.High - part) + a.Low + b.Low;
        return Normalized(high, low);
    }

    /// <inheritdoc/>
    public static TwoFloats Difference(TwoFloats a, TwoFloats b) => Merge(a, new() { High = -b.High, Low = -b.Low });

    /// <inheritdoc/>
    public static bool Less(TwoFloats a, TwoFloats b) => a.High < b.High || (a.High == b.High && a.Low < b.Low);

    /// <inheritdoc/>
    public static TwoFloats Scale(TwoFloats sum, float factor) => Normalized(sum.High * factor, sum.Low * factor);

    /// <inheritdoc/>
    public static TwoFloats ScaleUniform(TwoFloats sum, ulong bits)
    {
        float coarse = (int)(bits >> 40) * (1f / (1 << 24));
        float fine = (int)((bits >> 16) & 0xFFFFFF) * (1f / (1 << 24)) * (1f / (1 << 24));
        return Add(Scale(sum, coarse), sum.High * fine);
    }

    /// <inheritdoc/>
    public static int ToInt(TwoFloats sum) => (int)sum.High + (int)sum.Low;

    /// <inheritdoc/>
    public static float Mean(TwoFloats sum, int count)
    {
        float mean = sum.High / count;
        return mean + (sum.Low / count);
    }

    private static TwoFloats Normalized(float high, float low)
    {
        // Infinity and NaN have no error to keep.
        float sum = high + low;
        float rest = low - (sum - high);
        return new() { High = sum, Low = XMath.Abs(rest) < float.PositiveInfinity ? rest : 0 };
    }
}
