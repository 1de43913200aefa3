namespace PyramidOT.Tests.MultiMarginal;

/// <summary>
/// A linear program in standard form, min c x subject to A x = b and x >= 0, by the simplex method on a dense tableau with Bland's rule: for a few
/// dozen variables. Redundant rows are allowed.
/// </summary>
internal static class DenseSimplex
{
    private const double Zero = 1e-11;

    public static double Solve(double[,] a, double[] b, double[] c)
    {
        int rows = b.Length;
        int columns = c.Length;

        // A variable of its own for each row to begin with; the first phase drives them to 0.
        double[,] tableau = new double[rows + 1, columns + rows + 1];
        int[] basis = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            double sign = b[i] < 0 ? -1 : 1;
            for (int j = 0; j < columns; j++)
            {
                tableau[i, j] = sign * a[i, j];
            }

            tableau[i, columns + i] = 1;
            tableau[i, columns + rows] = sign * b[i];
            basis[i] = columns + i;
        }

        double[] phase = new double[columns + rows];
        Array.Fill(phase, 1, columns, rows);
        Price(tableau, basis, phase);
        Iterate(tableau, basis, columns + rows);
        Assert.Equal(0, tableau[rows, columns + rows], 1e-9);

        // What is still in the basis is 0: it leaves for any column of its row, or the row says nothing.
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns && basis[i] >= columns; j++)
            {
                if (Math.Abs(tableau[i, j]) > 1e-9)
                {
                    Pivot(tableau, basis, i, j);
                }
            }
        }

        double[] costs = new double[columns + rows];
        c.CopyTo(costs, 0);
        Price(tableau, basis, costs);
        Iterate(tableau, basis, columns);
        return -tableau[rows, columns + rows];
    }

    /// <summary>The least cost of a coupling of histograms, a variable a cell.</summary>
    public static double Transport(double[][] histograms, Func<int[], double> cost)
    {
        int[] sizes = [.. histograms.Select(histogram => histogram.Length)];
        int cells = sizes.Aggregate(1, (x, y) => x * y);
        double[,] a = new double[sizes.Sum(), cells];
        double[] c = new double[cells];
        for (int cell = 0; cell < cells; cell++)
        {
            int[] at = CellOf(cell, sizes);
            c[cell] = cost(at);
            for (int j = 0, row = 0; j < sizes.Length; row += sizes[j++])
            {
                a[row + at[j], cell] = 1;
            }
        }

        return Solve(a, [.. histograms.SelectMany(histogram => histogram)], c);
    }

    public static int[] CellOf(int number, int[] sizes)
    {
        int[] at = new int[sizes.Length];
        for (int j = 0; j < sizes.Length; j++)
        {
            at[j] = number % sizes[j];
            number /= sizes[j];
        }

        return at;
    }

    private static void Price(double[,] tableau, int[] basis, double[] costs)
    {
        int rows = basis.Length;
        int width = tableau.GetLength(1);
        for (int j = 0; j < width; j++)
        {
            tableau[rows, j] = j < costs.Length ? costs[j] : 0;
        }

        for (int i = 0; i < rows; i++)
        {
            double price = costs[basis[i]];
            for (int j = 0; j < width; j++)
            {
                tableau[rows, j] -= price * tableau[i, j];
            }
        }
    }

    private static void Iterate(double[,] tableau, int[] basis, int columns)
    {
        int rows = basis.Length;
        int last = tableau.GetLength(1) - 1;
        for (int round = 0; round < 20_000; round++)
        {
            int enter = Enumerable.Range(0, columns).FirstOrDefault(j => tableau[rows, j] < -Zero, -1);
            if (enter < 0)
            {
                return;
            }

            int leave = -1;
            for (int i = 0; i < rows; i++)
            {
                if (tableau[i, enter] <= Zero)
                {
                    continue;
                }

                double ratio = tableau[i, last] / tableau[i, enter];
                double best = leave < 0 ? double.PositiveInfinity : tableau[leave, last] / tableau[leave, enter];
                if (ratio < best - Zero || (ratio <= best + Zero && basis[i] < basis[leave]))
                {
                    leave = i;
                }
            }

            Assert.True(leave >= 0, "The program has no bound.");
            Pivot(tableau, basis, leave, enter);
        }

        Assert.Fail("The simplex method does not end.");
    }

    private static void Pivot(double[,] tableau, int[] basis, int row, int column)
    {
        double pivot = tableau[row, column];
        for (int j = 0; j < tableau.GetLength(1); j++)
        {
            tableau[row, j] /= pivot;
        }

        for (int i = 0; i <= basis.Length; i++)
        {
            double factor = tableau[i, column];
            for (int j = 0; j < tableau.GetLength(1) && i != row && factor != 0; j++)
            {
                tableau[i, j] -= factor * tableau[row, j];
            }
        }

        basis[row] = column;
    }
}
