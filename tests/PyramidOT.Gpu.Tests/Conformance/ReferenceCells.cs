namespace PyramidOT.Tests.Conformance;

/// <summary>What building a tree takes, by plain loops, cell by cell. Where the order is empty, the points lie in that order.</summary>
internal static class ReferenceCells
{
    /// <summary>Each cell's row numbers by child, those of one child as they were; and how many each child has.</summary>
    public static (int[] Partitioned, int[] Counts) Partition(BatchLayout cells, int[] order, int[] child)
    {
        int[] counts = new int[cells.Columns];
        foreach (int own in child)
        {
            counts[own]++;
        }

        // LINQ's sort is a stable one.
        IEnumerable<int> sorted = Enumerable.Range(0, cells.Count).SelectMany(cell => Positions(cells, cell).OrderBy(i => child[i]));
        return ([.. sorted.Select(i => order[i])], counts);
    }

    /// <summary>The box around each cell's points, coordinate by coordinate.</summary>
    public static (float[] Lows, float[] Highs) Bounds(BatchLayout cells, float[] points, int[] order, int dimensions)
    {
        float[] lows = new float[cells.Count * dimensions];
        float[] highs = new float[cells.Count * dimensions];
        Array.Fill(lows, float.PositiveInfinity);
        Array.Fill(highs, float.NegativeInfinity);
        for (int cell = 0; cell < cells.Count; cell++)
        {
            foreach (int i in Positions(cells, cell))
            {
                for (int k = 0; k < dimensions; k++)
                {
                    // Nothing is below a NaN, nor above it.
                    float value = points[(Row(order, i) * dimensions) + k];
                    int at = (cell * dimensions) + k;
                    lows[at] = float.IsNaN(value) || value < lows[at] ? value : lows[at];
                    highs[at] = float.IsNaN(value) || value > highs[at] ? value : highs[at];
                }
            }
        }

        return (lows, highs);
    }

    /// <summary>The first column of its cell for each point below the threshold, the second for all others.</summary>
    public static int[] Halve(BatchLayout cells, float[] points, int[] order, int dimensions, int[] coordinates, float[] thresholds)
    {
        int[] child = new int[cells.Rows];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            foreach (int i in Positions(cells, cell))
            {
                bool isBelow = points[(Row(order, i) * dimensions) + coordinates[cell]] < thresholds[cell];
                child[i] = (int)cells.ColumnOffsets[cell] + (isBelow ? 0 : 1);
            }
        }

        return child;
    }

    /// <summary>The largest ground distance from each cell's centre in float64, not rounded up.</summary>
    public static double[] Radii(BatchLayout cells, float[] points, int[] order, int dimensions, float[] centres, GroundDistance distance)
    {
        double[] radii = new double[cells.Count];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            ReadOnlySpan<float> centre = centres.AsSpan(cell * dimensions, dimensions);
            foreach (int i in Positions(cells, cell))
            {
                radii[cell] = Math.Max(radii[cell], ReferenceCosts.Ground(distance, points.AsSpan(Row(order, i) * dimensions, dimensions), centre));
            }
        }

        return radii;
    }

    /// <summary>Checks that all numbers are equal, where all NaNs are, and so are both zeros; names the first that is not.</summary>
    public static void AssertEqual(float[] expected, float[] actual, int dimensions, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int at = 0; at < expected.Length; at++)
        {
            Assert.True(
                expected[at].Equals(actual[at]),
                $"{what}: coordinate {at % dimensions} of cell {at / dimensions} is {actual[at]:R} where {expected[at]:R} is expected.");
        }
    }

    private static IEnumerable<int> Positions(BatchLayout cells, int cell) =>
        Enumerable.Range((int)cells.RowOffsets[cell], cells.RowsOf(cell));

    private static int Row(int[] order, int position) => order.Length == 0 ? position : order[position];
}
