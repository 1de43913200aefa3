using System.Runtime.Intrinsics;
using PyramidOT.Engines.Host;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Engines;

/// <summary>Sorting in the lanes of vectors, of every width, against sorting by digits: the same bits.</summary>
public sealed unsafe class LaneSortingTests : IDisposable
{
    private static readonly float s_silent = BitConverter.UInt32BitsToSingle(0x7FFFFFFFU);

    private static readonly Dictionary<string, Func<Draws, float>> s_kinds = new()
    {
        ["uniform"] = draws => (float)draws.Uniform() - 0.5f,
        ["ties"] = draws => draws.Below(5) - 2,
        ["all bits but NaN"] = AnyBits,
        ["ends"] = draws => draws.Below(9) switch
        {
            0 => -0f,
            1 => 0f,
            2 => float.PositiveInfinity,
            3 => float.NegativeInfinity,
            4 => float.Epsilon,
            5 => -float.Epsilon,
            6 => float.MaxValue,
            7 => float.MinValue,
            _ => 1,
        },
    };

    private readonly HostScratch _scratch = new();

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_segment_of_any_length_is_sorted(string kind)
    {
        Draws draws = new(31);
        for (int length = 0; length <= 300; length++)
        {
            AssertSorted([length], kind, draws);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Lengths_about_powers_of_two_are_sorted(string kind)
    {
        Draws draws = new(32);
        for (int power = 9; power <= 14; power++)
        {
            AssertSorted([(1 << power) - 1], kind, draws);
            AssertSorted([1 << power], kind, draws);
            AssertSorted([(1 << power) + 1], kind, draws);
            AssertSorted([(3 << (power - 1)) + 1], kind, draws);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_number_of_segments_is_sorted(string kind)
    {
        Draws draws = new(33);
        for (int segments = 0; segments <= 35; segments++)
        {
            AssertSorted([.. Enumerable.Repeat(37, segments)], kind, draws);
            AssertSorted([.. Enumerable.Repeat(130, segments)], kind, draws);
            AssertSorted([.. Enumerable.Range(0, segments).Select(_ => draws.Below(200))], kind, draws);
        }

        foreach (int length in new[] { 1, 15, 16, 17, 257, 1000, 1025 })
        {
            AssertSorted([.. Enumerable.Repeat(length, 16)], kind, draws);
        }
    }

    [Fact]
    public void Lengths_that_differ_much_are_sorted()
    {
        Draws draws = new(34);
        AssertSorted([5000, 0, 1, 2, 3, 700, 0, 0, 64, 4, 4, 4, 4, 2000, 2000, 1, 9], "uniform", draws);
        AssertSorted([0, 0, 0, 0, 0], "uniform", draws);
        AssertSorted([LaneSorting.MostKeys + 1, 100, LaneSorting.MostKeys, 3], "ends", draws);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(399)]
    public void A_segment_with_NaN_is_sorted_too(int at)
    {
        Draws draws = new(35);
        float[] keys = [.. Enumerable.Range(0, 400).Select(_ => s_kinds["ends"](draws))];
        foreach (float nan in new[] { float.NaN, s_silent, -s_silent })
        {
            keys[at] = nan;
            AssertSorted([0, 400], keys, $"NaN at {at}");
            AssertSorted([.. Enumerable.Range(0, 17).Select(b => b * 400L / 16)], keys, $"NaN at {at}, 16 segments");
            AssertSorted([0, 397, 400], keys, $"NaN at {at}, a short segment last");
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(100, 1000, 2)]
    [InlineData(1, 100_000, 2)]
    [InlineData(3, 1000, 2)]
    [InlineData(16, 1000, 2)]
    [InlineData(16, 1000, 64)]
    [InlineData(1_000_000, 10, 2)]
    [InlineData(50, 0, 8)]
    public void Groups_leave_work_for_all_threads(int count, int length, int threads)
    {
        foreach (bool withPlaces in new[] { false, true })
        {
            int group = LaneSorting.Group(count, (long)count * length, withPlaces, threads);
            Assert.True(int.IsPow2(group) && group <= SimdWidth.Floats, $"{group} segments at a time");
            Assert.True((count + group - 1) / group >= Math.Min(count, threads), $"{group} segments at a time for {threads} threads");
        }
    }

    private static float AnyBits(Draws draws)
    {
        float value = BitConverter.Int32BitsToSingle((draws.Below(1 << 16) << 16) | draws.Below(1 << 16));
        return float.IsNaN(value) ? -0f : value;
    }

    private void AssertSorted(int[] lengths, string kind, Draws draws)
    {
        long[] offsets = new long[lengths.Length + 1];
        for (int b = 0; b < lengths.Length; b++)
        {
            offsets[b + 1] = offsets[b] + lengths[b];
        }

        float[] keys = [.. Enumerable.Range(0, (int)offsets[^1]).Select(_ => s_kinds[kind](draws))];
        AssertSorted(offsets, keys, $"{kind}, {lengths.Length} segments, the first of {lengths.FirstOrDefault()}");
    }

    private void AssertSorted(long[] offsets, float[] keys, string what)
    {
        (float[] sorted, int[] places) = ByDigits(offsets, keys);
        AssertSame(sorted, places, Run(offsets, keys, LaneSorting.Sort), what);

        // A group that is sorted at once, in the vectors of every machine.
        int longest = Enumerable.Range(0, offsets.Length - 1).Select(b => (int)(offsets[b + 1] - offsets[b])).DefaultIfEmpty().Max();
        if (offsets.Length > 17 || longest > 300 || keys.Any(float.IsNaN))
        {
            return;
        }

        AssertSame(sorted, null, Run(offsets, keys, At<float, Floats16, Vector512<float>>(longest)), what + ", 16 lanes");
        if (offsets.Length <= 9)
        {
            AssertSame(sorted, null, Run(offsets, keys, At<float, Floats8, Vector256<float>>(longest)), what + ", 8 lanes");
            AssertSame(sorted, places, Run(offsets, keys, At<double, Doubles8, Vector512<double>>(longest)), what + ", 8 lanes with places");
        }

        if (offsets.Length <= 5)
        {
            AssertSame(sorted, null, Run(offsets, keys, At<float, Floats4, Vector128<float>>(longest)), what + ", 4 lanes");
            AssertSame(sorted, places, Run(offsets, keys, At<double, Doubles4, Vector256<double>>(longest)), what + ", 4 lanes with places");
        }

        if (offsets.Length <= 3)
        {
            AssertSame(sorted, places, Run(offsets, keys, At<double, Doubles2, Vector128<double>>(longest)), what + ", 2 lanes with places");
        }
    }

    private static Sorter At<T, S, V>(int longest)
        where T : unmanaged
        where S : struct, ISimd<T, V>
        where V : struct =>
        (offsets, keys, sorted, places, scratch) =>
        {
            // Floats alone tell no places.
            if (typeof(T) == typeof(float) == (places == null))
            {
                Assert.True(LaneSorting.TrySort<T, S, V>(offsets, longest, keys, sorted, places, scratch));
            }
        };

    private static void AssertSame(float[] sorted, int[]? places, Sorted found, string what)
    {
        if (places == null)
        {
            Bits.AssertSame(sorted, found.Alone, what);
            return;
        }

        Bits.AssertSame(sorted, found.Numbers, what);
        Bits.AssertSame(places, found.Places, what + ", places");
        if (found.Alone.Length > 0 && !found.Alone.All(float.IsNegativeInfinity))
        {
            Bits.AssertSame(sorted, found.Alone, what + ", alone");
        }
    }

    private Sorted Run(long[] offsets, float[] keys, Sorter sort)
    {
        float[] alone = new float[keys.Length + 1];
        float[] numbers = new float[keys.Length + 1];
        int[] places = new int[keys.Length + 1];
        alone.AsSpan().Fill(float.NegativeInfinity);
        fixed (float* from = keys, toAlone = alone, to = numbers)
        {
            fixed (int* toPlaces = places)
            {
                _scratch.Reset();
                sort(offsets, from, toAlone, null, _scratch);
                sort(offsets, from, to, toPlaces, _scratch);
            }
        }

        // Nothing is written past the end.
        Assert.Equal((float.NegativeInfinity, 0f, 0), (alone[^1], numbers[^1], places[^1]));
        return new(alone[..^1], numbers[..^1], places[..^1]);
    }

    private (float[] Sorted, int[] Places) ByDigits(long[] offsets, float[] keys)
    {
        float[] sorted = new float[keys.Length];
        int[] places = new int[keys.Length];
        fixed (float* from = keys, to = sorted)
        {
            fixed (int* toPlaces = places)
            {
                for (int b = 0; b + 1 < offsets.Length; b++)
                {
                    long first = offsets[b];
                    RadixSorting.Sort(from + first, (int)(offsets[b + 1] - first), to + first, toPlaces + first, _scratch);
                }
            }
        }

        return (sorted, places);
    }

    private delegate void Sorter(ReadOnlySpan<long> offsets, float* keys, float* sorted, int* places, HostScratch scratch);

    private sealed record Sorted(float[] Alone, float[] Numbers, int[] Places);
}
