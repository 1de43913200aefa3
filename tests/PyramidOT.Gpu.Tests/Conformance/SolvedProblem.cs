namespace PyramidOT.Tests.Conformance;

/// <summary>One solved assignment problem, and what its own results prove about it.</summary>
internal sealed record SolvedProblem(
    string Name, int Rows, int Columns, float[] Costs, int[] ColumnOfRow, float[] RowDuals, float[] ColumnDuals, double Primal, double Dual, SolveStatus Status)
{
    /// <summary>
    /// How far the primal may be above the dual, as a part of the summed magnitudes of the matched costs: the search may run in float32,
    /// whose rounding errors (6e-8) add up along a path.
    /// </summary>
    public const double Gap = 2e-6;

    /// <summary>The summed magnitudes of the matched costs.</summary>
    private double Magnitude => Matched().Sum(pair => Math.Abs((double)Cost(pair.Row, pair.Column)));

    /// <summary>
    /// Checks the result by itself: it is an assignment of that cost, the duals are feasible, and together they prove it optimal.
    /// </summary>
    public void AssertOptimal(string what, double gap = Gap)
    {
        what = $"{what}, {Name}";
        AssertAssignment(what);
        AssertFeasible(what);

        // Duals are rounded to float32 when stored, each by an ulp at most; the value is that of the unrounded ones.
        double sum = RowDuals.Sum(u => (double)u) + ColumnDuals.Sum(v => (double)v);
        double rounding = 1.2e-7 * (RowDuals.Sum(u => Math.Abs((double)u)) + ColumnDuals.Sum(v => Math.Abs((double)v)));
        Assert.True(Math.Abs(sum - Dual) <= rounding, $"{what}: the duals sum up to {sum:R}, but their value is {Dual:R}.");

        double magnitude = Magnitude;
        Assert.True(Primal - Dual <= gap * magnitude, $"{what}: the primal value {Primal:R} is {Primal - Dual:G3} above the dual value {Dual:R}.");
        Assert.True(Primal - Dual >= -1e-13 * (magnitude + (rounding / 1.2e-7)), $"{what}: the primal value {Primal:R} is below the dual value {Dual:R}.");

        // Complementary slackness: all slacks are at least 0, and those of the matched pairs sum up to the gap.
        double slack = Matched().Sum(pair => (double)Cost(pair.Row, pair.Column) - RowDuals[pair.Row] - ColumnDuals[pair.Column]);
        Assert.True(slack <= (gap * magnitude) + rounding, $"{what}: matched pairs have a slack of {slack:G3}.");
    }

    /// <summary>Checks that the cost is the least one, as a reference found it.</summary>
    public void AssertCost(double expected, string what, double gap = Gap)
    {
        if (double.IsPositiveInfinity(expected))
        {
            AssertInfeasible(what);
            return;
        }

        Assert.True(Status == SolveStatus.Optimal, $"{what}, {Name}: the status is {Status}, but there is an assignment of cost {expected:R}.");
        Assert.True(
            Math.Abs(Primal - expected) <= gap * Magnitude, $"{what}, {Name}: the cost is {Primal:R} where {expected:R} is the least.");
    }

    /// <summary>Checks that the result says what is said where there is no assignment.</summary>
    public void AssertInfeasible(string what)
    {
        Assert.True(Status == SolveStatus.Infeasible, $"{what}, {Name}: the status is {Status}, but there is no assignment.");
        Assert.All(ColumnOfRow, column => Assert.Equal(-1, column));
        Assert.All(RowDuals, dual => Assert.True(float.IsNaN(dual)));
        Assert.All(ColumnDuals, dual => Assert.True(float.IsNaN(dual)));
        Assert.Equal(double.PositiveInfinity, Primal);
        Assert.True(double.IsNaN(Dual));
    }

    /// <summary>Checks that the shorter side is matched, each to a partner of its own, over pairs that are not forbidden.</summary>
    private void AssertAssignment(string what)
    {
        Assert.True(Status == SolveStatus.Optimal, $"{what}: the status is {Status}.");
        bool[] taken = new bool[Columns];
        int matched = 0;
        double cost = 0;
        for (int i = 0; i < Rows; i++)
        {
            int column = ColumnOfRow[i];
            if (column == -1)
            {
                continue;
            }

            Assert.True(column >= 0 && column < Columns, $"{what}: row {i} is matched to column {column}.");
            Assert.False(taken[column], $"{what}: column {column} is matched twice.");
            taken[column] = true;
            matched++;
            cost += Cost(i, column);
        }

        Assert.True(matched == Math.Min(Rows, Columns), $"{what}: {matched} pairs are matched.");
        Assert.True(double.IsFinite(cost), $"{what}: a forbidden pair is matched.");
        Assert.True(Math.Abs(cost - Primal) <= 1e-13 * Magnitude, $"{what}: the assignment costs {cost:R}, but the primal value is {Primal:R}.");
    }

    private void AssertFeasible(string what)
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                if (!IsFeasible(RowDuals[i], ColumnDuals[j], Cost(i, j)))
                {
                    Assert.Fail($"{what}: the duals {RowDuals[i]:R} of row {i} and {ColumnDuals[j]:R} of column {j} exceed the cost {Cost(i, j):R}.");
                }
            }
        }

        // What is left over has no dual; nor may any other of the longer side have a positive one, as it might have been left over.
        HashSet<int> matchedColumns = [.. ColumnOfRow];
        for (int i = 0; i < Rows && Rows > Columns; i++)
        {
            Assert.True(RowDuals[i] <= 0 && (ColumnOfRow[i] >= 0 || RowDuals[i] == 0), $"{what}: the dual of row {i} is {RowDuals[i]:R}.");
        }

        for (int j = 0; j < Columns && Columns > Rows; j++)
        {
            Assert.True(ColumnDuals[j] <= 0 && (matchedColumns.Contains(j) || ColumnDuals[j] == 0), $"{what}: the dual of column {j} is {ColumnDuals[j]:R}.");
        }
    }

    /// <summary>Whether u + v is at most c, exactly: the sum of two numbers is its rounded value and a rounding error, both of which float64 holds.</summary>
    private static bool IsFeasible(double u, double v, double c)
    {
        double sum = u + v;
        double vPart = sum - u;
        double error = (u - (sum - vPart)) + (v - vPart);
        return sum < c || (sum == c && error <= 0);
    }

    private float Cost(int row, int column) => Costs[(row * Columns) + column];

    private IEnumerable<(int Row, int Column)> Matched() =>
        Enumerable.Range(0, Rows).Where(i => ColumnOfRow[i] >= 0).Select(i => (i, ColumnOfRow[i]));
}
