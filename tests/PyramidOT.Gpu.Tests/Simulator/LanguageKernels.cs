#if !HAS_ILGPU
using System.Runtime.CompilerServices;
using ILGPU;

namespace PyramidOT.Tests.Simulator;

public struct Counter
{
    public int Count;
    public byte Small;
    public (float Low, double High) Range;

    public void Add(int by)
    {
        Count += by;
        Small += (byte)by;
        Range.Low = Math.Min(Range.Low, by);
        Range.High = Math.Max(Range.High, by);
    }

    public readonly Counter Plus(Counter other)
    {
        Counter result = this;
        result.Add(other.Count);
        return result;
    }

    public readonly double Total => Count + Small + Range.Low + Range.High;
}

public readonly struct Complex32(float re, float im)
{
    public readonly float Re = re;
    public readonly float Im = im;

    public static Complex32 operator +(Complex32 a, Complex32 b) => new(a.Re + b.Re, a.Im + b.Im);

    public static Complex32 operator *(Complex32 a, Complex32 b) => new((a.Re * b.Re) - (a.Im * b.Im), (a.Re * b.Im) + (a.Im * b.Re));
}

/// <summary>C# as kernels use it: what decoding could get wrong.</summary>
public static class LanguageKernels
{
    private static readonly Complex32 Turn = new(0.6f, 0.8f);

    public static void All(ArrayView<int> seeds, ArrayView<double> results, ArrayView<Complex32> complex)
    {
        int at = Grid.GlobalIndex.X;
        double before = results[at];
        results[at] += Everything(seeds[at]);
        results[at] -= before;
        complex[at] = complex[at] * Turn + new Complex32(seeds[at], 1);
        ref Complex32 mine = ref complex[at];
        mine = mine + mine;
    }

    public static double Everything(int n) =>
        Mutation(n) + ByReference(n) + Choices(n) + (10 * Narrow(n)) + Copies(n) + Loops(n) + Tuples(n) + Generic<Counter>(n).Total;

    private static double Mutation(int n)
    {
        Counter counter = default;
        counter.Add(n);
        Counter other = counter;
        other.Add(3);
        Counter third = counter.Plus(other);
        return (100 * counter.Total) + (10 * other.Total) + third.Total + third.Plus(third).Total;
    }

    private static double ByReference(int n)
    {
        int a = n;
        int b = 7;
        Swap(ref a, ref b);
        Split(a + (b * 3), out int low, out short high);
        ref int larger = ref a > b ? ref a : ref b;
        larger += 1000;
        Increase(ref larger, in n);
        return a + (2.0 * b) + (3.0 * low) + (4.0 * high);
    }

    private static int Choices(int n)
    {
        int x = n > 3 ? (n & 1) == 0 ? n * 2 : -n : n < 0 || n == 2 ? 40 : 41;
        long wide = n switch { 0 => 5L, 1 => -6, 2 or 3 => long.MaxValue, > 50 => n, _ => n * 100_000_000_000L };
        bool both = x > 0 && wide > 0;
        bool either = x > 100 || !both;
        return x + (int)(wide >> 20) + (both ? 1 : 0) + (either ? 2 : 0) + (n is 5 ? 9 : 0);
    }

    private static int Narrow(int n)
    {
        byte b = (byte)(n * 50);
        sbyte s = (sbyte)b;
        short h = (short)(n * 20000);
        ushort u = (ushort)h;
        char c = (char)(n + 65);
        Touch(ref b, ref s);
        b += 200;
        s--;
        h >>= 1;
        uint big = (uint)n << 28;
        return b + s + h + u + c + (int)(big / 3) + (int)(big % 7) + (int)((ulong)(long)-n >> 60);
    }

    private static double Copies(int n)
    {
        Counter counter = new() { Count = n, Small = 1, Range = (n, 2 * n) };
        Counter saved = counter;
        double changed = ChangeCopy(counter);
        int old = counter.Count;
        counter.Count = counter.Count + old++ + ++old;
        int first = n;
        int second = first++ + first;
        return changed + counter.Total + saved.Total + first + second;
    }

    private static int Loops(int n)
    {
        int sum = 0;
        for (int i = 0; ; i++)
        {
            if (i % 3 == 1)
                continue;
            if (i > (n & 31))
                break;
            int j = i;
            do
            {
                sum += j ^ i;
                j -= 2;
            }
            while (j > 0);
        }

        return sum;
    }

    private static double Tuples(int n)
    {
        (int quotient, int rest) = Divide(n, 3);
        (quotient, rest) = (rest, quotient);
        float f = quotient;
        double d = f / 3;
        f = (float)d * 0.1f;
        return (quotient * 1000) + rest + f + d + (n % 5.5) + -f;
    }

    private static T Generic<T>(int n)
        where T : unmanaged
    {
        T value = default;
        return n > 1000 ? value : default;
    }

    private static void Swap(ref int a, ref int b) => (a, b) = (b, a);

    private static void Split(int value, out int low, out short high)
    {
        low = value & 15;
        high = (short)(value >> 4);
    }

    private static void Increase(ref int target, in int by) => target += by;

    private static void Touch(ref byte b, ref sbyte s)
    {
        b ^= 0x55;
        s = (sbyte)(s / 2);
    }

    private static double ChangeCopy(Counter counter)
    {
        counter.Count = 77;
        counter.Range.Low--;
        return counter.Total;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Quotient, int Remainder) Divide(int n, int by) => (n / by, n % by);
}
#endif
