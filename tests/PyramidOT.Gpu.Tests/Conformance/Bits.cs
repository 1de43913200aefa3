using System.Runtime.InteropServices;

namespace PyramidOT.Tests.Conformance;

/// <summary>Comparison of results bit by bit, where the same bits are promised.</summary>
internal static class Bits
{
    /// <summary>Checks that both have the same bits, and names the first element that differs.</summary>
    public static void AssertSame<T>(T[] expected, T[] actual, string what)
        where T : unmanaged
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} elements where {expected.Length} are expected.");
        if (MemoryMarshal.AsBytes<T>(expected).SequenceEqual(MemoryMarshal.AsBytes<T>(actual)))
        {
            return;
        }

        int first = 0;
        while (AreSame(expected[first], actual[first]))
        {
            first++;
        }

        Assert.Fail($"{what}: element {first} of {expected.Length} is {actual[first]} where {expected[first]} is expected, bit by bit.");
    }

    private static bool AreSame<T>(T left, T right)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref left, 1))
            .SequenceEqual(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref right, 1)));
}
