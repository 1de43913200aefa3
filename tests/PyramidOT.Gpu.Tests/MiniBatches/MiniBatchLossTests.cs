using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Losses and gradients of single batches.</summary>
public class MiniBatchLossTests
{
    [Theory]
    [MemberData(nameof(AllCosts))]
    public void Gradients_are_those_of_finite_differences(GroundDistance distance, double exponent)
    {
        using ComputeEngine engine = TestPyramids.Host();
        GroundCost cost = new(distance, exponent);
        foreach (int dimensions in distance == GroundDistance.Cosine ? [2, 3, 17] : new[] { 1, 2, 3, 17 })
        {
            using MiniBatchLoss loss = new(engine, 5, dimensions, cost);
            for (int seed = 0; seed < 4; seed++)
            {
                float[] source = Clouds.Make(CloudKind.Normal, 5, dimensions, 300 + seed);
                float[] target = [.. Clouds.Make(CloudKind.Normal, 5, dimensions, 400 + seed).Select(x => x + 0.5f)];
                float[] sourceGradient = new float[source.Length];
                float[] targetGradient = new float[target.Length];
                double value = loss.Evaluate(source, target, sourceGradient, targetGradient);

                double[] x = [.. source];
                double[] y = [.. target];
                double expected = DoubleLoss.Of(x, y, dimensions, cost);
                Assert.Equal(expected, value, 1e-5 * expected);
                AssertClose(DoubleLoss.Gradient(x, y, dimensions, cost, ofTarget: false), sourceGradient, $"{cost}, source");
                AssertClose(DoubleLoss.Gradient(x, y, dimensions, cost, ofTarget: true), targetGradient, $"{cost}, target");
            }
        }
    }

    [Fact]
    public void The_gradient_of_squared_distances_points_at_the_partners()
    {
        // 2 (x_i - y_s(i)) / n, by hand: the optimum joins 0 with 1 and 10 with 14.
        using ComputeEngine engine = TestPyramids.Host();
        using MiniBatchLoss loss = new(engine, 2, 1);
        float[] sourceGradient = new float[2];
        float[] targetGradient = new float[2];
        Assert.Equal((1 + 16) / 2.0, loss.Evaluate([0, 10], [14, 1], sourceGradient, targetGradient));
        Assert.Equal([-1, -4], sourceGradient);
        Assert.Equal([4, 1], targetGradient);
        Assert.Equal(2, loss.BatchSize);
    }

    [Theory]
    [MemberData(nameof(AllCosts))]
    public void Equal_clouds_have_no_loss_and_no_gradient(GroundDistance distance, double exponent)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = TestPyramids.Twins(CloudKind.Normal, 30, 4, seed: 311);
        using MiniBatchLoss loss = new(engine, 30, 4, new(distance, exponent));
        float[] sourceGradient = [.. Enumerable.Repeat(float.NaN, 120)];
        float[] targetGradient = [.. sourceGradient];
        Assert.Equal(0, loss.Evaluate(source, target, sourceGradient, targetGradient));
        Assert.All(sourceGradient, each => Assert.Equal(0, each));
        Assert.All(targetGradient, each => Assert.Equal(0, each));
    }

    [Fact]
    public void A_step_down_the_gradient_lessens_the_loss()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Clustered, 200, 200, 6, seed: 312);
        using MiniBatchLoss loss = new(engine, 200, 6);
        float[] gradient = new float[source.Length];
        double before = loss.Evaluate(source, target, gradient, default);
        float[] moved = [.. source.Select((x, i) => x - (50 * gradient[i]))];

        // x - (n / 4) (2 / n) (x - y) is half way there, and the loss a quarter.
        double after = loss.Evaluate(moved, target, gradient, default);
        Assert.Equal(before / 4, after, 1e-4 * before);
    }

    [Fact]
    public void Memory_is_kept_between_calls_and_never_mixed_up()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using MiniBatchLoss loss = new(engine, 40, 3);
        float[] larger = new float[120];
        (float[] Source, float[] Target)[] batches = [.. Enumerable.Range(0, 4).Select(seed => Clouds.Pair(CloudKind.Normal, 40, 40, 3, 320 + seed))];
        (double Loss, float[] Source, float[] Target)[] first = [.. batches.Select(Run)];
        for (int round = 0; round < 3; round++)
        {
            for (int b = batches.Length - 1; b >= 0; b--)
            {
                (double value, float[] sourceGradient, float[] targetGradient) = Run(batches[b]);
                Assert.Equal(first[b].Loss, value);
                Bits.AssertSame(first[b].Source, sourceGradient, "Source gradient");
                Bits.AssertSame(first[b].Target, targetGradient, "Target gradient");

                // Without the target's gradient the rest is the same.
                Array.Fill(larger, float.NaN);
                Assert.Equal(value, loss.Evaluate(batches[b].Source, batches[b].Target, larger, default));
                Bits.AssertSame(sourceGradient, larger, "Source gradient alone");

                // What is refused leaves nothing behind.
                float[] spoilt = [.. batches[b].Source];
                spoilt[7] = float.NaN;
                Assert.ThrowsAny<ArgumentException>(() => loss.Evaluate(spoilt, batches[b].Target, larger, default));
            }
        }

        (double Loss, float[] Source, float[] Target) Run((float[] Source, float[] Target) batch)
        {
            float[] sourceGradient = new float[120];
            float[] targetGradient = new float[120];
            double value = loss.Evaluate(batch.Source, batch.Target, sourceGradient, targetGradient);
            return (value, sourceGradient, targetGradient);
        }
    }

    [Fact]
    public void Points_on_the_engine_give_the_same()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Normal, 20, 20, 3, seed: 331);
        using MiniBatchLoss loss = new(engine, 20, 3);
        float[] sourceGradient = new float[60];
        float[] targetGradient = new float[60];
        double expected = loss.Evaluate(source, target, sourceGradient, targetGradient);

        using EngineBuffer<float> all = engine.Upload((float[])[.. source, .. target, .. new float[120]]);
        double actual = loss.Evaluate(all.Slice(0, 60), all.Slice(60, 60), all.Slice(120, 60), all.Slice(180, 60));
        Assert.Equal(expected, actual);
        Bits.AssertSame(sourceGradient, all.Slice(120, 60).ToArray(), "Source gradient");
        Bits.AssertSame(targetGradient, all.Slice(180, 60).ToArray(), "Target gradient");
        Bits.AssertSame(source, all.Slice(0, 60).ToArray(), "Source");
        Bits.AssertSame(target, all.Slice(60, 60).ToArray(), "Target");
    }

    [Fact]
    public void Wrong_sizes_and_numbers_are_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        Assert.Equal("engine", Assert.Throws<ArgumentNullException>(() => new MiniBatchLoss(null!, 1, 1)).ParamName);
        Assert.Equal("batchSize", Assert.Throws<ArgumentOutOfRangeException>(() => new MiniBatchLoss(engine, 0, 1)).ParamName);
        Assert.Equal("dimensions", Assert.Throws<ArgumentOutOfRangeException>(() => new MiniBatchLoss(engine, 1, 0)).ParamName);
        Assert.ThrowsAny<OutOfMemoryException>(() => new MiniBatchLoss(engine, int.MaxValue, 1));

        using MiniBatchLoss loss = new(engine, 2, 1);
        float[] two = new float[2];
        foreach (int wrong in new[] { 0, 1, 3 })
        {
            Refused("source", () => loss.Evaluate(new float[wrong], two, two, default));
            Refused("target", () => loss.Evaluate(two, new float[wrong], two, default));
            Refused("sourceGradient", () => loss.Evaluate(two, two, new float[wrong], default));
            if (wrong > 0)
            {
                Refused("targetGradient", () => loss.Evaluate(two, two, two, new float[wrong]));
            }
        }

        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, 1e20f, -3e38f })
        {
            Assert.ThrowsAny<ArgumentException>(() => loss.Evaluate([wrong, wrong], [0, 1], two, two));
        }

        using ComputeEngine stranger = TestPyramids.Host();
        using EngineBuffer<float> strange = stranger.Upload(two);
        using EngineBuffer<float> own = engine.Upload(two);
        using EngineBuffer<float> gradient = engine.Upload(two);
        Assert.ThrowsAny<ArgumentException>(() => loss.Evaluate(strange, own, gradient, default));
        Assert.ThrowsAny<ArgumentException>(() => loss.Evaluate(own, own, strange, default));

        loss.Dispose();
        loss.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loss.Evaluate(own, own, gradient, default));

        static void Refused(string name, Action action)
        {
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(action);
            Assert.Contains(name, exception.ParamName, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void The_loss_of_a_pyramids_batch_is_that_of_its_points()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 47, 47, 3, seed: 341);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, new());
        foreach (GroundCost cost in new GroundCost[] { default, new(GroundDistance.Manhattan, 1) })
        {
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 10, new() { Cost = cost, Seed = 8 });
            int b = 0;
            foreach (PairBatch batch in pyramid.Batches(10, 8))
            {
                MiniBatchGradient result = MiniBatchTransport.LossAndGradient(pyramid, batch, cost);
                Assert.Equal(estimate.BatchCosts[b++], result.Loss, 1e-6 * result.Loss);

                using MiniBatchLoss loss = new(engine, batch.Count, 3, cost);
                float[] sourceGradient = new float[3 * batch.Count];
                float[] targetGradient = new float[3 * batch.Count];
                double value = loss.Evaluate(
                    Clouds.Rows(source, 3, batch.SourceRows.Span), Clouds.Rows(target, 3, batch.TargetRows.Span), sourceGradient, targetGradient);
                Assert.Equal(value, result.Loss);
                Bits.AssertSame(sourceGradient, result.SourceGradient, "Source gradient");
                Bits.AssertSame(targetGradient, result.TargetGradient, "Target gradient");
            }
        }
    }

    [Fact]
    public void Batches_that_are_none_have_no_loss()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2, 3], [4, 5], 1, new());
        Assert.Equal("pyramid", Assert.Throws<ArgumentNullException>(() => MiniBatchTransport.LossAndGradient(null!, Batch([0], [0]))).ParamName);
        Assert.Equal("batch", Assert.Throws<ArgumentNullException>(() => MiniBatchTransport.LossAndGradient(pyramid, null!)).ParamName);
        Assert.Equal(2, MiniBatchTransport.LossAndGradient(pyramid, pyramid.Batches(2, 0, UnpairedPoints.Drop).First()).SourceGradient.Length);
        Assert.ThrowsAny<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, Batch([], [])));
        Assert.ThrowsAny<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, Batch([0, 1], [0])));
        Assert.ThrowsAny<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, Batch([0], [0, 1])));
        Assert.ThrowsAny<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, Batch([3], [0])));
        Assert.ThrowsAny<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, Batch([0], [-1])));

        static PairBatch Batch(int[] sourceRows, int[] targetRows) => new(sourceRows, targetRows, default, default);
    }

    public static TheoryData<GroundDistance, double> AllCosts =>
        Crossed.With(Enum.GetValues<GroundDistance>(), new[] { 1, 1.5, 2, 3 });

    /// <summary>Checks a gradient to 1e-4 of its norm.</summary>
    private static void AssertClose(double[] expected, float[] actual, string what)
    {
        double norm = Math.Sqrt(expected.Sum(each => each * each));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * norm, $"{what}: derivative {i} is {actual[i]} where {expected[i]} is expected.");
        }
    }
}
