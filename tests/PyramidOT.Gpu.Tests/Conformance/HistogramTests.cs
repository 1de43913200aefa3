namespace PyramidOT.Tests.Conformance;

/// <summary>Soft histograms on every engine, against the formulas in float64 and finite differences of them.</summary>
public class HistogramTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void They_are_those_of_the_papers_code(string engine)
    {
        float[] samples = [-2, -1, 0, 1, 2];
        (int Bins, double[] Expected)[] vectors =
        [
            (5, [.088059166, .272190373, .183780044, .183780044, .272190373]),
            (10, [.000199601, .161670814, .100521957, .137607627, .000399202, .199600798, .000199601, .138006829, .100521957, .161271613]),
        ];
        foreach ((int bins, double[] expected) in vectors)
        {
            (float[] histogram, _, long bad) = HistogramRun.Forward(Engine(engine), new(5, 1, 1), new() { Bins = bins }, samples, new int[5]);
            Assert.Equal(long.MaxValue, bad);
            for (int k = 0; k < bins; k++)
            {
                Assert.Equal(expected[k], histogram[k], 3e-7);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void They_are_those_of_the_formulas(string engine)
    {
        foreach ((HistogramShape shape, SoftHistogramOptions options) in Some(engine, HistogramRun.Cases))
        {
            float[] samples = ReferenceHistograms.Draw(options, (int)shape.Activations, 1.5, seed: 800);
            int[] groups = HistogramRun.DrawGroups(shape, seed: 801);
            (float[] histograms, float[] totals, _) = HistogramRun.Forward(Engine(engine), shape, options, samples, groups);
            for (int h = 0; h < shape.Histograms; h++)
            {
                List<double> own = ReferenceHistograms.Samples(samples, shape.Features, groups, h / shape.Groups, h % shape.Groups);
                double[] expected = ReferenceHistograms.Of(options, own) ?? new double[options.Bins];
                double total = own.Sum(sample => ReferenceHistograms.Weights(options, sample).Sum());
                if (own.Count > 0 && options.Kind == SoftHistogramKind.PaperTriangular)
                {
                    total += 1e-4 * options.Bins * options.Bins;
                }

                Assert.Equal(total, totals[h], 1e-5 * (1 + total));
                for (int k = 0; k < options.Bins; k++)
                {
                    Assert.True(
                        Math.Abs(expected[k] - histograms[(h * options.Bins) + k]) <= 1e-6,
                        $"{options.Kind}, histogram {h}, bin {k}: {histograms[(h * options.Bins) + k]} where {expected[k]} is expected.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_are_those_of_finite_differences(string engine)
    {
        const double Step = 1e-5;
        foreach ((HistogramShape shape, SoftHistogramOptions options) in Some(engine, HistogramRun.Cases))
        {
            Draws draws = new(802);
            float[] samples = ReferenceHistograms.Draw(options, (int)shape.Activations, 1.5, seed: 803);
            int[] groups = HistogramRun.DrawGroups(shape, seed: 804);
            float[] slopes = Draws.Fill((int)shape.Histograms * options.Bins, draws.Normal);
            var forward = HistogramRun.Forward(Engine(engine), shape, options, samples, groups);
            float[] gradients = HistogramRun.Backward(Engine(engine), shape, options, samples, groups, forward, slopes, factor: 2);
            double[][] counts = [.. Enumerable.Range(0, (int)shape.Histograms).Select(h => ReferenceHistograms.Counts(
                options, ReferenceHistograms.Samples(samples, shape.Features, groups, h / shape.Groups, h % shape.Groups)))];
            for (int i = 0; i < samples.Length; i++)
            {
                int group = groups[i / shape.Features];
                if (group < 0)
                {
                    Assert.Equal(0, gradients[i]);
                    continue;
                }

                int histogram = (i % shape.Features * shape.Groups) + group;
                double[] own = ReferenceHistograms.Weights(options, samples[i]);
                double Loss(double moved)
                {
                    double[] weights = ReferenceHistograms.Weights(options, moved);
                    double[] changed = [.. counts[histogram].Select((count, k) => count + weights[k] - own[k])];
                    return 2 * changed.Select((count, k) => count * slopes[(histogram * options.Bins) + k]).Sum() / changed.Sum();
                }

                double expected = (Loss(samples[i] + Step) - Loss(samples[i] - Step)) / (2 * Step);
                double largest = 2.0 * options.Bins / Math.Max(forward.Totals[histogram], 0.01) * 4;
                Assert.True(
                    Math.Abs(expected - gradients[i]) <= 1e-5 * largest, $"{options.Kind}, activation {i}: {gradients[i]} where {expected} is expected.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_sample_counts_once_wherever_it_lies(string engine)
    {
        float[] samples = [0, -0f, 1e-30f, 0.05f, 0.1f, 0.499f, 0.5f, 0.75f, 1, 1.0001f, -1e-6f, -3, 77, 1e10f, -1e10f, 3e38f, -3e38f];
        foreach (SoftHistogramKind kind in new[] { SoftHistogramKind.Centred, SoftHistogramKind.Gaussian, SoftHistogramKind.SigmoidDifference })
        {
            SoftHistogramOptions options = new() { Kind = kind, Bins = 4 };
            foreach (float sample in Some(engine, samples))
            {
                (float[] histogram, float[] totals, long bad) = HistogramRun.Forward(Engine(engine), new(1, 1, 1), options, [sample], [0]);
                Assert.Equal(long.MaxValue, bad);
                Assert.Equal(1, totals[0], kind == SoftHistogramKind.Centred ? 0 : 1e-6f);
                Assert.Equal(1, histogram.Sum(), 1e-6f);
                Assert.True(sample >= 0 || histogram[0] > 0.88f, $"{kind}: {sample} is not in the first bin.");
                Assert.True(sample <= 1.5 || histogram[3] > 0.999f, $"{kind}: {sample} is not in the last bin.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_samples_does_not_matter(string engine)
    {
        foreach ((HistogramShape shape, SoftHistogramOptions options) in Some(engine, HistogramRun.Cases))
        {
            float[] samples = ReferenceHistograms.Draw(options, (int)shape.Activations, 1.5, seed: 805);
            int[] groups = HistogramRun.DrawGroups(shape, seed: 806);
            int[] order = new Draws(807).Permutation(shape.Samples);
            float[] moved = [.. order.SelectMany(i => samples.AsSpan(i * shape.Features, shape.Features).ToArray())];
            int[] movedGroups = [.. order.Select(i => groups[i])];
            var forward = HistogramRun.Forward(Engine(engine), shape, options, samples, groups);
            var again = HistogramRun.Forward(Engine(engine), shape, options, moved, movedGroups);
            Bits.AssertSame(forward.Histograms, again.Histograms, $"Histograms of {options.Kind}");
            float[] slopes = Draws.Fill(forward.Histograms.Length, new Draws(808).Normal);
            float[] gradients = HistogramRun.Backward(Engine(engine), shape, options, samples, groups, forward, slopes);
            float[] movedGradients = HistogramRun.Backward(Engine(engine), shape, options, moved, movedGroups, again, slopes);
            Bits.AssertSame(
                [.. order.SelectMany(i => gradients.AsSpan(i * shape.Features, shape.Features).ToArray())], movedGradients, $"Gradients of {options.Kind}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Activations_that_are_not_finite_are_found(string engine)
    {
        HistogramShape shape = new(20, 3, 2);
        int[] groups = [.. Enumerable.Range(0, 20).Select(i => i % 3 - 1)];
        foreach (SoftHistogramKind kind in Some(engine, Enum.GetValues<SoftHistogramKind>()))
        {
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                // Samples 0 and 3 are left out, so what they have does not count.
                float[] samples = new float[60];
                samples[0] = bad;
                samples[10] = bad;
                SoftHistogramOptions options = new() { Kind = kind };
                Assert.Equal(long.MaxValue, HistogramRun.Forward(Engine(engine), shape, options, samples, groups).FirstBad);
                samples[50] = bad;
                samples[41] = bad;
                Assert.Equal(41, HistogramRun.Forward(Engine(engine), shape, options, samples, groups).FirstBad);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Labels_are_numbered(string engine)
    {
        int[] known = [int.MinValue, -7, 0, 3, 1000, int.MaxValue];
        int[] labels = [3, 3, -7, 5, int.MaxValue, int.MinValue, 0, 1000, 999, -8, 3, 1];
        int[] expected = [3, 3, 1, -1, 5, 0, 2, 4, -1, -1, 3, -1];
        using Guarded<int> from = Guarded<int>.Of(Engine(engine), labels);
        using Guarded<int> sorted = Guarded<int>.Of(Engine(engine), known);
        using Guarded<int> groups = Guarded<int>.Output(Engine(engine), labels.Length);
        using Guarded<int> counts = Guarded<int>.Output(Engine(engine), known.Length);
        Engine(engine).Histograms.Encode(from.View, sorted.View, groups.View, counts.View);
        Assert.Equal(expected, groups.ToArray());
        Assert.Equal([1, 1, 1, 3, 1, 1], counts.ToArray());

        // In place too.
        Engine(engine).Histograms.Encode(from.View, sorted.View, from.View, counts.View);
        Assert.Equal(expected, from.ToArray());
    }

    [Theory]
    [MemberData(nameof(Swift))]
    public void Large_sizes_are_cut_rightly(string engine)
    {
        // More bins than shared memory has room for, more features than a tile, more samples than a block; and more groups than are counted there.
        (HistogramShape Shape, int Bins)[] cases = [(new(600, 37, 5), 20), (new(300, 2, 30), 500), (new(70, 300, 2), 4)];
        foreach ((HistogramShape shape, int bins) in cases)
        {
            SoftHistogramOptions options = new() { Kind = SoftHistogramKind.Centred, Bins = bins, Squash = true };
            float[] samples = ReferenceHistograms.Draw(options, (int)shape.Activations, 1.5, seed: 809);
            int[] groups = HistogramRun.DrawGroups(shape, seed: 810);
            var whole = HistogramRun.Forward(Engine(engine), shape, options, samples, groups);
            float[] slopes = Draws.Fill(whole.Histograms.Length, new Draws(811).Normal);
            float[] gradients = HistogramRun.Backward(Engine(engine), shape, options, samples, groups, whole, slopes);

            // Each feature by itself.
            for (int f = 0; f < shape.Features; f += 7)
            {
                HistogramShape one = shape with { Features = 1 };
                float[] own = [.. Enumerable.Range(0, shape.Samples).Select(i => samples[(i * shape.Features) + f])];
                var alone = HistogramRun.Forward(Engine(engine), one, options, own, groups);
                Range part = (f * shape.Groups * bins)..((f + 1) * shape.Groups * bins);
                Bits.AssertSame(alone.Histograms, whole.Histograms[part], "Histograms");
                float[] derivatives = HistogramRun.Backward(Engine(engine), one, options, own, groups, alone, slopes[part]);
                Bits.AssertSame(derivatives, [.. Enumerable.Range(0, shape.Samples).Select(i => gradients[(i * shape.Features) + f])], "Gradients");
                double[] expected = ReferenceHistograms.Of(options, ReferenceHistograms.Samples(own, 1, groups, 0, 0))!;
                Assert.True(expected.Zip(alone.Histograms, (a, b) => Math.Abs(a - b)).Max() < 1e-5, "The histogram differs from the formula's.");
            }
        }

        int[] many = [.. Enumerable.Range(0, 5000)];
        int[] labels = [.. Enumerable.Range(0, 9000).Select(i => i * 7 % 6000)];
        using EngineBuffer<int> known = Engine(engine).Upload(many);
        using EngineBuffer<int> numbered = Engine(engine).Upload(labels);
        using EngineBuffer<int> counts = Engine(engine).Allocate<int>(many.Length);
        Engine(engine).Histograms.Encode(numbered, known, numbered, counts);
        Assert.Equal([.. labels.Select(label => label < 5000 ? label : -1)], numbered.ToArray());
        Assert.Equal([.. many.Select(group => labels.Count(label => label == group))], counts.ToArray());
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        HistogramShape shape = new(3000, 20, 5);
        foreach (SoftHistogramKind kind in Enum.GetValues<SoftHistogramKind>())
        {
            SoftHistogramOptions options = new() { Kind = kind, Squash = true };
            float[] samples = Draws.Fill((int)shape.Activations, new Draws(812).Normal);
            int[] groups = HistogramRun.DrawGroups(shape, seed: 813);
            float[] slopes = Draws.Fill((int)shape.Histograms * options.Bins, new Draws(814).Normal);
            (float[] Histograms, float[] Gradients)[] all = [.. EnginesAtHand.HostNames.Select(name =>
            {
                var forward = HistogramRun.Forward(Engine(name), shape, options, samples, groups);
                return (forward.Histograms, HistogramRun.Backward(Engine(name), shape, options, samples, groups, forward, slopes));
            })];
            foreach ((float[] histograms, float[] gradients) in all[1..])
            {
                Bits.AssertSame(all[0].Histograms, histograms, "Histograms");
                Bits.AssertSame(all[0].Gradients, gradients, "Gradients");
            }
        }
    }
}
