using PyramidOT.Engines;

namespace PyramidOT.Tests.Conformance;

/// <summary>Gather of single numbers.</summary>
public class NumberGatherTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Numbers_are_copied_in_any_order_with_repeats(string engine)
    {
        foreach (int count in Some(engine, [1, 2, 3, 5, 17, 64, 255, 256, 257, 1000, 4095, 4096, 4097]))
        {
            Draws draws = new(count);
            int[] values = [.. Enumerable.Range(0, count).Select(_ => draws.Below(int.MaxValue) - (1 << 30))];
            AssertGathered(values, draws.Permutation(count), "in another order");
            AssertGathered(values, [.. Enumerable.Range(0, count).Reverse()], "backwards");
            AssertGathered(values, [.. Enumerable.Range(0, (2 * count) + 1).Select(_ => draws.Below(count))], "with repeats");
            AssertGathered(values, [count - 1], "the last one");
            AssertGathered(values, new int[300], "the first one 300 times");
        }

        void AssertGathered(int[] values, int[] places, string what) =>
            Bits.AssertSame([.. places.Select(place => values[place])], Gather(engine, values, places), $"{places.Length} of {values.Length}, {what}");
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Many_numbers_are_copied(string engine)
    {
        int[] values = new Draws(150).Permutation(300_001);
        int[] inverse = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            inverse[values[i]] = i;
        }

        Bits.AssertSame([.. Enumerable.Range(0, values.Length)], Gather(engine, values, inverse), "A permutation after its inverse");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Numbers_of_any_kind_are_copied(string engine) => Assert.Equal(
        [int.MaxValue, int.MinValue, -1, 0, -1],
        Gather(engine, [int.MinValue, -1, 0, int.MaxValue], [3, 0, 1, 2, 1]));

    [Theory]
    [MemberData(nameof(All))]
    public void An_order_of_an_order_gives_the_points_of_both(string engine)
    {
        // As an order's parts are taken: points by places of places.
        ComputeEngine at = Engine(engine);
        Draws draws = new(151);
        float[] points = Clouds.Make(CloudKind.Normal, 200, 3, seed: 151);
        int[] order = draws.Permutation(200);
        int[] places = [.. Enumerable.Range(0, 500).Select(_ => draws.Below(200))];
        using EngineBuffer<float> x = at.Upload(points);
        using EngineBuffer<int> rows = at.Upload(Gather(engine, order, places));
        using EngineBuffer<float> gathered = at.Allocate<float>(1500);
        at.Points.Gather(x, 3, rows, gathered);
        Bits.AssertSame(Clouds.Rows(Clouds.Rows(points, 3, order), 3, places), gathered.ToArray(), "Points");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Places_out_of_range_are_refused_with_their_position(string engine)
    {
        foreach (int bad in new[] { -1, 5, int.MaxValue, int.MinValue })
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => Gather(engine, new int[5], [0, 4, 1, bad, 0]));
            Assert.Equal("places", exception.ParamName);
            Assert.Contains("position 3 ", exception.Message, StringComparison.Ordinal);
        }

        // Of nothing there is no place.
        Assert.Throws<ArgumentOutOfRangeException>(() => Gather(engine, [], [0]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_and_memory_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using ComputeEngine stranger = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        using EngineBuffer<int> values = at.Upload(new int[6]);
        using EngineBuffer<int> places = at.Upload(new int[4]);
        using EngineBuffer<int> destination = at.Upload(new int[4]);
        using EngineBuffer<int> strange = stranger.Upload(new int[4]);
        EngineBuffer<int> gone = at.Upload(new int[4]);
        gone.Dispose();
        IPointKernels kernels = at.Points;
        kernels.Gather(values, places, destination);
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(values, places, destination.Slice(0, 3)));
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(values, places.Slice(0, 3), destination));
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(values, places, default(EngineView<int>)));
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(strange, places, destination));
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(values, strange, destination));
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(values, places, strange));
        Assert.Throws<ObjectDisposedException>(() => kernels.Gather(gone, places, destination));
        Assert.Throws<ObjectDisposedException>(() => kernels.Gather(values, gone, destination));
        Assert.Throws<ObjectDisposedException>(() => kernels.Gather(values, places, gone));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_places_are_no_work(string engine)
    {
        Assert.Empty(Gather(engine, [1, 2], []));
        Assert.Empty(Gather(engine, [], []));
    }

    private int[] Gather(string engine, int[] values, int[] places)
    {
        ComputeEngine at = Engine(engine);
        using Guarded<int> from = Guarded<int>.Of(at, values);
        using Guarded<int> order = Guarded<int>.Of(at, places);
        using Guarded<int> to = Guarded<int>.Output(at, places.Length);
        at.Points.Gather(from.View, order.View, to.View);
        Bits.AssertSame(values, from.ToArray(), "The values, afterwards");
        Bits.AssertSame(places, order.ToArray(), "The places, afterwards");
        return to.ToArray();
    }
}
