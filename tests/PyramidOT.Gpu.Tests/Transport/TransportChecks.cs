using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.Transport;

/// <summary>What holds of every result of a solver, checked by addition alone.</summary>
internal static class TransportChecks
{
    /// <summary>
    /// Checks an exact result against its problem: marginals, the plan's cost, potentials that no cost undercuts, their value, and the gap.
    /// </summary>
    public static void Check(TransportResult result, float[] costs, float[] rowWeights, float[] columnWeights)
    {
        double total = rowWeights.Sum(weight => (double)weight);
        double scale = costs.Where(float.IsFinite).Select(cost => Math.Abs((double)cost)).Append(0).Max();
        CheckMarginals(result.Plan!, [.. rowWeights.Select(weight => (double)weight)], [.. columnWeights.Select(weight => (double)weight)], 2e-6 * total);
        Assert.Equal(result.Plan!.Sum(cell => cell.Mass * costs[(cell.Row * columnWeights.Length) + cell.Column]), result.TransportCost, 1e-6 * scale * total);
        for (int i = 0; i < rowWeights.Length; i++)
        {
            for (int j = 0; j < columnWeights.Length; j++)
            {
                double slack = costs[(i * columnWeights.Length) + j] - result.RowPotentials![i] - result.ColumnPotentials![j];
                Assert.True(slack >= -1e-5 * scale, $"The potentials of row {i} and column {j} exceed the cost by {-slack}.");
            }
        }

        double dual = rowWeights.Select((weight, i) => weight * result.RowPotentials![i]).Sum()
            + columnWeights.Select((weight, j) => weight * result.ColumnPotentials![j]).Sum();
        Assert.Equal(dual, result.DualValue, 1e-5 * scale * total);
        Assert.Equal(0, result.Gap, 1e-5 * scale * total);
    }

    /// <summary>Checks that a plan's masses are positive, each cell there once in order, and add up to the weights.</summary>
    public static void CheckMarginals(IReadOnlyList<TransportCell> plan, double[] rowWeights, double[] columnWeights, double tolerance)
    {
        double[] rows = new double[rowWeights.Length];
        double[] columns = new double[columnWeights.Length];
        foreach (TransportCell cell in plan)
        {
            Assert.True(cell.Mass > 0);
            rows[cell.Row] += cell.Mass;
            columns[cell.Column] += cell.Mass;
        }

        Assert.Equal(plan.OrderBy(cell => cell.Row).ThenBy(cell => cell.Column), plan);
        Assert.Equal(plan.Count, plan.Select(cell => (cell.Row, cell.Column)).Distinct().Count());
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(rowWeights[i], rows[i], tolerance);
        }

        for (int j = 0; j < columns.Length; j++)
        {
            Assert.Equal(columnWeights[j], columns[j], tolerance);
        }
    }

    /// <summary>Checks that two results have the same bits.</summary>
    public static void AssertSame(TransportResult expected, TransportResult actual, string what)
    {
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(expected.Iterations, actual.Iterations);
        Bits.AssertSame(
            [expected.Value, expected.TransportCost, expected.DualValue, expected.MarginalError],
            new[] { actual.Value, actual.TransportCost, actual.DualValue, actual.MarginalError },
            what);
        Bits.AssertSame<double>([.. expected.RowPotentials ?? []], [.. actual.RowPotentials ?? []], $"{what}, row potentials");
        Bits.AssertSame<double>([.. expected.ColumnPotentials ?? []], [.. actual.ColumnPotentials ?? []], $"{what}, column potentials");
        Assert.Equal(expected.Plan, actual.Plan);
    }

    /// <summary>Whole masses of one total on both sides, some of them 0.</summary>
    public static (long[] Rows, long[] Columns) WholeMasses(Draws draws, int rows, int columns, int total)
    {
        long[] Cut(int parts)
        {
            long[] masses = new long[parts];
            for (int unit = 0; unit < total; unit++)
            {
                masses[draws.Below(parts)]++;
            }

            return masses;
        }

        return (Cut(rows), Cut(columns));
    }
}
