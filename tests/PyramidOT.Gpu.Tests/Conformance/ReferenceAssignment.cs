namespace PyramidOT.Tests.Conformance;

/// <summary>The least total cost of an assignment, in float64. Infinity where every assignment has a forbidden pair.</summary>
internal static class ReferenceAssignment
{
    /// <summary>By trying every assignment. For at most 7 rows or columns.</summary>
    public static double BruteForce(ReadOnlySpan<float> costs, int rows, int columns)
    {
        if (rows > columns)
        {
            return BruteForce(Transposed(costs, rows, columns), columns, rows);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, 7);
        return Best(costs, rows, columns, 0, 0);
    }

    /// <summary>
    /// By shortest augmenting paths, the textbook's way: one row after the other, O(rows^2 x columns), no start heuristics.
    /// </summary>
    public static double Hungarian(ReadOnlySpan<float> costs, int rows, int columns)
    {
        if (rows > columns)
        {
            return Hungarian(Transposed(costs, rows, columns), columns, rows);
        }

        // Column 0 stands for the row that is being matched; rows and columns count from 1.
        double[] u = new double[rows + 1];
        double[] v = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] from = new int[columns + 1];
        double[] distances = new double[columns + 1];
        bool[] done = new bool[columns + 1];
        for (int row = 1; row <= rows; row++)
        {
            Array.Fill(distances, double.PositiveInfinity);
            Array.Clear(done);
            rowOf[0] = row;
            int column = 0;
            while (rowOf[column] != 0)
            {
                done[column] = true;
                int owner = rowOf[column];
                double shortest = double.PositiveInfinity;
                int next = -1;
                for (int j = 1; j <= columns; j++)
                {
                    if (done[j])
                    {
                        continue;
                    }

                    double reduced = costs[((owner - 1) * columns) + j - 1] - u[owner] - v[j];
                    if (reduced < distances[j])
                    {
                        distances[j] = reduced;
                        from[j] = column;
                    }

                    if (distances[j] < shortest)
                    {
                        shortest = distances[j];
                        next = j;
                    }
                }

                if (next < 0)
                {
                    return double.PositiveInfinity;
                }

                for (int j = 0; j <= columns; j++)
                {
                    if (done[j])
                    {
                        u[rowOf[j]] += shortest;
                        v[j] -= shortest;
                    }
                    else
                    {
                        distances[j] -= shortest;
                    }
                }

                column = next;
            }

            while (column != 0)
            {
                rowOf[column] = rowOf[from[column]];
                column = from[column];
            }
        }

        double total = 0;
        for (int j = 1; j <= columns; j++)
        {
            total += rowOf[j] == 0 ? 0 : costs[((rowOf[j] - 1) * columns) + j - 1];
        }

        return total;
    }

    private static double Best(ReadOnlySpan<float> costs, int rows, int columns, int row, int used)
    {
        if (row == rows)
        {
            return 0;
        }

        double best = double.PositiveInfinity;
        for (int j = 0; j < columns; j++)
        {
            float cost = costs[(row * columns) + j];
            if ((used & (1 << j)) == 0 && !float.IsPositiveInfinity(cost))
            {
                best = Math.Min(best, cost + Best(costs, rows, columns, row + 1, used | (1 << j)));
            }
        }

        return best;
    }

    private static float[] Transposed(ReadOnlySpan<float> costs, int rows, int columns)
    {
        float[] transposed = new float[costs.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                transposed[(j * rows) + i] = costs[(i * columns) + j];
            }
        }

        return transposed;
    }
}
