using PyramidOT.Alignment;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>The steps of all losses and masses: by finite differences, and by plans.</summary>
public class FlowGradientTests
{
    public static TheoryData<string> Losses => [.. Solvers.Keys];

    private static Dictionary<string, TransportSolver?> Solvers { get; } = new()
    {
        ["exact"] = null,
        ["Sinkhorn divergence"] = new Sinkhorn(new() { Epsilon = 0.5, Tolerance = 1e-9 }) { IsDebiased = true },
        ["sliced"] = new SlicedWasserstein(new() { Projections = 3 }),
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_step_is_the_gradient_of_the_loss_times_n(string loss)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(9, 9, 2, seed: 331);

        // Random batches: what meets does not depend on where the points are.
        GradientFlowOptions options = new()
        {
            Pyramid = new() { Scheme = PyramidScheme.Random }, BatchSize = 4, Passes = 1, Rate = 0.05, Solver = Solvers[loss], Seed = 4,
        };
        float[] points = source.Points.ToArray();
        float[] moved = GradientFlow.Run(engine, source, target, options).Moved.Points.ToArray();
        const float Step = 1f / 64;
        for (int k = 0; k < points.Length; k++)
        {
            double slope = (LossAt(k, Step) - LossAt(k, -Step)) / (2 * Step);
            double step = -options.Rate * 9 * slope;
            Assert.Equal(step, moved[k] - points[k], 2e-3 * (0.05 + Math.Abs(step)));
        }

        double LossAt(int k, float change)
        {
            float[] changed = [.. points];
            changed[k] += change;
            return GradientFlow.Run(engine, new(changed, 2), target, options).Losses[0];
        }
    }

    [Theory]
    [InlineData(12, 8, false)]
    [InlineData(8, 12, false)]
    [InlineData(10, 10, true)]
    [InlineData(5, 1, false)]
    [InlineData(1, 5, true)]
    public void With_masses_points_move_towards_the_mean_of_what_they_are_coupled_with(int sources, int targets, bool isWeighted)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (PointCloud source, PointCloud target) = TestFlows.Pair(sources, targets, 3, seed: 332);
        if (isWeighted)
        {
            source = source.WithWeights([.. Enumerable.Range(0, sources).Select(i => i == 2 ? 0.0 : 1 + (i % 3))]);
            target = target.WithWeights([.. Enumerable.Range(1, targets)]);
        }

        double[] weights = source.IsWeighted ? source.Weights.ToArray() : [.. Enumerable.Repeat(1.0 / sources, sources)];
        TransportResult exact = ExactTransport.Default.Solve(engine, TransportProblem.FromClouds(source, target))[0];
        double[] goals = new double[sources * 3];
        foreach (TransportCell cell in exact.Plan!)
        {
            for (int k = 0; k < 3; k++)
            {
                goals[(cell.Row * 3) + k] += cell.Mass * target[cell.Column][k] / weights[cell.Row];
            }
        }

        GradientFlowResult result = GradientFlow.Run(
            engine, source, target, new() { Rate = 0.15, Passes = 1, BatchSize = 100, ResidualAt = [0, 1] });
        for (int i = 0; i < sources; i++)
        {
            for (int k = 0; k < 3; k++)
            {
                double from = source[i][k];
                double expected = weights[i] == 0 ? from : from + (0.3 * (goals[(i * 3) + k] - from));
                Assert.Equal(expected, result.Moved[i][k], 1e-4);
            }
        }

        Assert.Equal(exact.Value, result.Losses[0], 1e-4 * exact.Value);
        Assert.Equal(Math.Sqrt(exact.Value), result.Residuals[0].Distance, 1e-4);
        Assert.True(result.Residuals[1].Distance < result.Residuals[0].Distance);
        Assert.Equal(source.Weights.ToArray(), result.Moved.Weights.ToArray());
    }

    [Fact]
    public void Within_labels_points_move_towards_their_own()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud source = new PointCloud([0, 1, 2, 3], 1).WithLabels([7, 8, 7, 8]);
        PointCloud target = new PointCloud([10, 11, 20, 21], 1).WithLabels([8, 8, 7, 7]);
        GradientFlowResult result = GradientFlow.Run(
            engine, source, target, new() { Rate = 0.5, Passes = 1, BatchSize = 4, Pyramid = new() { WithinLabels = true } });
        AssertClose([20, 10, 21, 11], result.Moved.Points);
        Assert.Equal([7, 8, 7, 8], result.Moved.Labels.ToArray());
    }

    [Fact]
    public void The_residual_of_large_uneven_clouds_lies_between_its_bounds()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = TestFlows.Pair(4100, 50, 2, seed: 333);
        GradientFlowResult result = GradientFlow.Run(engine, source, target, new() { Passes = 0, ResidualAt = [0] });
        double exact = Math.Sqrt(ExactTransport.Default.Solve(engine, TransportProblem.FromClouds(source, target))[0].Value);
        Assert.Equal(FlowResidualKind.MiniBatches, result.Residuals[0].Kind);
        Assert.InRange(exact, result.Residuals[0].LowerBound, result.Residuals[0].Distance * (1 + 1e-6));
        Assert.True(result.Residuals[0].LowerBound > 0.2 * exact);
    }

    [Fact]
    public void The_residual_of_large_clouds_is_certified()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = TestFlows.Pair(300, 300, 2, seed: 334);
        using FlowClouds clouds = new(engine, source, target);
        FlowResidual exact = new FlowResiduals(clouds, new()).Measure(3, default);
        FlowResidual matched = new FlowResiduals(clouds, new() { ResidualGap = 0.02 }, largestExact: 299).Measure(3, default);
        Assert.Equal((3, FlowResidualKind.Exact), (exact.Pass, exact.Kind));
        Assert.Equal((3, FlowResidualKind.Matching), (matched.Pass, matched.Kind));
        Assert.InRange(matched.Gap, 0, 0.02);
        Assert.InRange(exact.Distance, matched.LowerBound * (1 - 1e-6), matched.Distance * (1 + 1e-6));
    }

    [Fact]
    public void Starting_from_the_last_potentials_leads_to_the_same_points()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = TestFlows.Pair(30, 30, 3, seed: 335);
        SinkhornSettings settings = new() { Epsilon = 0.2, IsRelativeEpsilon = true, Tolerance = 1e-8 };
        foreach (bool isDebiased in new[] { false, true })
        {
            // A single batch is the same in any order.
            GradientFlowOptions options = new()
            {
                Solver = new Sinkhorn(settings) { IsDebiased = isDebiased }, BatchSize = 30, Rate = 0.2, Passes = 4,
            };
            GradientFlowResult cold = GradientFlow.Run(engine, source, target, options);
            GradientFlowResult warm = GradientFlow.Run(engine, source, target, options with { Order = FlowOrder.Fixed });
            GradientFlowTests.AssertNear(cold.Moved.Points, warm.Moved.Points, 1e-4);
            Assert.Equal(cold.Losses[^1], warm.Losses[^1], 1e-4 * cold.Losses[0]);
        }
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual) => GradientFlowTests.AssertNear(expected, actual, 1e-5);
}
