namespace PyramidOT.Tests.Conformance;

/// <summary>The costs of single pairs, against float64 and against the pairwise costs.</summary>
public class PairedCostTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private const string OneThread = "host, 1 thread";

    private static readonly double[] s_exponents = [1, 1.5, 2, 3];

    public static TheoryData<string, GroundDistance, CloudKind> Cases =>
        Crossed.With(EnginesAtHand.Names, Enum.GetValues<GroundDistance>(), Enum.GetValues<CloudKind>());

    public static TheoryData<string> MoreThreads => [.. EnginesAtHand.HostNames.Where(name => name != OneThread)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Costs_are_accurate(string engine, GroundDistance distance, CloudKind kind)
    {
        foreach (int dimensions in Some(engine, Pairs.AllDimensions))
        {
            Pairs pairs = Pairs.Make(kind, 9, 23, EnginesAtHand.IsInterpreted(engine) ? 20 : 70 + dimensions, dimensions, seed: dimensions);
            double[] grounds = pairs.Grounds(distance);
            foreach (double exponent in s_exponents)
            {
                AssertAccurate(pairs, grounds, engine, new(distance, exponent), $"{kind}, {dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_points_cost_exactly_nothing(string engine, GroundDistance distance, CloudKind kind)
    {
        foreach (int dimensions in new[] { 1, 3, 16, 37 })
        {
            float[] x = Clouds.Make(kind, 30, dimensions, seed: 4);
            float[] y = [.. x];
            x[3] = 0f;
            y[3] = -0f;
            foreach (double exponent in s_exponents)
            {
                Assert.All(Pairs.InOrder(x, y, dimensions).Costs(Engine(engine), new(distance, exponent)), cost => Assert.Equal(0, cost));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Costs_are_those_of_pairwise(string engine)
    {
        foreach (int dimensions in new[] { 2, 19, 64 })
        {
            Pairs pairs = Pairs.Make(CloudKind.Clustered, 13, 9, 0, dimensions, seed: 7);
            pairs = pairs.With([.. Enumerable.Range(0, 13 * 9).Select(at => at / 9)], [.. Enumerable.Range(0, 13 * 9).Select(at => at % 9)]);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                GroundCost cost = new(distance, 1.5);
                float[] wanted = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 13, 9), pairs.Source, pairs.Target, dimensions, cost);
                float[] costs = pairs.Costs(Engine(engine), cost);
                for (int at = 0; at < costs.Length; at++)
                {
                    Assert.True(
                        Math.Abs((double)costs[at] - wanted[at]) <= 2 * CostRun.Accuracy * wanted[at],
                        $"{cost}, {dimensions} dimensions: {costs[at]:R} where the pairwise cost is {wanted[at]:R}.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_exponent_is_accurate(string engine)
    {
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            Pairs pairs = Pairs.Make(CloudKind.Clustered, 9, 23, 60, 5, seed: 8);
            double[] grounds = pairs.Grounds(distance);
            foreach (double exponent in new[] { 1.01, 1.25, 1.999, 2.001, 2.5, 4, 5, 7.3, 20 })
            {
                AssertAccurate(pairs, grounds, engine, new(distance, exponent), "Clustered");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_exponent_beyond_float32_leaves_nothing_one_or_infinity(string engine)
    {
        Pairs pairs = Pairs.InOrder([0, 0, 0, 1], [0.99f, 1, 1.01f, 1], 1);
        foreach (double exponent in new[] { 1e20, 1e300 })
        {
            foreach (GroundDistance distance in new[] { GroundDistance.Euclidean, GroundDistance.Manhattan, GroundDistance.Chebyshev })
            {
                Assert.Equal([0, 1, float.PositiveInfinity, 0], pairs.Costs(Engine(engine), new(distance, exponent)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sums_of_many_coordinates_are_accurate(string engine)
    {
        foreach (int dimensions in Some(engine, [255, 257, 511, 777, 1025, 3000]))
        {
            // Every coordinate differs by the same, so that a running sum is always rounded the same way for long stretches.
            float[] values = Clouds.Make(CloudKind.Uniform, 16, 1, seed: 72);
            float[] x = [.. values[..8].SelectMany(value => Enumerable.Repeat(value, dimensions))];
            float[] y = [.. values[8..].SelectMany(value => Enumerable.Repeat(-value, dimensions - 1).Append(0))];
            foreach (Pairs pairs in new[] { Pairs.InOrder(x, y, dimensions), Pairs.Make(CloudKind.Normal, 5, 5, 9, dimensions, seed: 73) })
            {
                foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
                {
                    double[] grounds = pairs.Grounds(distance);
                    foreach (double exponent in new[] { 1, 2, 3 })
                    {
                        AssertAccurate(pairs, grounds, engine, new(distance, exponent), $"{dimensions} dimensions");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Magnitudes_whose_squares_leave_float32_cost_what_they_must(string engine)
    {
        // 3-4-5 triangles, by hand: Euclidean 5 units, Manhattan 7, Chebyshev 4.
        foreach (float unit in new[] { 1e30f, 1e-30f, 3e37f, 1e-37f, 1e19f, 1e-19f })
        {
            Pairs pairs = Pairs.InOrder([3 * unit, 0, -unit], [0, 4 * unit, -unit], 3);
            foreach ((GroundDistance distance, double units) in new[]
            {
                (GroundDistance.Euclidean, 5.0), (GroundDistance.Manhattan, 7), (GroundDistance.Chebyshev, 4),
            })
            {
                float cost = Assert.Single(pairs.Costs(Engine(engine), new(distance, 1)));
                Assert.Equal(1, cost / (units * unit), CostRun.Accuracy);
                float square = Assert.Single(pairs.Costs(Engine(engine), new(distance, 2)));
                Assert.Equal((float)(units * units * unit * unit), square, Math.Max(1e-37, CostRun.Accuracy * square));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Costs_beyond_float32_are_infinite(string engine)
    {
        float[] x = [0, 0, 0, 1e30f, 1e30f, 1e30f, float.MaxValue, float.MaxValue, float.MaxValue, float.MaxValue, 0, 0, 1, 1, 1];
        Pairs pairs = Pairs.InOrder(x, [.. x.Select(value => -value)], 3);
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            double[] grounds = pairs.Grounds(distance);
            foreach (double exponent in s_exponents)
            {
                GroundCost cost = new(distance, exponent);
                AssertAccurate(pairs, grounds, engine, cost, "Extremes");
                float[] costs = pairs.Costs(Engine(engine), cost);
                Assert.Equal(distance != GroundDistance.Cosine, float.IsPositiveInfinity(costs[2]));
                Assert.Equal(distance != GroundDistance.Cosine, float.IsPositiveInfinity(costs[3]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cosine_of_zero_vectors_is_0_among_themselves_and_1_to_all_others(string engine)
    {
        foreach (int dimensions in new[] { 1, 17, 40 })
        {
            float[] x = new float[5 * dimensions];
            float[] y = new float[5 * dimensions];
            y.AsSpan(0, dimensions).Fill(-0f);
            y[1 * dimensions] = 3;
            y[(3 * dimensions) - 1] = -1e-40f;
            y[3 * dimensions] = 1e30f;
            x[5 * dimensions - 1] = 2;
            foreach (double exponent in s_exponents)
            {
                Assert.Equal([0, 1, 1, 1, 1], Pairs.InOrder(x, y, dimensions).Costs(Engine(engine), new(GroundDistance.Cosine, exponent)));
                Assert.Equal([0, 1, 1, 1, 1], Pairs.InOrder(y, x, dimensions).Costs(Engine(engine), new(GroundDistance.Cosine, exponent)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_pair_has_the_same_bits_wherever_it_stands(string engine)
    {
        foreach (int dimensions in Some(engine, [1, 3, 9, 17, 31, 100, 129]))
        {
            Pairs pairs = Pairs.Make(CloudKind.Normal, 9, 11, 60, dimensions, seed: 9);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                GroundCost cost = new(distance, 1.5);
                float[] alone = pairs.With([5], [3]).Costs(Engine(engine), cost);
                int[] fives = [.. Enumerable.Repeat(5, 300)];
                float[] many = pairs.With(fives, [.. Enumerable.Repeat(3, 300)]).Costs(Engine(engine), cost);
                Bits.AssertSame([.. Enumerable.Repeat(alone[0], 300)], many, $"{cost}, {dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(MoreThreads))]
    public void Any_number_of_threads_gives_the_same_bits(string engine)
    {
        foreach ((int count, int dimensions) in new[] { (20_001, 3), (3_333, 50) })
        {
            Pairs pairs = Pairs.Make(CloudKind.Clustered, 500, 700, count, dimensions, seed: 60);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                GroundCost cost = new(distance, 1.5);
                float[] costs = pairs.Costs(Engine(engine), cost);
                Bits.AssertSame(pairs.Costs(Engine(OneThread), cost), costs, $"{count} pairs, {cost}");
                CostRun.AssertAccurate(
                    costs, pairs.Grounds(distance), pairs.Source, i => pairs.SourceRows[i], pairs.Target, i => pairs.TargetRows[i], dimensions, cost, "Threads");
            }
        }
    }

    [Fact]
    public void Any_size_of_a_group_gives_the_same_bits()
    {
        string[] shapes = [.. EnginesAtHand.Names.Where(name => name.StartsWith(EngineKind.CpuAccelerator.ToName(), StringComparison.Ordinal))];
        foreach (int dimensions in new[] { 1, 3, 7, 40, 129 })
        {
            Pairs pairs = Pairs.Make(CloudKind.Clustered, 9, 23, dimensions < 7 ? 300 : 40, dimensions, seed: 61);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                GroundCost cost = new(distance, 1.5);
                foreach (string shape in shapes.Skip(1))
                {
                    Bits.AssertSame(pairs.Costs(Engine(shapes[0]), cost), pairs.Costs(Engine(shape), cost), $"{shape}, {cost}, {dimensions} dimensions");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_pairs_are_no_work(string engine)
    {
        Assert.Empty(Pairs.Make(CloudKind.Normal, 3, 3, 0, 2, seed: 1).Costs(Engine(engine), default));
        Assert.Empty(CostRun.Paired(Engine(engine), [], [], [], [], 2, default));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> x = at.Upload(new float[12]);
        using EngineBuffer<float> y = at.Upload(new float[15]);
        using EngineBuffer<float> costs = at.Upload(new float[4]);
        using EngineBuffer<int> rows = at.Upload(new int[4]);
        at.Costs.Paired(x, rows, y, rows, 3, default, costs);

        foreach (int dimensions in new[] { 0, -3, 5 })
        {
            Assert.ThrowsAny<ArgumentException>(() => at.Costs.Paired(x, rows, y, rows, dimensions, default, costs));
        }

        Refused(() => at.Costs.Paired(x.Slice(0, 11), rows, y, rows, 3, default, costs), "source");
        Refused(() => at.Costs.Paired(x, rows, y.Slice(1, 14), rows, 3, default, costs), "target");
        Refused(() => at.Costs.Paired(x, rows, y, rows.Slice(0, 3), 3, default, costs), "targetRows");
        Refused(() => at.Costs.Paired(x, rows.Slice(0, 3), y, rows, 3, default, costs), "targetRows");
        Refused(() => at.Costs.Paired(x, rows, y, rows, 3, default, costs.Slice(0, 3)), "costs");

        static void Refused(Action action, string parameter) => Assert.Equal(parameter, Assert.Throws<ArgumentException>(action).ParamName);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Row_numbers_out_of_range_are_refused_with_their_position(string engine)
    {
        float[] x = new float[5 * 3];
        float[] y = new float[4 * 3];
        foreach (int bad in new[] { -1, 5, int.MaxValue, int.MinValue })
        {
            Refused(() => CostRun.Paired(Engine(engine), x, [0, 4, bad], y, [0, 1, 2], 3, default), "sourceRows", 2);
            Refused(() => CostRun.Paired(Engine(engine), x, [0, 4, 1, 1], y, [0, bad, 2, -7], 3, default), "targetRows", 1);
        }

        // A row that the source has and the target has not.
        Refused(() => CostRun.Paired(Engine(engine), x, [4], y, [4], 3, default), "targetRows", 0);

        static void Refused(Action action, string parameter, int position)
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(action);
            Assert.Equal(parameter, exception.ParamName);
            Assert.Contains($"position {position} ", exception.Message, StringComparison.Ordinal);
        }
    }

    private void AssertAccurate(Pairs pairs, double[] grounds, string engine, GroundCost cost, string what) => CostRun.AssertAccurate(
        pairs.Costs(Engine(engine), cost),
        grounds,
        pairs.Source,
        i => pairs.SourceRows[i],
        pairs.Target,
        i => pairs.TargetRows[i],
        pairs.Dimensions,
        cost,
        what);
}
