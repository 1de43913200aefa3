using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// A number that kernels compute in: the path lengths of the assignment search, the directions of points. All members are inlined.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IReal<T>
    where T : unmanaged
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Whether <see cref="Key"/> has no room for the column.</summary>
    static abstract bool IsWide { get; }

    /// <summary>A float as such a number.</summary>
    static abstract T From(float value);

    /// <summary>a + b.</summary>
    static abstract T Add(T a, T b);

    /// <summary>a - b.</summary>
    static abstract T Subtract(T a, T b);

    /// <summary>a * b.</summary>
    static abstract T Multiply(T a, T b);

    /// <summary>One over the square root.</summary>
    static abstract T InverseRoot(T value);

    /// <summary>The number, rounded to float32.</summary>
    static abstract float ToFloat(T value);

    /// <summary>a &lt; b.</summary>
    static abstract bool Less(T a, T b);

    /// <summary>a whole number that orders by value, then (unless wide) by <paramref name="low"/>.</summary>
    static abstract ulong Key(T value, uint low);

    /// <summary>The value of a key.</summary>
    static abstract T Value(ulong key);

    /// <summary>A key that orders differences cost - dual exactly.</summary>
    static abstract ulong DifferenceKey(float cost, T dual);

    /// <summary>The difference that a key stands for, as two floats.</summary>
    static abstract TwoFloats Difference(ulong key);

    /// <summary>A number as two floats.</summary>
    static abstract TwoFloats Split(T value);
}

/// <summary>float32.</summary>
public readonly struct Real32 : IReal<float>
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    public static bool IsWide => false;

    /// <inheritdoc/>
    public static float From(float value) => value;

    /// <inheritdoc/>
    public static float Add(float a, float b) => a + b;

    /// <inheritdoc/>
    public static float Subtract(float a, float b) => a - b;

    /// <inheritdoc/>
    public static float Multiply(float a, float b) => a * b;

    /// <inheritdoc/>
    public static float InverseRoot(float value) => 1 / XMath.Sqrt(value);

    /// <inheritdoc/>
    public static float ToFloat(float value) => value;

    /// <inheritdoc/>
    public static bool Less(float a, float b) => a < b;

    /// <inheritdoc/>
    public static ulong Key(float value, uint low) => ((ulong)OrderedBits.Of(value) << 32) | low;

    /// <inheritdoc/>
    public static float Value(ulong key) => OrderedBits.ToFloat((uint)(key >> 32));

    /// <inheritdoc/>
    public static ulong DifferenceKey(float cost, float dual)
    {
        // Knuth's error of a difference; rounding is monotonic, so the rounded difference decides, then the error.
        float difference = cost - dual;
        float part = cost - difference;
        float error = cost - (difference + part) + (part - dual);

        // An infinite cost has no error.
        return ((ulong)OrderedBits.Of(difference) << 32) | OrderedBits.Of(XMath.Abs(error) < float.PositiveInfinity ? error : 0);
    }

    /// <inheritdoc/>
    public static TwoFloats Difference(ulong key) => new()
    {
        High = OrderedBits.ToFloat((uint)(key >> 32)),
        Low = OrderedBits.ToFloat((uint)key),
    };

    /// <inheritdoc/>
    public static TwoFloats Split(float value) => new() { High = value };
}

/// <summary>float64.</summary>
public readonly struct Real64 : IReal<double>
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    public static bool IsWide => true;

    /// <inheritdoc/>
    public static double From(float value) => value;

    /// <inheritdoc/>
    public static double Add(double a, double b) => a + b;

    /// <inheritdoc/>
    public static double Subtract(double a, double b) => a - b;

    /// <inheritdoc/>
    public static double Multiply(double a, double b) => a * b;

    /// <inheritdoc/>
    public static double InverseRoot(double value) => 1 / XMath.Sqrt(value);

    /// <inheritdoc/>
    public static float ToFloat(double value) => (float)value;

    /// <inheritdoc/>
    public static bool Less(double a, double b) => a < b;

    /// <inheritdoc/>
    public static ulong Key(double value, uint low)
    {
        ulong bits = Interop.FloatAsInt(value);
        return (bits >> 63) != 0 ? ~bits : bits | (1UL << 63);
    }

    /// <inheritdoc/>
    public static double Value(ulong key) => Interop.IntAsFloat((key >> 63) != 0 ? key & ~(1UL << 63) : ~key);

    /// <inheritdoc/>
    public static ulong DifferenceKey(float cost, double dual) => Key(cost - dual, 0);

    /// <inheritdoc/>
    public static TwoFloats Difference(ulong key) => Split(Value(key));

    /// <inheritdoc/>
    public static TwoFloats Split(double value)
    {
        float high = (float)value;
        return new() { High = high, Low = (float)(value - high) };
    }
}

/// <summary>Floats as whole numbers of the same order.</summary>
internal static class OrderedBits
{
    /// <summary>A whole number that orders as the float does; -0 and +0 are one.</summary>
    public static uint Of(float value)
    {
        uint bits = value == 0 ? 0 : Interop.FloatAsInt(value);
        return (bits >> 31) != 0 ? ~bits : bits | 0x80000000U;
    }

    /// <summary>The float of a whole number.</summary>
    public static float ToFloat(uint ordered) => Interop.IntAsFloat((ordered >> 31) != 0 ? ordered & 0x7FFFFFFFU : ~ordered);

    /// <summary>A number of two floats as one that is no larger.</summary>
    public static float RoundDown(TwoFloats value)
    {
        float high = value.High;
        if (!(value.Low < 0))
        {
            return high;
        }

        uint bits = Interop.FloatAsInt(high);
        return high == 0 ? Interop.IntAsFloat(0x80000001U) : Interop.IntAsFloat(high > 0 ? bits - 1 : bits + 1);
    }
}
