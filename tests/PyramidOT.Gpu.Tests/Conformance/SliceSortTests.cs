namespace PyramidOT.Tests.Conformance;

/// <summary>Segments sorted, against a plain stable sort.</summary>
public class SliceSortTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Around what is compared instead of counted, and around the blocks of a device.
    private static readonly int[] s_sizes = [1, 2, 3, 5, 8, 31, 64, 100, 511, 512, 513, 1000, 2047, 2048, 2049, 4096, 4097, 4500];

    public static TheoryData<string, string> Cases => Crossed.With(EnginesAtHand.Names, s_kinds.Keys);

    public static TheoryData<string, string> SwiftCases => Crossed.With(EnginesAtHand.SwiftNames, new[] { "normal", "ties", "all magnitudes" });

    private static readonly Dictionary<string, Func<Draws, int, float>> s_kinds = new()
    {
        ["normal"] = (draws, _) => (float)draws.Normal(),
        ["ties"] = (draws, _) => draws.Below(7) - 3,
        ["equal"] = (_, _) => 4.5f,
        ["zeros of both signs"] = (draws, _) => draws.Below(4) switch { 0 => -0f, 1 => 0f, 2 => float.Epsilon, _ => -float.Epsilon },
        ["sorted"] = (_, i) => i * 0.25f,
        ["backwards"] = (_, i) => -i * 0.25f,
        ["all magnitudes"] = (draws, _) => (float)(draws.Normal() * Math.Pow(10, draws.Below(70) - 35)),
        ["infinite"] = (draws, _) => draws.Below(3) switch { 0 => float.PositiveInfinity, 1 => float.NegativeInfinity, _ => (float)draws.Normal() },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Segments_of_any_size_are_sorted(string engine, string kind)
    {
        foreach (int size in Some(engine, s_sizes))
        {
            AssertSorted(engine, kind, BatchLayout.Uniform(1, size, 3));
            AssertSorted(engine, kind, BatchLayout.Ragged([0, 3, size, 0, 1, 40, 0], [1, 0, 2, 0, 5, 1, 1]));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Many_segments_are_sorted(string engine, string kind)
    {
        AssertSorted(engine, kind, BatchLayout.Uniform(EnginesAtHand.IsInterpreted(engine) ? 20 : 300, 37, 0));
        AssertSorted(engine, kind, BatchLayout.Uniform(0, 0, 0));
        AssertSorted(engine, kind, BatchLayout.Uniform(3, 0, 2));
    }

    [Theory]
    [MemberData(nameof(SwiftCases))]
    public void Large_segments_are_sorted(string engine, string kind)
    {
        // Large enough that threads share a segment, and cut it into pieces.
        int size = EnginesAtHand.IsReduced(engine) ? 20_000 : 200_001;
        AssertSorted(engine, kind, BatchLayout.Ragged([5, size, 600], [0, 0, 0]));
    }

    [Fact]
    public void What_is_not_a_number_stands_beyond_infinity()
    {
        float negative = BitConverter.UInt32BitsToSingle(0xFFC00000U);
        float positive = BitConverter.UInt32BitsToSingle(0x7FC00000U);
        foreach (string engine in EnginesAtHand.Names)
        {
            (float[] sorted, int[] places) = Run(engine, BatchLayout.Uniform(1, 4, 0), [positive, float.NegativeInfinity, negative, float.PositiveInfinity]);
            Assert.Equal([2, 1, 3, 0], places);
            Assert.True(float.IsNaN(sorted[0]) && float.IsNaN(sorted[3]));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout segments = BatchLayout.Uniform(2, 3, 0);
        using EngineBuffer<float> six = at.Allocate<float>(6);
        using EngineBuffer<float> other = at.Allocate<float>(6);
        using EngineBuffer<float> five = at.Allocate<float>(5);
        using EngineBuffer<int> places = at.Allocate<int>(7);
        Assert.Equal("keys", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Sort(segments, five, other, default)).ParamName);
        Assert.Equal("sorted", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Sort(segments, six, five, default)).ParamName);
        Assert.Equal("places", Assert.ThrowsAny<ArgumentException>(() => at.Slices.Sort(segments, six, other, places)).ParamName);
        Assert.Throws<ArgumentNullException>(() => at.Slices.Sort(null!, six, other, default));
    }

    private void AssertSorted(string engine, string kind, BatchLayout segments)
    {
        Draws draws = new(400);
        float[] keys = new float[segments.Rows];
        for (int b = 0; b < segments.Count; b++)
        {
            for (int i = 0; i < segments.RowsOf(b); i++)
            {
                keys[segments.RowOffsets[b] + i] = s_kinds[kind](draws, i);
            }
        }

        (float[] sorted, int[] places) = Run(engine, segments, keys);
        for (int b = 0; b < segments.Count; b++)
        {
            (float[] expected, int[] expectedPlaces) = ReferenceLines.Sort(Shapes.Part(keys, segments.RowOffsets, b));
            Bits.AssertSame(expected, Shapes.Part(sorted, segments.RowOffsets, b), $"{kind}, segment {b} of {expected.Length}");
            Bits.AssertSame(expectedPlaces, Shapes.Part(places, segments.RowOffsets, b), $"{kind}, places of segment {b} of {expected.Length}");
        }
    }

    private (float[] Sorted, int[] Places) Run(string engine, BatchLayout segments, float[] keys)
    {
        ComputeEngine at = Engine(engine);
        using Guarded<float> from = Guarded<float>.Of(at, keys);
        using Guarded<float> to = Guarded<float>.Output(at, segments.Rows);
        using Guarded<float> alone = Guarded<float>.Output(at, segments.Rows);
        using Guarded<int> places = Guarded<int>.Output(at, segments.Rows);
        at.Slices.Sort(segments, from.View, to.View, places.View);
        at.Slices.Sort(segments, from.View, alone.View, default);
        Bits.AssertSame(keys, from.ToArray(), "The keys, afterwards");
        float[] sorted = to.ToArray();
        Bits.AssertSame(sorted, alone.ToArray(), "Without places");
        return (sorted, places.ToArray());
    }
}
