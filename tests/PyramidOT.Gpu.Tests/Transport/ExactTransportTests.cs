namespace PyramidOT.Tests.Transport;

public class ExactTransportTests
{
    private static readonly float[] s_costs = [1, 4, 2, 3, 1, 5];

    [Fact]
    public void Solve_gives_plan_potentials_value_and_certificate()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        TransportSolution solution = ExactTransport.Solve(engine, s_costs, [3, 2], [1, 2, 2]);

        Assert.Equal(SolveStatus.Optimal, solution.Status);
        Assert.Equal([new(0, 0, 1), new(0, 2, 2), new(1, 1, 2)], solution.Plan);
        Assert.Equal(1 + 4 + 2, solution.Value);
        Assert.Equal(7, solution.DualValue);
        Assert.Equal(0, solution.Gap);
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                float slack = s_costs[(3 * i) + j] - solution.RowPotentials[i] - solution.ColumnPotentials[j];
                Assert.True(solution.Plan.Any(cell => cell.Row == i && cell.Column == j) ? slack == 0 : slack >= 0);
            }
        }
    }

    [Fact]
    public void SolveBatch_gives_a_solution_for_each_problem()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 2 });
        IReadOnlyList<TransportSolution> solutions = ExactTransport.SolveBatch(
            engine, [.. s_costs, float.PositiveInfinity, 7], [3, 2, 0.5f, 0.25f], [1, 2, 2, 0.5f, 0.25f], BatchLayout.Ragged([2, 0, 1, 1], [3, 0, 1, 1]));

        Assert.Equal([7, 0, double.PositiveInfinity, 1.75], solutions.Select(solution => solution.Value));
        Assert.Empty(solutions[1].Plan);
        Assert.Equal(SolveStatus.Infeasible, solutions[2].Status);
        Assert.Empty(solutions[2].Plan);
        Assert.True(double.IsNaN(solutions[2].Gap));
        Assert.Equal([new(0, 0, 0.25)], solutions[3].Plan);
    }

    [Fact]
    public void What_is_no_problem_is_refused()
    {
        using ComputeEngine engine = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });

        Assert.Equal("costs", Assert.ThrowsAny<ArgumentException>(() => ExactTransport.Solve(engine, s_costs, [1, 1], [1, 1])).ParamName);
        Assert.Equal("columnWeights", Assert.ThrowsAny<ArgumentException>(() => ExactTransport.Solve(engine, s_costs, [1, 1], [1, 1, 1])).ParamName);
        Assert.Equal("rowWeights", Assert.ThrowsAny<ArgumentException>(() => ExactTransport.Solve(engine, s_costs, [3, -1], [1, 1, 0])).ParamName);
        Assert.Throws<ArgumentNullException>(() => ExactTransport.Solve(null!, s_costs, [1, 1], [1, 1, 0]));
        Assert.Throws<ArgumentNullException>(() => ExactTransport.SolveBatch(engine, s_costs, [1, 1], [1, 1, 0], null!));
    }
}
