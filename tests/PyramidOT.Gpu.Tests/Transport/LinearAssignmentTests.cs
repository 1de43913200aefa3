namespace PyramidOT.Tests.Transport;

public class LinearAssignmentTests
{
    private static readonly float[] s_costs = [4, 1, 3, 2, 0, 5, 3, 2, 2];

    [Fact]
    public void Solve_gives_permutation_duals_cost_and_certificate()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        AssignmentSolution solution = LinearAssignment.Solve(engine, s_costs, 3, 3);

        Assert.Equal(SolveStatus.Optimal, solution.Status);
        Assert.Equal([1, 0, 2], solution.ColumnOfRow);
        Assert.Equal(5, solution.Cost);
        Assert.Equal(5, solution.DualValue);
        Assert.Equal(0, solution.Gap);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                float slack = s_costs[(3 * i) + j] - solution.RowDuals[i] - solution.ColumnDuals[j];
                Assert.True(solution.ColumnOfRow[i] == j ? slack == 0 : slack >= 0);
            }
        }
    }

    [Fact]
    public void SolveBatch_gives_a_solution_for_each_problem()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });
        float[] costs = [.. s_costs, 7, 6, float.PositiveInfinity, 1, 2];
        IReadOnlyList<AssignmentSolution> solutions =
            LinearAssignment.SolveBatch(engine, costs, BatchLayout.Ragged([3, 1, 0, 1, 2], [3, 2, 4, 1, 1]));

        Assert.Equal(5, solutions.Count);
        Assert.Equal([5, 6, 0, double.PositiveInfinity, 1], solutions.Select(solution => solution.Cost));
        Assert.Equal([1, 0, 2], solutions[0].ColumnOfRow);
        Assert.Equal([1], solutions[1].ColumnOfRow);
        Assert.Empty(solutions[2].ColumnOfRow);
        Assert.Equal(new float[4], solutions[2].ColumnDuals);
        Assert.Equal([0, -1], solutions[4].ColumnOfRow);

        AssignmentSolution infeasible = solutions[3];
        Assert.Equal(SolveStatus.Infeasible, infeasible.Status);
        Assert.Equal([-1], infeasible.ColumnOfRow);
        Assert.True(double.IsNaN(infeasible.DualValue));
        Assert.True(double.IsNaN(infeasible.Gap));
    }

    [Fact]
    public void What_is_no_problem_is_refused()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

        Assert.Equal("costs", Assert.ThrowsAny<ArgumentException>(() => LinearAssignment.Solve(engine, s_costs, 3, 2)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearAssignment.Solve(engine, s_costs, -3, -3));
        Assert.Throws<ArgumentNullException>(() => LinearAssignment.Solve(null!, s_costs, 3, 3));
        Assert.Throws<ArgumentNullException>(() => LinearAssignment.SolveBatch(engine, s_costs, null!));

        float[] spoilt = [.. s_costs];
        spoilt[5] = float.NaN;
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => LinearAssignment.Solve(engine, spoilt, 3, 3));
        Assert.Contains("problem 0, row 1, column 2", exception.Message, StringComparison.Ordinal);
    }
}
