namespace PyramidOT.Tests.Conformance;

/// <summary>The values of pairwise costs, against float64.</summary>
public class CostTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly double[] s_exponents = [1, 1.5, 2, 3];

    public static TheoryData<string, GroundDistance, CloudKind> Cases =>
        Crossed.With(EnginesAtHand.Names, Enum.GetValues<GroundDistance>(), Enum.GetValues<CloudKind>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Costs_are_accurate(string engine, GroundDistance distance, CloudKind kind)
    {
        foreach ((int rows, int columns, int dimensions) in Some(engine, Shapes.Pairs))
        {
            (float[] x, float[] y) = Clouds.Pair(kind, rows, columns, dimensions, seed: rows + (1000 * columns));
            double[] grounds = ReferenceCosts.Grounds(distance, x, y, dimensions);
            foreach (double exponent in s_exponents)
            {
                GroundCost cost = new(distance, exponent);
                float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, rows, columns), x, y, dimensions, cost);
                CostRun.AssertAccurate(costs, grounds, x, y, dimensions, cost, $"{rows} x {columns} points, {dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Costs_of_a_cloud_with_itself_are_symmetric_with_a_zero_diagonal(string engine, GroundDistance distance, CloudKind kind)
    {
        foreach ((int count, int dimensions) in new[] { (1, 1), (17, 3), (33, 16), (64, 9), (70, 100) })
        {
            float[] x = Clouds.Make(kind, count, dimensions, seed: 5);
            double[] grounds = ReferenceCosts.Grounds(distance, x, x, dimensions);
            foreach (double exponent in s_exponents)
            {
                // The check asks for an exact zero wherever points are equal; and what is accurate is symmetric within twice that.
                GroundCost cost = new(distance, exponent);
                float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, count, count), x, x, dimensions, cost);
                CostRun.AssertAccurate(costs, grounds, x, x, dimensions, cost, $"{count} points, {dimensions} dimensions");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_exponent_is_accurate(string engine)
    {
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            (float[] x, float[] y) = Clouds.Pair(CloudKind.Clustered, 19, 34, 5, seed: 8);
            double[] grounds = ReferenceCosts.Grounds(distance, x, y, 5);
            foreach (double exponent in new[] { 1.01, 1.25, 1.999, 2.001, 2.5, 4, 5, 7.3, 20 })
            {
                GroundCost cost = new(distance, exponent);
                float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 19, 34), x, y, 5, cost);
                CostRun.AssertAccurate(costs, grounds, x, y, 5, cost, "Clustered");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Costs_beyond_float32_are_infinite(string engine)
    {
        float[] x = [0, 0, 0, 1e30f, 1e30f, 1e30f, float.MaxValue, float.MaxValue, float.MaxValue, 1, 1, 1];
        float[] y = [.. x.Select(value => -value)];
        foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
        {
            foreach (double exponent in s_exponents)
            {
                GroundCost cost = new(distance, exponent);
                float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 4, 4), x, y, 3, cost);
                CostRun.AssertAccurate(costs, ReferenceCosts.Grounds(distance, x, y, 3), x, y, 3, cost, "Extremes");
                Assert.Equal(distance == GroundDistance.Cosine, float.IsFinite(costs[(2 * 4) + 2]));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cosine_of_zero_vectors_is_0_among_themselves_and_1_to_all_others(string engine)
    {
        const int Dimensions = 17;
        float[] x = Clouds.Make(CloudKind.Normal, 20, Dimensions, seed: 3);
        x.AsSpan(4 * Dimensions, Dimensions).Clear();
        x.AsSpan(19 * Dimensions, Dimensions).Fill(-0f);
        float[] y = Clouds.Make(CloudKind.Far, 37, Dimensions, seed: 4);
        y.AsSpan(0, Dimensions).Clear();
        y.AsSpan(35 * Dimensions, Dimensions).Fill(-0f);
        float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 20, 37), x, y, Dimensions, new(GroundDistance.Cosine, 1));
        for (int i = 0; i < 20; i++)
        {
            for (int j = 0; j < 37; j++)
            {
                bool isZero = i is 4 or 19;
                if (isZero || j is 0 or 35)
                {
                    Assert.Equal(isZero && j is 0 or 35 ? 0 : 1, costs[(i * 37) + j]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cosine_sees_directions_only(string engine)
    {
        // Rows: a direction at several lengths. Columns: the same, its opposite, an orthogonal one.
        float[] x = [3, 4, 0, 3e-20f, 4e-20f, 0, 3e20f, 4e20f, 0, 3e-38f, 4e-38f, 0];
        float[] y = [6, 8, 0, -3, -4, 0, 4, -3, 0, 0, 0, 1e-30f, 0, 0, 1e30f];
        float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 4, 5), x, y, 3, new(GroundDistance.Cosine, 1));
        float[] expected = [0, 2, 1, 1, 1];
        for (int at = 0; at < costs.Length; at++)
        {
            // 3e-20 and the like are rounded, so their directions differ by some 1e-7, and the distances by its square.
            Assert.Equal(expected[at % 5], costs[at], at % 5 == 0 ? 1e-13 : 1e-6);
        }
    }
}
