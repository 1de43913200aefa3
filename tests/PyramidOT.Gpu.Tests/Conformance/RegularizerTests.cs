namespace PyramidOT.Tests.Conformance;

/// <summary>The multi-marginal regularizer on every engine: loss and gradient of the whole chain from activations to distance.</summary>
public class RegularizerTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly SoftHistogramOptions[] s_kinds =
    [
        new() { Kind = SoftHistogramKind.SigmoidDifference, Bins = 6, Squash = true },
        new() { Kind = SoftHistogramKind.Gaussian, Bins = 7, Low = -2, High = 2 },
        new() { Kind = SoftHistogramKind.Centred, Bins = 5, Low = -2, High = 2 },
        new() { Bins = 10 },
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Loss_and_gradient_are_those_of_the_chain(string engine)
    {
        const double Step = 1e-6;
        const int Features = 2;
        const double Weight = 0.7;
        foreach (SoftHistogramOptions options in Some(engine, s_kinds))
        {
            float[] samples = ReferenceHistograms.Draw(options, 24 * Features, 1.2, seed: 820);
            int[] groups = [.. Enumerable.Range(0, 24).Select(i => i * 5 % 3)];
            using MultiMarginalRegularizer regularizer = new(Engine(engine), Features, new() { Histograms = options, Weight = Weight });
            float[] gradient = new float[samples.Length];
            double loss = regularizer.Evaluate(samples, groups, gradient);
            double[] exact = Array.ConvertAll(samples, sample => (double)sample);
            Assert.Equal(Weight * ReferenceHistograms.Loss(options, exact, Features, groups), loss, 1e-5);
            Assert.Equal(loss, Weight * regularizer.Distances.ToArray().Sum(), 1e-12);
            for (int i = 0; i < samples.Length; i++)
            {
                double[] up = [.. exact];
                double[] down = [.. exact];
                up[i] += Step;
                down[i] -= Step;
                double expected = Weight / (2 * Step)
                    * (ReferenceHistograms.Loss(options, up, Features, groups) - ReferenceHistograms.Loss(options, down, Features, groups));
                Assert.True(
                    Math.Abs(expected - gradient[i]) <= 1e-5, $"{options.Kind}, activation {i}: {gradient[i]} where {expected} is expected.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_groups_have_loss_0_and_gradient_0(string engine)
    {
        foreach (SoftHistogramOptions options in Some(engine, s_kinds))
        {
            // The same samples in three groups, in different orders, and in the last one twice.
            Draws draws = new(821);
            float[] own = Draws.Fill(10, draws.Normal);
            float[] samples = [.. own, .. own.Reverse(), .. own, .. own];
            int[] groups = [.. Enumerable.Range(0, 40).Select(i => i < 10 ? 4 : i < 20 ? -9 : 7)];
            using MultiMarginalRegularizer regularizer = new(Engine(engine), 1, new() { Histograms = options });
            float[] gradient = Draws.Fill(40, () => 5);
            double loss = regularizer.Evaluate(samples, groups, gradient);
            Assert.Equal([-9, 4, 7], regularizer.Groups.ToArray());
            if (options.Kind == SoftHistogramKind.PaperTriangular)
            {
                // What it adds to each count weighs less in the larger group.
                Assert.InRange(loss, 1e-6, 1e-2);
                continue;
            }

            Assert.Equal(0, loss, 1e-6);
            Assert.All(gradient, derivative => Assert.Equal(0, derivative));
        }

        // Of as many samples each, the paper's too.
        using MultiMarginalRegularizer paper = new(Engine(engine), 1);
        float[] slopes = new float[6];
        Assert.Equal(0, paper.Evaluate([1, -1, 0.5f, 0.5f, 1, -1], [1, 1, 1, 2, 2, 2], slopes));
        Assert.All(slopes, slope => Assert.Equal(0, slope));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Groups_without_samples_drop_out(string engine)
    {
        const int Features = 3;
        Draws draws = new(822);
        float[] samples = Draws.Fill(30 * Features, draws.Normal);
        int[] labels = [.. Enumerable.Range(0, 30).Select(i => i % 3 == 0 ? 50 : i % 3 == 1 ? -3 : 8)];
        float[] expected = new float[samples.Length];
        using MultiMarginalRegularizer free = new(Engine(engine), Features);
        double loss = free.Evaluate(samples, labels, expected);
        Assert.True(loss > 0.1);

        // Labels that no sample has, before, between and behind.
        using MultiMarginalRegularizer named = new(Engine(engine), Features, new() { Groups = [8, 99, 50, -3, 0, -8] });
        float[] gradient = new float[samples.Length];
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(loss, named.Evaluate(samples, labels, gradient));
            Bits.AssertSame(expected, gradient, "Gradient");
            Assert.Equal([-3, 8, 50], named.Groups.ToArray());
        }

        // A label that is not named leaves its samples out, whatever they are; and the next call takes other groups.
        using MultiMarginalRegularizer two = new(Engine(engine), Features, new() { Groups = [8, 50] });
        float[] spoilt = [.. samples];
        spoilt[1 * Features] = float.NaN;
        double least = two.Evaluate(spoilt, labels, gradient);
        int[] kept = [.. Enumerable.Range(0, 30).Where(i => labels[i] != -3)];
        float[] rest = new float[kept.Length * Features];
        Assert.Equal(least, free.Evaluate([.. kept.SelectMany(i => samples[(i * Features)..((i + 1) * Features)])], [.. kept.Select(i => labels[i])], rest));
        for (int i = 0; i < 30; i++)
        {
            int place = Array.IndexOf(kept, i);
            Bits.AssertSame(
                place < 0 ? new float[Features] : rest[(place * Features)..((place + 1) * Features)],
                gradient[(i * Features)..((i + 1) * Features)],
                $"Gradient of sample {i}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_group_or_none_has_loss_0(string engine)
    {
        using MultiMarginalRegularizer regularizer = new(Engine(engine), 2);
        float[] gradient = [1, 2, 3, 4];
        Assert.Equal(0, regularizer.Evaluate([1, 2, 3, 4], [5, 5], gradient));
        Assert.Equal([0, 0, 0, 0], gradient);
        Assert.Equal([5], regularizer.Groups.ToArray());
        Assert.Equal([0, 0], regularizer.Distances.ToArray());
        Assert.Throws<ArgumentException>("activations", () => regularizer.Evaluate([1, 2, 3, float.NaN], [5, 5], gradient));
        Assert.Equal(0, regularizer.Evaluate([], [], []));
        using MultiMarginalRegularizer named = new(Engine(engine), 1, new() { Groups = [1, 2] });
        gradient = [1, 2];
        Assert.Equal(0, named.Evaluate([0, 1], [3, 4], gradient));
        Assert.Equal([0, 0], gradient);
        Assert.Equal(0, named.Groups.Length);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_batch_is_a_loop_over_features(string engine)
    {
        const int Features = 4;
        ComputeEngine at = Engine(engine);
        float[] samples = Draws.Fill(25 * Features, new Draws(823).Normal);
        int[] groups = [.. Enumerable.Range(0, 25).Select(i => i * i % 4)];
        using MultiMarginalRegularizer regularizer = new(at, Features);
        using MultiMarginalRegularizer single = new(at, 1);
        using Guarded<float> x = Guarded<float>.Of(at, samples);
        using Guarded<int> labels = Guarded<int>.Of(at, groups);
        using Guarded<float> gradient = Guarded<float>.Output(at, samples.Length);
        double loss = regularizer.Evaluate(x.View, labels.View, gradient.View);
        double sum = 0;
        for (int f = 0; f < Features; f++)
        {
            float[] own = [.. Enumerable.Range(0, 25).Select(i => samples[(i * Features) + f])];
            float[] slopes = new float[25];
            double one = single.Evaluate(own, groups, slopes);
            Assert.Equal(regularizer.Distances[f], one);
            sum += one;
            Bits.AssertSame(slopes, [.. Enumerable.Range(0, 25).Select(i => gradient.ToArray()[(i * Features) + f])], $"Feature {f}");
        }

        Assert.Equal(sum, loss);

        // However the labels come, and without the gradient.
        using Guarded<float> again = Guarded<float>.Output(at, samples.Length);
        Assert.Equal(loss, regularizer.Evaluate(x.View, groups, again.View));
        Bits.AssertSame(gradient.ToArray(), again.ToArray(), "Gradient");
        Assert.Equal(loss, regularizer.Evaluate(x.View, groups, default));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Other_costs_go_through_the_walk(string engine)
    {
        const int Features = 2;
        ComputeEngine at = Engine(engine);
        float[] samples = Draws.Fill(20 * Features, new Draws(824).Normal);
        int[] groups = [.. Enumerable.Range(0, 20).Select(i => i % 3)];
        foreach (MultiMarginalCost cost in Some(engine, [MultiMarginalCost.Pairwise(1), MultiMarginalCost.Median, MultiMarginalCost.Variance]))
        {
            using SoftHistograms histograms = new(at, Features, 3);
            float[] masses = new float[Features * 3 * 10];
            int[] counts = new int[3];
            histograms.Forward(samples, groups, masses, counts);
            Assert.Equal([7, 7, 6], counts);
            MultiMarginalResult solved = MultiMarginalTransport.Solve(
                at,
                MarginalHistograms.Create(masses, MarginalLayout.Uniform(Features, 3, 10), new() { Tolerance = 1e-5 }),
                new() { Cost = cost, Ties = TieRule.Averaged });
            float[] expected = new float[samples.Length];
            histograms.Backward(samples, groups, Array.ConvertAll(solved.Gradients.ToArray(), slope => (float)slope), expected);
            using MultiMarginalRegularizer regularizer = new(at, Features, new() { Cost = cost });
            float[] gradient = new float[samples.Length];
            Assert.Equal(solved.Values.ToArray().Sum(), regularizer.Evaluate(samples, groups, gradient), 1e-5);
            for (int i = 0; i < gradient.Length; i++)
            {
                Assert.Equal(expected[i], gradient[i], 1e-4f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Bad_input_is_refused_by_name(string engine)
    {
        ComputeEngine at = Engine(engine);
        using MultiMarginalRegularizer regularizer = new(at, 2);
        float[] gradient = [9, 9, 9, 9, 9, 9];
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(
                "activations", () => regularizer.Evaluate([0, 1, 2, bad, bad, 0], [1, 2, 1], gradient));
            Assert.Contains("sample 1, feature 1", exception.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>("activations", () => regularizer.Evaluate([0, 1, 2], [1, 2], gradient));
        Assert.Throws<ArgumentException>("gradient", () => regularizer.Evaluate([0, 1, 2, 3], [1, 2], gradient));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiMarginalRegularizer(at, 0));
        Assert.Throws<ArgumentOutOfRangeException>("Weight", () => new MultiMarginalRegularizer(at, 1, new() { Weight = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>("Bins", () => new MultiMarginalRegularizer(at, 1, new() { Histograms = new() { Bins = 0 } }));
        Assert.Throws<ArgumentException>("Groups", () => new MultiMarginalRegularizer(at, 1, new() { Groups = [] }));
        using SoftHistograms histograms = new(at, 1, 2);
        ArgumentOutOfRangeException group = Assert.Throws<ArgumentOutOfRangeException>("groups", () => histograms.Forward([1, 2], [0, 2], new float[20]));
        Assert.Contains("sample 1", group.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("histograms", () => histograms.Forward([1, 2], [0, 1], new float[19]));
    }

    [Fact]
    public void A_step_allocates_nothing_that_grows()
    {
        ComputeEngine at = Engine("host, 1 thread");
        float[] samples = Draws.Fill(3000 * 8, new Draws(825).Normal);
        int[] groups = [.. Enumerable.Range(0, 3000).Select(i => i % 5)];
        float[] gradient = new float[samples.Length];
        using MultiMarginalRegularizer regularizer = new(at, 8);
        for (int i = 0; i < 3; i++)
        {
            regularizer.Evaluate(samples, groups, gradient);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        regularizer.Evaluate(samples, groups, gradient);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        long rented = at.RentedBytes;
        regularizer.Evaluate(samples, groups, gradient);
        Assert.Equal(rented, at.RentedBytes);
    }
}
