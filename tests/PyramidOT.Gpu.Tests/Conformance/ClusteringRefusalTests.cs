using PyramidOT.Engines;

namespace PyramidOT.Tests.Conformance;

/// <summary>What the clustering family refuses.</summary>
public class ClusteringRefusalTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Cells_with_points_but_no_centre_have_no_nearest_one(string engine)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(
            () => ClusteringRun.Nearest(Engine(engine), BatchLayout.Ragged([2, 0, 3], [1, 0, 0]), new float[5], [], 1, new float[1]));
        Assert.Contains("2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cells_with_centres_but_no_points_have_no_seeds(string engine)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(
            () => ClusteringRun.Seed(Engine(engine), BatchLayout.Ragged([2, 4, 0, 3], [1, 0, 1, 1]), new float[9], [], 1, 10, 1));
        Assert.Contains("2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_sample_has_a_point_at_least(string engine)
    {
        foreach (int size in new[] { 0, -1, int.MinValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => ClusteringRun.Seed(Engine(engine), BatchLayout.Uniform(1, 2, 1), new float[2], [], 1, size, 1));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Row_numbers_out_of_range_are_refused_with_their_position(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([2, 3], [1, 2]);
        float[] points = new float[7 * 2];
        float[] centres = new float[3 * 2];
        foreach (int bad in new[] { -1, 7, int.MaxValue, int.MinValue })
        {
            int[] order = [0, 6, 6, bad, 0];
            AssertNamesPosition(3, () => ClusteringRun.Nearest(Engine(engine), cells, points, order, 2, centres));
            AssertNamesPosition(3, () => ClusteringRun.Update(Engine(engine), cells, points, order, 2, [0, 0, 1, 1, 2], centres));
            AssertNamesPosition(3, () => ClusteringRun.Seed(Engine(engine), cells, points, order, 2, 10, 1));
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Centres_out_of_range_are_refused_with_their_position(string engine)
    {
        BatchLayout cells = BatchLayout.Ragged([2, 3], [1, 2]);
        foreach (int bad in new[] { -1, 3, int.MaxValue, int.MinValue })
        {
            AssertNamesPosition(4, () => ClusteringRun.Update(Engine(engine), cells, new float[5], [], 1, [0, 0, 1, 2, bad], new float[3]));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        IClusteringKernels kernels = at.Clustering;
        BatchLayout cells = BatchLayout.Ragged([2, 3], [1, 2]);
        using EngineBuffer<float> points = at.Upload(new float[5 * 2]);
        using EngineBuffer<int> order = at.Upload(new int[5]);
        using EngineBuffer<float> centres = at.Upload(new float[3 * 2]);
        using EngineBuffer<int> nearest = at.Upload(new int[] { 0, 0, 1, 1, 2 });
        using EngineBuffer<float> distances = at.Upload(new float[5]);
        using EngineBuffer<int> counts = at.Upload(new int[3]);

        // What fits.
        kernels.SeedCentres(cells, points, order, 2, 10, 1, centres);
        kernels.NearestCentre(cells, points, order, 2, centres, nearest, distances);
        kernels.UpdateCentres(cells, points, order, 2, nearest, centres, counts);

        EngineView<float> fewPoints = points.Slice(0, 8);
        EngineView<float> brokenPoints = points.Slice(0, 9);
        EngineView<float> fewCentres = centres.Slice(0, 5);
        EngineView<int> fewRows = order.Slice(0, 4);
        foreach (int dimensions in new[] { 0, -2, 3 })
        {
            Refused(() => kernels.NearestCentre(cells, points, default, dimensions, centres, nearest, distances));
            Refused(() => kernels.UpdateCentres(cells, points, default, dimensions, nearest, centres, counts));
            Refused(() => kernels.SeedCentres(cells, points, default, dimensions, 10, 1, centres));
        }

        Refused(() => kernels.NearestCentre(cells, fewPoints, default, 2, centres, nearest, distances));
        Refused(() => kernels.NearestCentre(cells, brokenPoints, order, 2, centres, nearest, distances));
        Refused(() => kernels.NearestCentre(cells, points, fewRows, 2, centres, nearest, distances));
        Refused(() => kernels.NearestCentre(cells, points, order, 2, fewCentres, nearest, distances));
        Refused(() => kernels.NearestCentre(cells, points, order, 2, centres, nearest.Slice(0, 4), distances));
        Refused(() => kernels.NearestCentre(cells, points, order, 2, centres, nearest, distances.Slice(0, 4)));
        Refused(() => kernels.UpdateCentres(cells, fewPoints, default, 2, nearest, centres, counts));
        Refused(() => kernels.UpdateCentres(cells, points, fewRows, 2, nearest, centres, counts));
        Refused(() => kernels.UpdateCentres(cells, points, order, 2, nearest.Slice(0, 4), centres, counts));
        Refused(() => kernels.UpdateCentres(cells, points, order, 2, nearest, fewCentres, counts));
        Refused(() => kernels.UpdateCentres(cells, points, order, 2, nearest, centres, counts.Slice(0, 2)));
        Refused(() => kernels.SeedCentres(cells, fewPoints, default, 2, 10, 1, centres));
        Refused(() => kernels.SeedCentres(cells, points, fewRows, 2, 10, 1, centres));
        Refused(() => kernels.SeedCentres(cells, points, order, 2, 10, 1, fewCentres));
        Refused(() => kernels.SeedCentres(null!, points, order, 2, 10, 1, centres));

        static void Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_cells_are_no_work(string engine)
    {
        foreach (BatchLayout cells in new[] { BatchLayout.Uniform(0, 1, 1), BatchLayout.Uniform(4, 0, 0) })
        {
            Assert.Empty(ClusteringRun.Nearest(Engine(engine), cells, [], [], 3, []).Nearest);
            Assert.Empty(ClusteringRun.Update(Engine(engine), cells, [], [], 3, [], []).Centres);
            Assert.Empty(ClusteringRun.Seed(Engine(engine), cells, [], [], 3, 10, 1));
        }
    }

    private static void AssertNamesPosition(int position, Action action) =>
        Assert.Contains($"position {position} ", Assert.Throws<ArgumentOutOfRangeException>(action).Message, StringComparison.Ordinal);
}
