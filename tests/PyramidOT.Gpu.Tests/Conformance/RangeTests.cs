using PyramidOT.Engines;
using PyramidOT.Engines.Host;
using PyramidOT.Engines.Ilgpu;

namespace PyramidOT.Tests.Conformance;

/// <summary>Multi-marginal transport for the range cost on every engine, against the closed form number by number.</summary>
public class RangeTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    // Nothing of either kind, one of either, both sides of a vector, of a device's block of cuts and of its chunk of histograms.
    private static readonly (int Histograms, int Bins)[] s_shapes =
    [
        (0, 0), (4, 0), (0, 7), (1, 1), (1, 40), (5, 1), (2, 2), (3, 7), (4, 8), (5, 9), (2, 10), (31, 17), (3, 32), (33, 33), (0, 0), (64, 5),
        (65, 34), (10, 100), (140, 6), (50, 50), (3, 200),
    ];

    // What a histogram is made of. All but the uniform ones have sums without rounding, so that ties are ties.
    private static readonly Dictionary<string, Func<Draws, int, int, double>> s_kinds = new()
    {
        ["uniform"] = (draws, _, _) => draws.Uniform(),
        ["whole"] = (draws, _, _) => draws.Below(3),
        ["equal"] = (_, i, _) => i % 3,
        ["leading and trailing bins empty"] = (draws, i, n) => i < n / 3 || i > n / 2 ? 0 : draws.Below(4),
        ["one bin"] = (draws, i, n) => i == n / 2 ? 2 : 0,
        ["scattered"] = (draws, _, _) => draws.Below(12) == 0 ? 1 : 0,
    };

    public static TheoryData<string, string, TieRule> Cases => Crossed.With(EnginesAtHand.Names, s_kinds.Keys, Enum.GetValues<TieRule>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_the_closed_form(string engine, string kind, TieRule ties)
    {
        MarginalLayout problems = Layout([.. Some(engine, s_shapes)]);
        float[] masses = Masses(problems, kind, seed: 500);
        AssertSolved(Engine(engine), problems, masses, [], ties);
        AssertSolved(Engine(engine), problems, masses, Positions(problems, seed: 501), ties);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Positions_may_be_those_of_all_problems(string engine)
    {
        MarginalLayout problems = MarginalLayout.Uniform(3, 4, 11);
        float[] masses = Masses(problems, "uniform", seed: 502);
        float[] one = Positions(MarginalLayout.Uniform(1, 4, 11), seed: 503);
        (double[] values, float[] gradients) = Run(Engine(engine), problems, masses, one, TieRule.FirstLast);
        (double[] expected, float[] expectedGradients) = Run(Engine(engine), problems, masses, [.. one, .. one, .. one], TieRule.FirstLast);
        Bits.AssertSame(expected, values, "Values");
        Bits.AssertSame(expectedGradients, gradients, "Gradients");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Values_alone_are_the_same(string engine)
    {
        MarginalLayout problems = Layout([(3, 20), (0, 2), (7, 41)]);
        float[] masses = Masses(problems, "uniform", seed: 504);
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            ComputeEngine at = Engine(engine);
            using EngineBuffer<float> from = at.Upload(masses);
            double[] values = new double[problems.Count];
            at.MultiMarginal.Range(problems, from, default, ties, values, default);
            Bits.AssertSame(Run(at, problems, masses, [], ties).Values, values, $"{ties}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_batch_has_the_bits_of_its_problems_alone(string engine)
    {
        (int Histograms, int Bins)[] shapes = [.. Some(engine, s_shapes)];
        MarginalLayout problems = Layout(shapes);
        float[] masses = Masses(problems, "uniform", seed: 505);
        float[] positions = Positions(problems, seed: 506);
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            (double[] values, float[] gradients) = Run(Engine(engine), problems, masses, positions, ties);
            for (int b = 0; b < problems.Count; b++)
            {
                (double[] value, float[] gradient) = Run(
                    Engine(engine),
                    Layout([shapes[b]]),
                    Shapes.Part(masses, problems.ElementOffsets, b),
                    Shapes.Part(positions, problems.BinOffsets, b),
                    ties);
                Bits.AssertSame([values[b]], value, $"Problem {b}");
                Bits.AssertSame(Shapes.Part(gradients, problems.ElementOffsets, b), gradient, $"Problem {b}");
            }
        }
    }

    [Fact]
    public void Neither_threads_nor_groups_change_a_bit()
    {
        MarginalLayout many = Layout([.. Enumerable.Range(0, 400).Select(b => (b % 13, (b * 7) % 90))]);
        MarginalLayout few = Layout([(70, 40), (3, 65)]);
        float[] manyMasses = Masses(many, "uniform", seed: 507);
        float[] fewMasses = Masses(few, "uniform", seed: 508);
        float[] positions = Positions(few, seed: 509);
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            foreach (IGrouping<bool, string> alike in EnginesAtHand.Names.Where(IsKnown).GroupBy(name => EnginesAtHand.HostNames.Contains(name)))
            {
                foreach (string name in alike.Skip(1))
                {
                    AssertSame(Run(Engine(alike.First()), few, fewMasses, positions, ties), Run(Engine(name), few, fewMasses, positions, ties), name);
                    if (alike.Key)
                    {
                        AssertSame(Run(Engine(alike.First()), many, manyMasses, [], ties), Run(Engine(name), many, manyMasses, [], ties), name);
                    }
                }
            }
        }

        // A GPU may fuse a product and a sum.
        static bool IsKnown(string name) => EnginesAtHand.HostNames.Contains(name) || name.StartsWith("cpu-accelerator", StringComparison.Ordinal);

        static void AssertSame((double[] Values, float[] Gradients) expected, (double[] Values, float[] Gradients) actual, string what)
        {
            Bits.AssertSame(expected.Values, actual.Values, what);
            Bits.AssertSame(expected.Gradients, actual.Gradients, what);
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_host_has_the_same_bits_with_any_instructions(string engine)
    {
        // Measured once: a child process with other instructions must find them too.
        MarginalLayout problems = Layout([(7, 61), (20, 30)]);
        float[] masses = Masses(problems, "uniform", seed: 510);
        float[] positions = Positions(problems, seed: 511);
        HashCode64 hash = new();
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            (double[] values, float[] gradients) = Run(Engine(engine), problems, masses, positions, ties);
            Array.ForEach(values, value => hash.Add(BitConverter.DoubleToUInt64Bits(value)));
            Array.ForEach(gradients, value => hash.Add(BitConverter.SingleToUInt32Bits(value)));
        }

        Assert.Equal(10033715309362158752UL, hash.Value);
    }

    [Fact]
    public void A_batch_that_no_cache_holds_has_the_same_bits()
    {
        // Results go past the caches then. The same few problems, over and over, at any address within a line; the last one is too large for it.
        ComputeEngine engine = Engine("host, 3 threads");
        (int Histograms, int Bins)[] few = [(10, 100), (3, 7), (1, 1), (0, 4), (9, 33), (5, 60)];
        (int Histograms, int Bins) large = (300, (int)(StreamedMemory.MostAtATime / 1000));
        MarginalLayout one = Layout(few);
        float[] masses = Masses(one, "uniform", seed: 518);
        float[] largeMasses = Masses(Layout([large]), "whole", seed: 519);
        int times = (int)(StreamedMemory.LeastBytes / (2 * sizeof(float)) / one.Elements);
        MarginalLayout many = Layout([.. Enumerable.Repeat(few, times).SelectMany(shapes => shapes), large]);
        float[] all = new float[many.Elements];
        for (int time = 0; time < times; time++)
        {
            masses.CopyTo(all, time * masses.Length);
        }

        largeMasses.CopyTo(all, times * masses.Length);
        using EngineBuffer<float> from = engine.Upload(all);
        using EngineBuffer<float> to = engine.Allocate<float>(all.Length);
        double[] values = new double[many.Count];
        engine.MultiMarginal.Range(many, from, default, TieRule.FirstLast, values, to);
        to.Download(all);
        (double[] expected, float[] gradients) = Run(engine, one, masses, [], TieRule.FirstLast);
        for (int time = 0; time < times; time++)
        {
            Assert.True(expected.AsSpan().SequenceEqual(values.AsSpan(time * few.Length, few.Length)), $"Values, time {time}.");
            Assert.True(gradients.AsSpan().SequenceEqual(all.AsSpan(time * masses.Length, masses.Length)), $"Gradients, time {time}.");
        }

        Bits.AssertSame(Run(engine, Layout([large]), largeMasses, [], TieRule.FirstLast).Gradients, all[(times * masses.Length)..], "The large one");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_histograms_have_no_gradient_where_ties_share(string engine)
    {
        // Not dyadic: sums are rounded, but all alike.
        Draws draws = new(512);
        float[] one = Draws.Fill(37, draws.Uniform);
        MarginalLayout problems = MarginalLayout.Uniform(1, 7, 37);
        float[] masses = [.. Enumerable.Repeat(one, 7).SelectMany(row => row)];
        (double[] values, float[] gradients) = Run(Engine(engine), problems, masses, Positions(problems, seed: 513), TieRule.Averaged);
        Assert.Equal([0.0], values);
        Assert.Equal(new float[masses.Length], gradients);

        // And to within the rounding of float32, where each was normalised in its own way.
        masses = [.. Enumerable.Range(0, 7).SelectMany(j => one.Select(mass => mass * (1 + (j % 3 * 1e-7f))))];
        (values, gradients) = Run(Engine(engine), problems, masses, [], TieRule.Averaged);
        Assert.Equal(new float[masses.Length], gradients);
        Assert.True(values[0] > 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_no_mass_makes_the_value_none(string engine)
    {
        MarginalLayout problems = MarginalLayout.Uniform(3, 5, 13);
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (int place in new[] { 0, 4, 12, (4 * 13) + 12 })
            {
                float[] masses = Masses(problems, "uniform", seed: 514);
                masses[(5 * 13) + place] = bad;
                double[] values = Run(Engine(engine), problems, masses, [], TieRule.FirstLast).Values;
                Assert.True(double.IsNaN(values[1]));
                Assert.True(double.IsFinite(values[0]) && double.IsFinite(values[2]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        MarginalLayout problems = MarginalLayout.Uniform(2, 3, 4);
        using EngineBuffer<float> all = at.Allocate<float>(24);
        IMultiMarginalKernels kernels = at.MultiMarginal;
        Assert.Equal("histograms", Refusal(() => kernels.Range(problems, all.Slice(0, 23), default, TieRule.FirstLast, new double[2], all)));
        Assert.Equal("gradients", Refusal(() => kernels.Range(problems, all, default, TieRule.FirstLast, new double[2], all.Slice(0, 12))));
        Assert.Equal("values", Refusal(() => kernels.Range(problems, all, default, TieRule.FirstLast, new double[3], default)));
        Assert.Equal("positions", Refusal(() => kernels.Range(problems, all, all.Slice(0, 3), TieRule.FirstLast, new double[2], default)));
        Assert.Equal("ties", Refusal(() => kernels.Range(problems, all, default, (TieRule)7, new double[2], default)));
        Assert.Equal("problems", Refusal(() => kernels.Range(null!, all, default, TieRule.FirstLast, new double[2], default)));

        static string? Refusal(Action call) => Assert.ThrowsAny<ArgumentException>(call).ParamName;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_device_without_float64_comes_close(int groupSize)
    {
        using IlgpuEngine engine = IlgpuEngine.CreateCpu(new IlgpuShape(groupSize, groupSize) { WithoutDoubles = true }, new());
        MarginalLayout problems = Layout([(3, 40), (70, 9), (1, 3)]);
        foreach (TieRule ties in Enum.GetValues<TieRule>())
        {
            AssertSolved(engine, problems, Masses(problems, "uniform", seed: 515), [], ties);
            AssertSolved(engine, problems, Masses(problems, "whole", seed: 516), Positions(problems, seed: 517), ties);
        }
    }

    private static void AssertSolved(ComputeEngine engine, MarginalLayout problems, float[] masses, float[] positions, TieRule ties)
    {
        (double[] values, float[] gradients) = Run(engine, problems, masses, positions, ties);
        for (int b = 0; b < problems.Count; b++)
        {
            int d = problems.HistogramsOf(b);
            int n = problems.BinsOf(b);
            double[] own = Array.ConvertAll(Shapes.Part(masses, problems.ElementOffsets, b), mass => (double)mass);
            double[] at = positions.Length == 0 ? [] : Array.ConvertAll(Shapes.Part(positions, problems.BinOffsets, b), x => (double)x);
            double tolerance = TieRules.Tolerance32 * (d == 0 ? 0 : own[..n].Sum());
            (double value, double[] gradient) = ReferenceRange.Solve(own, d, n, at, ties, tolerance);

            // Two floats have 48 bits, of which a product keeps 24.
            double accuracy = engine is IlgpuEngine { HasDoubles: false } ? 3e-7 : 1e-13;
            Assert.Equal(value, values[b], accuracy * (1 + value));
            float[] actual = Shapes.Part(gradients, problems.ElementOffsets, b);
            for (int i = 0; i < gradient.Length; i++)
            {
                // Shares of a charge are float32 on devices.
                double error = ties == TieRule.FirstLast && at.Length == 0 ? 0 : 3e-6 * (1 + Math.Abs(gradient[i]));
                Assert.True(Math.Abs(gradient[i] - actual[i]) <= error, $"Problem {b} of {d} x {n}, element {i}: {actual[i]} for {gradient[i]}.");
            }
        }
    }

    private static (double[] Values, float[] Gradients) Run(ComputeEngine engine, MarginalLayout problems, float[] masses, float[] positions, TieRule ties)
    {
        using Guarded<float> from = Guarded<float>.Of(engine, masses);
        using Guarded<float> at = Guarded<float>.Of(engine, positions);
        using Guarded<float> to = Guarded<float>.Output(engine, masses.Length);
        double[] values = new double[problems.Count];
        values.AsSpan().Fill(double.NaN);
        engine.MultiMarginal.Range(problems, from.View, at.View, ties, values, to.View);
        return (values, to.ToArray());
    }

    private static MarginalLayout Layout((int Histograms, int Bins)[] shapes) =>
        MarginalLayout.Ragged([.. shapes.Select(shape => shape.Histograms)], [.. shapes.Select(shape => shape.Bins)]);

    private static float[] Masses(MarginalLayout problems, string kind, int seed)
    {
        Draws draws = new(seed);
        float[] masses = new float[problems.Elements];
        for (int b = 0; b < problems.Count; b++)
        {
            int n = problems.BinsOf(b);
            for (int i = 0; i < problems.HistogramsOf(b) * n; i++)
            {
                masses[problems.ElementOffsets[b] + i] = (float)s_kinds[kind](draws, i % n, n);
            }
        }

        return masses;
    }

    private static float[] Positions(MarginalLayout problems, int seed)
    {
        Draws draws = new(seed);
        float x = -3;
        return Draws.Fill((int)problems.Bins, () => x += 0.1f + (float)draws.Uniform());
    }

    /// <summary>Numbers folded into one, the same on every machine (FNV-1a by words).</summary>
    private struct HashCode64
    {
        private ulong _value;

        public readonly ulong Value => _value;

        public void Add(ulong number) => _value = (_value ^ number) * 0x100000001B3UL;
    }
}
