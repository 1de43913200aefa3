using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Where flows of exact batches lead, and that nothing but the options decides.</summary>
public class GradientFlowTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<int, FlowOrder, int?, double> Courses { get; } = new()
    {
        { 7, FlowOrder.Fresh, null, 0.05 },
        { 1, FlowOrder.Fresh, null, 0.05 },
        { 60, FlowOrder.Fresh, null, 0.3 },
        { 9, FlowOrder.Fresh, 3, 0.05 },
        { 7, FlowOrder.Fixed, null, 0.05 },
        { 20, FlowOrder.Fixed, 2, 0.2 },

        // Beyond the match: what was optimal no longer is.
        { 20, FlowOrder.Fixed, null, 0.9 },
        { 60, FlowOrder.Fixed, null, 0.8 },
    };

    [Theory]
    [MemberData(nameof(Courses))]
    public void A_pass_is_a_step_along_the_coupling_of_an_estimate(int batchSize, FlowOrder order, int? rebuildEvery, double rate)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = TestFlows.Pair(60, 60, 20, seed: 301);
        for (int way = 0; way < TestPyramids.Ways.Count; way++)
        {
            GradientFlowOptions options = new()
            {
                Pyramid = TestPyramids.Ways[way], BatchSize = batchSize, Order = order, RebuildEvery = rebuildEvery, Rate = rate, Passes = 7, Seed = 5,
            };
            (float[] points, double[] losses) = TestFlows.Reference(source, target, options);
            GradientFlowResult result = GradientFlow.Run(engine, source, target, options);
            Bits.AssertSame(points, result.Moved.Points.ToArray(), $"way {way}");
            Assert.Equal(7, result.Losses.Count);
            Assert.Equal(7, result.Times.Count);
            for (int pass = 0; pass < 7; pass++)
            {
                Assert.Equal(losses[pass], result.Losses[pass], 1e-5 * losses[pass]);
            }

            int batches = (60 + batchSize - 1) / batchSize;
            Assert.Equal(7 * batches, result.SolvedBatches + result.KeptBatches);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Bounds_of_residuals_hold_where_float32_cannot_tell_matchings_apart(int first, int second)
    {
        // In float32 all of 999 and 1000 less 2^-17 are 999 and 1000, and both matchings cost the same.
        float[][] places = [[0, 0], [1 / 131072f, 10]];
        PointCloud source = new(new float[] { 1000, 0, 999, 0 }, 2);
        PointCloud target = new([.. places[first], .. places[second]], 2);
        double least = Math.Min(Cost(0, 0) + Cost(1, 1), Cost(0, 1) + Cost(1, 0)) / 2;
        using ComputeEngine engine = TestPyramids.Host();
        FlowResidual residual = Assert.Single(GradientFlow.Run(engine, source, target, new() { Passes = 0, ResidualAt = [0] }).Residuals);
        Assert.Equal(FlowResidualKind.Exact, residual.Kind);
        Assert.InRange(residual.LowerBound * residual.LowerBound, least * (1 - 1e-7), least * (1 + 1e-14));
        Assert.InRange(residual.Distance * residual.Distance, least * (1 - 1e-14), least * (1 + 1e-7));

        double Cost(int i, int j) => Math.Pow((double)source[i][0] - target[j][0], 2) + Math.Pow((double)source[i][1] - target[j][1], 2);
    }

    [Fact]
    public void With_a_fixed_order_matches_stay_optimal_on_the_way_and_are_kept()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(90, 90, 10, seed: 302);
        GradientFlowOptions options = new() { BatchSize = 20, Order = FlowOrder.Fixed, Passes = 40 };
        GradientFlowResult kept = GradientFlow.Run(engine, source, target, options);
        Assert.Equal(5, kept.SolvedBatches);
        Assert.Equal(39 * 5, kept.KeptBatches);

        // A step to the other side of the match leaves better ones behind.
        GradientFlowResult beyond = GradientFlow.Run(engine, source, target, options with { Rate = 1, Passes = 2 });
        Assert.InRange(beyond.SolvedBatches, 6, 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    public void Half_a_rate_lands_on_the_target_in_one_pass(int count)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(count, count, 3, seed: 303);
        foreach (FlowCoupling coupling in Enum.GetValues<FlowCoupling>())
        {
            GradientFlowResult result = GradientFlow.Run(
                engine, source, target, new() { Coupling = coupling, Rate = 0.5, Passes = 1, BatchSize = 1000, ResidualAt = [1, 0] });
            Assert.Equal(Rows(target), Rows(result.Moved));
            Assert.Equal(0, result.Residuals[1].Distance);
            Assert.True(result.Residuals[0].Distance > 0);
        }
    }

    [Theory]
    [InlineData(FlowCoupling.MiniBatches, null)]
    [InlineData(FlowCoupling.Global, null)]
    [InlineData(FlowCoupling.Global, 2)]
    public void Along_optimal_matches_the_distance_falls_by_the_step(FlowCoupling coupling, int? rebuildEvery)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = TestFlows.Pair(150, 150, 5, seed: 304);
        GradientFlowOptions options = new()
        {
            Coupling = coupling, RebuildEvery = rebuildEvery, BatchSize = 150, Rate = 0.1, Passes = 6, ResidualAt = [0, 1, 3, 6], ResidualGap = 0,
        };
        GradientFlowResult result = GradientFlow.Run(engine, source, target, options);
        double start = result.Residuals[0].Distance;
        Assert.Equal([0, 1, 3, 6], result.Residuals.Select(residual => residual.Pass));
        foreach (FlowResidual residual in result.Residuals)
        {
            double expected = start * Math.Pow(0.8, residual.Pass);
            Assert.Equal(expected, residual.Distance, 1e-5 * expected);
            Assert.Equal(FlowResidualKind.Exact, residual.Kind);
            Assert.InRange(residual.Gap, 0, 1e-5);
        }

        Assert.Equal(start, Math.Sqrt(result.Losses[0]), 1e-5 * start);
    }

    [Fact]
    public void Pyramids_lead_further_than_random_batches()
    {
        // A small cousin of the paper's table 3, in which the ratio is 0.33 to 0.46.
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.Mixture, 800, 60, seed: 3, clusters: 10);
        GradientFlowOptions options = new() { BatchSize = 10, Rate = 0.1, Passes = 25, ResidualAt = [0, 25] };
        double[] left = [.. new[] { PyramidScheme.Interleaving, PyramidScheme.Random }.Select(scheme =>
        {
            IReadOnlyList<FlowResidual> residuals = GradientFlow.Run(engine, source, target, options with { Pyramid = new() { Scheme = scheme } }).Residuals;
            return residuals[1].Distance / residuals[0].Distance;
        })];
        Assert.InRange(left[0], 0.01, 0.6 * left[1]);
        Assert.InRange(left[1], 0.3, 0.9);
    }

    [Theory]
    [InlineData(CloudKind.Normal)]
    [InlineData(CloudKind.AllEqual)]
    [InlineData(CloudKind.Duplicated)]
    [InlineData(CloudKind.Integers)]
    public void Equal_clouds_stay(CloudKind kind)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = TestPyramids.Twins(kind, 70, 3, seed: 305);
        foreach (FlowOrder order in Enum.GetValues<FlowOrder>())
        {
            GradientFlowResult result = GradientFlow.Run(
                engine, new(source, 3), new(target, 3), new() { BatchSize = 8, Order = order, Passes = 3, ResidualAt = [0, 3] });
            Bits.AssertSame(source, result.Moved.Points.ToArray(), $"{kind}, {order}");
            Assert.All(result.Losses, loss => Assert.Equal(0, loss));
            Assert.All(result.Residuals, residual => Assert.Equal((0, 0), (residual.Distance, residual.Gap)));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Engines_agree(string engine)
    {
        // Far apart in relation to their parts: no match hangs on a rounding.
        (PointCloud source, PointCloud target) = TestFlows.Pair(24, 24, 3, seed: 306, CloudKind.Clustered);
        foreach (FlowOrder order in Enum.GetValues<FlowOrder>())
        {
            GradientFlowOptions options = new() { BatchSize = 5, Rate = 0.2, Passes = 3, Order = order, ResidualAt = [3] };
            GradientFlowResult expected = GradientFlow.Run(Engine("host, 1 thread"), source, target, options);
            GradientFlowResult actual = GradientFlow.Run(Engine(engine), source, target, options);
            AssertNear(expected.Moved.Points, actual.Moved.Points, 1e-4);
            Assert.Equal(expected.Residuals[0].Distance, actual.Residuals[0].Distance, 1e-4 * expected.Residuals[0].Distance);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Engines_agree_on_all_losses_and_masses(string engine)
    {
        (PointCloud source, PointCloud target) = TestFlows.Pair(8, 8, 2, seed: 312, CloudKind.Clustered);
        PointCloud fewer = TestFlows.Pair(5, 1, 2, seed: 313, CloudKind.Clustered).Source.WithWeights([1, 2, 3, 1, 2]);
        SinkhornSettings settings = new() { Epsilon = 0.5, IsRelativeEpsilon = true, Tolerance = 1e-5 };
        TransportSolver?[] solvers =
        [
            null, new ExactTransport { MassShare = 0.7 }, new Sinkhorn(settings), new Sinkhorn(settings) { IsDebiased = true },
            new SlicedWasserstein(new() { Projections = 3 }),
        ];
        foreach (TransportSolver? solver in solvers)
        {
            foreach (PointCloud to in new[] { target, fewer })
            {
                // Random batches hang on no rounding, and of exact transport a single one has but one optimum.
                GradientFlowOptions options = new()
                {
                    Pyramid = new() { Scheme = PyramidScheme.Random },
                    BatchSize = solver is null or ExactTransport ? 100 : 4,
                    Rate = 0.2,
                    Passes = 2,
                    Order = FlowOrder.Fixed,
                    Solver = solver,
                };
                GradientFlowResult expected = GradientFlow.Run(Engine("host, 1 thread"), source, to, options);
                GradientFlowResult actual = GradientFlow.Run(Engine(engine), source, to, options);
                AssertNear(expected.Moved.Points, actual.Moved.Points, 1e-3);
                Assert.Equal(expected.Losses[1], actual.Losses[1], 1e-3 * (0.01 + expected.Losses[1]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_number_of_threads_changes_no_bit(string engine)
    {
        (PointCloud source, PointCloud target) = TestFlows.Pair(500, 500, 20, seed: 307);
        (PointCloud fewer, _) = TestFlows.Pair(40, 1, 20, seed: 308);
        GradientFlowOptions options = new() { BatchSize = 50, Passes = 4, ResidualAt = [4] };
        AssertSame(target, options);
        AssertSame(target, options with { Order = FlowOrder.Fixed, Rate = 0.8 });
        AssertSame(target, options with { Coupling = FlowCoupling.Global });
        AssertSame(fewer, options with { Passes = 1, ResidualAt = [1] });
        GradientFlowOptions fixedOrder = options with { Passes = 2, ResidualAt = [], Order = FlowOrder.Fixed };
        Sinkhorn divergence = new(new() { Epsilon = 1, IsRelativeEpsilon = true }) { IsDebiased = true };
        AssertSame(target, fixedOrder with { Solver = divergence });
        AssertSame(fewer, fixedOrder with { Solver = divergence });
        AssertSame(target, fixedOrder with { Solver = new SlicedWasserstein(new() { Projections = 5 }) });
        AssertSame(fewer, fixedOrder with { Solver = new SlicedWasserstein(new() { Projections = 5 }) });

        void AssertSame(PointCloud to, GradientFlowOptions asked)
        {
            GradientFlowResult one = GradientFlow.Run(Engine("host, 1 thread"), source, to, asked);
            GradientFlowResult other = GradientFlow.Run(Engine(engine), source, to, asked);
            Bits.AssertSame(one.Moved.Points.ToArray(), other.Moved.Points.ToArray(), asked.ToString());
            Bits.AssertSame([.. one.Losses], [.. other.Losses], "losses");
            Assert.Equal(one.Residuals, other.Residuals);
        }
    }

    [Fact]
    public void Seeds_make_other_flows_and_nothing_is_left_on_the_engine()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(60, 60, 4, seed: 309);
        float[] before = source.Points.ToArray();
        GradientFlowOptions options = new() { BatchSize = 6, Passes = 2 };
        float[] first = GradientFlow.Run(engine, source, target, options).Moved.Points.ToArray();
        float[] again = GradientFlow.Run(engine, source, target, options with { Pyramid = new() { Seed = 77 } }).Moved.Points.ToArray();
        float[] other = GradientFlow.Run(engine, source, target, options with { Seed = 1 }).Moved.Points.ToArray();
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(before, source.Points.ToArray());
        Assert.Equal(0, engine.RentedBytes);
    }

    [Fact]
    public void Progress_tells_each_pass_once_and_residuals_where_they_are_wanted()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(30, 30, 2, seed: 310);
        List<GradientFlowProgress> told = [];
        GradientFlowResult result = GradientFlow.Run(
            engine, source, target, new() { Passes = 3, BatchSize = 4, ResidualAt = [2, 0, 2] }, new Listener(told.Add));
        Assert.Equal([0, 1, 2, 3], told.Select(step => step.Pass));
        Assert.All(told, step => Assert.Equal(3, step.Passes));
        Assert.Equal([0, 2], result.Residuals.Select(residual => residual.Pass));
        Assert.Equal([true, false, true, false], told.Select(step => step.Residual is not null));
        Assert.True(double.IsNaN(told[0].Loss));
        Assert.Equal(result.Losses, told.Skip(1).Select(step => step.Loss));
        Assert.Equal(result.Time, result.Times[^1]);
        GradientFlowResult none = GradientFlow.Run(engine, source, target, new() { Passes = 0 });
        Assert.Equal(source.Points.ToArray(), none.Moved.Points.ToArray());
        Assert.Equal(TimeSpan.Zero, none.Time);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(10, 10, 2, seed: 311);
        Refused(new() { BatchSize = 0 }, "BatchSize");
        Refused(new() { Passes = -1 }, "Passes");
        Refused(new() { RebuildEvery = 0 }, "RebuildEvery");
        Refused(new() { Order = (FlowOrder)9 }, "Order");
        Refused(new() { Coupling = (FlowCoupling)9 }, "Coupling");
        Refused(new() { Pyramid = new() { Branching = 1 } }, "Branching");
        Refused(new() { Pyramid = null! }, "Pyramid");
        Refused(new() { ResidualAt = null! }, "ResidualAt");
        Refused(new() { Passes = 5, ResidualAt = [6] }, "ResidualAt");
        Refused(new() { ResidualAt = [-1] }, "ResidualAt");
        Refused(new() { CheckpointEvery = TimeSpan.FromSeconds(-1) }, "CheckpointEvery");
        Refused(new() { Checkpoint = "" }, "Checkpoint");
        Refused(new() { Coupling = FlowCoupling.Global, Order = FlowOrder.Fixed }, "Coupling");
        Refused(new() { Coupling = FlowCoupling.Global, Solver = ExactTransport.Default }, "Coupling");
        foreach (double bad in new[] { 0, -0.1, 1.01, double.NaN, double.PositiveInfinity })
        {
            Refused(new() { Rate = bad }, "Rate");
        }

        foreach (double bad in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            Refused(new() { ResidualGap = bad }, "ResidualGap");
        }

        (PointCloud line, PointCloud shorter) = (new([1, 2, 3], 1), new([1, 2, 3, 4], 2));
        Assert.Contains("1 dimensions where the source has 2", Assert.Throws<ArgumentException>(() => GradientFlow.Run(engine, source, line)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => GradientFlow.Run(engine, source, shorter, new() { Coupling = FlowCoupling.Global }));
        Assert.Throws<ArgumentException>(() => GradientFlow.Run(engine, source.WithWeights([1, 1, 1, 1, 1, 1, 1, 1, 1, 2]), target, new() { Coupling = FlowCoupling.Global }));
        foreach (float far in new[] { 1e-20f, 1e16f, 1e30f })
        {
            GradientFlowOptions measured = new() { Passes = 0, ResidualAt = [0] };
            ArgumentException exception = Assert.Throws<ArgumentException>(() => GradientFlow.Run(engine, new([far, 0], 2), new([0, far], 2), measured));
            Assert.Contains("which float32 costs cannot hold", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, engine.RentedBytes);

        void Refused(GradientFlowOptions options, string name) =>
            Assert.Equal(name, Assert.ThrowsAny<ArgumentException>(() => GradientFlow.Run(engine, source, target, options)).ParamName);
    }

    internal static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int k = 0; k < expected.Length; k++)
        {
            Assert.True(
                Math.Abs(expected[k] - actual[k]) <= tolerance * (1 + Math.Abs(expected[k])), $"Number {k} is {actual[k]} where {expected[k]} is expected.");
        }
    }

    private static string[] Rows(PointCloud cloud) =>
        [.. Enumerable.Range(0, cloud.Count).Select(i => string.Join(' ', cloud[i].ToArray())).Order(StringComparer.Ordinal)];

    private sealed class Listener(Action<GradientFlowProgress> tell) : IProgress<GradientFlowProgress>
    {
        public void Report(GradientFlowProgress value) => tell(value);
    }
}
