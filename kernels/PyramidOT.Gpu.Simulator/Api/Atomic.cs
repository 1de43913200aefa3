namespace ILGPU;

/// <summary>Atomic operations. Run natively there is one lane at a time; the interpreter does its own.</summary>
public static class Atomic
{
    public static int Add(ref int target, int value)
    {
        int old = target;
        target = target + value;
        return old;
    }

    public static int Min(ref int target, int value)
    {
        int old = target;
        target = Math.Min(target, value);
        return old;
    }

    public static int Max(ref int target, int value)
    {
        int old = target;
        target = Math.Max(target, value);
        return old;
    }

    public static int Exchange(ref int target, int value)
    {
        int old = target;
        target = value;
        return old;
    }

    public static int And(ref int target, int value)
    {
        int old = target;
        target = target & value;
        return old;
    }

    public static int Or(ref int target, int value)
    {
        int old = target;
        target = target | value;
        return old;
    }

    public static int Xor(ref int target, int value)
    {
        int old = target;
        target = target ^ value;
        return old;
    }

    public static int CompareExchange(ref int target, int compare, int value)
    {
        int old = target;
        target = old == compare ? value : old;
        return old;
    }

    public static uint Add(ref uint target, uint value)
    {
        uint old = target;
        target = target + value;
        return old;
    }

    public static uint Min(ref uint target, uint value)
    {
        uint old = target;
        target = Math.Min(target, value);
        return old;
    }

    public static uint Max(ref uint target, uint value)
    {
        uint old = target;
        target = Math.Max(target, value);
        return old;
    }

    public static uint Exchange(ref uint target, uint value)
    {
        uint old = target;
        target = value;
        return old;
    }

    public static uint And(ref uint target, uint value)
    {
        uint old = target;
        target = target & value;
        return old;
    }

    public static uint Or(ref uint target, uint value)
    {
        uint old = target;
        target = target | value;
        return old;
    }

    public static uint Xor(ref uint target, uint value)
    {
        uint old = target;
        target = target ^ value;
        return old;
    }

    public static uint CompareExchange(ref uint target, uint compare, uint value)
    {
        uint old = target;
        target = old == compare ? value : old;
        return old;
    }

    public static long Add(ref long target, long value)
    {
        long old = target;
        target = target + value;
        return old;
    }

    public static long Min(ref long target, long value)
    {
        long old = target;
        target = Math.Min(target, value);
        return old;
    }

    public static long Max(ref long target, long value)
    {
        long old = target;
        target = Math.Max(target, value);
        return old;
    }

    public static long Exchange(ref long target, long value)
    {
        long old = target;
        target = value;
        return old;
    }

    public static long And(ref long target, long value)
    {
        long old = target;
        target = target & value;
        return old;
    }

    public static long Or(ref long target, long value)
    {
        long old = target;
        target = target | value;
        return old;
    }

    public static long Xor(ref long target, long value)
    {
        long old = target;
        target = target ^ value;
        return old;
    }

    public static long CompareExchange(ref long target, long compare, long value)
    {
        long old = target;
        target = old == compare ? value : old;
        return old;
    }

    public static ulong Add(ref ulong target, ulong value)
    {
        ulong old = target;
        target = target + value;
        return old;
    }

    public static ulong Min(ref ulong target, ulong value)
    {
        ulong old = target;
        target = Math.Min(target, value);
        return old;
    }

    public static ulong Max(ref ulong target, ulong value)
    {
        ulong old = target;
        target = Math.Max(target, value);
        return old;
    }

    public static ulong Exchange(ref ulong target, ulong value)
    {
        ulong old = target;
        target = value;
        return old;
    }

    public static ulong And(ref ulong target, ulong value)
    {
        ulong old = target;
        target = target & value;
        return old;
    }

    public static ulong Or(ref ulong target, ulong value)
    {
        ulong old = target;
        target = target | value;
        return old;
    }

    public static ulong Xor(ref ulong target, ulong value)
    {
        ulong old = target;
        target = target ^ value;
        return old;
    }

    public static ulong CompareExchange(ref ulong target, ulong compare, ulong value)
    {
        ulong old = target;
        target = old == compare ? value : old;
        return old;
    }

    public static float Add(ref float target, float value)
    {
        float old = target;
        target = target + value;
        return old;
    }

    public static float Min(ref float target, float value)
    {
        float old = target;
        target = Math.Min(target, value);
        return old;
    }

    public static float Max(ref float target, float value)
    {
        float old = target;
        target = Math.Max(target, value);
        return old;
    }

    public static float Exchange(ref float target, float value)
    {
        float old = target;
        target = value;
        return old;
    }

    public static float CompareExchange(ref float target, float compare, float value)
    {
        float old = target;
        target = old == compare ? value : old;
        return old;
    }

    public static double Add(ref double target, double value)
    {
        double old = target;
        target = target + value;
        return old;
    }

    public static double Min(ref double target, double value)
    {
        double old = target;
        target = Math.Min(target, value);
        return old;
    }

    public static double Max(ref double target, double value)
    {
        double old = target;
        target = Math.Max(target, value);
        return old;
    }

    public static double Exchange(ref double target, double value)
    {
        double old = target;
        target = value;
        return old;
    }

    public static double CompareExchange(ref double target, double compare, double value)
    {
        double old = target;
        target = old == compare ? value : old;
        return old;
    }
}
