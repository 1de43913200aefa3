using PyramidOT.Kernels;

namespace FairTraining;

/// <summary>The seeds that a run's seed stands for: what draws the data must not draw the first weights too.</summary>
internal static class Seeds
{
    public static ulong Data(ulong seed) => CounterRandom.Bits(seed, 0, 0);

    public static ulong Network(ulong seed) => CounterRandom.Bits(seed, 1, 0);

    public static ulong Order(ulong seed) => CounterRandom.Bits(seed, 2, 0);

    public static ulong Adversary(ulong seed) => CounterRandom.Bits(seed, 3, 0);
}
