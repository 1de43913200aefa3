namespace PyramidOT.Tests.Conformance;

/// <summary>The gradients of the costs of single pairs: against their formulas in float64, and against differences of the costs.</summary>
public class PairedGradientTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private const string OneThread = "host, 1 thread";

    // float32's least normal number: what is smaller a device may flush to 0.
    private const double LeastNormal = 1.17549435e-38;

    // Of directions in float64: what their rounding leaves of the difference of parallel ones.
    private const double DirectionError = 2e-15;

    private static readonly double[] s_exponents = [1, 1.5, 2, 3];

    public static TheoryData<string, GroundDistance, CloudKind> Cases =>
        Crossed.With(EnginesAtHand.Names, Enum.GetValues<GroundDistance>(), Enum.GetValues<CloudKind>());

    public static TheoryData<string, GroundDistance> EnginesAndDistances => Crossed.With(EnginesAtHand.Names, Enum.GetValues<GroundDistance>());

    public static TheoryData<string> MoreThreads => [.. EnginesAtHand.HostNames.Where(name => name != OneThread)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_accurate(string engine, GroundDistance distance, CloudKind kind)
    {
        foreach (int dimensions in Some(engine, Pairs.AllDimensions))
        {
            Pairs pairs = Pairs.Make(kind, 9, 23, EnginesAtHand.IsInterpreted(engine) ? 20 : 40, dimensions, seed: dimensions);
            foreach (double exponent in s_exponents)
            {
                AssertAccurate(engine, pairs, new(distance, exponent), Weights(pairs.Count), $"{kind}, {dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void Any_exponent_is_accurate(string engine, GroundDistance distance)
    {
        foreach (double exponent in new[] { 1.01, 1.25, 1.999, 2.001, 2.5, 4, 5, 7.3, 20 })
        {
            Pairs pairs = Pairs.Make(CloudKind.Clustered, 9, 23, 60, 5, seed: 8);
            AssertAccurate(engine, pairs, new(distance, exponent), Weights(pairs.Count), "Clustered");
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void Many_coordinates_are_accurate(string engine, GroundDistance distance)
    {
        foreach (int dimensions in Some(engine, [257, 777, 3000]))
        {
            Pairs pairs = Pairs.Make(CloudKind.Normal, 5, 5, 9, dimensions, seed: 73);
            foreach (double exponent in s_exponents)
            {
                AssertAccurate(engine, pairs, new(distance, exponent), Weights(pairs.Count), $"{dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void Gradients_are_the_slopes_of_the_costs(string engine, GroundDistance distance)
    {
        const double Step = 1e-5;
        foreach (int dimensions in new[] { 2, 5, 33 })
        {
            Pairs all = Pairs.Make(CloudKind.Normal, 40, 40, 60, dimensions, seed: 17);
            int[] smooth = [.. Enumerable.Range(0, all.Count).Where(i => IsSmooth(distance, all, i, 20 * Step))];
            Pairs pairs = all.With([.. smooth.Select(i => all.SourceRows[i])], [.. smooth.Select(i => all.TargetRows[i])]);
            Assert.True(pairs.Count >= 20, $"Only {pairs.Count} pairs are away from kinks.");
            float[] weights = Weights(pairs.Count);
            foreach (double exponent in s_exponents)
            {
                GroundCost cost = new(distance, exponent);
                (float[] inX, float[] inY) = pairs.Gradients(Engine(engine), cost, weights);
                for (int i = 0; i < pairs.Count; i++)
                {
                    (double[] slopeX, double[] slopeY) = ReferenceGradients.ByDifferences(cost, weights[i], pairs.SourceOf(i), pairs.TargetOf(i), Step);

                    // Differences of steps of 1e-5 have some 1e-8 of errors of their own, more where the cost is small and bent.
                    AssertNear(slopeX, RowOf(inX, i, dimensions), 1e-4, 1e-7, $"{cost}, {dimensions} dimensions, pair {i}, in x");
                    AssertNear(slopeY, RowOf(inY, i, dimensions), 1e-4, 1e-7, $"{cost}, {dimensions} dimensions, pair {i}, in y");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_points_pull_nowhere(string engine, GroundDistance distance, CloudKind kind)
    {
        foreach (int dimensions in new[] { 1, 3, 16, 37 })
        {
            float[] x = Clouds.Make(kind, 30, dimensions, seed: 4);
            float[] y = [.. x];
            x[3] = 0f;
            y[3] = -0f;
            foreach (double exponent in s_exponents)
            {
                GroundCost cost = new(distance, exponent);
                (float[] inX, float[] inY) = Pairs.InOrder(x, y, dimensions).Gradients(Engine(engine), cost, Weights(30));
                Assert.False(inX.AsSpan().ContainsAnyExcept(0f), $"{cost}, {dimensions} dimensions, in x");
                Assert.False(inY.AsSpan().ContainsAnyExcept(0f), $"{cost}, {dimensions} dimensions, in y");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Kinks_have_the_subgradients_that_are_promised(string engine)
    {
        float[] weight = [10];

        // Manhattan: nothing where coordinates are equal; the others keep their signs, whatever their magnitudes.
        Pairs some = Pairs.InOrder([1, 5, 1e-38f, -2], [1, 4, 2e-38f, 1e30f], 4);
        AssertGradient(some, new(GroundDistance.Manhattan, 1), [0, 10, -10, -10]);

        // Chebyshev: the first of equal ones, one sign or the other, here and beyond a vector's end.
        AssertGradient(Pairs.InOrder([1, 5, 7, -1], [2, 7, 5, 1], 4), new(GroundDistance.Chebyshev, 1), [0, -10, 0, 0]);
        AssertGradient(Pairs.InOrder([1, 5, 7, -1], [2, 7, 5, 1], 4), new(GroundDistance.Chebyshev, 2), [0, -40, 0, 0]);
        foreach ((int first, int second) in new[] { (0, 1), (0, 129), (3, 4), (17, 33), (8, 16), (63, 64), (31, 95), (127, 128), (128, 129) })
        {
            float[] x = new float[130];
            x[first] = -3;
            x[second] = 3;
            float[] expected = new float[130];
            expected[first] = -60;
            AssertGradient(Pairs.InOrder(x, new float[130], 130), new(GroundDistance.Chebyshev, 2), expected);
        }

        // Of differences that round to the same float32 number, 1, the largest one.
        AssertGradient(Pairs.InOrder([1, 1, 1], [-3e-8f, -4e-8f, -2e-8f], 3), new(GroundDistance.Chebyshev, 1), [0, 10, 0]);

        // Cosine: nothing where a point is zero, in either point.
        foreach (double exponent in s_exponents)
        {
            AssertGradient(Pairs.InOrder([0, -0f, 0], [1, 2, 3], 3), new(GroundDistance.Cosine, exponent), [0, 0, 0]);
            AssertGradient(Pairs.InOrder([1e30f, 2, 3], [0, 0, 0], 3), new(GroundDistance.Cosine, exponent), [0, 0, 0]);
        }

        void AssertGradient(Pairs pairs, GroundCost cost, float[] expected)
        {
            (float[] inX, float[] inY) = pairs.Gradients(Engine(engine), cost, weight);
            Assert.Equal(expected, inX);
            Assert.Equal(expected.Select(slope => -slope), inY);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cosine_gradients_are_orthogonal_to_their_points_and_fall_with_their_lengths(string engine)
    {
        foreach (int dimensions in new[] { 2, 17, 100 })
        {
            float[] x = Clouds.Make(CloudKind.Normal, 20, dimensions, seed: 30);
            float[] y = Clouds.Make(CloudKind.Normal, 20, dimensions, seed: 31);
            float[] longer = [.. x.Select(value => 1024 * value)];
            GroundCost cost = new(GroundDistance.Cosine, 1.5);
            (float[] inX, float[] inY) = Pairs.InOrder(x, y, dimensions).Gradients(Engine(engine), cost, Weights(20));
            (float[] inLonger, float[] inOther) = Pairs.InOrder(longer, y, dimensions).Gradients(Engine(engine), cost, Weights(20));
            for (int i = 0; i < 20; i++)
            {
                AssertOrthogonal(RowOf(x, i, dimensions), RowOf(inX, i, dimensions));
                AssertOrthogonal(RowOf(y, i, dimensions), RowOf(inY, i, dimensions));
            }

            Bits.AssertSame(inX, [.. inLonger.Select(slope => 1024 * slope)], "In x");
            Bits.AssertSame(inY, inOther, "In y");
        }

        static void AssertOrthogonal(ReadOnlySpan<float> point, ReadOnlySpan<float> gradient)
        {
            double product = 0;
            double squares = 0;
            double norm = 0;
            for (int k = 0; k < point.Length; k++)
            {
                product += (double)point[k] * gradient[k];
                squares += (double)point[k] * point[k];
                norm += (double)gradient[k] * gradient[k];
            }

            Assert.True(Math.Abs(product) <= 1e-6 * Math.Sqrt(squares * norm), $"The product is {product:R}, the lengths {Math.Sqrt(squares):R} and {Math.Sqrt(norm):R}.");
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void Magnitudes_whose_squares_leave_float32_keep_their_gradients(string engine, GroundDistance distance)
    {
        foreach (float unit in new[] { 1e30f, 1e-30f, 1e38f, 1e-37f, 1e-42f, 1e19f, 1e-19f })
        {
            // The last pair differs by more than float32 holds.
            float[] x = [3 * unit, 0, -unit, 1, 3 * unit, 2 * unit, 0, 0, 3 * unit, 3 * unit, 1, 0];
            float[] y = [0, 3 * unit, -unit, 1, 3 * unit, unit, 0, unit, -3 * unit, 2 * unit, 1, 0];
            Pairs pairs = Pairs.InOrder(x, y, 4);
            foreach (double exponent in new[] { 1, 1.25, 1.5, 2, 2.5, 3 })
            {
                foreach (float weight in new[] { 1, -2.5f, 1e-30f, 1e30f })
                {
                    AssertAccurate(engine, pairs, new(distance, exponent), [weight, weight, weight], $"{unit} times {weight}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void A_weight_of_0_leaves_nothing(string engine, GroundDistance distance)
    {
        float[] x = [1, 2, 3, 1e30f, 0, 5, float.MaxValue, 1e-40f, 0, 1e-40f, 0, 0];
        float[] y = [3, 2, 1, 1, 1e30f, 5, -float.MaxValue, 1e-40f, 0, 0, 1e-41f, 0];
        foreach (double exponent in new[] { 1, 1.5, 2, 3, 50 })
        {
            (float[] inX, float[] inY) = Pairs.InOrder(x, y, 3).Gradients(Engine(engine), new(distance, exponent), [0, -0f, 0, 0]);
            Assert.All(inX, slope => Assert.Equal(0, slope));
            Assert.All(inY, slope => Assert.Equal(0, slope));
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void Target_gradients_may_be_left_out(string engine, GroundDistance distance)
    {
        foreach (double exponent in s_exponents)
        {
            Pairs pairs = Pairs.Make(CloudKind.Normal, 9, 11, 40, 19, seed: 12);
            (float[] both, _) = pairs.Gradients(Engine(engine), new(distance, exponent), Weights(40));
            (float[] one, float[] none) = pairs.Gradients(Engine(engine), new(distance, exponent), Weights(40), wantsTarget: false);
            Bits.AssertSame(both, one, $"{distance}^{exponent}");
            Assert.Empty(none);
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void A_pair_has_the_same_bits_wherever_it_stands(string engine, GroundDistance distance)
    {
        foreach (int dimensions in Some(engine, [1, 3, 9, 17, 31, 100, 129]))
        {
            Pairs pairs = Pairs.Make(CloudKind.Normal, 9, 11, 60, dimensions, seed: 9);
            foreach (double exponent in new[] { 1.5, 2 })
            {
                GroundCost cost = new(distance, exponent);
                (float[] inX, float[] inY) = pairs.With([5], [3]).Gradients(Engine(engine), cost, [0.7f]);
                int[] fives = [.. Enumerable.Repeat(5, 270)];
                int[] threes = [.. Enumerable.Repeat(3, 270)];
                (float[] allX, float[] allY) = pairs.With(fives, threes).Gradients(Engine(engine), cost, [.. Enumerable.Repeat(0.7f, 270)]);
                Bits.AssertSame([.. Enumerable.Repeat(inX, 270).SelectMany(row => row)], allX, $"{cost}, {dimensions} dimensions, in x");
                Bits.AssertSame([.. Enumerable.Repeat(inY, 270).SelectMany(row => row)], allY, $"{cost}, {dimensions} dimensions, in y");
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
                (float[] inX, float[] inY) = pairs.Gradients(Engine(OneThread), cost, Weights(count));
                (float[] otherX, float[] otherY) = pairs.Gradients(Engine(engine), cost, Weights(count));
                Bits.AssertSame(inX, otherX, $"{count} pairs, {cost}, in x");
                Bits.AssertSame(inY, otherY, $"{count} pairs, {cost}, in y");
                AssertAccurate(pairs, cost, Weights(count), otherX, otherY, "Threads");
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
                foreach (double exponent in dimensions == 7 ? new[] { 1.5, 2 } : [1.5])
                {
                    GroundCost cost = new(distance, exponent);
                    foreach (string shape in shapes.Skip(1))
                    {
                        (float[] inX, float[] inY) = pairs.Gradients(Engine(shapes[0]), cost, Weights(pairs.Count));
                        (float[] otherX, float[] otherY) = pairs.Gradients(Engine(shape), cost, Weights(pairs.Count));
                        Bits.AssertSame(inX, otherX, $"{shape}, {cost}, {dimensions} dimensions, in x");
                        Bits.AssertSame(inY, otherY, $"{shape}, {cost}, {dimensions} dimensions, in y");
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndDistances))]
    public void No_pairs_are_no_work(string engine, GroundDistance distance)
    {
        Assert.Empty(Pairs.Make(CloudKind.Normal, 3, 3, 0, 2, seed: 1).Gradients(Engine(engine), new(distance), []).Source);
        Assert.Empty(Pairs.InOrder([], [], 2).Gradients(Engine(engine), new(distance, 3), []).Target);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> x = at.Upload(new float[12]);
        using EngineBuffer<float> y = at.Upload(new float[15]);
        using EngineBuffer<float> weights = at.Upload(new float[4]);
        using EngineBuffer<float> inX = at.Upload(new float[12]);
        using EngineBuffer<float> inY = at.Upload(new float[12]);
        using EngineBuffer<int> rows = at.Upload(new int[4]);
        at.Costs.PairedGradients(x, rows, y, rows, 3, default, weights, inX, inY);
        at.Costs.PairedGradients(x, rows, y, rows, 3, default, weights, inX, default);

        foreach (int dimensions in new[] { 0, -3, 5 })
        {
            Assert.ThrowsAny<ArgumentException>(() => at.Costs.PairedGradients(x, rows, y, rows, dimensions, default, weights, inX, inY));
        }

        Refused(() => at.Costs.PairedGradients(x.Slice(0, 11), rows, y, rows, 3, default, weights, inX, inY), "source");
        Refused(() => at.Costs.PairedGradients(x, rows, y.Slice(1, 14), rows, 3, default, weights, inX, inY), "target");
        Refused(() => at.Costs.PairedGradients(x, rows, y, rows.Slice(0, 3), 3, default, weights, inX, inY), "targetRows");
        Refused(() => at.Costs.PairedGradients(x, rows, y, rows, 3, default, weights.Slice(0, 3), inX, inY), "weights");
        Refused(() => at.Costs.PairedGradients(x, rows, y, rows, 3, default, weights, inX.Slice(0, 9), inY), "sourceGradients");
        Refused(() => at.Costs.PairedGradients(x, rows, y, rows, 3, default, weights, default, inY), "sourceGradients");
        Refused(() => at.Costs.PairedGradients(x, rows, y, rows, 3, default, weights, inX, inY.Slice(0, 9)), "targetGradients");

        static void Refused(Action action, string parameter) => Assert.Equal(parameter, Assert.Throws<ArgumentException>(action).ParamName);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Row_numbers_out_of_range_are_refused_with_their_position(string engine)
    {
        Pairs pairs = Pairs.Make(CloudKind.Normal, 5, 4, 0, 3, seed: 1);
        foreach (int bad in new[] { -1, 5, int.MaxValue, int.MinValue })
        {
            Refused([0, 4, bad], [0, 1, 2], "sourceRows", 2);
            Refused([0, 4, 1, 1], [0, bad, 2, -7], "targetRows", 1);
        }

        // A row that the source has and the target has not.
        Refused([4], [4], "targetRows", 0);

        void Refused(int[] sourceRows, int[] targetRows, string parameter, int position)
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(
                () => pairs.With(sourceRows, targetRows).Gradients(Engine(engine), default, new float[sourceRows.Length]));
            Assert.Equal(parameter, exception.ParamName);
            Assert.Contains($"position {position} ", exception.Message, StringComparison.Ordinal);
        }
    }

    private static float[] Weights(int count)
    {
        Draws draws = new(count);
        return [.. Enumerable.Range(0, count).Select(i => i % 11 == 10 ? 0 : (float)draws.Normal())];
    }

    private static ReadOnlySpan<float> RowOf(float[] rows, int row, int dimensions) => rows.AsSpan(row * dimensions, dimensions);

    /// <summary>Whether a pair is farther than so much from all points without derivatives.</summary>
    private static bool IsSmooth(GroundDistance distance, Pairs pairs, int pair, double margin)
    {
        ReadOnlySpan<float> x = pairs.SourceOf(pair);
        ReadOnlySpan<float> y = pairs.TargetOf(pair);
        double[] differences = new double[x.Length];
        for (int k = 0; k < x.Length; k++)
        {
            differences[k] = Math.Abs((double)x[k] - y[k]);
        }

        Array.Sort(differences);
        return distance switch
        {
            GroundDistance.Manhattan => differences[0] > margin,
            GroundDistance.Chebyshev => differences[^1] - differences[^2] > margin,
            _ => differences[^1] > 0.1,
        };
    }

    private void AssertAccurate(string engine, Pairs pairs, GroundCost cost, float[] weights, string what)
    {
        (float[] inX, float[] inY) = pairs.Gradients(Engine(engine), cost, weights);
        AssertAccurate(pairs, cost, weights, inX, inY, what);
    }

    private static void AssertAccurate(Pairs pairs, GroundCost cost, float[] weights, float[] inX, float[] inY, string what)
    {
        int d = pairs.Dimensions;
        for (int i = 0; i < pairs.Count; i++)
        {
            (double[] truthX, double[] truthY) = ReferenceGradients.Of(cost, weights[i], pairs.SourceOf(i), pairs.TargetOf(i));
            string where = $"{what}, {cost}, row {pairs.SourceRows[i]} with row {pairs.TargetRows[i]}";
            AssertNear(truthX, RowOf(inX, i, d), CostRun.Accuracy, Floor(cost, weights[i], pairs.SourceOf(i), pairs.TargetOf(i)), where);
            AssertNear(truthY, RowOf(inY, i, d), CostRun.Accuracy, Floor(cost, weights[i], pairs.TargetOf(i), pairs.SourceOf(i)), where);
        }
    }

    /// <summary>An error that is no mistake even where the gradient is 0: of parallel points, whose directions differ by rounding.</summary>
    private static double Floor(GroundCost cost, double weight, ReadOnlySpan<float> point, ReadOnlySpan<float> other)
    {
        if (cost.Distance != GroundDistance.Cosine || point.SequenceEqual(other))
        {
            return 0;
        }

        double length = ReferenceCosts.Ground(GroundDistance.Euclidean, point, new float[point.Length]);
        double ground = Math.Max(CostRun.NoAngle, ReferenceCosts.Ground(GroundDistance.Cosine, point, other));
        return length == 0 ? 0 : DirectionError * Math.Abs(weight) * cost.Exponent * ReferenceCosts.Power(ground, cost.Exponent - 1) / length;
    }

    /// <summary>Checks a gradient to a part of its norm; it is infinite where a number within that part of the truth is beyond float32.</summary>
    private static void AssertNear(double[] truth, ReadOnlySpan<float> got, double accuracy, double floor, string what)
    {
        double norm = 0;
        foreach (double slope in truth)
        {
            norm += slope * slope;
        }

        norm = Math.Sqrt(norm);
        double tolerance = (accuracy * norm) + LeastNormal + floor;
        for (int k = 0; k < truth.Length; k++)
        {
            bool isNear = float.IsInfinity(got[k])
                ? (Math.Sign(got[k]) * truth[k]) + tolerance > float.MaxValue
                : Math.Abs(got[k] - truth[k]) <= tolerance;
            if (!isNear)
            {
                Assert.Fail($"{what}: coordinate {k} is {got[k]:R} where {truth[k]:R} is true; the norm is {norm:R}.");
            }
        }
    }
}
