namespace PyramidOT.Tests.Conformance;

/// <summary>Many dimensions: sums are long enough that rounding errors add up, and that engines cut them.</summary>
public class LongSumTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly int[] s_dimensions = [255, 256, 257, 300, 511, 513, 777, 1025, 3000];

    public static TheoryData<string, CloudKind> Cases => Crossed.With(EnginesAtHand.Names, Clouds.OrdinaryKinds);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Costs_are_accurate(string engine, CloudKind kind)
    {
        foreach (int dimensions in Some(engine, s_dimensions))
        {
            (float[] x, float[] y) = Clouds.Pair(kind, 9, 17, dimensions, seed: 70);
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                double[] grounds = ReferenceCosts.Grounds(distance, x, y, dimensions);
                foreach (double exponent in new[] { 1, 2, 3 })
                {
                    GroundCost cost = new(distance, exponent);
                    float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 9, 17), x, y, dimensions, cost);
                    CostRun.AssertAccurate(costs, grounds, x, y, dimensions, cost, $"{dimensions} dimensions");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_terms_whose_rounding_errors_never_cancel_are_accurate(string engine)
    {
        foreach (int dimensions in Some(engine, s_dimensions))
        {
            // Every coordinate differs by the same, so that a running sum is always rounded the same way for long stretches.
            (float[] values, _) = Clouds.Pair(CloudKind.Uniform, 20, 1, 1, seed: 72);
            float[] x = [.. values[..7].SelectMany(value => Enumerable.Repeat(value, dimensions))];
            float[] y = [.. values[7..].SelectMany(value => Enumerable.Repeat(-value, dimensions - 1).Append(0))];
            foreach (GroundDistance distance in Enum.GetValues<GroundDistance>())
            {
                double[] grounds = ReferenceCosts.Grounds(distance, x, y, dimensions);
                foreach (double exponent in new[] { 1, 2, 3 })
                {
                    GroundCost cost = new(distance, exponent);
                    float[] costs = CostRun.Pairwise(Engine(engine), BatchLayout.Uniform(1, 7, 13), x, y, dimensions, cost);
                    CostRun.AssertAccurate(costs, grounds, x, y, dimensions, cost, $"{dimensions} dimensions");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nearest_centres_are_nearest(string engine, CloudKind kind)
    {
        foreach (int dimensions in Some(engine, s_dimensions))
        {
            (float[] points, float[] centres) = Clouds.Pair(kind, 40, 11, dimensions, seed: 71);
            BatchLayout cells = BatchLayout.Uniform(1, 40, 11);
            (int[] nearest, float[] distances) = ClusteringRun.Nearest(Engine(engine), cells, points, [], dimensions, centres);
            NearestCentreTests.AssertNearest(cells, points, dimensions, centres, nearest, distances, $"{dimensions} dimensions");
        }
    }
}
