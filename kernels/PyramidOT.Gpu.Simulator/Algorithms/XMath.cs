using System.Numerics;

namespace ILGPU.Algorithms;

/// <summary>Mathematics for kernels, computed as .NET computes it: a GPU's last bits differ.</summary>
public static class XMath
{
    public const float E = 2.7182817f;
    public const float PI = 3.1415927f;
    public const float PIHalf = 1.5707964f;
    public const float PIFourth = 0.7853982f;
    public const float Ln2 = 0.6931472f;
    public const float Log2E = 1.442695f;
    public const float Sqrt2 = 1.4142135f;
    public const float OneOverLn2 = 1.442695f;
    public const double ED = 2.718281828459045;
    public const double PID = 3.141592653589793;
    public const double PIHalfD = 1.5707963267948966;
    public const double Ln2D = 0.6931471805599453;
    public const double Log2ED = 1.4426950408889634;

    public static float Acos(float value) => MathF.Acos(value);

    public static float Asin(float value) => MathF.Asin(value);

    public static float Atan(float value) => MathF.Atan(value);

    public static float Ceiling(float value) => MathF.Ceiling(value);

    public static float Cos(float value) => MathF.Cos(value);

    public static float Cosh(float value) => MathF.Cosh(value);

    public static float Exp(float value) => MathF.Exp(value);

    public static float Floor(float value) => MathF.Floor(value);

    public static float Log(float value) => MathF.Log(value);

    public static float Log10(float value) => MathF.Log10(value);

    public static float Log2(float value) => MathF.Log2(value);

    public static float Sin(float value) => MathF.Sin(value);

    public static float Sinh(float value) => MathF.Sinh(value);

    public static float Sqrt(float value) => MathF.Sqrt(value);

    public static float Tan(float value) => MathF.Tan(value);

    public static float Tanh(float value) => MathF.Tanh(value);

    public static float Truncate(float value) => MathF.Truncate(value);

    public static float Abs(float value) => MathF.Abs(value);

    public static float Exp2(float value) => MathF.Pow(2, value);

    public static float Rsqrt(float value) => 1 / MathF.Sqrt(value);

    public static float Rcp(float value) => 1 / value;

    public static float Round(float value) => MathF.Round(value);

    public static float RoundToEven(float value) => MathF.Round(value, MidpointRounding.ToEven);

    public static float RoundAwayFromZero(float value) => MathF.Round(value, MidpointRounding.AwayFromZero);

    public static float Atan2(float y, float x) => MathF.Atan2(y, x);

    public static float Log(float value, float newBase) => MathF.Log(value) / MathF.Log(newBase);

    public static float Pow(float @base, float exp) => MathF.Pow(@base, exp);

    public static float Rem(float x, float y) => x % y;

    public static float IEEERemainder(float x, float y) => MathF.IEEERemainder(x, y);

    public static int Sign(float value) => MathF.Sign(value);

    public static bool IsNaN(float value) => float.IsNaN(value);

    public static bool IsInfinity(float value) => float.IsInfinity(value);

    public static bool IsFinite(float value) => float.IsFinite(value);

    public static double Acos(double value) => Math.Acos(value);

    public static double Asin(double value) => Math.Asin(value);

    public static double Atan(double value) => Math.Atan(value);

    public static double Ceiling(double value) => Math.Ceiling(value);

    public static double Cos(double value) => Math.Cos(value);

    public static double Cosh(double value) => Math.Cosh(value);

    public static double Exp(double value) => Math.Exp(value);

    public static double Floor(double value) => Math.Floor(value);

    public static double Log(double value) => Math.Log(value);

    public static double Log10(double value) => Math.Log10(value);

    public static double Log2(double value) => Math.Log2(value);

    public static double Sin(double value) => Math.Sin(value);

    public static double Sinh(double value) => Math.Sinh(value);

    public static double Sqrt(double value) => Math.Sqrt(value);

    public static double Tan(double value) => Math.Tan(value);

    public static double Tanh(double value) => Math.Tanh(value);

    public static double Truncate(double value) => Math.Truncate(value);

    public static double Abs(double value) => Math.Abs(value);

    public static double Exp2(double value) => Math.Pow(2, value);

    public static double Rsqrt(double value) => 1 / Math.Sqrt(value);

    public static double Rcp(double value) => 1 / value;

    public static double Round(double value) => Math.Round(value);

    public static double RoundToEven(double value) => Math.Round(value, MidpointRounding.ToEven);

    public static double RoundAwayFromZero(double value) => Math.Round(value, MidpointRounding.AwayFromZero);

    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    public static double Log(double value, double newBase) => Math.Log(value) / Math.Log(newBase);

    public static double Pow(double @base, double exp) => Math.Pow(@base, exp);

    public static double Rem(double x, double y) => x % y;

    public static double IEEERemainder(double x, double y) => Math.IEEERemainder(x, y);

    public static int Sign(double value) => Math.Sign(value);

    public static bool IsNaN(double value) => double.IsNaN(value);

    public static bool IsInfinity(double value) => double.IsInfinity(value);

    public static bool IsFinite(double value) => double.IsFinite(value);

    public static int Abs(int value) => Math.Abs(value);

    public static long Abs(long value) => Math.Abs(value);

    public static sbyte Abs(sbyte value) => Math.Abs(value);

    public static short Abs(short value) => Math.Abs(value);

    public static byte Min(byte first, byte second) => Math.Min(first, second);

    public static byte Max(byte first, byte second) => Math.Max(first, second);

    public static byte Clamp(byte value, byte min, byte max) => Math.Max(Math.Min(value, max), min);

    public static sbyte Min(sbyte first, sbyte second) => Math.Min(first, second);

    public static sbyte Max(sbyte first, sbyte second) => Math.Max(first, second);

    public static sbyte Clamp(sbyte value, sbyte min, sbyte max) => Math.Max(Math.Min(value, max), min);

    public static short Min(short first, short second) => Math.Min(first, second);

    public static short Max(short first, short second) => Math.Max(first, second);

    public static short Clamp(short value, short min, short max) => Math.Max(Math.Min(value, max), min);

    public static ushort Min(ushort first, ushort second) => Math.Min(first, second);

    public static ushort Max(ushort first, ushort second) => Math.Max(first, second);

    public static ushort Clamp(ushort value, ushort min, ushort max) => Math.Max(Math.Min(value, max), min);

    public static int Min(int first, int second) => Math.Min(first, second);

    public static int Max(int first, int second) => Math.Max(first, second);

    public static int Clamp(int value, int min, int max) => Math.Max(Math.Min(value, max), min);

    public static uint Min(uint first, uint second) => Math.Min(first, second);

    public static uint Max(uint first, uint second) => Math.Max(first, second);

    public static uint Clamp(uint value, uint min, uint max) => Math.Max(Math.Min(value, max), min);

    public static long Min(long first, long second) => Math.Min(first, second);

    public static long Max(long first, long second) => Math.Max(first, second);

    public static long Clamp(long value, long min, long max) => Math.Max(Math.Min(value, max), min);

    public static ulong Min(ulong first, ulong second) => Math.Min(first, second);

    public static ulong Max(ulong first, ulong second) => Math.Max(first, second);

    public static ulong Clamp(ulong value, ulong min, ulong max) => Math.Max(Math.Min(value, max), min);

    public static float Min(float first, float second) => Math.Min(first, second);

    public static float Max(float first, float second) => Math.Max(first, second);

    public static float Clamp(float value, float min, float max) => Math.Max(Math.Min(value, max), min);

    public static double Min(double first, double second) => Math.Min(first, second);

    public static double Max(double first, double second) => Math.Max(first, second);

    public static double Clamp(double value, double min, double max) => Math.Max(Math.Min(value, max), min);

    public static int PopCount(int value) => BitOperations.PopCount((uint)value);

    public static int LeadingZeroCount(int value) => BitOperations.LeadingZeroCount((uint)value);

    public static int TrailingZeroCount(int value) => BitOperations.TrailingZeroCount((uint)value);

    public static int PopCount(uint value) => BitOperations.PopCount(value);

    public static int LeadingZeroCount(uint value) => BitOperations.LeadingZeroCount(value);

    public static int TrailingZeroCount(uint value) => BitOperations.TrailingZeroCount(value);

    public static int PopCount(long value) => BitOperations.PopCount((ulong)value);

    public static int LeadingZeroCount(long value) => BitOperations.LeadingZeroCount((ulong)value);

    public static int TrailingZeroCount(long value) => BitOperations.TrailingZeroCount((ulong)value);

    public static int PopCount(ulong value) => BitOperations.PopCount(value);

    public static int LeadingZeroCount(ulong value) => BitOperations.LeadingZeroCount(value);

    public static int TrailingZeroCount(ulong value) => BitOperations.TrailingZeroCount(value);

    public static int DivRoundUp(int numerator, int denominator) => (numerator + denominator - 1) / denominator;

    public static int DivRoundDown(int numerator, int denominator) => numerator / denominator;

    public static long DivRoundUp(long numerator, long denominator) => (numerator + denominator - 1) / denominator;

    public static long DivRoundDown(long numerator, long denominator) => numerator / denominator;
}
