namespace PyramidOT.Engines;

/// <summary>
/// The weights of transport problems: their checks, and masses as whole numbers. All engines solve in these units: flows are then sums and
/// differences without rounding, so that no mass is lost and ties stay ties.
/// </summary>
internal static unsafe class TransportWeights
{
    /// <summary>How far the totals of rows and columns may differ, as a part of the larger one.</summary>
    public const double Mismatch = 1e-6;

    // A total is from 2^60 to 2^61 units: sums of weights and flows stay below 2^62, also where each is rounded.
    private const int TotalBits = 60;

    /// <summary>Refuses weights that are none, and problems whose totals differ.</summary>
    /// <exception cref="ArgumentException">There is such a one; the message names it.</exception>
    public static void Check(BatchLayout problems, float* rowWeights, float* columnWeights)
    {
        for (int problem = 0; problem < problems.Count; problem++)
        {
            double rows = CheckedTotal(rowWeights + problems.RowOffsets[problem], problems.RowsOf(problem), problem, "row", nameof(rowWeights));
            double columns = CheckedTotal(columnWeights + problems.ColumnOffsets[problem], problems.ColumnsOf(problem), problem, "column", nameof(columnWeights));
            if (!(Math.Abs(rows - columns) <= Mismatch * Math.Max(rows, columns)))
            {
                throw new ArgumentException(
                    $"The weights of problem {problem} sum up to {rows:G9} for the rows and {columns:G9} for the columns; equal totals are expected, to within 1e-6 of them.",
                    nameof(columnWeights));
            }
        }
    }

    /// <summary>Counts the masses of one problem, whose weights were checked, in units.</summary>
    /// <param name="rowWeights">The rows' weights.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="columnWeights">The columns' weights.</param>
    /// <param name="columns">Their number.</param>
    /// <param name="rowUnits">Receives the rows' units.</param>
    /// <param name="columnUnits">Receives the columns' units, which have exactly the same total.</param>
    /// <returns>The mass of a unit, a power of two; 0 where all weights are 0.</returns>
    public static double Count(float* rowWeights, int rows, float* columnWeights, int columns, long* rowUnits, long* columnUnits)
    {
        double rowTotal = Total(rowWeights, rows);
        if (rowTotal == 0)
        {
            new Span<long>(rowUnits, rows).Clear();
            new Span<long>(columnUnits, columns).Clear();
            return 0;
        }

        int exponent = TotalBits - Math.ILogB(rowTotal);
        double factor = Math.ScaleB(1, exponent);
        long rowSum = Round(rowWeights, rows, factor, rowUnits, out _);
        long columnSum = Round(columnWeights, columns, factor, columnUnits, out int largest);

        // Totals that are equal but for this rounding need no scaling: then equal weights of rows and columns stay equal.
        if (Math.Abs(rowSum - columnSum) > rows + (long)columns)
        {
            columnSum = Round(columnWeights, columns, factor * ((double)rowSum / columnSum), columnUnits, out largest);
        }

        // What rounding left over is some 1e-15 of the total at most, and of the largest weight next to nothing.
        columnUnits[largest] += rowSum - columnSum;
        return Math.ScaleB(1, -exponent);
    }

    private static double CheckedTotal(float* weights, int count, int problem, string side, string name)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            if (!(weights[i] >= 0 && weights[i] <= float.MaxValue))
            {
                throw new ArgumentException(
                    $"The weight of problem {problem}, {side} {i} is {weights[i]}; a finite number of at least 0 is expected.", name);
            }

            total += weights[i];
        }

        return total;
    }

    private static double Total(float* weights, int count)
    {
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            total += weights[i];
        }

        return total;
    }

    private static long Round(float* weights, int count, double factor, long* units, out int largest)
    {
        long total = 0;
        largest = 0;
        for (int i = 0; i < count; i++)
        {
            long mass = (long)Math.Round(weights[i] * factor);
            units[i] = mass;
            total += mass;
            largest = mass > units[largest] ? i : largest;
        }

        return total;
    }
}
