using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Clouds of well separated clusters, moved clouds, and engines against each other.</summary>
public class ClusterTests
{
    [Theory]
    [InlineData(PyramidScheme.Interleaving, CentreSelection.KMeans, false)]
    [InlineData(PyramidScheme.Interleaving, CentreSelection.KMeans, true)]
    [InlineData(PyramidScheme.Joint, CentreSelection.KMeans, false)]
    [InlineData(PyramidScheme.Source, CentreSelection.KMeans, false)]
    public void Pairs_stay_within_their_cluster(PyramidScheme scheme, CentreSelection centres, bool startsWithTarget)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (int dimensions in new[] { 1, 2, 30 })
        {
            for (int seed = 0; seed < 10; seed++)
            {
                const int Clusters = 6;
                (float[] source, float[] target) = SeparatedClusters.Make(Clusters, 40, dimensions, seed);
                PyramidOptions options = new()
                {
                    Scheme = scheme,
                    Centres = centres,
                    StartsWithTarget = startsWithTarget,
                    Branching = Clusters,
                    Seed = (ulong)seed,
                };
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, dimensions, options);
                SeparatedClusters.AssertPairsStay(pyramid.Order((ulong)seed), Clusters);
                Assert.All(MiniBatchTransport.Estimate(pyramid, 17).Coupling.Levels.ToArray(), level => Assert.True(level > 0));
            }
        }
    }

    [Theory]
    [InlineData(PyramidScheme.Interleaving)]
    [InlineData(PyramidScheme.Joint)]
    public void Clusters_of_clusters_part_by_halves(PyramidScheme scheme)
    {
        // Places 0, 1, 100, 101, 10000, 10001, ...: each division by two centres has one right answer.
        using ComputeEngine engine = TestPyramids.Host();
        float[] places = [0, 1, 100, 101, 10_000, 10_001, 10_100, 10_101];
        for (int seed = 0; seed < 10; seed++)
        {
            Draws draws = new(seed);
            float[] Cloud() => [.. places.SelectMany(place => Enumerable.Range(0, 20).Select(_ => place + (0.01f * (float)draws.Uniform())))];
            using PyramidPair pyramid = TestPyramids.Build(
                engine, Cloud(), Cloud(), 1, new() { Scheme = scheme, Branching = 2, Seed = (ulong)seed });
            PairOrder order = pyramid.Order(1);
            for (int i = 0; i < order.Count; i++)
            {
                Assert.Equal(order.SourceRows[i] / 20, order.TargetRows[i] / 20);
                Assert.True(order.Levels[i] >= 3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Moved_clouds_are_as_far_apart_as_before(int way)
    {
        // Coordinates of few binary digits, moved by whole numbers: no digit is lost, and the same cells come out up to near-ties.
        using ComputeEngine engine = TestPyramids.Host(2);
        Draws draws = new(111);
        float[] source = Draws.Fill(3 * 600, () => draws.Below(4096) / 1024.0);
        float[] target = Draws.Fill(3 * 600, () => 1 + (draws.Below(4096) / 1024.0));
        float[] Moved(float[] points) => [.. points.Select((x, i) => x + ((i % 3) switch { 0 => 100, 1 => -50, _ => 7 }))];
        float[] Turned(float[] points) => [.. points.Select((_, i) => (i % 3) switch { 0 => -points[i + 1], 1 => points[i - 1], _ => points[i] })];
        double expected = Distance(source, target);
        Assert.InRange(Distance(Moved(source), Moved(target)), 0.93 * expected, 1.07 * expected);
        Assert.InRange(Distance(Turned(source), Turned(target)), 0.93 * expected, 1.07 * expected);

        double Distance(float[] x, float[] y)
        {
            using PyramidPair pyramid = TestPyramids.Build(engine, x, y, 3, TestPyramids.Ways[way]);
            return MiniBatchTransport.Estimate(pyramid, 20).PooledDistance;
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Any_number_of_threads_gives_the_same_bits(int way)
    {
        using ComputeEngine one = TestPyramids.Host(1);
        using ComputeEngine two = TestPyramids.Host(2);
        foreach ((CloudKind kind, int count, int dimensions) in new[]
        {
            (CloudKind.Uniform, 3000, 2), (CloudKind.Clustered, 700, 40), (CloudKind.Integers, 500, 3), (CloudKind.Far, 400, 5),
        })
        {
            (float[] source, float[] target) = Clouds.Pair(kind, count, count, dimensions, seed: 121);
            using PyramidPair expected = TestPyramids.Build(one, source, target, dimensions, TestPyramids.Ways[way]);
            using PyramidPair again = TestPyramids.Build(one, source, target, dimensions, TestPyramids.Ways[way]);
            using PyramidPair threaded = TestPyramids.Build(two, source, target, dimensions, TestPyramids.Ways[way]);
            SamePyramid.Assert(expected, again, $"{kind}, again");
            SamePyramid.Assert(expected, threaded, $"{kind}, two threads");
            if (TestPyramids.Ways[way].Scheme != PyramidScheme.Random)
            {
                using PyramidPair other = TestPyramids.Build(
                    one, source, target, dimensions, TestPyramids.Ways[way] with { Seed = 1234 });
                Assert.NotEqual(expected.SourceOrder.ToArray(), other.SourceOrder.ToArray());
            }
        }
    }

    public static TheoryData<int> AllWays => TestPyramids.All;
}
