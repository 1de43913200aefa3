using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Transport;

public sealed class SlicedWassersteinTests : IDisposable
{
    private readonly ComputeEngine _engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_cloud_is_at_distance_0_from_itself()
    {
        PointCloud cloud = Cloud(50, 6, 700);
        float[] shuffled = Clouds.Rows(cloud.Points.ToArray(), 6, new Draws(701).Permutation(50));
        SlicedDistance distance = SlicedWasserstein.Evaluate(_engine, cloud, new(shuffled, 6), new() { WithGradient = true });
        Assert.Equal(0, distance.Distance);
        Assert.Equal(0, distance.StandardError);
        Assert.Equal(0, distance.MaxSliced);
        Assert.All(distance.SourceGradient.ToArray(), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void On_a_line_it_is_the_distance_itself()
    {
        float[] x = [3, 1, 7, 2];
        float[] y = [0, 5, 5, 1];
        SlicedDistance distance = SlicedWasserstein.Evaluate(_engine, new PointCloud(x, 1), new PointCloud(y, 1), new() { P = 1 });
        Assert.Equal(Transport1D.Solve(_engine, x, y, options: new() { P = 1 }).Value, distance.Distance, 1e-6);
        Assert.Equal(distance.Distance, distance.MaxSliced, 1e-12);
        Assert.Equal(0, distance.StandardError, 1e-12);
        Assert.Equal(1, Math.Abs(distance.MaxDirection[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_is_no_more_than_the_Wasserstein_distance(double p)
    {
        const int Count = 60;
        PointCloud source = Cloud(Count, 4, 702);
        PointCloud target = new([.. Cloud(Count, 4, 703).Points.ToArray().Select(x => (1.5f * x) + 0.5f)], 4);
        float[] costs = new float[Count * Count];
        using (EngineBuffer<float> x = _engine.Upload(source.Points))
        using (EngineBuffer<float> y = _engine.Upload(target.Points))
        using (EngineBuffer<float> c = _engine.Allocate<float>(costs.Length))
        {
            _engine.Costs.Pairwise(BatchLayout.Uniform(1, Count, Count), x, y, 4, new(GroundDistance.Euclidean, p), c);
            c.Download(costs);
        }

        double whole = Math.Pow(LinearAssignment.Solve(_engine, costs, Count, Count).Cost / Count, 1 / p);
        SlicedDistance distance = SlicedWasserstein.Evaluate(_engine, source, target, new() { P = p });
        Assert.True(distance.Distance <= distance.MaxSliced);
        Assert.True(distance.MaxSliced <= whole * (1 + 1e-6), $"{distance.MaxSliced} > {whole}");
        Assert.True(distance.Distance > 0.2 * whole, "Not by far, either.");
    }

    [Fact]
    public void Turning_both_clouds_changes_it_by_the_choice_of_directions_only()
    {
        PointCloud source = Cloud(200, 2, 704);
        PointCloud target = new([.. Cloud(200, 2, 705).Points.ToArray().Select((x, i) => i % 2 == 0 ? (3 * x) + 1 : x)], 2);
        SlicedOptions options = new() { Projections = 2000, AscentSteps = 0 };
        SlicedDistance before = SlicedWasserstein.Evaluate(_engine, source, target, options);
        SlicedDistance after = SlicedWasserstein.Evaluate(_engine, Turned(source), Turned(target), options);
        Assert.Equal(before.Distance, after.Distance, 5 * before.StandardError);
        Assert.InRange(before.StandardError, 1e-4, 0.05);

        static PointCloud Turned(PointCloud cloud)
        {
            (float sine, float cosine) = MathF.SinCos(1.1f);
            return new([.. cloud.Points.ToArray().Chunk(2).SelectMany(p => new[] { (cosine * p[0]) - (sine * p[1]), (sine * p[0]) + (cosine * p[1]) })], 2);
        }
    }

    [Fact]
    public void Seeds_choose_the_directions()
    {
        PointCloud source = Cloud(30, 5, 706);
        PointCloud target = Cloud(30, 5, 707);
        double[] Costs(ulong seed, int count) => SlicedWasserstein.Evaluate(_engine, source, target, new() { Seed = seed, Projections = count }).DirectionCosts.ToArray();
        Bits.AssertSame(Costs(3, 40), Costs(3, 40), "The same seed");
        Bits.AssertSame(Costs(3, 10), Costs(3, 40)[..10], "Fewer directions");
        Assert.NotEqual(Costs(3, 40), Costs(4, 40));
    }

    [Fact]
    public void Directions_are_uniform_on_the_sphere()
    {
        foreach (int d in new[] { 1, 2, 3, 10 })
        {
            const int Count = 4000;
            float[] directions = new float[Count * d];
            SliceDirections.Draw(12, 0, d, directions);
            double[,] products = new double[d, d];
            double[] means = new double[d];
            foreach (float[] direction in directions.Chunk(d))
            {
                Assert.Equal(1, direction.Sum(x => (double)x * x), 1e-6);
                for (int a = 0; a < d; a++)
                {
                    means[a] += direction[a] / Count;
                    for (int b = 0; b < d; b++)
                    {
                        products[a, b] += (double)direction[a] * direction[b] / Count;
                    }
                }
            }

            // No coordinate has deviation above 1, no product either: five deviations of a mean.
            double bound = 5 / Math.Sqrt(Count);
            for (int a = 0; a < d; a++)
            {
                Assert.InRange(means[a], -bound, bound);
                for (int b = 0; b < d; b++)
                {
                    Assert.Equal(a == b ? 1.0 / d : 0, products[a, b], bound / Math.Sqrt(d));
                }
            }
        }
    }

    [Fact]
    public void A_gradient_step_comes_closer()
    {
        PointCloud source = Cloud(100, 3, 708);
        PointCloud target = new([.. Cloud(80, 3, 709).Points.ToArray().Select(x => x + 2)], 3);
        SlicedOptions options = new() { WithGradient = true, AscentSteps = 0 };
        SlicedDistance before = SlicedWasserstein.Evaluate(_engine, source, target, options);
        float[] moved = [.. source.Points.ToArray().Zip(before.SourceGradient.ToArray(), (x, slope) => x - (100 * 0.5f * slope))];
        SlicedDistance after = SlicedWasserstein.Evaluate(_engine, new(moved, 3), target, options);
        Assert.True(after.Cost < 0.7 * before.Cost, $"{before.Cost} fell to {after.Cost} only.");
    }

    [Fact]
    public void Zero_weights_leave_points_out()
    {
        PointCloud source = Cloud(20, 3, 710);
        PointCloud target = Cloud(15, 3, 711);
        float[] more = [.. source.Points, 100, 100, 100, -50, 0, 0];
        PointCloud padded = new PointCloud(more, 3).WithWeights([.. Enumerable.Repeat(1.0, 20), 0, 0]);
        SlicedDistance expected = SlicedWasserstein.Evaluate(_engine, source, target);
        SlicedDistance distance = SlicedWasserstein.Evaluate(_engine, padded, target, new() { WithGradient = true });
        Assert.Equal(expected.Distance, distance.Distance, 1e-9);
        Assert.All(distance.SourceGradient.ToArray()[60..], slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void One_direction_has_no_standard_error()
    {
        SlicedDistance distance = SlicedWasserstein.Evaluate(_engine, Cloud(5, 2, 712), Cloud(5, 2, 713), new() { Projections = 1 });
        Assert.True(double.IsNaN(distance.StandardError));
        Assert.True(distance.Distance > 0);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        PointCloud two = Cloud(5, 2, 714);
        PointCloud three = Cloud(5, 3, 715);
        Assert.Equal("target", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, two, three)).ParamName);
        Assert.Equal("Projections", Range(new() { Projections = 0 }));
        Assert.Equal("AscentSteps", Range(new() { AscentSteps = -1 }));
        Assert.Equal("AscentStarts", Range(new() { AscentStarts = -1 }));
        Assert.Equal("P", Range(new() { P = 0.5 }));
        Assert.Equal("P", Range(new() { P = double.NaN }));
        Assert.Throws<ArgumentNullException>(() => SlicedWasserstein.Evaluate(_engine, null!, two));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => SlicedWasserstein.Evaluate(_engine, two, two, cancellation: cancelled.Token));

        // Costs beyond float64: only the powers of the distances show them.
        PointCloud far = new([1e30f, 0, 0, 1e30f], 2);
        Assert.Contains("scale the points", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, two, far, new() { P = 12 })).Message, StringComparison.Ordinal);

        using EngineBuffer<float> x = _engine.Upload([1f, 2, 3, 4]);
        using EngineBuffer<float> none = _engine.Allocate<float>(0);
        Assert.Equal("source", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, none, x, 2)).ParamName);
        Assert.Equal("target", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, x, x.Slice(0, 3), 2)).ParamName);
        Assert.Equal("sourceGradient", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, x, x, 2, null, x.Slice(0, 2))).ParamName);
        Assert.Equal("targetWeights", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, x, x, 2, targetWeights: [1])).ParamName);
        Assert.Equal("sourceWeights", Assert.ThrowsAny<ArgumentException>(() => SlicedWasserstein.Evaluate(_engine, x, x, 2, sourceWeights: [1, -1])).ParamName);

        string? Range(SlicedOptions options) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => SlicedWasserstein.Evaluate(_engine, two, two, options)).ParamName;
    }

    private static PointCloud Cloud(int count, int dimensions, int seed) => new(Clouds.Make(CloudKind.Normal, count, dimensions, seed), dimensions);
}
