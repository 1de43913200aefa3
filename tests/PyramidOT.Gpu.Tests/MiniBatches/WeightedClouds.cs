using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MiniBatches;

/// <summary>Clouds that do not pair one to one, and what must hold of their estimates.</summary>
internal static class WeightedClouds
{
    /// <summary>Unequal sizes, weights on one side and on both, weights of 0, of many sizes, and single points.</summary>
    public static IEnumerable<(PointCloud Source, PointCloud Target)> Kinds()
    {
        Draws draws = new(701);
        yield return Clouds(17, 29, null, null);
        yield return Clouds(30, 12, null, null);
        yield return Clouds(25, 25, draws.Uniform, null);
        yield return Clouds(19, 23, draws.Uniform, () => draws.Below(3));
        yield return Clouds(20, 20, () => Math.Pow(10, -6 * draws.Uniform()), draws.Uniform);
        yield return Clouds(1, 13, null, draws.Uniform);

        (PointCloud Source, PointCloud Target) Clouds(int sources, int targets, Func<double>? sourceWeight, Func<double>? targetWeight)
        {
            (float[] source, float[] target) = Conformance.Clouds.Pair(CloudKind.Normal, sources, targets, 2, 702 + sources);
            return (
                new(source, 2, sourceWeight is null ? null : Draws.Fill(sources, sourceWeight)),
                new(target, 2, targetWeight is null ? null : Draws.Fill(targets, targetWeight)));
        }
    }

    /// <summary>The least cost between two clouds, as one problem.</summary>
    public static double Exact(ComputeEngine engine, PointCloud x, PointCloud y, GroundCost cost)
    {
        float[] costs = [.. ReferenceCosts.Grounds(cost.Distance, x.Points.ToArray(), y.Points.ToArray(), x.Dimensions)
            .Select(ground => (float)ReferenceCosts.Power(ground, cost.Exponent))];
        TransportSolution solution = PyramidOT.ExactTransport.Solve(
            engine, costs, [.. Weights(x).Select(weight => (float)weight)], [.. Weights(y).Select(weight => (float)weight)]);
        Assert.Equal(SolveStatus.Optimal, solution.Status);
        return solution.Value;
    }

    /// <summary>The least mean cost of a batch, all its points' masses put together.</summary>
    public static double Exact(ComputeEngine engine, PointCloud x, PointCloud y, PairBatch batch, GroundCost cost)
    {
        (int[] rows, double[] masses) = Collect(batch.SourceRows.ToArray(), batch.Masses.ToArray());
        (int[] columns, double[] wanted) = Collect(batch.TargetRows.ToArray(), batch.Masses.ToArray());
        PointCloud source = new PointCloud(Conformance.Clouds.Rows(x.Points.ToArray(), x.Dimensions, rows), x.Dimensions).WithWeights(masses);
        PointCloud target = new PointCloud(Conformance.Clouds.Rows(y.Points.ToArray(), y.Dimensions, columns), y.Dimensions).WithWeights(wanted);
        return Exact(engine, source, target, cost);
    }

    /// <summary>Checks that a coupling moves all mass, each point's own, and costs what is said.</summary>
    public static void CheckCoupling(MiniBatchEstimate estimate, PointCloud x, PointCloud y)
    {
        Coupling coupling = estimate.Coupling;
        double[] masses = coupling.Masses.ToArray();
        Assert.Equal((coupling.Count, coupling.Count), (masses.Length, coupling.Levels.Length));
        Assert.All(masses, mass => Assert.True(mass > 0));
        Assert.Equal(1, masses.Sum(), 1e-6);
        AssertMarginal(Weights(x), coupling.SourceRows, masses, "source");
        AssertMarginal(Weights(y), coupling.TargetRows, masses, "target");
        double cost = 0;
        for (int i = 0; i < coupling.Count; i++)
        {
            cost += masses[i] * ReferenceCosts.Power(
                ReferenceCosts.Ground(estimate.Cost.Distance, x[coupling.SourceRows[i]], y[coupling.TargetRows[i]]), estimate.Cost.Exponent);
        }

        Assert.Equal(cost, estimate.PooledCost, 1e-5 * cost);
    }

    /// <summary>Checks that two estimates have the same bits.</summary>
    public static void AssertSame(MiniBatchEstimate expected, MiniBatchEstimate actual, string what)
    {
        Bits.AssertSame(expected.Coupling.SourceRows.ToArray(), actual.Coupling.SourceRows.ToArray(), $"{what}: source rows");
        Bits.AssertSame(expected.Coupling.TargetRows.ToArray(), actual.Coupling.TargetRows.ToArray(), $"{what}: target rows");
        Bits.AssertSame(expected.Coupling.Levels.ToArray(), actual.Coupling.Levels.ToArray(), $"{what}: levels");
        Bits.AssertSame(expected.Coupling.Masses.ToArray(), actual.Coupling.Masses.ToArray(), $"{what}: masses");
        Bits.AssertSame(expected.BatchCosts.ToArray(), actual.BatchCosts.ToArray(), $"{what}: batch costs");
        Bits.AssertSame(
            [expected.PooledCost, expected.PooledDistance, expected.MeanOfBatchDistance, expected.MaxGap],
            new[] { actual.PooledCost, actual.PooledDistance, actual.MeanOfBatchDistance, actual.MaxGap },
            $"{what}: estimates");
    }

    /// <summary>A cloud's weights, also where they are equal.</summary>
    public static double[] Weights(PointCloud cloud) =>
        cloud.IsWeighted ? cloud.Weights.ToArray() : [.. Enumerable.Repeat(1.0 / cloud.Count, cloud.Count)];

    private static (int[] Rows, double[] Masses) Collect(int[] rows, double[] masses)
    {
        int[] distinct = [.. rows.Distinct()];
        return (distinct, [.. distinct.Select(row => rows.Zip(masses).Where(pair => pair.First == row).Sum(pair => pair.Second))]);
    }

    private static void AssertMarginal(double[] weights, ReadOnlySpan<int> rows, double[] masses, string side)
    {
        double[] sums = new double[weights.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            sums[rows[i]] += masses[i];
        }

        for (int i = 0; i < weights.Length; i++)
        {
            Assert.True(Math.Abs(weights[i] - sums[i]) <= 1e-6, $"The {side} point {i} carries {sums[i]} where it weighs {weights[i]}.");
        }
    }
}
