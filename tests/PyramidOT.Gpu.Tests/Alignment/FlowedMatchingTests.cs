using PyramidOT.Alignment;
using PyramidOT.Engines.Host;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Whole matchings of clouds that a flow has moved: clusters nearly on their targets, with more points than columns in some.</summary>
public class FlowedMatchingTests
{
    private const int MostPhases = 40;

    [Theory]
    [InlineData(PyramidScheme.Random, 10)]
    [InlineData(PyramidScheme.Random, 100)]
    [InlineData(PyramidScheme.Interleaving, 10)]
    [InlineData(PyramidScheme.Interleaving, 100)]
    public void A_tenth_of_a_percent_takes_few_rounds(PyramidScheme scheme, int batchSize)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud moved, PointCloud target) = Flowed(engine, scheme, batchSize);
        double exact = ExactDistance(engine, moved, target);

        // Potentials of nothing take the place of a sample's, which are those of the whole for so few points.
        GlobalMatch match = GlobalMatching.Solve(engine, moved, target, new() { Gap = 1e-3, Rounds = 6, TargetPotentials = new double[moved.Count] });
        Assert.NotEqual(GlobalMatchingEnd.Limit, match.End);
        Assert.InRange(match.Gap, 0, 1e-3);
        Assert.InRange(exact, match.LowerBound * (1 - 1e-6), match.Distance * (1 + 1e-6));
    }

    [Fact]
    public void Regions_with_too_many_rows_find_their_ways_out_in_few_phases()
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud moved, PointCloud target) = Flowed(engine, PyramidScheme.Interleaving, 100);
        using MatchingLevel level = new(engine, moved, target, default, new double[moved.Count]);
        level.Bound(CancellationToken.None);
        double cost = Math.Pow(ExactDistance(engine, moved, target), 2);
        if (!new PathPhases(level).Run(cost / 100, MostPhases, CancellationToken.None))
        {
            Assert.InRange(level.State.ColumnOf.Count(column => column < 0), 1, 20);
            new DensePaths(level, (DenseSearch)level.Search).Run(cost / 100, CancellationToken.None);
        }

        Assert.Equal(Enumerable.Range(0, moved.Count), level.State.ColumnOf.Order());
        MatchedPairs pairs = new(engine, moved, target, default, level.State.ColumnOf);
        Assert.InRange(pairs.MeanCost, cost * (1 - 1e-6), cost * 1.05);
    }

    [Fact]
    public void Paths_over_all_columns_match_every_row_within_epsilon_of_its_best()
    {
        int[]? matching = null;
        foreach (int threads in new[] { 1, 3 })
        {
            using ComputeEngine engine = TestPyramids.Host(threads);
            (PointCloud moved, PointCloud target) = Flowed(engine, PyramidScheme.Interleaving, 10);
            using MatchingLevel level = new(engine, moved, target, default, new double[moved.Count]);
            double epsilon = Math.Pow(ExactDistance(engine, moved, target), 2) / 200;
            new DensePaths(level, (DenseSearch)level.Search).Run(epsilon, CancellationToken.None);
            MatchingState state = level.State;
            Assert.Equal(Enumerable.Range(0, moved.Count), state.ColumnOf.Order());
            Assert.All(state.Potentials, v => Assert.InRange(v, double.NegativeInfinity, 0));
            for (int i = 0; i < moved.Count; i++)
            {
                Assert.Equal(i, state.RowOf[state.ColumnOf[i]]);
                Assert.Equal(ExactCosts.Of(default, moved[i], target[state.ColumnOf[i]]), state.Costs[i]);
                double best = Enumerable.Range(0, moved.Count).Min(j => ExactCosts.Of(default, moved[i], target[j]) - state.Potentials[j]);

                // Costs of float32, of points some 70 apart, are off by less than a hundredth.
                Assert.InRange(state.Costs[i] - state.Potentials[state.ColumnOf[i]], best - 1e-9, best + epsilon + 0.01);
            }

            Assert.Equal(matching ?? state.ColumnOf, state.ColumnOf);
            matching = state.ColumnOf;
        }
    }

    [Fact]
    public void Entries_that_are_added_to_a_list_take_the_place_of_those_added_before()
    {
        CandidateLists lists = new(rows: 2, capacity: 2, spare: 2);
        int start = (int)lists.Start(1);
        lists.Columns[start] = 7;
        lists.Counts[1] = 1;
        lists.Add(1, [(3, 0.5), (7, 0.25), (4, 0.75), (5, 1), (6, 2)]);
        Assert.Equal(4, lists.Counts[1]);
        Assert.Equal([7, 3, 4, 5], lists.Columns[start..(start + 4)]);
        lists.Add(1, [(9, 1.5)]);
        Assert.Equal([7, 3, 9], lists.Columns[start..(start + lists.Counts[1])]);
        Assert.Equal(1.5, lists.CostOf(1, 9));
        lists.Grow(1, 100);
        lists.Add(1, [(8, 1)]);
        Assert.Equal(0, lists.Counts[1]);
    }

    private static (PointCloud Moved, PointCloud Target) Flowed(ComputeEngine engine, PyramidScheme scheme, int batchSize)
    {
        (PointCloud source, PointCloud target) = SampleClouds.Generate(SampleCloudKind.Mixture, 500, 20, seed: 3, clusters: 4);
        GradientFlowResult result = GradientFlow.Run(
            engine, source, target, new() { Passes = 40, BatchSize = batchSize, Pyramid = new() { Scheme = scheme }, Seed = 5 });
        return (result.Moved, target);
    }

    private static double ExactDistance(ComputeEngine engine, PointCloud source, PointCloud target)
    {
        using FlowClouds clouds = new(engine, source, target);
        return new FlowResiduals(clouds, new()).Measure(0, default).Distance;
    }
}
