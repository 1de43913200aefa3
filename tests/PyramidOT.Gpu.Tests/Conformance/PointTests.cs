using PyramidOT.Engines;

namespace PyramidOT.Tests.Conformance;

/// <summary>Gather, norms and steps.</summary>
public class PointTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Gather_copies_rows_in_any_order_with_repeats(string engine)
    {
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            foreach ((int rows, int picks) in new[] { (1, 1), (1, 9), (5, 0), (17, 64), (300, 1000) })
            {
                Draws draws = new(rows);
                float[] points = Clouds.Make(CloudKind.Normal, rows, dimensions, seed: 1);
                int[] order = [.. Enumerable.Range(0, picks).Select(_ => draws.Below(rows))];
                Bits.AssertSame(Clouds.Rows(points, dimensions, order), Gather(engine, points, dimensions, order), $"{picks} of {rows}, {dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gather_copies_bits_of_any_kind(string engine)
    {
        float[] points = [float.NaN, float.NegativeInfinity, -0f, float.Epsilon, BitConverter.Int32BitsToSingle(0x7FA00001), float.MaxValue];
        Bits.AssertSame([points[4], points[5], points[0], points[1]], Gather(engine, points, 2, [2, 0]), "Gather");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Norms_are_accurate(string engine)
    {
        foreach (CloudKind kind in Clouds.OrdinaryKinds)
        {
            foreach ((int rows, _, int dimensions) in Some(engine, Shapes.Pairs))
            {
                float[] points = Clouds.Make(kind, rows, dimensions, seed: rows);
                float[] norms = Norms(engine, points, dimensions);
                float[] origin = new float[dimensions];
                for (int i = 0; i < rows; i++)
                {
                    double truth = ReferenceCosts.SquaredEuclidean(points.AsSpan(i * dimensions, dimensions), origin);

                    // All terms are positive, so that rounding does no more than add up: half an ulp (6e-8) for each of them at the worst.
                    Assert.True(
                        Math.Abs(norms[i] - truth) <= 6e-8 * (dimensions + 1) * truth,
                        $"{kind}, {dimensions} dimensions: the norm of row {i} is {norms[i]:R} where {truth:R} is true.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Norms_of_extremes_overflow_to_infinity_and_vanish_at_zero(string engine)
    {
        float[] norms = Norms(engine, [3e38f, 3e38f, 0, -0f, 1e30f, 0, 1e-30f, 1e-30f, 3, -4], 2);
        Assert.Equal([float.PositiveInfinity, 0, float.PositiveInfinity, 0, 25], norms);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_norm_has_the_same_bits_wherever_the_point_stands(string engine)
    {
        foreach (int dimensions in Some(engine, [1, 3, 9, 17, 31, 100, 129, 257, 1000]))
        {
            float[] point = Clouds.Make(CloudKind.Normal, 1, dimensions, seed: 2);
            float[] norms = Norms(engine, Clouds.Rows(point, dimensions, new int[70]), dimensions);
            Bits.AssertSame(Enumerable.Repeat(norms[0], 70).ToArray(), norms, $"{dimensions} dimensions");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Step_moves_by_its_part_of_the_way(string engine)
    {
        foreach (int dimensions in Some(engine, Shapes.Dimensions))
        {
            foreach (float step in new[] { 0.1f, 0.5f, -0.25f, 1.5f, 1e-3f })
            {
                (float[] x, float[] y) = Clouds.Pair(CloudKind.Normal, 70, 40, dimensions, seed: 9);
                (int[] from, int[] to) = Pairs(70, 40, 50);
                float[] moved = Step(engine, x, from, y, to, dimensions, step);
                float[] expected = [.. x];
                for (int i = 0; i < from.Length; i++)
                {
                    for (int k = 0; k < dimensions; k++)
                    {
                        int at = (from[i] * dimensions) + k;
                        double difference = (double)y[(to[i] * dimensions) + k] - x[at];
                        double truth = x[at] + (step * difference);

                        // Three roundings: of the difference, of its product, of the sum.
                        double tolerance = 6e-8 * (Math.Abs(truth) + (2 * Math.Abs(step * difference)));
                        Assert.True(Math.Abs(moved[at] - truth) <= tolerance, $"{dimensions} dimensions, step {step}: {moved[at]:R} where {truth:R} is true.");
                        expected[at] = moved[at];
                    }
                }

                Bits.AssertSame(expected, moved, "Rows without a partner");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_of_1_lands_exactly_and_a_step_of_0_stays(string engine)
    {
        foreach (CloudKind kind in Enum.GetValues<CloudKind>())
        {
            foreach (int dimensions in new[] { 1, 7, 16, 33 })
            {
                (float[] x, float[] y) = Clouds.Pair(kind, 40, 40, dimensions, seed: 10);
                (int[] from, int[] to) = Pairs(40, 40, 40);
                float[] expected = [.. x];
                for (int i = 0; i < from.Length; i++)
                {
                    y.AsSpan(to[i] * dimensions, dimensions).CopyTo(expected.AsSpan(from[i] * dimensions));
                }

                Bits.AssertSame(expected, Step(engine, x, from, y, to, dimensions, 1), $"{kind}, step 1");

                // By value, as a step of 0 may make +0 of -0.
                Assert.Equal(x, Step(engine, x, from, y, to, dimensions, 0));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_point_that_has_arrived_stays_exactly(string engine)
    {
        foreach (float step in new[] { 0, 0.1f, 1 / 3f, 0.999999f, 1, 7, -2 })
        {
            float[] x = Clouds.Make(CloudKind.Scales, 33, 17, seed: 12);
            int[] rows = [.. Enumerable.Range(0, 33)];
            Assert.Equal(x, Step(engine, x, rows, x, rows, 17, step));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Row_numbers_out_of_range_are_refused_with_their_position(string engine)
    {
        float[] x = new float[5 * 3];
        float[] y = new float[4 * 3];
        foreach (int bad in new[] { -1, 5, int.MaxValue, int.MinValue })
        {
            Refused(() => Gather(engine, x, 3, [0, 4, 1, bad, 0]), "rows", 3);
            Refused(() => Step(engine, x, [0, bad, 1], y, [0, 0, 0], 3, 0.5f), "pointRows", 1);
            Refused(() => Step(engine, x, [0, 1, 2, 3, 4], y, [0, 1, 2, 3, bad], 3, 0.5f), "targetRows", 4);
        }

        // A row that the points have and the targets have not.
        Refused(() => Step(engine, x, [4], y, [4], 3, 0.5f), "targetRows", 0);

        static void Refused(Action action, string parameter, int position)
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(action);
            Assert.Equal(parameter, exception.ParamName);
            Assert.Contains($"position {position} ", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_and_steps_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> x = at.Upload(new float[12]);
        using EngineBuffer<float> y = at.Upload(new float[12]);
        using EngineBuffer<int> rows = at.Upload(new int[4]);
        IPointKernels kernels = at.Points;
        foreach (int dimensions in new[] { 0, -3, 5 })
        {
            Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(x, dimensions, rows, y));
            Assert.ThrowsAny<ArgumentException>(() => kernels.SquaredNorms(x, dimensions, y.Slice(0, 4)));
            Assert.ThrowsAny<ArgumentException>(() => MoveRows(kernels, x, rows, y, rows, dimensions, 0.5f));
        }

        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(x, 3, rows, y.Slice(0, 11)));
        Assert.ThrowsAny<ArgumentException>(() => kernels.Gather(x, 3, rows.Slice(0, 3), y));
        Assert.ThrowsAny<ArgumentException>(() => kernels.SquaredNorms(x, 3, y.Slice(0, 5)));
        Assert.ThrowsAny<ArgumentException>(() => MoveRows(kernels, x, rows, y, rows.Slice(0, 3), 3, 0.5f));
        Assert.ThrowsAny<ArgumentException>(() => MoveRows(kernels, x, rows, y.Slice(0, 11), rows, 3, 0.5f));
        foreach (float step in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.ThrowsAny<ArgumentException>(() => MoveRows(kernels, x, rows, y, rows, 3, step));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Numbers_are_added(string engine)
    {
        ComputeEngine at = Engine(engine);
        foreach (int count in Some(engine, [0, 1, 3, 17, 64, 255, 257, 1000, 5000]))
        {
            Draws draws = new(count);
            float[] values = [.. Enumerable.Range(0, count).Select(_ => (float)draws.Normal())];
            float[] steps = [.. Enumerable.Range(0, count).Select(_ => (float)draws.Normal())];
            using Guarded<float> x = Guarded<float>.Of(at, values);
            using Guarded<float> s = Guarded<float>.Of(at, steps);
            at.Points.Add(x.View, s.View);
            Bits.AssertSame([.. values.Zip(steps, (a, b) => a + b)], x.ToArray(), $"{count} numbers");
        }

        using EngineBuffer<float> three = at.Allocate<float>(3);
        using EngineBuffer<float> two = at.Allocate<float>(2);
        Assert.ThrowsAny<ArgumentException>(() => at.Points.Add(three, two));
        Assert.ThrowsAny<ArgumentException>(() => at.Points.Add(two, two, float.NaN));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Numbers_are_added_times_a_factor(string engine)
    {
        ComputeEngine at = Engine(engine);
        float[] values = Clouds.Make(CloudKind.Normal, 1, 300, seed: 14);
        float[] steps = Clouds.Make(CloudKind.Normal, 1, 300, seed: 15);
        foreach (float factor in new[] { 0, -0.5f, 0.3f })
        {
            using Guarded<float> x = Guarded<float>.Of(at, values);
            using Guarded<float> s = Guarded<float>.Of(at, steps);
            at.Points.Add(x.View, s.View, factor);
            float[] sums = x.ToArray();
            for (int i = 0; i < sums.Length; i++)
            {
                double truth = values[i] + ((double)factor * steps[i]);
                Assert.Equal(truth, sums[i], 6e-8 * (Math.Abs(truth) + Math.Abs(factor * steps[i])));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_rows_are_no_work(string engine)
    {
        Assert.Empty(Gather(engine, [1, 2], 2, []));
        Assert.Empty(Gather(engine, [], 2, []));
        Assert.Empty(Norms(engine, [], 3));
        Assert.Equal([1, 2], Step(engine, [1, 2], [], [3, 4], [], 2, 0.5f));
        Assert.Empty(Step(engine, [], [], [], [], 2, 0.5f));
    }

    private static (int[] From, int[] To) Pairs(int points, int targets, int count)
    {
        // No point moves twice; targets may be shared.
        Draws draws = new(count);
        return (draws.Permutation(points)[..count], [.. Enumerable.Range(0, count).Select(_ => draws.Below(targets))]);
    }

    private static void MoveRows(
        IPointKernels kernels, EngineView<float> x, EngineView<int> from, EngineView<float> y, EngineView<int> to, int dimensions, float step) =>
        kernels.MoveTowards(x, from, y, to, dimensions, step);

    private float[] Gather(string engine, float[] points, int dimensions, int[] rows)
    {
        ComputeEngine at = Engine(engine);
        using Guarded<float> from = Guarded<float>.Of(at, points);
        using Guarded<int> order = Guarded<int>.Of(at, rows);
        using Guarded<float> to = Guarded<float>.Output(at, (long)rows.Length * dimensions);
        at.Points.Gather(from.View, dimensions, order.View, to.View);
        return to.ToArray();
    }

    private float[] Norms(string engine, float[] points, int dimensions)
    {
        ComputeEngine at = Engine(engine);
        using Guarded<float> from = Guarded<float>.Of(at, points);
        using Guarded<float> norms = Guarded<float>.Output(at, points.Length / dimensions);
        at.Points.SquaredNorms(from.View, dimensions, norms.View);
        return norms.ToArray();
    }

    private float[] Step(string engine, float[] x, int[] from, float[] y, int[] to, int dimensions, float step)
    {
        ComputeEngine at = Engine(engine);
        using Guarded<float> points = Guarded<float>.Of(at, x);
        using Guarded<float> targets = Guarded<float>.Of(at, y);
        using Guarded<int> pointRows = Guarded<int>.Of(at, from);
        using Guarded<int> targetRows = Guarded<int>.Of(at, to);
        MoveRows(at.Points, points.View, pointRows.View, targets.View, targetRows.View, dimensions, step);
        return points.ToArray();
    }
}
