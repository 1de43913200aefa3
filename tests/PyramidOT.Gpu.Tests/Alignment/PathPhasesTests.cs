using PyramidOT.Alignment;
using PyramidOT.Data;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>The last rows of an auction, matched all at once.</summary>
public class PathPhasesTests
{
    [Theory]
    [InlineData("rings")]
    [InlineData("places")]
    [InlineData("far groups of other sizes")]
    [InlineData("normal")]
    public void All_rows_are_matched_in_some_dozen_phases_and_the_bound_is_near(string kind)
    {
        const int Count = 1000;
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Clouds(kind, Count);
        using MatchingLevel level = new(engine, source, target, default, new double[Count]);
        level.Bound(CancellationToken.None);
        double scale = new MatchedPairs(engine, source, target, default, [.. Enumerable.Range(0, Count)]).MeanCost;
        PathPhases phases = new(level);
        for (double epsilon = scale / 4; epsilon > scale / 2000; epsilon /= 4)
        {
            double[] before = [.. level.State.Potentials];
            Assert.True(phases.Run(epsilon, 150, CancellationToken.None), $"Rows are left at epsilon {epsilon}.");
            Assert.All(Enumerable.Range(0, Count), j => Assert.True(level.State.Potentials[j] <= before[j], $"The potential of column {j} has risen."));
        }

        // A matching, with the costs of its pairs.
        Assert.Equal(Enumerable.Range(0, Count), level.State.ColumnOf.Order());
        MatchedPairs pairs = new(engine, source, target, default, level.State.ColumnOf);
        Assert.All(Enumerable.Range(0, Count), i =>
        {
            Assert.Equal(i, level.State.RowOf[level.State.ColumnOf[i]]);
            Assert.Equal(pairs.Costs[i], level.State.Costs[i], Math.Max(1, pairs.Costs[i]) * 1e-12);
        });
        level.Bound(CancellationToken.None);
        Assert.InRange(level.LowerBound, pairs.MeanCost - (scale / 50), pairs.MeanCost * (1 + 1e-12));
    }

    [Theory]
    [InlineData("rings", 3)]
    [InlineData("places", 4)]
    [InlineData("far groups of other sizes", 3)]
    public void One_percent_takes_few_rounds(string kind, int rounds)
    {
        using ComputeEngine engine = TestPyramids.Host(2);
        (PointCloud source, PointCloud target) = Clouds(kind, 2500);
        GlobalMatch match = GlobalMatching.Solve(engine, source, target, new() { Gap = 0.01, Rounds = rounds, Time = TimeSpan.FromMinutes(1) });
        Assert.Equal(GlobalMatchingEnd.Gap, match.End);
        Assert.Equal(match.History.OrderDescending(), match.History);
    }

    [Fact]
    public void Equal_points_make_lists_longer()
    {
        using ComputeEngine engine = TestPyramids.Host(1);
        (PointCloud source, PointCloud target) = Clouds("places", 2500);
        (PointCloud others, PointCloud different) = Clouds("normal", 2500);
        using MatchingLevel many = new(engine, source, target, default, new double[2500]);
        using MatchingLevel single = new(engine, others, different, default, new double[2500]);
        Assert.True(many.Lists.Capacity > 2 * single.Lists.Capacity, $"Lists have room for {many.Lists.Capacity} and {single.Lists.Capacity}.");
        Assert.Equal(1, EqualPoints.Mean(different));
        Assert.Equal(2, EqualPoints.Mean(new([0f, 1, -0f, 1, 1, 1, 1, 1], 2)));
    }

    private static (PointCloud Source, PointCloud Target) Clouds(string kind, int count)
    {
        return kind == "rings" ? SampleClouds.Rings(count, 3) : (Cloud(0), Cloud(1));

        PointCloud Cloud(ulong side)
        {
            float[] points = new float[count * 2];
            for (int k = 0; k < points.Length; k++)
            {
                double normal = CounterNormal.At(17, side, (ulong)k);
                points[k] = (float)(kind switch
                {
                    "places" => Math.Round(normal * 5) / 5,
                    "far groups of other sizes" => (0.1 * normal) + (k / 2 % 10 < 5 + (int)side ? 0 : 5),
                    _ => normal,
                });
            }

            return new(points, 2);
        }
    }
}
