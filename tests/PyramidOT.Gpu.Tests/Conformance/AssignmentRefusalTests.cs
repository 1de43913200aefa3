namespace PyramidOT.Tests.Conformance;

/// <summary>What the assignment family refuses, and how it says so.</summary>
public class AssignmentRefusalTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    [Theory]
    [MemberData(nameof(All))]
    public void A_number_that_is_no_cost_is_refused_by_its_place(string engine)
    {
        // Places in every part of a vector, in problems of both ways and of the smallest size, behind empty ones.
        BatchLayout problems = BatchLayout.Ragged([3, 0, 20, 1, 5, 0, 40], [3, 4, 20, 1, 33, 0, 7]);
        (int Problem, int Row, int Column)[] places =
            [(0, 0, 0), (0, 2, 2), (2, 0, 15), (2, 0, 16), (2, 7, 3), (2, 19, 19), (3, 0, 0), (4, 4, 32), (4, 1, 31), (6, 0, 6), (6, 39, 0), (6, 39, 6)];
        float beyond = MathF.BitIncrement(1e30f);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, problems, seed: 50);
        foreach ((int problem, int row, int column) in Some(engine, places))
        {
            foreach (float bad in Some(engine, [float.NaN, -float.NaN, float.NegativeInfinity, 1e31f, -1e31f, beyond, -beyond, float.MaxValue, float.MinValue]))
            {
                float[] spoilt = [.. costs];
                spoilt[(int)problems.CostOffsets[problem] + (row * problems.ColumnsOf(problem)) + column] = bad;
                ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => SolvedBatch.Of(Engine(engine), problems, spoilt));
                Assert.Matches($@"\bproblem {problem}\b.*\brow {row}\b.*\bcolumn {column}\b", exception.Message);
            }
        }

        // And the engine works on.
        Assert.All(SolvedBatch.Of(Engine(engine), problems, costs).Status, status => Assert.Equal(SolveStatus.Optimal, status));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_largest_costs_are_accepted(string engine)
    {
        SolvedBatch.Of(Engine(engine), 2, 2, [1e30f, -1e30f, -1e30f, 1e30f])[0].AssertCost(-2 * (double)1e30f, "Largest", gap: 0);
        SolvedBatch.Of(Engine(engine), 2, 2, [-1e30f, float.PositiveInfinity, float.PositiveInfinity, 1e30f])[0].AssertCost(0, "Largest", gap: 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_lies_beyond_the_window_is_not_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        float[] all = [float.NaN, float.NegativeInfinity, 1, 2, 3, 1, float.NaN, 1e31f];
        using EngineBuffer<float> costs = at.Upload(all);
        BatchLayout problems = BatchLayout.Uniform(1, 2, 2);
        using AssignmentBuffers result = new(at, problems);
        at.Assignment.Solve(problems, costs.Slice(2, 4), result);
        Assert.Equal([2], result.Primal.ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_cancelled_is_not_begun(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problems = BatchLayout.Uniform(2, 2, 2);
        using EngineBuffer<float> costs = at.Upload(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 });
        using AssignmentBuffers result = new(at, problems);
        Assert.ThrowsAny<OperationCanceledException>(() => at.Assignment.Solve(problems, costs, result, new CancellationToken(canceled: true)));
        at.Assignment.Solve(problems, costs, result, CancellationToken.None);
        Assert.Equal([5, 13], result.Primal.ToArray());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(2000)]
    public void A_large_problem_ends_on_the_host_when_it_is_cancelled(int n)
    {
        // Products take searches for shortest paths longest: seconds and more for the larger size.
        using ComputeEngine host = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        float[] products = new float[n * n];
        for (int k = 0; k < products.Length; k++)
        {
            products[k] = (float)((k / n) + 1) * ((k % n) + 1);
        }

        BatchLayout problem = BatchLayout.Uniform(1, n, n);
        using EngineBuffer<float> costs = host.Upload(products);
        using AssignmentBuffers result = new(host, problem);
        CancellationTokenSource soon = Cancelling.Soon();
        Assert.ThrowsAny<OperationCanceledException>(() => host.Assignment.Solve(problem, costs, result, soon.Token));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problems = BatchLayout.Ragged([2, 3], [4, 5]);
        using EngineBuffer<float> costs = at.Upload(new float[23]);
        using AssignmentBuffers result = new(at, problems);
        at.Assignment.Solve(problems, costs, result);

        using AssignmentBuffers moreRows = new(at, BatchLayout.Ragged([2, 4], [4, 5]));
        using AssignmentBuffers moreColumns = new(at, BatchLayout.Ragged([2, 3], [4, 6]));
        using AssignmentBuffers moreProblems = new(at, BatchLayout.Ragged([2, 3, 0], [4, 5, 0]));
        using EngineBuffer<float> longer = at.Upload(new float[24]);
        Refused(() => at.Assignment.Solve(problems, costs.Slice(0, 22), result));
        Refused(() => at.Assignment.Solve(problems, longer, result));
        Refused(() => at.Assignment.Solve(problems, costs, moreRows));
        Refused(() => at.Assignment.Solve(problems, costs, moreColumns));
        Refused(() => at.Assignment.Solve(problems, costs, moreProblems));
        Refused(() => at.Assignment.Solve(null!, costs, result));
        Refused(() => at.Assignment.Solve(problems, costs, null!));
        Refused(() => at.Assignment.Solve(problems, default, result));

        static void Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action);
    }
}
