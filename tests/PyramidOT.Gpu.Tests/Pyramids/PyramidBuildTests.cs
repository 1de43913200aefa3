using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>What Build refuses and reports, and points that lie on the engine already.</summary>
public class PyramidBuildTests
{
    private static readonly PointCloud s_cloud = new([0, 1, 2, 3], 2);

    [Fact]
    public void Missing_arguments_are_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        Assert.Equal("engine", Assert.Throws<ArgumentNullException>(() => PyramidPair.Build(null!, s_cloud, s_cloud)).ParamName);
        Assert.Equal("source", Assert.Throws<ArgumentNullException>(() => PyramidPair.Build(engine, null!, s_cloud)).ParamName);
        Assert.Equal("target", Assert.Throws<ArgumentNullException>(() => PyramidPair.Build(engine, s_cloud, null!)).ParamName);
        Assert.Equal("engine", Assert.Throws<ArgumentNullException>(() => PyramidPair.Build(null!, default, default, 1)).ParamName);
    }

    [Fact]
    public void Different_dimensions_are_refused_with_both_numbers()
    {
        using ComputeEngine engine = TestPyramids.Host();
        ArgumentException exception = Assert.Throws<ArgumentException>(() => PyramidPair.Build(engine, s_cloud, new PointCloud([1, 2, 3], 3)));
        Assert.Equal("target", exception.ParamName);
        Assert.Contains("3 dimensions", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using EngineBuffer<float> points = engine.Upload(new float[] { 0, 1, 2, 3 });
        (PyramidOptions Options, string Name)[] wrong =
        [
            (new() { Scheme = (PyramidScheme)5 }, nameof(PyramidOptions.Scheme)),
            (new() { Scheme = (PyramidScheme)(-1) }, nameof(PyramidOptions.Scheme)),
            (new() { Centres = (CentreSelection)2 }, nameof(PyramidOptions.Centres)),
            (new() { Branching = 1 }, nameof(PyramidOptions.Branching)),
            (new() { Branching = int.MinValue }, nameof(PyramidOptions.Branching)),
            (new() { LeafSize = 0 }, nameof(PyramidOptions.LeafSize)),
            (new() { MaxDepth = -1 }, nameof(PyramidOptions.MaxDepth)),
            (new() { LloydRounds = -1 }, nameof(PyramidOptions.LloydRounds)),
            (new() { SampleSize = 0 }, nameof(PyramidOptions.SampleSize)),
        ];
        foreach ((PyramidOptions options, string name) in wrong)
        {
            foreach (PyramidScheme scheme in options.Scheme is < 0 or > PyramidScheme.Random ? [options.Scheme] : Enum.GetValues<PyramidScheme>())
            {
                PyramidOptions each = options with { Scheme = scheme };
                ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => PyramidPair.Build(engine, s_cloud, s_cloud, each));
                Assert.Equal(name, exception.ParamName);
                Assert.Contains(name, exception.Message, StringComparison.Ordinal);
                Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => PyramidPair.Build(engine, points, points, 2, each)).ParamName);
            }
        }
    }

    [Fact]
    public void Resident_points_that_are_none_are_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using ComputeEngine stranger = TestPyramids.Host();
        using EngineBuffer<float> good = engine.Upload(new float[] { 0, 1, 2, 3 });
        using EngineBuffer<float> strange = stranger.Upload(new float[] { 0, 1, 2, 3 });
        using EngineBuffer<float> none = engine.Allocate<float>(0);

        Assert.Equal("dimensions", Assert.Throws<ArgumentOutOfRangeException>(() => PyramidPair.Build(engine, good, good, 0)).ParamName);
        Assert.Equal("dimensions", Assert.Throws<ArgumentOutOfRangeException>(() => PyramidPair.Build(engine, good, good, -2)).ParamName);
        Refused("source", "no points", () => PyramidPair.Build(engine, default, good, 2));
        Refused("target", "no points", () => PyramidPair.Build(engine, good, none, 2));
        Refused("source", "4 numbers", () => PyramidPair.Build(engine, good, good, 3));
        Refused("target", "3 numbers", () => PyramidPair.Build(engine, good, good.Slice(1, 3), 2));
        Refused(null, "another engine", () => PyramidPair.Build(engine, strange, good, 2));
        Refused(null, "another engine", () => PyramidPair.Build(engine, good, strange, 2));

        EngineBuffer<float> gone = engine.Upload(new float[2]);
        EngineView<float> window = gone;
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => PyramidPair.Build(engine, window, good, 2));

        static void Refused(string? name, string words, Action action)
        {
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(action);
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
            Assert.True(name is null || exception.ParamName == name, $"{exception.ParamName} was named where {name} is wrong.");
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Resident_numbers_that_are_none_are_named_by_side_and_coordinate(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        float[] points = Clouds.Make(CloudKind.Normal, 500, 3, seed: 101);
        using EngineBuffer<float> good = engine.Upload(points);
        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (int place in new[] { 0, 700, 1499 })
            {
                float[] spoilt = [.. points];
                spoilt[place] = wrong;
                using EngineBuffer<float> bad = engine.Upload(spoilt);
                foreach (bool isSource in new[] { true, false })
                {
                    ArgumentException exception = Assert.Throws<ArgumentException>(() => PyramidPair.Build(
                        engine, isSource ? bad : good, isSource ? good : bad, 3, TestPyramids.Ways[way]));
                    Assert.Equal(isSource ? "source" : "target", exception.ParamName);
                    Assert.Contains($"Coordinate {place % 3} ", exception.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', exception.Message);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Resident_points_give_the_same_pyramid(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Clustered, 200, 180, 3, seed: 102);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, TestPyramids.Ways[way]);

        // Windows into larger buffers, of which the rest is no number at all.
        float[] larger = new float[10 + source.Length + target.Length];
        Array.Fill(larger, float.NaN);
        source.CopyTo(larger, 4);
        target.CopyTo(larger, 7 + source.Length);
        using EngineBuffer<float> buffer = engine.Upload(larger);
        EngineView<float> x = buffer.Slice(4, source.Length);
        EngineView<float> y = buffer.Slice(7 + source.Length, target.Length);
        using (PyramidPair resident = PyramidPair.Build(engine, x, y, 3, TestPyramids.Ways[way]))
        {
            SamePyramid.Assert(pyramid, resident);
            Assert.Null(resident.Source);
            Assert.Null(resident.Target);
            Assert.Equal(x, resident.SourcePoints);
            Assert.Equal(y, resident.TargetPoints);
            Assert.True(resident.IsUneven);
            MiniBatchOptions options = new() { Unpaired = UnpairedPoints.Drop };
            Assert.Equal(
                MiniBatchTransport.Estimate(pyramid, 20, options).PooledCost, MiniBatchTransport.Estimate(resident, 20, options).PooledCost);
        }

        // The caller's they stay.
        Assert.Equal(source, x.ToArray());
        Assert.Equal(target, y.ToArray());
    }

    [Fact]
    public void A_pyramid_tells_what_it_is_of()
    {
        using ComputeEngine engine = TestPyramids.Host();
        PointCloud source = new([0, 1, 2, 3, 4, 5], 2);
        PyramidOptions options = new() { Seed = 3 };
        using PyramidPair pyramid = PyramidPair.Build(engine, source, s_cloud, options);
        Assert.Same(engine, pyramid.Engine);
        Assert.Equal(options, pyramid.Options);
        Assert.Same(source, pyramid.Source);
        Assert.Same(s_cloud, pyramid.Target);
        Assert.Equal((3, 2, 2), (pyramid.SourceCount, pyramid.TargetCount, pyramid.Dimensions));
        Assert.Equal(source.Points.ToArray(), pyramid.SourcePoints.ToArray());
        Assert.Equal(s_cloud.Points.ToArray(), pyramid.TargetPoints.ToArray());
        using PyramidPair byDefault = PyramidPair.Build(engine, source, s_cloud);
        Assert.Equal(new PyramidOptions(), byDefault.Options);
        Assert.Equal(PyramidScheme.Interleaving, byDefault.Options.Scheme);
        Assert.Equal((8, 1, null), (byDefault.Options.Branching, byDefault.Options.LeafSize, byDefault.Options.MaxDepth));
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void Progress_rises_to_the_end(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Duplicated, 300, 300, 2, seed: 103);
        Reports<PyramidProgress> reports = new();
        using PyramidPair pyramid = PyramidPair.Build(
            engine, new PointCloud(source, 2), new PointCloud(target, 2), TestPyramids.Ways[way], reports);
        Assert.NotEmpty(reports.All);
        Assert.Equal(1, reports.All[^1].Settled);
        Assert.Equal(0, reports.All[^1].OpenCells);
        for (int i = 1; i < reports.All.Count; i++)
        {
            Assert.True(reports.All[i].Rounds > reports.All[i - 1].Rounds);
            Assert.True(reports.All[i].Settled >= reports.All[i - 1].Settled);
            Assert.True(reports.All[i - 1].OpenCells > 0);
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void A_cancelled_build_ends_with_the_callers_token(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 2000, 2000, 2, seed: 104);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        OperationCanceledException exception = Assert.ThrowsAny<OperationCanceledException>(() => PyramidPair.Build(
            engine, new PointCloud(source, 2), new PointCloud(target, 2), TestPyramids.Ways[way], null, cancelled.Token));
        Assert.Equal(cancelled.Token, exception.CancellationToken);

        if (TestPyramids.Ways[way].Scheme != PyramidScheme.Random)
        {
            // In the middle: after the first round's report there is no second one.
            using CancellationTokenSource later = new();
            Reports<PyramidProgress> reports = new() { Then = later.Cancel };
            Assert.ThrowsAny<OperationCanceledException>(() => PyramidPair.Build(
                engine, new PointCloud(source, 2), new PointCloud(target, 2), TestPyramids.Ways[way], reports, later.Token));
            Assert.Single(reports.All);
        }
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    public static TheoryData<int> TreeWays => TestPyramids.Trees;
}
