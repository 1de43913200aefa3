using PyramidOT.Alignment;
using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Alignment;

/// <summary>Least costs of boxes by potentials with slopes, against all points of a box.</summary>
public class PotentialSlopesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1000)]
    [InlineData(1e4, 1e-6)]
    [InlineData(1e6, 0)]
    [InlineData(1e6, 1e-6)]
    [InlineData(1e6, 1e-3)]
    [InlineData(1e6, 10)]
    public void No_point_of_a_box_is_below_its_least(double offset, double slope)
    {
        const int Points = 8;
        const int Dimensions = 2;
        int[] order = [.. Enumerable.Range(0, Points)];
        Draws draws = new(7);
        for (int trial = 0; trial < 2000; trial++)
        {
            float[] points = [.. Enumerable.Range(0, Points * Dimensions).Select(_ => (float)(offset + draws.Uniform()))];

            // Slopes of opposite signs, so that sums of large parts are small.
            double[] potentials = [.. order.Select(p => slope * ((double)points[2 * p] - points[(2 * p) + 1]))];
            float[] box = [.. Corner(Enumerable.Min), .. Corner(Enumerable.Max)];
            float[] x = [(float)(offset + (3 * draws.Uniform())), (float)(offset + (3 * draws.Uniform()))];
            PotentialSlopes slopes = new(true, points, box, order, 1, Dimensions, points.Concat(x).Max());
            slopes.Fit(potentials);
            double least = slopes.Least(x, box, 0);
            Assert.All(order, p => Assert.True(least <= CostOf(p) - potentials[p], $"trial {trial}, point {p}"));

            float[] Corner(Func<IEnumerable<float>, float> choose) =>
                [.. Enumerable.Range(0, Dimensions).Select(k => choose(points.Where((_, i) => i % Dimensions == k)))];

            double CostOf(int p) => Math.Pow((double)x[0] - points[2 * p], 2) + Math.Pow((double)x[1] - points[(2 * p) + 1], 2);
        }
    }
}
