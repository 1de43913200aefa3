using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Pyramids;

/// <summary>The pyramid match: two bounds, one above the other, and both above the exact distance.</summary>
public class PyramidMatchTests
{
    [Theory]
    [MemberData(nameof(AllWays))]
    public void Both_bounds_lie_above_the_exact_distance(int way)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            foreach (CloudKind kind in new[] { CloudKind.Normal, CloudKind.Clustered, CloudKind.Far, CloudKind.Sparse, CloudKind.Outlier, CloudKind.Scales })
            {
                (float[] source, float[] target) = Clouds.Pair(kind, 60, 60, 3, seed: 141);
                using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, TestPyramids.Ways[way]);
                PyramidMatch match = PyramidMatch.Estimate(pyramid, distance, seed: 5);
                double exact = ReferenceAssignment.Hungarian(Costs(distance, source, target, 3), 60, 60) / 60;
                string what = $"{kind}, {distance}: cell bound {match.CellBound:R}, true distance {match.TrueDistance:R}, exact {exact:R}";
                Assert.True(match.CellBound >= match.TrueDistance, what);
                Assert.True(match.TrueDistance >= exact * (1 - 1e-6), what);
                Assert.Equal(60, match.Pairs);
                AssertIsMean(match, pyramid.Order(5), distance, source, target, 3);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public void Unequal_and_weighted_clouds_have_bounds_too(int way)
    {
        // Masses in sixteenths: sixteen points of equal mass in the place of each cloud are the same problem.
        using ComputeEngine engine = TestPyramids.Host();
        for (int seed = 0; seed < 5; seed++)
        {
            (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 6, 8, 2, seed);
            float[]? sourceWeights = [1, 5, 2, 0, 7, 1];
            float[]? targetWeights = seed % 2 == 0 ? [4, 1, 1, 1, 1, 2, 3, 3] : null;
            int[] sourceRows = Repeat([1, 5, 2, 0, 7, 1]);
            int[] targetRows = Repeat(targetWeights is null ? [2, 2, 2, 2, 2, 2, 2, 2] : [4, 1, 1, 1, 1, 2, 3, 3]);
            using PyramidPair pyramid = PyramidPair.Build(
                engine, new PointCloud(source, 2, sourceWeights), new PointCloud(target, 2, targetWeights), TestPyramids.Ways[way]);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                PyramidMatch match = PyramidMatch.Estimate(pyramid, distance, 3);
                float[] costs = Costs(distance, Clouds.Rows(source, 2, sourceRows), Clouds.Rows(target, 2, targetRows), 2);
                double exact = ReferenceAssignment.Hungarian(costs, 16, 16) / 16;
                Assert.True(match.CellBound >= match.TrueDistance);
                Assert.True(match.TrueDistance >= exact * (1 - 1e-6), $"{distance}: {match.TrueDistance} where {exact} is the least.");
                AssertIsMean(match, pyramid.Order(3), distance, source, target, 2);

                PyramidMatch dropped = PyramidMatch.Estimate(pyramid, distance, 3, UnpairedPoints.Drop);
                Assert.Equal(6, dropped.Pairs);
                Assert.True(dropped.CellBound >= dropped.TrueDistance);
                AssertIsMean(dropped, pyramid.Order(3, UnpairedPoints.Drop), distance, source, target, 2);
            }
        }
    }

    [Theory]
    [MemberData(nameof(TreeWays))]
    public void A_cloud_matches_itself_at_no_distance(int way)
    {
        using ComputeEngine engine = TestPyramids.Host();
        foreach (CloudKind kind in Enum.GetValues<CloudKind>())
        {
            (float[] source, float[] target) = TestPyramids.Twins(kind, 80, 3, seed: 151);
            using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 3, TestPyramids.Ways[way]);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                Assert.Equal(new(0, 0, 80), PyramidMatch.Estimate(pyramid, distance, 1));
            }
        }
    }

    [Fact]
    public void The_cell_bound_charges_each_pair_its_cells_diameter()
    {
        // By hand: 0 and 10 stay in the root's children with their copies moved by 1; the cells' boxes are [0, 1] and [10, 11].
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(
            engine, [0, 10, 10], [1, 11, 11], 1, new() { Scheme = PyramidScheme.Joint, Branching = 2, MaxDepth = 1 });
        PyramidMatch match = PyramidMatch.Estimate(pyramid);
        Assert.Equal(1, match.TrueDistance, 1e-12);
        Assert.Equal(1, match.CellBound, 1e-4);

        // With the root alone every pair is charged 11, whoever meets whom.
        using PyramidPair root = TestPyramids.Build(engine, [0, 10, 10], [1, 11, 11], 1, new() { MaxDepth = 0 });
        for (ulong seed = 0; seed < 5; seed++)
        {
            Assert.Equal(11, PyramidMatch.Estimate(root, seed: seed).CellBound, 1e-3);
        }
    }

    [Fact]
    public void The_cell_bound_does_not_depend_on_the_order()
    {
        using ComputeEngine engine = TestPyramids.Host();
        (float[] source, float[] target) = Clouds.Pair(CloudKind.Uniform, 100, 130, 2, seed: 152);
        using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, new());
        PyramidMatch one = PyramidMatch.Estimate(pyramid, seed: 1);
        PyramidMatch other = PyramidMatch.Estimate(pyramid, seed: 2);
        Assert.Equal(one.CellBound, other.CellBound);
        Assert.NotEqual(one.TrueDistance, other.TrueDistance);
        Assert.Equal(one, PyramidMatch.Estimate(pyramid, seed: 1));
    }

    [Fact]
    public void Nearly_parallel_vectors_are_bounded_too()
    {
        // Angles far below what float32 and even a float64 cosine can express: 1 - cos is 5e-17 and less.
        using ComputeEngine engine = TestPyramids.Host();
        for (int digits = 2; digits < 10; digits++)
        {
            float angle = MathF.Pow(10, -digits);
            using PyramidPair pyramid = TestPyramids.Build(
                engine, [1, 0, 2, 0], [1, angle, 3, angle], 2, new() { MaxDepth = 0 });
            PyramidMatch match = PyramidMatch.Estimate(pyramid, GroundDistance.Cosine);
            Assert.True(match.TrueDistance > 0);
            Assert.True(match.CellBound >= match.TrueDistance, $"Angle {angle}: {match.CellBound:R} where a pair is {match.TrueDistance:R} apart.");
        }
    }

    [Fact]
    public void A_zero_vector_is_within_its_cells_bound()
    {
        using ComputeEngine engine = TestPyramids.Host();
        float[][] clouds = [[0, 0, 1, 0], [0, 0, 0, 0], [-1, 0, 1, 0], [1, 1, -2, -2]];
        foreach (float[] source in clouds)
        {
            foreach (float[] target in clouds)
            {
                foreach (PyramidOptions options in TestPyramids.Ways)
                {
                    using PyramidPair pyramid = TestPyramids.Build(engine, source, target, 2, options);
                    PyramidMatch match = PyramidMatch.Estimate(pyramid, GroundDistance.Cosine);
                    Assert.InRange(match.TrueDistance, 0, match.CellBound);
                    AssertIsMean(match, pyramid.Order(0), GroundDistance.Cosine, source, target, 2);
                }
            }
        }
    }

    [Fact]
    public void Single_pairs_are_within_their_bound_to_the_last_bit()
    {
        // Two points in the root: the bound is the very distance, and no rounding may bring it below.
        using ComputeEngine engine = TestPyramids.Host();
        Draws draws = new(153);
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            for (int trial = 0; trial < 200; trial++)
            {
                int dimensions = 1 + draws.Below(5);
                double scale = Math.Pow(10, draws.Below(30) - 15);
                float[] Point() => Draws.Fill(dimensions, () => scale * draws.Normal());
                using PyramidPair pyramid = TestPyramids.Build(engine, Point(), Point(), dimensions, new());
                PyramidMatch match = PyramidMatch.Estimate(pyramid, distance);

                // Of cosines only distances from 1e-20 on have digits; in one dimension they are 0 or 2.
                Assert.True(match.CellBound >= match.TrueDistance || match.TrueDistance < 1e-20, $"{distance}, scale {scale}: {match}");
                Assert.True(
                    distance == GroundDistance.Cosine || match.CellBound <= match.TrueDistance * (1 + 1e-4), $"{distance}, scale {scale}: {match}");
            }
        }
    }

    [Fact]
    public void What_is_no_match_is_refused()
    {
        using ComputeEngine engine = TestPyramids.Host();
        using PyramidPair pyramid = TestPyramids.Build(engine, [1, 2], [3], 1, new());
        Assert.Throws<ArgumentNullException>(() => PyramidMatch.Estimate(null!));
        Assert.Equal("distance", Assert.Throws<ArgumentOutOfRangeException>(() => PyramidMatch.Estimate(pyramid, (GroundDistance)9)).ParamName);
        Assert.Equal(
            "unpaired", Assert.Throws<ArgumentOutOfRangeException>(() => PyramidMatch.Estimate(pyramid, unpaired: (UnpairedPoints)9)).ParamName);
    }

    public static TheoryData<int> AllWays => TestPyramids.All;

    public static TheoryData<int> TreeWays => TestPyramids.Trees;

    private static int[] Repeat(int[] times) => [.. times.SelectMany((count, row) => Enumerable.Repeat(row, count))];

    private static float[] Costs(GroundDistance distance, float[] source, float[] target, int dimensions) =>
        [.. ReferenceCosts.Grounds(distance, source, target, dimensions).Select(ground => (float)ground)];

    private static void AssertIsMean(
        PyramidMatch match, PairOrder order, GroundDistance distance, float[] source, float[] target, int dimensions)
    {
        Assert.Equal(order.Count, match.Pairs);
        double mean = 0;
        for (int i = 0; i < order.Count; i++)
        {
            double mass = order.Masses.IsEmpty ? 1.0 / order.Count : order.Masses[i];
            mean += mass * ReferenceCosts.Ground(
                distance,
                source.AsSpan(order.SourceRows[i] * dimensions, dimensions),
                target.AsSpan(order.TargetRows[i] * dimensions, dimensions));
        }

        Assert.Equal(mean, match.TrueDistance, 1e-5 * mean);
    }
}
