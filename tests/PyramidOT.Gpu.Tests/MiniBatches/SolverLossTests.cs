using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Losses and gradients of batches with masses, and by any solver, against central differences of float64 losses.</summary>
public class SolverLossTests
{
    // Three sources and three targets share five pairs of mass; point 0 of the source is in three of them.
    private static readonly int[] s_sourceRows = [2, 0, 0, 4, 0];
    private static readonly int[] s_targetRows = [1, 1, 3, 3, 2];
    private static readonly long[] s_units = [1, 1, 2, 1, 1];

    [Theory]
    [MemberData(nameof(AllCosts))]
    public void With_masses_the_gradient_is_that_of_finite_differences(GroundDistance distance, double exponent)
    {
        GroundCost cost = new(distance, exponent);
        for (int seed = 0; seed < 4; seed++)
        {
            // Six units on each side: all of them move.
            AssertIsGradient(seed, cost, null, (x, y) => UnitLoss.Of(x, Masses(s_sourceRows), y, Masses(s_targetRows), 6, 2, cost) / 6);
        }
    }

    [Fact]
    public void The_gradient_of_partial_transport_is_that_of_what_moves()
    {
        foreach (int moved in new[] { 1, 3, 5 })
        {
            for (int seed = 0; seed < 4; seed++)
            {
                PyramidOT.ExactTransport solver = new() { MassShare = moved / 6.0 };
                AssertIsGradient(seed, default, solver, (x, y) => UnitLoss.Of(x, Masses(s_sourceRows), y, Masses(s_targetRows), moved, 2, default) / 6);
            }
        }
    }

    [Theory]
    [InlineData(GroundDistance.Euclidean, 2)]
    [InlineData(GroundDistance.Manhattan, 1.5)]
    public void The_gradient_of_entropic_transport_is_that_of_its_value(GroundDistance distance, double exponent)
    {
        GroundCost cost = new(distance, exponent);
        for (int seed = 0; seed < 3; seed++)
        {
            Sinkhorn plain = new(new() { Epsilon = 0.5, Tolerance = 1e-8 });
            AssertIsGradient(seed, cost, plain, (x, y) => DoubleEntropic.Of(x, Shares(s_sourceRows), y, Shares(s_targetRows), 2, cost, 0.5));

            Sinkhorn debiased = new(plain.Settings) { IsDebiased = true };
            AssertIsGradient(seed, cost, debiased, (x, y) => DoubleEntropic.Divergence(x, Shares(s_sourceRows), y, Shares(s_targetRows), 2, cost, 0.5));
        }
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(2)]
    public void The_gradient_of_sliced_transport_is_that_along_its_directions(double exponent)
    {
        const int Projections = 4;
        float[] directions = new float[2 * Projections];
        SliceDirections.Draw(7, 0, 2, directions);
        SlicedWasserstein solver = new(new() { Projections = Projections, Seed = 7 });
        for (int seed = 0; seed < 4; seed++)
        {
            AssertIsGradient(seed, new(GroundDistance.Euclidean, exponent), solver, (x, y) => Enumerable.Range(0, Projections).Average(k =>
                ReferenceTransport.OnALine(
                    Along(x, k), Shares(s_sourceRows), Along(y, k), Shares(s_targetRows), (a, b) => Math.Pow(Math.Abs(a - b), exponent))));
        }

        double[] Along(double[] points, int k) =>
            [.. Enumerable.Range(0, points.Length / 2).Select(i => (points[2 * i] * directions[2 * k]) + (points[(2 * i) + 1] * directions[(2 * k) + 1]))];
    }

    [Fact]
    public void Without_masses_every_pair_weighs_the_same()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 21, 21, 3, seed: 801);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, new());
        foreach (PairBatch batch in pyramid.Batches(8, 2))
        {
            MiniBatchGradient plain = MiniBatchTransport.LossAndGradient(pyramid, batch);
            double[] equal = [.. Enumerable.Repeat(0.01, batch.Count)];
            MiniBatchGradient weighted = MiniBatchTransport.LossAndGradient(pyramid, batch with { Masses = equal });
            Assert.Equal(plain.Loss, weighted.Loss, 1e-6 * plain.Loss);
            AssertClose([.. plain.SourceGradient], weighted.SourceGradient, "source");
            AssertClose([.. plain.TargetGradient], weighted.TargetGradient, "target");

            Sinkhorn sharp = new(new() { Epsilon = 1e-3 });
            Assert.Equal(plain.Loss, MiniBatchTransport.LossAndGradient(pyramid, batch, default, sharp).Loss, 1e-3 * Math.Log(8));
        }
    }

    [Fact]
    public void The_loss_of_a_batch_is_its_cost_in_the_estimate()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach ((PointCloud x, PointCloud y) in WeightedClouds.Kinds())
        {
            using PyramidPair pyramid = PyramidPair.Build(engine, x, y);
            foreach (TransportSolver? solver in new TransportSolver?[] { null, new PyramidOT.ExactTransport { MassShare = 0.7 }, new SlicedWasserstein() })
            {
                MiniBatchEstimate estimate = MiniBatchTransport.Estimate(pyramid, 6, new() { Solver = solver, Seed = 5 });
                int b = 0;
                foreach (PairBatch batch in pyramid.Batches(6, 5))
                {
                    MiniBatchGradient result = MiniBatchTransport.LossAndGradient(pyramid, batch, default, solver);
                    Assert.Equal(estimate.BatchCosts[b], result.Loss, 1e-6 * (1e-3 + result.Loss));
                    Assert.Equal((2 * batch.Count, 2 * batch.Count), (result.SourceGradient.Length, result.TargetGradient.Length));
                    b++;
                }

                Assert.Equal(estimate.BatchCosts.Length, b);
            }
        }
    }

    [Fact]
    public void Batches_need_no_levels()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2, 3], [4, 6, 9], 1, new());
        PairBatch plain = new(new[] { 0, 1 }, new[] { 0, 2 }, default, default);

        // By hand, squared: 1 and 2 go to 4 and 9, at equal masses or at those of 1 to 3.
        Assert.Equal((9 + 49) / 2.0, MiniBatchTransport.LossAndGradient(pyramid, plain).Loss);
        Assert.Equal((9 + 49) / 2.0, MiniBatchTransport.LossAndGradient(pyramid, plain, default, new SlicedWasserstein()).Loss, 1e-5 * 29);
        Assert.Equal((9 + (3 * 49)) / 4.0, MiniBatchTransport.LossAndGradient(pyramid, plain with { Masses = new[] { 0.1, 0.3 } }).Loss, 1e-5 * 39);
    }

    [Fact]
    public void Masses_that_are_none_are_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2, 3], [4, 6, 9], 1, new());
        foreach (double[] masses in new double[][] { [0.5], [0.5, 0.5, 0.5], [0.5, double.NaN], [0.5, -0.1], [0, 0], [1, double.PositiveInfinity] })
        {
            PairBatch batch = new(new[] { 0, 1 }, new[] { 0, 2 }, new[] { 0, 0 }, masses);
            foreach (TransportSolver? solver in new TransportSolver?[] { null, new Sinkhorn(new() { Epsilon = 1 }), new SlicedWasserstein() })
            {
                Assert.Equal("batch", Assert.Throws<ArgumentException>(() => MiniBatchTransport.LossAndGradient(pyramid, batch, default, solver)).ParamName);
            }
        }
    }

    public static TheoryData<GroundDistance, double> AllCosts => Crossed.With(Enum.GetValues<GroundDistance>(), new[] { 1, 2.5, 2 });

    /// <summary>
    /// Checks loss and gradient of the batch against a loss of its distinct points, first come first: each has its derivative in the row of its
    /// first pair, and its other rows are 0.
    /// </summary>
    private static void AssertIsGradient(int seed, GroundCost cost, TransportSolver? solver, Func<double[], double[], double> loss)
    {
        using ComputeEngine engine = TestPyramids.Host();
        float[] source = Clouds.Make(CloudKind.Normal, 5, 2, 810 + seed);
        float[] target = [.. Clouds.Make(CloudKind.Normal, 4, 2, 820 + seed).Select(x => x + 0.5f)];
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        PairBatch batch = new(s_sourceRows, s_targetRows, new int[5], s_units.Select(unit => 0.02 * unit).ToArray());
        MiniBatchGradient result = MiniBatchTransport.LossAndGradient(pyramid, batch, cost, solver);

        double[] x = [.. Clouds.Rows(source, 2, [.. s_sourceRows.Distinct()])];
        double[] y = [.. Clouds.Rows(target, 2, [.. s_targetRows.Distinct()])];
        double expected = loss(x, y);
        string what = $"{solver?.GetType().Name ?? "none"}, {cost}, seed {seed}";
        Assert.True(Math.Abs(expected - result.Loss) <= 1e-5 * Math.Max(0.1, Math.Abs(expected)), $"{what}: the loss is {result.Loss} where {expected} is expected.");
        AssertClose(Spread(Differences(x, moved => loss(moved, y)), s_sourceRows), result.SourceGradient, $"{what}, source");
        AssertClose(Spread(Differences(y, moved => loss(x, moved)), s_targetRows), result.TargetGradient, $"{what}, target");
    }

    private static double[] Differences(double[] points, Func<double[], double> loss)
    {
        const double Step = 1e-5;
        double[] gradient = new double[points.Length];
        for (int k = 0; k < points.Length; k++)
        {
            double[] above = [.. points];
            double[] below = [.. points];
            above[k] += Step;
            below[k] -= Step;
            gradient[k] = (loss(above) - loss(below)) / (2 * Step);
        }

        return gradient;
    }

    private static double[] Spread(double[] gradient, int[] rows)
    {
        double[] spread = new double[2 * rows.Length];
        int[] distinct = [.. rows.Distinct()];
        for (int place = 0; place < distinct.Length; place++)
        {
            gradient.AsSpan(2 * place, 2).CopyTo(spread.AsSpan(2 * Array.IndexOf(rows, distinct[place])));
        }

        return spread;
    }

    private static long[] Masses(int[] rows) => [.. rows.Distinct().Select(row => rows.Zip(s_units).Where(pair => pair.First == row).Sum(pair => pair.Second))];

    private static double[] Shares(int[] rows) => [.. Masses(rows).Select(mass => mass / 6.0)];

    /// <summary>Checks a gradient to 1e-4 of its norm.</summary>
    private static void AssertClose(double[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double norm = Math.Sqrt(expected.Sum(each => each * each));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-4 * norm, $"{what}: derivative {i} is {actual[i]} where {expected[i]} is expected.");
        }
    }
}
