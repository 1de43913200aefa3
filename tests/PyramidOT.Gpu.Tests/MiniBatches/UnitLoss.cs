namespace PyramidOT.Tests.MiniBatches;

/// <summary>The least cost of moving some units of mass between two small clouds in float64, by trying all ways.</summary>
internal static class UnitLoss
{
    /// <summary>The least cost of moving <paramref name="moved"/> of the units, each from a source to a target point, whoever stays.</summary>
    public static double Of(double[] source, long[] sourceUnits, double[] target, long[] targetUnits, int moved, int dimensions, GroundCost cost)
    {
        double[] costs = DoubleLoss.Costs(source, target, dimensions, cost);
        int[] rowOf = [.. sourceUnits.SelectMany((mass, i) => Enumerable.Repeat(i, (int)mass))];
        return Least(costs, rowOf, 0, [.. targetUnits], moved);
    }

    private static double Least(double[] costs, int[] rowOf, int unit, long[] wanted, int moved)
    {
        if (moved == 0)
        {
            return 0;
        }

        // Where as many units are left as must move, none may stay.
        double least = rowOf.Length - unit > moved ? Least(costs, rowOf, unit + 1, wanted, moved) : double.PositiveInfinity;
        for (int j = 0; j < wanted.Length; j++)
        {
            if (wanted[j] > 0)
            {
                wanted[j]--;
                least = Math.Min(least, costs[(rowOf[unit] * wanted.Length) + j] + Least(costs, rowOf, unit + 1, wanted, moved - 1));
                wanted[j]++;
            }
        }

        return least;
    }
}
