namespace PyramidOT.Tests.Conformance;

/// <summary>One call of the cost family on guarded windows, and the check of what it gave.</summary>
internal static class CostRun
{
    /// <summary>The relative accuracy that the family promises.</summary>
    public const double Accuracy = 1e-5;

    /// <summary>
    /// Cosine distances below this count as none: the angle is then under 1e-10, and unit vectors in float64, whose rounding errors are
    /// 1e-16, leave fewer digits of it than the promise needs. Parallel vectors, whose true distance is 0, are the common case.
    /// </summary>
    public const double NoAngle = 1e-20;

    // float32's least normal number: below it numbers have fewer digits than the promise needs, and a device may flush them to 0.
    private const double LeastNormal = 1.17549435e-38;

    public static float[] Pairwise(ComputeEngine engine, BatchLayout problems, float[] source, float[] target, int dimensions, GroundCost cost)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, source);
        using Guarded<float> y = Guarded<float>.Of(engine, target);
        using Guarded<float> costs = Guarded<float>.Output(engine, problems.Costs);
        engine.Costs.Pairwise(problems, x.View, y.View, dimensions, cost, costs.View);
        return costs.ToArray();
    }

    /// <summary>The costs of the pairs of rows (a, b).</summary>
    public static float[] Paired(
        ComputeEngine engine, float[] source, int[] sourceRows, float[] target, int[] targetRows, int dimensions, GroundCost cost)
    {
        using Guarded<float> x = Guarded<float>.Of(engine, source);
        using Guarded<int> a = Guarded<int>.Of(engine, sourceRows);
        using Guarded<float> y = Guarded<float>.Of(engine, target);
        using Guarded<int> b = Guarded<int>.Of(engine, targetRows);
        using Guarded<float> costs = Guarded<float>.Output(engine, sourceRows.Length);
        engine.Costs.Paired(x.View, a.View, y.View, b.View, dimensions, cost, costs.View);
        return costs.ToArray();
    }

    /// <summary>Checks one problem's costs against the true ground distances.</summary>
    public static void AssertAccurate(
        float[] costs, double[] grounds, float[] source, float[] target, int dimensions, GroundCost cost, string what)
    {
        int columns = target.Length / dimensions;
        AssertAccurate(costs, grounds, source, at => at / columns, target, at => at % columns, dimensions, cost, what);
    }

    /// <summary>Checks costs against the true ground distances of the rows that they belong to.</summary>
    public static void AssertAccurate(
        float[] costs,
        double[] grounds,
        float[] source,
        Func<int, int> sourceRow,
        float[] target,
        Func<int, int> targetRow,
        int dimensions,
        GroundCost cost,
        string what)
    {
        Assert.Equal(grounds.Length, costs.Length);
        int wrong = 0;
        int worst = -1;
        double worstError = 0;
        for (int at = 0; at < costs.Length; at++)
        {
            double error = Error(costs[at], grounds[at], cost, () => AreEqual(at));
            if (error > Accuracy)
            {
                wrong++;
                if (error > worstError)
                {
                    worstError = error;
                    worst = at;
                }
            }
        }

        Assert.True(
            wrong == 0,
            wrong == 0 ? "" : $"{what}, {cost}: {wrong} of {costs.Length} costs are wrong. The worst, row {sourceRow(worst)}, column {targetRow(worst)}, "
                + $"is {costs[worst]:R} where {ReferenceCosts.Power(grounds[worst], cost.Exponent):R} is true: a relative error of {worstError:G3}.");

        bool AreEqual(int at) => source.AsSpan(sourceRow(at) * dimensions, dimensions)
            .SequenceEqual(target.AsSpan(targetRow(at) * dimensions, dimensions));
    }

    /// <summary>How wrong a cost is, relative to the truth; infinity where it is what no rounding explains.</summary>
    private static double Error(float got, double ground, GroundCost cost, Func<bool> areEqual)
    {
        double truth = ReferenceCosts.Power(ground, cost.Exponent);
        if (!(got >= 0))
        {
            return double.PositiveInfinity;
        }

        if (ground <= NoAngle && (ground == 0 || cost.Distance == GroundDistance.Cosine))
        {
            // Equal points cost nothing at all.
            bool isNone = got == 0 || (cost.Distance == GroundDistance.Cosine && !areEqual() && got <= ReferenceCosts.Power(2 * NoAngle, cost.Exponent));
            return isNone ? 0 : double.PositiveInfinity;
        }

        if (truth < LeastNormal)
        {
            return got <= LeastNormal * (1 + Accuracy) ? 0 : double.PositiveInfinity;
        }

        if (float.IsPositiveInfinity(got))
        {
            return truth > float.MaxValue * (1 - Accuracy) ? 0 : double.PositiveInfinity;
        }

        return Math.Abs(got - truth) / truth;
    }
}
