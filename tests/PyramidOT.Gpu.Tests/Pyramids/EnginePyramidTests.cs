using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>Pyramids and estimates on every engine at hand, against those of the Host.</summary>
public class EnginePyramidTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void Where_arithmetic_is_exact_the_same_tree_comes_out(string engine)
    {
        // Small integers, and centres that are points: all squares and their sums are whole numbers.
        using ComputeEngine host = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Integers, 60, 50, 3, seed: 131);
        PyramidOptions[] exact =
        [
            new() { Scheme = PyramidScheme.Interleaving, Centres = CentreSelection.Sample, Branching = 4, Seed = 1 },
            new() { Scheme = PyramidScheme.Joint, LloydRounds = 0, Branching = 3, Seed = 2 },
            new() { Scheme = PyramidScheme.Source, LloydRounds = 0, SampleSize = 20, Seed = 3 },
            new() { Scheme = PyramidScheme.Grid, Seed = 4 },
            new() { Scheme = PyramidScheme.Random },
        ];
        foreach (PyramidOptions options in exact)
        {
            using PyramidPair expected = TestPyramids.Build(host, source, target, 3, options);
            using PyramidPair actual = TestPyramids.Build(Engine(engine), source, target, 3, options);
            SamePyramid.Assert(expected, actual, options.Scheme.ToString());
            TreeChecks.Check(actual);
            OrderChecks.CheckPairs(actual, actual.Order(1, UnpairedPoints.Drop));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Separated_clusters_are_told_apart(string engine)
    {
        const int Clusters = 3;
        (float[] source, float[] target) = SeparatedClusters.Make(Clusters, 10, 5, seed: 132);
        using ComputeEngine host = TestPyramids.Host();
        foreach (PyramidScheme scheme in new[] { PyramidScheme.Interleaving, PyramidScheme.Joint })
        {
            PyramidOptions options = new() { Scheme = scheme, Branching = Clusters, LloydRounds = 3, MaxDepth = 1 };
            using PyramidPair expected = TestPyramids.Build(host, source, target, 5, options);
            using PyramidPair actual = TestPyramids.Build(Engine(engine), source, target, 5, options);
            SamePyramid.Assert(expected, actual, scheme.ToString());
            SeparatedClusters.AssertPairsStay(actual.Order(1), Clusters);

            // With batches as large as clusters, each cluster is a batch, and the estimate is exact.
            MiniBatchEstimate whole = MiniBatchTransport.Estimate(expected, 1000);
            MiniBatchEstimate estimate = MiniBatchTransport.Estimate(actual, 10);
            Assert.Equal(whole.PooledCost, estimate.PooledCost, 1e-5 * whole.PooledCost);
            Assert.Equal(Clusters, estimate.BatchCosts.Length);
            Assert.InRange(estimate.MaxGap, 0, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_shuffled_copy_is_at_distance_0(string engine)
    {
        foreach (CloudKind kind in Some(engine, [CloudKind.Duplicated, CloudKind.Normal, CloudKind.NearlyEqual]))
        {
            (float[] source, float[] target) = TestPyramids.Twins(kind, 40, 3, seed: 133);
            foreach (PyramidOptions options in Some(engine, TestPyramids.Ways).Where(options => options.Scheme != PyramidScheme.Random))
            {
                using PyramidPair pyramid = TestPyramids.Build(Engine(engine), source, target, 3, options);
                TreeChecks.Check(pyramid);
                Assert.Equal(0, MiniBatchTransport.Estimate(pyramid, 7).PooledDistance);
                Assert.Equal(0, PyramidMatch.Estimate(pyramid).TrueDistance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Unequal_clouds_carry_their_masses(string engine)
    {
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 21, 33, 2, seed: 134);
        using PyramidPair pyramid = TestPyramids.Build(Engine(engine), source, target, 2, new() { Branching = 3 });
        TreeChecks.Check(pyramid);
        OrderChecks.CheckMasses(
            pyramid, pyramid.Order(1), [.. Enumerable.Repeat(1.0 / 21, 21)], [.. Enumerable.Repeat(1.0 / 33, 33)]);
        PyramidMatch match = PyramidMatch.Estimate(pyramid, seed: 1);
        Assert.True(match.CellBound >= match.TrueDistance && match.TrueDistance > 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_NaN_on_the_engine_is_found(string engine)
    {
        using EngineBuffer<float> good = Engine(engine).Upload(new float[] { 0, 1, 2, 3, 4, 5 });
        using EngineBuffer<float> bad = Engine(engine).Upload(new float[] { 0, 1, 2, float.NaN, 4, 5 });
        using EngineBuffer<float> infinite = Engine(engine).Upload(new float[] { 0, 1, 2, 3, 4, float.NegativeInfinity });
        Assert.Contains("Coordinate 1 ", Assert.Throws<ArgumentException>(() => PyramidPair.Build(Engine(engine), bad, good, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("Coordinate 1 ", Assert.Throws<ArgumentException>(() => PyramidPair.Build(Engine(engine), good, infinite, 2)).Message, StringComparison.Ordinal);
    }
}
