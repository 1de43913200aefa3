using PyramidOT.Engines.Ilgpu;

namespace PyramidOT.Tests.Conformance;

/// <summary>Sliced distances on every engine, against projections and quantiles in float64 and against what is known of them.</summary>
public class SlicedTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly SlicedOptions s_small = new() { Projections = 20, Seed = 5, AscentSteps = 0 };

    [Theory]
    [MemberData(nameof(All))]
    public void It_is_the_mean_over_directions(string engine)
    {
        foreach ((int n, int m, int d, bool isWeighted, double p) in Some(
            engine, [(1, 1, 3, false, 2), (20, 20, 1, false, 2), (30, 30, 3, false, 1), (30, 17, 5, false, 2), (25, 40, 4, true, 1.5), (33, 33, 2, true, 2)]))
        {
            PointCloud source = Cloud(n, d, 600, isWeighted);
            PointCloud target = Cloud(m, d, 601, isWeighted: false);
            SlicedDistance distance = SlicedWasserstein.Evaluate(Engine(engine), source, target, s_small with { P = p });
            double[] expected = Costs(source, target, s_small with { P = p });
            for (int k = 0; k < expected.Length; k++)
            {
                Assert.Equal(expected[k], distance.DirectionCosts[k], 1e-6 + (1e-5 * expected[k]));
            }

            double mean = expected.Average();
            Assert.Equal(Math.Pow(mean, 1 / p), distance.Distance, 1e-5 * (1 + mean));
            double deviation = Math.Sqrt(expected.Sum(cost => (cost - mean) * (cost - mean)) / 19 / 20);
            Assert.Equal(deviation * Math.Pow(mean, (1 / p) - 1) / p, distance.StandardError, 1e-5 * (1 + deviation));
            Assert.Equal(Math.Pow(expected.Max(), 1 / p), distance.MaxSliced, 1e-5 * (1 + expected.Max()));
            Assert.Equal(1, distance.MaxDirection.Sum(x => (double)x * x), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_moved_cloud_is_as_far_as_it_was_moved_along_each_line(string engine)
    {
        const int Dimensions = 6;
        PointCloud source = Cloud(40, Dimensions, 602, isWeighted: true);
        float[] shift = [1, -2, 0.5f, 0, 3, -1];
        double length = Math.Sqrt(shift.Sum(x => (double)x * x));
        PointCloud target = new PointCloud([.. source.Points.ToArray().Select((x, i) => x + shift[i % Dimensions])], Dimensions).WithWeights(source.Weights);
        SlicedOptions options = new() { Projections = 300, Seed = 9, AscentSteps = 3 };
        SlicedDistance distance = SlicedWasserstein.Evaluate(Engine(engine), source, target, options);
        float[] directions = new float[300 * Dimensions];
        SliceDirections.Draw(9, 0, Dimensions, directions);
        for (int k = 0; k < 300; k++)
        {
            double along = shift.Select((x, c) => (double)x * directions[(k * Dimensions) + c]).Sum();
            Assert.Equal(along * along, distance.DirectionCosts[k], 1e-5 * length * length);
        }

        // The mean of <t, u>^2 over the sphere is |t|^2 / d; and the search finds t itself.
        Assert.Equal(length / Math.Sqrt(Dimensions), distance.Distance, 4 * distance.StandardError);
        Assert.Equal(length, distance.MaxSliced, 1e-5 * length);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_are_those_of_the_cost(string engine)
    {
        foreach ((int n, int m, bool isWeighted, double p) in Some(engine, [(9, 9, false, 2), (6, 8, false, 2), (7, 5, true, 1.5), (8, 8, true, 1)]))
        {
            const int Dimensions = 3;
            SlicedOptions options = new() { Projections = 7, Seed = 11, P = p, WithGradient = true, AscentSteps = 0 };
            PointCloud source = Cloud(n, Dimensions, 603, isWeighted);
            PointCloud target = Cloud(m, Dimensions, 604, isWeighted: false);
            SlicedDistance distance = SlicedWasserstein.Evaluate(Engine(engine), source, target, options);
            AssertGradient(source, distance.SourceGradient.ToArray(), moved => Costs(moved, target, options).Average());
            AssertGradient(target, distance.TargetGradient.ToArray(), moved => Costs(source, moved, options).Average());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Resident_points_give_the_same(string engine)
    {
        ComputeEngine at = Engine(engine);
        PointCloud source = Cloud(30, 4, 605, isWeighted: true);
        PointCloud target = Cloud(21, 4, 606, isWeighted: true);
        SlicedOptions options = s_small with { WithGradient = true };
        SlicedDistance expected = SlicedWasserstein.Evaluate(at, source, target, options);
        using Guarded<float> x = Guarded<float>.Of(at, source.Points);
        using Guarded<float> y = Guarded<float>.Of(at, target.Points);
        using Guarded<float> gradient = Guarded<float>.Output(at, x.View.Length);
        SlicedDistance distance = SlicedWasserstein.Evaluate(
            at, x.View, y.View, 4, options, gradient.View, sourceWeights: source.Weights, targetWeights: target.Weights);
        Bits.AssertSame(expected.DirectionCosts.ToArray(), distance.DirectionCosts.ToArray(), "Costs");
        float[] received = gradient.ToArray();
        for (int i = 0; i < received.Length; i++)
        {
            Assert.Equal(expected.SourceGradient.Span[i], received[i], 1e-5f);
        }

        Assert.True(distance.SourceGradient.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_search_never_falls_behind_the_directions(string engine)
    {
        PointCloud source = Cloud(30, 5, 607, isWeighted: false);
        PointCloud target = Cloud(24, 5, 608, isWeighted: true);
        SlicedDistance plain = SlicedWasserstein.Evaluate(Engine(engine), source, target, s_small);
        SlicedDistance searched = SlicedWasserstein.Evaluate(Engine(engine), source, target, s_small with { AscentSteps = 6, AscentStarts = 2 });
        Bits.AssertSame(plain.DirectionCosts.ToArray(), searched.DirectionCosts.ToArray(), "Costs");
        Assert.True(searched.MaxSliced > plain.MaxSliced * 1.01, $"{plain.MaxSliced} rose to {searched.MaxSliced} only.");

        // And it tells a distance that there is: that along its direction.
        float[] direction = [.. searched.MaxDirection];
        Assert.Equal(Cost(source, target, direction, 2), searched.MaxSliced * searched.MaxSliced, 1e-5 * (1 + plain.Cost));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Points_that_are_not_finite_are_found_out(string engine)
    {
        ComputeEngine at = Engine(engine);
        using EngineBuffer<float> x = at.Upload([1f, 2, float.NaN, 4]);
        using EngineBuffer<float> y = at.Upload([1f, 2, 3, 4]);
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(at, x, y, 2, s_small));
        Assert.Contains("points must be finite", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        PointCloud source = Cloud(3000, 7, 609, isWeighted: true);
        PointCloud target = Cloud(2500, 7, 610, isWeighted: false);
        PointCloud unweighted = Cloud(3000, 7, 611, isWeighted: false);
        foreach (PointCloud other in new[] { target, unweighted })
        {
            foreach (PointCloud first in new[] { source, Cloud(3000, 7, 612, isWeighted: false) })
            {
                SlicedOptions options = new() { Projections = 25, WithGradient = true, AscentSteps = 3 };
                SlicedDistance[] distances =
                    [.. EnginesAtHand.HostNames.Select(engine => SlicedWasserstein.Evaluate(Engine(engine), first, other, options))];
                foreach (SlicedDistance distance in distances[1..])
                {
                    Bits.AssertSame(distances[0].DirectionCosts.ToArray(), distance.DirectionCosts.ToArray(), "Costs");
                    Bits.AssertSame(distances[0].SourceGradient.ToArray(), distance.SourceGradient.ToArray(), "Source gradient");
                    Bits.AssertSame(distances[0].TargetGradient.ToArray(), distance.TargetGradient.ToArray(), "Target gradient");
                    Bits.AssertSame([.. distances[0].MaxDirection], [.. distance.MaxDirection], "Direction");
                }
            }
        }
    }

    [Fact]
    public void Devices_without_float64_or_memory_give_the_same_but_for_rounding()
    {
        PointCloud source = Cloud(60, 4, 613, isWeighted: true);
        PointCloud target = Cloud(45, 4, 614, isWeighted: false);
        SlicedOptions options = new() { Projections = 12, WithGradient = true, AscentSteps = 2 };
        SlicedDistance expected = SlicedWasserstein.Evaluate(Engine("host, 1 thread"), source, target, options);
        foreach (IlgpuShape shape in new[] { new IlgpuShape(1, 1) { WithoutDoubles = true }, new IlgpuShape(1, 1) { MemoryLimit = 200_000 } })
        {
            using IlgpuEngine engine = IlgpuEngine.CreateCpu(shape, new() { PooledBytes = 0 });
            SlicedDistance distance = SlicedWasserstein.Evaluate(engine, source, target, options);
            Assert.Equal(expected.Distance, distance.Distance, 1e-5 * expected.Distance);
            Assert.Equal(expected.MaxSliced, distance.MaxSliced, 1e-4 * expected.MaxSliced);
            for (int i = 0; i < expected.SourceGradient.Length; i++)
            {
                Assert.Equal(expected.SourceGradient.Span[i], distance.SourceGradient.Span[i], 1e-4f);
            }
        }

        using IlgpuEngine tiny = IlgpuEngine.CreateCpu(new IlgpuShape(1, 1) { MemoryLimit = 4_000 }, new() { PooledBytes = 0 });
        Assert.Throws<InsufficientMemoryException>(() => SlicedWasserstein.Evaluate(tiny, source, target, options));
    }

    /// <summary>The costs along the directions of a seed, in float64.</summary>
    private static double[] Costs(PointCloud source, PointCloud target, SlicedOptions options)
    {
        float[] directions = new float[options.Projections * source.Dimensions];
        SliceDirections.Draw(options.Seed, 0, source.Dimensions, directions);
        return [.. directions.Chunk(source.Dimensions).Select(direction => Cost(source, target, direction, options.P))];
    }

    private static double Cost(PointCloud source, PointCloud target, float[] direction, double p) =>
        ReferenceLines.Cost(Projected(source, direction), source.Weights.ToArray(), Projected(target, direction), target.Weights.ToArray(), p);

    private static float[] Projected(PointCloud cloud, float[] direction) =>
        [.. cloud.Points.ToArray().Chunk(cloud.Dimensions).Select(point => (float)point.Select((x, c) => (double)x * direction[c]).Sum())];

    private static void AssertGradient(PointCloud cloud, float[] gradient, Func<PointCloud, double> cost)
    {
        const float Step = 1e-3f;
        Assert.Equal(cloud.Points.Length, gradient.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            double difference = (cost(Moved(Step)) - cost(Moved(-Step))) / (2 * Step);
            Assert.Equal(difference, gradient[i], 3e-3);

            PointCloud Moved(float step)
            {
                float[] points = cloud.Points.ToArray();
                points[i] += step;
                PointCloud moved = new(points, cloud.Dimensions);
                return cloud.IsWeighted ? moved.WithWeights(cloud.Weights) : moved;
            }
        }
    }

    private static PointCloud Cloud(int count, int dimensions, int seed, bool isWeighted)
    {
        PointCloud cloud = new(Clouds.Make(CloudKind.Normal, count, dimensions, seed), dimensions);
        Draws draws = new(seed);
        double[] weights = [.. Enumerable.Range(0, count).Select(i => i == 0 ? 1 : Math.Max(0, draws.Uniform() - 0.2))];
        return isWeighted ? cloud.WithWeights(weights) : cloud;
    }
}
