namespace PyramidOT.Tests.Conformance;

/// <summary>The least total cost of moving whole masses, in float64. Infinity where every plan uses a forbidden pair.</summary>
internal static class ReferenceTransport
{
    /// <summary>
    /// By successive shortest paths, the textbook's way: Bellman and Ford's distances over the residual graph, one path after the other, no
    /// potentials, no heuristics.
    /// </summary>
    public static double ShortestPaths(ReadOnlySpan<float> costs, long[] rowMasses, long[] columnMasses)
    {
        int rows = rowMasses.Length;
        int columns = columnMasses.Length;
        long[] has = [.. rowMasses];
        long[] wants = [.. columnMasses];
        long[,] flow = new long[rows, columns];
        double[] toRow = new double[rows];
        double[] toColumn = new double[columns];
        int[] rowFrom = new int[rows];
        int[] columnFrom = new int[columns];
        while (has.Any(mass => mass > 0))
        {
            for (int i = 0; i < rows; i++)
            {
                toRow[i] = has[i] > 0 ? 0 : double.PositiveInfinity;
                rowFrom[i] = -1;
            }

            Array.Fill(toColumn, double.PositiveInfinity);
            for (bool changed = true; changed;)
            {
                changed = false;
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        double cost = costs[(i * columns) + j];
                        if (double.IsFinite(cost) && double.IsFinite(toRow[i]) && toRow[i] + cost < toColumn[j] - Slack(cost, toRow[i]))
                        {
                            (toColumn[j], columnFrom[j], changed) = (toRow[i] + cost, i, true);
                        }

                        if (flow[i, j] > 0 && double.IsFinite(toColumn[j]) && toColumn[j] - cost < toRow[i] - Slack(cost, toColumn[j]))
                        {
                            (toRow[i], rowFrom[i], changed) = (toColumn[j] - cost, j, true);
                        }
                    }
                }
            }

            int nearest = -1;
            for (int j = 0; j < columns; j++)
            {
                if (wants[j] > 0 && double.IsFinite(toColumn[j]) && (nearest < 0 || toColumn[j] < toColumn[nearest]))
                {
                    nearest = j;
                }
            }

            if (nearest < 0)
            {
                return double.PositiveInfinity;
            }

            long mass = wants[nearest];
            int row = columnFrom[nearest];
            for (; rowFrom[row] >= 0; row = columnFrom[rowFrom[row]])
            {
                mass = Math.Min(mass, flow[row, rowFrom[row]]);
            }

            mass = Math.Min(mass, has[row]);
            has[row] -= mass;
            wants[nearest] -= mass;
            for (int column = nearest; column >= 0; column = rowFrom[columnFrom[column]])
            {
                flow[columnFrom[column], column] += mass;
                if (rowFrom[columnFrom[column]] >= 0)
                {
                    flow[columnFrom[column], rowFrom[columnFrom[column]]] -= mass;
                }
            }
        }

        double total = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                total += flow[i, j] == 0 ? 0 : (double)costs[(i * columns) + j] * flow[i, j];
            }
        }

        return total;
    }

    /// <summary>By cutting masses into units, each of which is a row or column of an assignment problem.</summary>
    public static double ByUnits(ReadOnlySpan<float> costs, long[] rowMasses, long[] columnMasses)
    {
        int[] rowOf = [.. rowMasses.SelectMany((mass, i) => Enumerable.Repeat(i, (int)mass))];
        int[] columnOf = [.. columnMasses.SelectMany((mass, j) => Enumerable.Repeat(j, (int)mass))];
        float[] units = new float[rowOf.Length * columnOf.Length];
        for (int i = 0; i < rowOf.Length; i++)
        {
            for (int j = 0; j < columnOf.Length; j++)
            {
                units[(i * columnOf.Length) + j] = costs[(rowOf[i] * columnMasses.Length) + columnOf[j]];
            }
        }

        return ReferenceAssignment.Hungarian(units, rowOf.Length, columnOf.Length);
    }

    /// <summary>On a line, with costs that grow with the distance no slower than it: the least coordinates meet first.</summary>
    public static double OnALine(double[] x, double[] rowWeights, double[] y, double[] columnWeights, Func<double, double, double> cost)
    {
        int[] rows = [.. Enumerable.Range(0, x.Length).OrderBy(i => x[i])];
        int[] columns = [.. Enumerable.Range(0, y.Length).OrderBy(j => y[j])];
        double total = 0;
        double has = rowWeights[rows[0]];
        double wants = columnWeights[columns[0]];
        for (int i = 0, j = 0; i < rows.Length && j < columns.Length;)
        {
            double mass = Math.Min(has, wants);
            total += mass * cost(x[rows[i]], y[columns[j]]);
            has -= mass;
            wants -= mass;
            if (has <= wants)
            {
                has = ++i < rows.Length ? rowWeights[rows[i]] : 0;
            }
            else
            {
                wants = ++j < columns.Length ? columnWeights[columns[j]] : 0;
            }
        }

        return total;
    }

    // Rounding must not make cycles of no length look shorter and shorter.
    private static double Slack(double cost, double length) => 1e-12 * (Math.Abs(cost) + Math.Abs(length));
}
