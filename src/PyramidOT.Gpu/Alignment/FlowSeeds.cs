using PyramidOT.Kernels;

namespace PyramidOT.Alignment;

/// <summary>The seeds that a flow's seed gives to its parts.</summary>
internal static class FlowSeeds
{
    private const ulong PyramidStream = 0x464C_4F57_0001;
    private const ulong OrderStream = 0x464C_4F57_0002;
    private const ulong DirectionStream = 0x464C_4F57_0003;

    /// <summary>The seed of a pyramid or a global matching.</summary>
    public static ulong Pyramid(ulong seed, int pass) => CounterRandom.Bits(seed, PyramidStream, (ulong)pass);

    /// <summary>The seed of an order of pairs.</summary>
    public static ulong Order(ulong seed, int pass) => CounterRandom.Bits(seed, OrderStream, (ulong)pass);

    /// <summary>The seed of a pass's directions.</summary>
    public static ulong Directions(ulong seed, int pass) => CounterRandom.Bits(seed, DirectionStream, (ulong)pass);
}
