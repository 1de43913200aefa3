namespace PyramidOT.Kernels;

/// <summary>
/// Random numbers without a state: a hash of seed, stream and index. A device and the host draw the same ones, and a draw does not
/// depend on how many were made before it. Integer arithmetic only, so that every kernel may call it.
/// </summary>
/// <remarks>
/// The finaliser is that of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), applied once for the stream and once for the index.
/// </remarks>
public static class CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15UL;

    /// <summary>64 random bits.</summary>
    public static ulong Bits(ulong seed, ulong stream, ulong index) =>
        Mix(Mix(seed + (Golden * (stream + 1))) + (Golden * (index + 1)));

    /// <summary>A uniform number from 0 to below 1, a multiple of 2^-53.</summary>
    public static double Uniform(ulong seed, ulong stream, ulong index) => (Bits(seed, stream, index) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform whole number from 0 to <paramref name="count"/> - 1, where <paramref name="count"/> is at least 1.</summary>
    public static int Below(int count, ulong seed, ulong stream, ulong index) =>
        (int)(((Bits(seed, stream, index) >> 32) * (ulong)count) >> 32);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
