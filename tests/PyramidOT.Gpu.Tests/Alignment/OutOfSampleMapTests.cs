using PyramidOT.Alignment;
using PyramidOT.Engines.Ilgpu;
using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Maps taken to new points, against all distances.</summary>
public class OutOfSampleMapTests
{
    public static TheoryData<int, int, int, NeighbourWeights, bool> Ways { get; } = new()
    {
        { 1, 1, 2, NeighbourWeights.Equal, false },
        { 60, 1, 3, NeighbourWeights.InverseDistance, true },
        { 60, 5, 1, NeighbourWeights.Equal, false },
        { 300, 7, 20, NeighbourWeights.InverseDistance, false },
        { 300, 32, 3, NeighbourWeights.InverseDistance, true },

        // More neighbours than there are points.
        { 6, 20, 4, NeighbourWeights.InverseDistance, false },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void New_points_follow_their_nearest_ones(int sample, int neighbours, int dimensions, NeighbourWeights weights, bool takeImages)
    {
        OutOfSampleOptions options = new() { Neighbours = neighbours, Weights = weights, TakeImages = takeImages };
        using ComputeEngine engine = TestPyramids.Host(2);
        BarycentricImages images = Images(engine, BarycentricProjectionTests.Normal(sample, dimensions, 0));
        PointCloud points = BarycentricProjectionTests.Normal(77, dimensions, 5);
        CheckByFormula(images, points, OutOfSampleMap.Apply(engine, images, points, options), options);
    }

    [Theory]
    [InlineData(1, "normal")]
    [InlineData(2, "normal")]
    [InlineData(3, "normal")]
    [InlineData(2, "ties")]
    [InlineData(3, "ties")]
    [InlineData(3, "equal")]
    [InlineData(1, "far")]
    public void A_tree_finds_what_a_look_at_all_finds(int dimensions, string kind)
    {
        const int Count = 2500;
        const int Neighbours = 6;
        PointCloud sample = Cloud(Count, 0);
        PointCloud points = Cloud(150, 5);
        using ComputeEngine engine = TestPyramids.Host(2);
        Assert.True(NeighbourTree.Serves(sample));
        using NeighbourSearch search = NeighbourSearch.Create(engine, sample, points, Neighbours);
        search.Find(0, points.Count, default);
        for (int i = 0; i < points.Count; i++)
        {
            double[] distances = [.. Enumerable.Range(0, Count).Select(j => Enumerable.Range(0, dimensions).Sum(k => Math.Pow((double)points[i][k] - sample[j][k], 2)))];
            Assert.Equal(Enumerable.Range(0, Count).OrderBy(j => distances[j]).Take(Neighbours), search.NeighboursOf(i).ToArray());
            Assert.Equal(distances.Order().Take(Neighbours), search.SquaredDistancesOf(i).ToArray());
        }

        // In exact sums the engine's way finds the same, of equally near ones the same too.
        using NeighbourSearch all = new EngineNeighbours(engine, sample, points, Neighbours);
        for (int start = 0; kind == "ties" && start < points.Count; start += all.WaveRows)
        {
            int count = Math.Min(all.WaveRows, points.Count - start);
            all.Find(start, count, default);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(search.NeighboursOf(start + i).ToArray(), all.NeighboursOf(i).ToArray());
            }
        }

        PointCloud Cloud(int count, ulong side) => new(
            [.. BarycentricProjectionTests.Normal(count, dimensions, side).Points.ToArray().Select(x => kind switch
            {
                "ties" => MathF.Round(3 * x),
                "equal" => 1,
                "far" => x * 1e30f,
                _ => x,
            })],
            dimensions);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void What_float32_cannot_tell_apart_is_told_apart(int dimensions)
    {
        // From afar, costs differ by less than they are accurate to.
        const int Neighbours = 5;
        PointCloud sample = new([.. BarycentricProjectionTests.Normal(400, dimensions, 0).Points.ToArray().Select(x => x * 1e-4f)], dimensions);
        PointCloud points = new([.. BarycentricProjectionTests.Normal(40, dimensions, 5).Points.ToArray().Select(x => x * 1e3f)], dimensions);
        using ComputeEngine engine = TestPyramids.Host(2);
        using NeighbourSearch search = new EngineNeighbours(engine, sample, points, Neighbours);
        Assert.Equal(points.Count, search.WaveRows);
        search.Find(0, points.Count, default);
        for (int i = 0; i < points.Count; i++)
        {
            double[] distances = [.. Enumerable.Range(0, sample.Count).Select(j => Enumerable.Range(0, dimensions).Sum(k => Math.Pow((double)points[i][k] - sample[j][k], 2)))];
            Assert.Equal(Enumerable.Range(0, sample.Count).OrderBy(j => distances[j]).Take(Neighbours), search.NeighboursOf(i).ToArray());
        }
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e25f)]
    public void Scales_beyond_float32s_squares_are_no_matter(float scale)
    {
        using ComputeEngine engine = TestPyramids.Host();
        BarycentricImages images = Images(engine, Scaled(BarycentricProjectionTests.Normal(50, 3, 0), scale));
        PointCloud points = Scaled(BarycentricProjectionTests.Normal(20, 3, 5), scale);
        foreach (int neighbours in new[] { 1, 3 })
        {
            OutOfSampleOptions options = new() { Neighbours = neighbours };
            CheckByFormula(images, points, OutOfSampleMap.Apply(engine, images, points, options), options);
        }

        static PointCloud Scaled(PointCloud cloud, float scale) => new([.. cloud.Points.ToArray().Select(x => x * scale)], cloud.Dimensions);
    }

    [Theory]
    [InlineData(1, NeighbourWeights.Equal)]
    [InlineData(6, NeighbourWeights.InverseDistance)]
    public void Sample_points_have_their_images(int neighbours, NeighbourWeights weights)
    {
        using ComputeEngine engine = TestPyramids.Host();
        BarycentricImages images = Images(engine, BarycentricProjectionTests.Normal(200, 9, 0));
        PointCloud mapped = OutOfSampleMap.Apply(engine, images, images.Source, new() { Neighbours = neighbours, Weights = weights });
        Assert.Equal(images.Points.Points.ToArray(), mapped.Points.ToArray());
    }

    [Fact]
    public void When_memory_runs_out_nothing_is_kept()
    {
        (float[] sample, float[] points) = Clouds.Pair(CloudKind.Uniform, 200, 300, 5, seed: 71);
        PointCloud source = new(sample, 5);
        for (int limit = 2000; limit < 40_000; limit += 4000)
        {
            using IlgpuEngine engine = IlgpuEngine.CreateCpu(IlgpuShape.Fastest with { MemoryLimit = limit }, new());
            BarycentricImages images = BarycentricProjection.Project(engine, source, source, new([.. Enumerable.Range(0, 200)], [.. Enumerable.Range(0, 200)], []));
            Assert.ThrowsAny<OutOfMemoryException>(() => OutOfSampleMap.Apply(engine, images, new(points, 5), new() { Neighbours = 3 }));
            engine.Layouts.Dispose();
            Assert.Equal(0, engine.RentedBytes);
        }
    }

    [Fact]
    public void Of_equal_points_the_first_is_followed_or_all_of_them()
    {
        using ComputeEngine engine = TestPyramids.Host();
        float[] points = [4, 1, 1, 1, 1, 9];
        PointCloud target = new([0, 10, 20, 30, 40, 50], 1);
        Coupling coupling = new([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], []);
        BarycentricImages images = BarycentricProjection.Project(engine, new(points, 1), target, coupling);
        PointCloud wanted = new([1, 1.5f], 1);
        Assert.Equal([10, 10.5f], OutOfSampleMap.Apply(engine, images, wanted).Points.ToArray());
        Assert.Equal([15, 15.5f], OutOfSampleMap.Apply(engine, images, wanted, new() { Neighbours = 2 }).Points.ToArray());
        Assert.Equal(
            [25, 25], OutOfSampleMap.Apply(engine, images, wanted, new() { Neighbours = 4, TakeImages = true }).Points.ToArray());

        // At distance 0 only the equal ones count.
        Assert.Equal(25, OutOfSampleMap.Apply(engine, images, wanted, new() { Neighbours = 6, Weights = NeighbourWeights.InverseDistance }).Points[0]);

        // Hundreds of equal ones: a list of cheapest columns does not hold them all.
        float[] many = new float[900];
        many[899] = 3;
        int[] rows = [.. Enumerable.Range(0, 900)];
        images = BarycentricProjection.Project(engine, new(many, 1), new([.. rows.Select(i => (float)i)], 1), new(rows, rows, []));
        Assert.Equal([1.5f], OutOfSampleMap.Apply(engine, images, new([0], 1), new() { Neighbours = 4 }).Points.ToArray());
    }

    [Fact]
    public void Points_without_image_are_no_neighbours()
    {
        using ComputeEngine engine = TestPyramids.Host();
        Coupling coupling = new([0, 2], [0, 1], []);
        BarycentricImages images = BarycentricProjection.Project(engine, new([0, 1, 5], 1), new([100, 200], 1), coupling);
        PointCloud points = new PointCloud([1, 4], 1, weights: [1, 3]).WithLabels([7, 8]);
        PointCloud mapped = OutOfSampleMap.Apply(engine, images, points);
        Assert.Equal([101, 199], mapped.Points.ToArray());
        Assert.Equal([0.25, 0.75], mapped.Weights.ToArray());
        Assert.Equal([7, 8], mapped.Labels.ToArray());
        BarycentricImages none = BarycentricProjection.Project(engine, new([0, 1], 1), new([1, 2], 1), new([], [], []));
        Assert.Contains("No sample point", Refusal(none, points).Message, StringComparison.Ordinal);
        Assert.Contains("dimensions", Refusal(images, new([1, 2], 2)).Message, StringComparison.Ordinal);

        BarycentricImages far = BarycentricProjection.Project(engine, new([-3e38f], 1), new([3e38f], 1), new([0], [0], []));
        Assert.Contains("The image of row 1 leaves", Refusal(far, new([-3e38f, 0], 1)).Message, StringComparison.Ordinal);

        ArgumentException Refusal(BarycentricImages map, PointCloud wanted) =>
            Assert.ThrowsAny<ArgumentException>(() => OutOfSampleMap.Apply(engine, map, wanted));
    }

    [Fact]
    public void Threads_and_engines_do_not_matter()
    {
        using ComputeEngine one = TestPyramids.Host(1);
        using ComputeEngine three = TestPyramids.Host(3);
        using ComputeEngine device = IlgpuEngine.CreateCpu(new(1, 1), new());
        BarycentricImages images = Images(one, BarycentricProjectionTests.Normal(90, 4, 0));
        PointCloud points = BarycentricProjectionTests.Normal(60, 4, 5);
        foreach (int neighbours in new[] { 1, 5 })
        {
            OutOfSampleOptions options = new() { Neighbours = neighbours, Weights = NeighbourWeights.InverseDistance };
            float[] first = OutOfSampleMap.Apply(one, images, points, options).Points.ToArray();
            Assert.Equal(first, OutOfSampleMap.Apply(three, images, points, options).Points.ToArray());
            Assert.Equal(first, OutOfSampleMap.Apply(device, images, points, options).Points.ToArray());
        }

        Assert.Equal(0, one.RentedBytes);
    }

    [Fact]
    public void Waves_are_told_and_can_be_given_up()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        BarycentricImages images = Images(engine, BarycentricProjectionTests.Normal(4000, 4, 0));
        PointCloud points = BarycentricProjectionTests.Normal(1500, 4, 5);
        List<OutOfSampleProgress> told = [];
        Told progress = new(told.Add);
        float[] all = OutOfSampleMap.Apply(engine, images, points, new() { Neighbours = 2 }, progress).Points.ToArray();
        Assert.True(told.Count > 1);
        Assert.Equal(new(1500, 1500), told[^1]);
        Assert.Equal(told.Order(Comparer<OutOfSampleProgress>.Create((a, b) => a.Points - b.Points)), told);

        // The last point's image does not depend on the wave it is in.
        PointCloud last = new(points[1499].ToArray(), 4);
        Assert.Equal(all[^4..], OutOfSampleMap.Apply(engine, images, last, new() { Neighbours = 2 }).Points.ToArray());
        using CancellationTokenSource cancellation = new();
        Assert.ThrowsAny<OperationCanceledException>(() => OutOfSampleMap.Apply(
            engine, images, points, new() { Neighbours = 2 }, new Told(_ => cancellation.Cancel()), cancellation.Token));
        Assert.Equal(0, engine.RentedBytes);
    }

    [Fact]
    public void Options_have_their_ranges()
    {
        using ComputeEngine engine = TestPyramids.Host();
        BarycentricImages images = Images(engine, BarycentricProjectionTests.Normal(5, 2, 0));
        foreach (OutOfSampleOptions options in new OutOfSampleOptions[] { new() { Neighbours = 0 }, new() { Neighbours = 33 }, new() { Weights = (NeighbourWeights)2 } })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => OutOfSampleMap.Apply(engine, images, images.Source, options));
        }
    }

    private static BarycentricImages Images(ComputeEngine engine, PointCloud source)
    {
        PointCloud target = BarycentricProjectionTests.Normal(source.Count, source.Dimensions, 1);
        return BarycentricProjection.Project(
            engine, source, target, new([.. Enumerable.Range(0, source.Count)], new Draws(9).Permutation(source.Count), []));
    }

    private static void CheckByFormula(BarycentricImages images, PointCloud points, PointCloud mapped, OutOfSampleOptions options)
    {
        PointCloud source = images.Source;
        for (int i = 0; i < points.Count; i++)
        {
            double[] distances = new double[source.Count];
            for (int s = 0; s < source.Count; s++)
            {
                double sum = 0;
                for (int k = 0; k < source.Dimensions; k++)
                {
                    double difference = (double)points[i][k] - source[s][k];
                    sum += difference * difference;
                }

                distances[s] = Math.Sqrt(sum);
            }

            int[] nearest = [.. Enumerable.Range(0, source.Count).OrderBy(s => distances[s]).Take(options.Neighbours)];
            double[] weights = [.. nearest.Select(s => options.Weights == NeighbourWeights.Equal ? 1 : 1 / distances[s])];
            for (int k = 0; k < source.Dimensions; k++)
            {
                double value = 0;
                double size = 0;
                for (int j = 0; j < nearest.Length; j++)
                {
                    double image = images.Points[nearest[j]][k];
                    value += weights[j] / weights.Sum() * (options.TakeImages ? image : points[i][k] + image - source[nearest[j]][k]);
                    size = Math.Max(size, Math.Abs(image) + Math.Abs(points[i][k]) + Math.Abs(source[nearest[j]][k]));
                }

                Assert.Equal(value, mapped[i][k], 1e-6 * size);
            }
        }
    }

    private sealed class Told(Action<OutOfSampleProgress> tell) : IProgress<OutOfSampleProgress>
    {
        public void Report(OutOfSampleProgress value) => tell(value);
    }
}
