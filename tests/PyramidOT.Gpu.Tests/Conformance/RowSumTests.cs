using PyramidOT.Engines;
using PyramidOT.Transport;

namespace PyramidOT.Tests.Conformance;

/// <summary>Rows that are added to rows.</summary>
public class RowSumTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Rows_gain_their_addends_in_order_and_others_stay(string engine)
    {
        ComputeEngine at = Engine(engine);
        foreach (int dimensions in Some(engine, [1, 3, 4, 16, 33, 100]))
        {
            foreach ((int rows, int addends) in new[] { (1, 1), (1, 40), (7, 0), (60, 20), (40, 150) })
            {
                Draws draws = new(rows + addends + dimensions);
                float[] sums = Clouds.Make(CloudKind.Normal, rows, dimensions, seed: 1);
                float[] parts = addends == 0 ? [] : Clouds.Make(CloudKind.Normal, addends, dimensions, seed: 2);
                float[] factors = [.. Enumerable.Range(0, addends).Select(_ => (float)draws.Normal())];

                // Some rows gain nothing.
                int[] sumOf = [.. Enumerable.Range(0, addends).Select(_ => draws.Below(1 + (rows / 2)))];
                float[] actual = Add(at, sums, dimensions, sumOf, parts, factors);
                double[] expected = [.. sums];
                double[] magnitudes = [.. sums.Select(x => Math.Abs((double)x))];
                for (int k = 0; k < addends; k++)
                {
                    for (int c = 0; c < dimensions; c++)
                    {
                        double part = (double)factors[k] * parts[(k * dimensions) + c];
                        expected[(sumOf[k] * dimensions) + c] += part;
                        magnitudes[(sumOf[k] * dimensions) + c] += Math.Abs(part);
                    }
                }

                for (int e = 0; e < actual.Length; e++)
                {
                    int terms = 1 + sumOf.Count(row => row == e / dimensions);
                    Assert.Equal(expected[e], actual[e], 1.2e-7 * terms * magnitudes[e]);
                    Assert.True(terms > 1 || actual[e] == sums[e], "A row without addends has moved.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Addends_of_many_calls_give_the_bits_of_one(string engine)
    {
        ComputeEngine at = Engine(engine);
        const int Dimensions = 5;
        Draws draws = new(3);
        float[] sums = Clouds.Make(CloudKind.Normal, 9, Dimensions, seed: 3);
        float[] parts = Clouds.Make(CloudKind.Normal, 30, Dimensions, seed: 4);
        float[] factors = [.. Enumerable.Range(0, 30).Select(_ => (float)draws.Normal())];
        int[] sumOf = [.. Enumerable.Range(0, 30).Select(_ => draws.Below(9))];
        float[] whole = Add(at, sums, Dimensions, sumOf, parts, factors);
        using EngineBuffer<float> x = at.Upload(sums);
        using RowSums rows = new(at);
        foreach (Range part in new[] { 0..4, 4..25, 25..30 })
        {
            (int first, int count) = part.GetOffsetAndLength(30);
            using EngineBuffer<float> y = at.Upload(parts[(first * Dimensions)..((first + count) * Dimensions)]);
            rows.Add(x, Dimensions, sumOf.AsSpan(part), y, factors.AsSpan(part));
        }

        Bits.AssertSame(whole, x.ToArray(), engine);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> x = at.Upload(new float[12]);
        using EngineBuffer<float> y = at.Upload(new float[6]);
        using EngineBuffer<float> factors = at.Upload(new float[2]);
        using EngineBuffer<int> one = at.Upload(new int[1]);
        using EngineBuffer<int> two = at.Upload(new int[2]);
        IPointKernels points = at.Points;
        Assert.ThrowsAny<ArgumentException>(() => points.AddRows(x, 5, one, one, one, y, factors));
        Assert.ThrowsAny<ArgumentException>(() => points.AddRows(x, 4, one, one, one, y, factors));
        Assert.ThrowsAny<ArgumentException>(() => points.AddRows(x, 3, two, one, one, y, factors));
        Assert.ThrowsAny<ArgumentException>(() => points.AddRows(x, 3, one, one, one, y, factors.Slice(0, 1)));
        Assert.ThrowsAny<ArgumentException>(() => points.AddRows(x, 0, one, one, one, y, factors));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Rows_places_and_ends_out_of_range_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> x = at.Upload(new float[12]);
        using EngineBuffer<float> y = at.Upload(new float[6]);
        using EngineBuffer<float> factors = at.Upload(new float[2]);
        Refused("rows", [0, 4], [1, 2], [0, 1]);
        Refused("rows", [-1, 3], [1, 2], [0, 1]);
        Refused("places", [0, 1], [1, 2], [0, 2]);
        Refused("places", [0, 1], [1, 2], [-1, 1]);
        Refused("ends", [0, 1], [2, 1], [0, 1]);
        Refused("ends", [0, 1], [1, 3], [0, 1]);
        Refused("ends", [0, 1], [-1, 2], [0, 1]);
        Refused("ends", [0, 1], [0, 1], [0, 1]);

        void Refused(string name, int[] rows, int[] ends, int[] places)
        {
            using EngineBuffer<int> to = at.Upload(rows);
            using EngineBuffer<int> end = at.Upload(ends);
            using EngineBuffer<int> from = at.Upload(places);
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => at.Points.AddRows(x, 3, to, end, from, y, factors)).ParamName);
        }
    }

    private static float[] Add(ComputeEngine engine, float[] sums, int dimensions, int[] sumOf, float[] addends, float[] factors)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, sums);
        using Guarded<float> y = Guarded<float>.Of(engine, addends);
        using RowSums rows = new(engine);
        rows.Add(x.View, dimensions, sumOf, y.View, factors);
        return x.ToArray();
    }
}
