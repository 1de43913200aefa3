namespace PyramidOT.Bench.Instances;

/// <summary>
/// Random numbers that depend on the seed alone, whatever the runtime: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
/// </summary>
internal sealed class RandomStream(ulong seed)
{
    private ulong _state = seed;
    private double? _spareNormal;

    /// <summary>Another seed for each part of an instance, so that no two parts share a stream.</summary>
    public static ulong SeedOf(ulong seed, ulong part) => new RandomStream(seed ^ (part * 0xD1B54A32D192ED03)).NextBits();

    /// <summary>A number from 0 to below 1.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 to below <paramref name="end"/>.</summary>
    public int NextBelow(int end) => (int)(NextUniform() * end);

    /// <summary>A standard normal number (Box and Muller).</summary>
    public double NextNormal()
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return spare;
        }

        // 1 - u is never 0, whose logarithm there is not.
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * NextUniform());
        _spareNormal = radius * sine;
        return radius * cosine;
    }

    private ulong NextBits()
    {
        ulong bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
