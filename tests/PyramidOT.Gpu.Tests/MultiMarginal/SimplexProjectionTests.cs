using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

public class SimplexProjectionTests
{
    [Fact]
    public void It_is_the_point_that_bisection_finds()
    {
        Draws draws = new(1);
        for (int turn = 0; turn < 300; turn++)
        {
            int length = 1 + draws.Below(turn < 200 ? 12 : 400);
            double mass = turn % 3 == 0 ? 1 : Math.Pow(10, draws.Below(7) - 3);
            double[] point = [.. Enumerable.Range(0, length).Select(_ => mass * (draws.Below(9) - 4) * (turn % 2 == 0 ? 1 : draws.Below(1000) / 1000.0))];
            double[] projected = [.. point];
            SimplexProjection.Project(projected, mass);

            // Every number loses the same, and none falls below 0.
            double low = point.Min() - mass;
            double high = point.Max();
            for (int i = 0; i < 200; i++)
            {
                double middle = (low + high) / 2;
                (low, high) = point.Sum(x => Math.Max(0, x - middle)) > mass ? (middle, high) : (low, middle);
            }

            double tolerance = 1e-13 * (mass + point.Max(Math.Abs));
            Assert.All(projected.Zip(point), pair => Assert.Equal(Math.Max(0, pair.Second - low), pair.First, tolerance));
            Assert.Equal(mass, projected.Sum(), 1e-14 * length * mass);
        }
    }

    [Theory]
    [InlineData(new[] { 0.2, 0.5, 0.3 }, new[] { 0.2, 0.5, 0.3 })]
    [InlineData(new[] { 7.0 }, new[] { 1.0 })]
    [InlineData(new[] { -5.0, -5, -5, -5 }, new[] { 0.25, 0.25, 0.25, 0.25 })]
    [InlineData(new[] { 0, 3.0, 3, 0 }, new[] { 0, 0.5, 0.5, 0 })]
    [InlineData(new[] { 1e308, -1e308, 0 }, new[] { 1.0, 0, 0 })]
    [InlineData(new[] { 1e16, 1e16 + 2, 0 }, new[] { 0.0, 1, 0 })]
    public void It_knows_these_points(double[] point, double[] expected)
    {
        SimplexProjection.Project(point);
        Assert.All(point.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
    }

    [Fact]
    public void Rows_are_projected_each_by_itself()
    {
        double[] rows = [1, 1, 0, 5, -1, -1];
        SimplexProjection.ProjectRows(rows, 2, mass: 2);
        Assert.Equal([1, 1, 0, 2, 1, 1], rows);

        SimplexProjection.ProjectRows(rows, 3, mass: 0);
        Assert.Equal(new double[6], rows);
        SimplexProjection.Project([], mass: 0);
    }

    [Fact]
    public void It_refuses_what_has_no_projection()
    {
        Assert.Contains("Number 1 of row 1 is NaN", Refusal(() => SimplexProjection.ProjectRows([0, 1, 2, double.NaN], 2)), StringComparison.Ordinal);
        Assert.Contains("is infinity", Refusal(() => SimplexProjection.Project([double.PositiveInfinity])), StringComparison.Ordinal);
        Assert.Contains("3 numbers", Refusal(() => SimplexProjection.ProjectRows([1, 2, 3], 2)), StringComparison.Ordinal);
        Assert.Contains("no number that could carry", Refusal(() => SimplexProjection.Project([])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SimplexProjection.Project([1], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimplexProjection.Project([1], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => SimplexProjection.ProjectRows([1], -1));
    }

    private static string Refusal(Action act) => Assert.Throws<ArgumentException>(act).Message;
}
