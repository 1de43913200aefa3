using PyramidOT.Alignment;
using PyramidOT.Data;
using PyramidOT.Tests.Conformance;
using PyramidOT.Tests.Pyramids;

namespace PyramidOT.Tests.Alignment;

/// <summary>Candidate lists off a tree of boxes, against all columns.</summary>
public class TreeSearchTests
{
    public static TheoryData<int, GroundDistance, double, double, double> Cases { get; } = new()
    {
        { 2, GroundDistance.Euclidean, 2, 0, 0.1 },

        // Points that move far have steep potentials, and those far off leave few digits.
        { 2, GroundDistance.Euclidean, 2, 5, 0.1 },
        { 3, GroundDistance.Euclidean, 2, 5, 0 },
        { 1, GroundDistance.Euclidean, 2, 300, 0.1 },
        { 2, GroundDistance.Euclidean, 2, 30_000, 1 },
        { 2, GroundDistance.Euclidean, 1, 5, 0.1 },
        { 2, GroundDistance.Manhattan, 1.5, 5, 0.1 },
        { 3, GroundDistance.Chebyshev, 2, 5, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lists_hold_the_least_and_limits_hold(int dimensions, GroundDistance distance, double exponent, double shift, double noise)
    {
        const int Count = 500;
        GroundCost cost = new(distance, exponent);
        PointCloud source = Cloud(0, Count, dimensions, 0);
        PointCloud target = Cloud(1, Count, dimensions, shift);
        using ComputeEngine engine = TestPyramids.Host(2);
        using TreeSearch search = new(engine, source, target, cost);
        CandidateLists lists = new(Count, 9);

        // About those that are best for a translation.
        double[] potentials = [.. Enumerable.Range(0, Count).Select(j => (2 * shift * Sum(target[j])) + (noise * CounterNormal.At(5, 1, (ulong)j)))];
        int[] rows = [.. Enumerable.Range(0, Count)];
        for (int round = 0; round < 3; round++)
        {
            search.Fill(lists, rows, potentials, CancellationToken.None);
            foreach (int row in rows)
            {
                AssertList(cost, source[row], target, potentials, lists, row);
            }

            // Potentials fall, of a whole region more than elsewhere; boxes may know it or not.
            for (int j = 0; j < Count; j++)
            {
                potentials[j] -= target[j][0] > shift ? 3 : 0.2 * (j % 3);
            }

            Assert.True(search.TryFill(lists, round, potentials));
            AssertList(cost, source[round], target, potentials, lists, round);
        }
    }

    private static void AssertList(GroundCost cost, ReadOnlySpan<float> x, PointCloud target, double[] potentials, CandidateLists lists, int row)
    {
        double[] reduced = new double[target.Count];
        for (int j = 0; j < reduced.Length; j++)
        {
            reduced[j] = ReferenceCosts.Power(ReferenceCosts.Ground(cost.Distance, x, target[j]), cost.Exponent) - potentials[j];
        }

        double rounding = 1e-12 * reduced.Max(Math.Abs);
        double[] expected = [.. reduced.Order().Take(9)];
        double[] listed = [.. Enumerable.Range((int)lists.Start(row), lists.Counts[row]).Select(e => lists.Costs[e] - potentials[lists.Columns[e]])];
        Assert.Equal(9, listed.Length);
        for (int k = 0; k < listed.Length; k++)
        {
            Assert.Equal(expected[k], listed[k], rounding);
        }

        Assert.Equal(expected[^1], lists.Limits[row], rounding);
    }

    private static double Sum(ReadOnlySpan<float> point)
    {
        double sum = 0;
        foreach (float place in point)
        {
            sum += place;
        }

        return sum;
    }

    private static PointCloud Cloud(ulong side, int count, int dimensions, double shift)
    {
        float[] points = new float[count * dimensions];
        for (int k = 0; k < points.Length; k++)
        {
            points[k] = (float)(CounterNormal.At(17, side, (ulong)k) + shift);
        }

        return new(points, dimensions);
    }
}
