namespace PyramidOT.Tests.Conformance;

/// <summary>The debiased divergence and its gradient.</summary>
public class SinkhornDivergenceTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    public static TheoryData<string, GroundDistance> Cases => Crossed.With(EnginesAtHand.Names, Enum.GetValues<GroundDistance>());

    private static SinkhornSettings Settings(double? penalty = null) => new() { Epsilon = 0.3, MarginalPenalty = penalty };

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_clouds_are_at_no_distance_and_others_are_apart(string engine)
    {
        (float[] x, float[] y) = Clouds.Pair(CloudKind.Uniform, 9, 7, 3, seed: 1200);
        foreach (double? penalty in new double?[] { null, 1 })
        {
            SinkhornDivergenceResult same = SinkhornDivergence.Evaluate(Engine(engine), x, x, 3, GroundCost.SquaredEuclidean, Settings(penalty));
            Assert.Equal(0, same.Value);
            Assert.All(same.SourceGradient, derivative => Assert.InRange(derivative, -1e-5, 1e-5));
            SinkhornDivergenceResult other = SinkhornDivergence.Evaluate(Engine(engine), x, y, 3, GroundCost.SquaredEuclidean, Settings(penalty));
            Assert.Equal(SolveStatus.Optimal, other.Status);
            Assert.True(other.Value > 1e-3, $"{other.Value}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Mass_that_is_more_counts(string engine)
    {
        // One point each at the same place: mass a against mass b, with a closed form for the entropic value.
        SinkhornSettings settings = Settings(penalty: 2);
        SinkhornDivergenceResult result = SinkhornDivergence.Evaluate(Engine(engine), [1f], [1f], 1, GroundCost.SquaredEuclidean, settings, [1], [3]);
        double expected = Value(1, 3) - (0.5 * (Value(1, 1) + Value(3, 3))) + (0.5 * 0.3 * 4);
        SinkhornRun.AssertNear(expected, result.Value, 1e-5, "Divergence");

        // epsilon KL(p | ab) + rho KL(p | a) + rho KL(p | b) at its least, where its derivative in p is 0.
        static double Value(double a, double b)
        {
            double log = ((0.3 + 2) * (Math.Log(a) + Math.Log(b))) / (0.3 + 4);
            double p = Math.Exp(log);
            return (0.3 * Kl(p, a * b)) + (2 * Kl(p, a)) + (2 * Kl(p, b));
        }

        static double Kl(double p, double q) => (p * Math.Log(p / q)) - p + q;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_is_that_of_differences(string engine, GroundDistance distance)
    {
        const int Dimensions = 2;
        const float Step = 1f / 256;
        (float[] x, float[] y) = Clouds.Pair(CloudKind.Normal, 5, 4, Dimensions, seed: 1210);
        ComputeEngine at = Engine(engine);
        foreach (double exponent in Some(engine, [1.5, 2]))
        {
            GroundCost cost = new(distance, exponent);
            SinkhornSettings settings = Settings(penalty: exponent == 2 ? 1 : null);
            SinkhornDivergenceResult result = SinkhornDivergence.Evaluate(at, x, y, Dimensions, cost, settings);
            foreach (int k in new[] { 0, 3, 8 })
            {
                AssertSlope(result.SourceGradient[k], Moved(x, k, Step), y, Moved(x, k, -Step), y, $"{cost}, source {k}");
            }

            foreach (int k in new[] { 1, 6 })
            {
                AssertSlope(result.TargetGradient[k], x, Moved(y, k, Step), x, Moved(y, k, -Step), $"{cost}, target {k}");
            }

            void AssertSlope(double expected, float[] x1, float[] y1, float[] x2, float[] y2, string what)
            {
                double up = SinkhornDivergence.Evaluate(at, x1, y1, Dimensions, cost, settings).Value;
                double down = SinkhornDivergence.Evaluate(at, x2, y2, Dimensions, cost, settings).Value;
                SinkhornRun.AssertNear((up - down) / (2 * Step), expected, 3e-3, what);
            }
        }

        static float[] Moved(float[] points, int k, float step)
        {
            float[] moved = [.. points];
            moved[k] += step;
            return moved;
        }
    }
}
