namespace PyramidOT.Tests.Conformance;

/// <summary>What the transport family refuses, and how it says so.</summary>
public class TransportRefusalTests(EnginesAtHand engines) : ConformanceTests(engines)
{
    private static readonly BatchLayout s_problems = BatchLayout.Ragged([3, 0, 20, 1, 5], [4, 0, 20, 1, 33]);

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_cancelled_is_not_begun(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problem = BatchLayout.Uniform(1, 2, 2);
        using EngineBuffer<float> costs = at.Upload(new float[] { 1, 2, 3, 5 });
        using EngineBuffer<float> rows = at.Upload(new float[] { 1, 3 });
        using EngineBuffer<float> columns = at.Upload(new float[] { 2, 2 });
        using TransportBuffers result = new(at, problem);
        Assert.ThrowsAny<OperationCanceledException>(() => at.Transport.Solve(problem, costs, rows, columns, result, new CancellationToken(canceled: true)));
        at.Transport.Solve(problem, costs, rows, columns, result, CancellationToken.None);
        Assert.Equal([13], result.Primal.ToArray());
    }

    [Fact]
    public void A_large_problem_ends_on_the_host_when_it_is_cancelled()
    {
        // Points on a line take the simplex method many steps: some seconds of them.
        using ComputeEngine host = ComputeEngine.Create(new() { Kind = EngineKind.Host, Threads = 1 });
        const int Rows = 1500;
        float[] distances = new float[Rows * (Rows - 1)];
        for (int k = 0; k < distances.Length; k++)
        {
            float way = ((k / (Rows - 1)) * 0.7f) - (k % (Rows - 1));
            distances[k] = way * way;
        }

        BatchLayout problem = BatchLayout.Uniform(1, Rows, Rows - 1);
        using EngineBuffer<float> costs = host.Upload(distances);
        using EngineBuffer<float> rows = host.Upload(Enumerable.Repeat(1f / Rows, Rows).ToArray());
        using EngineBuffer<float> columns = host.Upload(Enumerable.Repeat(1f / (Rows - 1), Rows - 1).ToArray());
        using TransportBuffers result = new(host, problem);
        CancellationTokenSource soon = Cancelling.Soon();
        Assert.ThrowsAny<OperationCanceledException>(() => host.Transport.Solve(problem, costs, rows, columns, result, soon.Token));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_number_that_is_no_cost_is_refused_by_its_place(string engine)
    {
        (float[] rows, float[] columns) = TransportMasses.Batch(MassKind.Random, s_problems, seed: 600);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, s_problems, seed: 601);
        foreach ((int problem, int row, int column) in Some(engine, [(0, 0, 0), (2, 7, 3), (2, 19, 19), (3, 0, 0), (4, 4, 32), (4, 1, 31)]))
        {
            foreach (float bad in Some(engine, [float.NaN, float.NegativeInfinity, 1e31f, -1e31f, float.MinValue]))
            {
                float[] spoilt = [.. costs];
                spoilt[(int)s_problems.CostOffsets[problem] + (row * s_problems.ColumnsOf(problem)) + column] = bad;
                Refused(engine, spoilt, rows, columns, $@"\bproblem {problem}\b.*\brow {row}\b.*\bcolumn {column}\b");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_number_that_is_no_weight_is_refused_by_its_place(string engine)
    {
        (float[] rows, float[] columns) = TransportMasses.Batch(MassKind.Random, s_problems, seed: 602);
        float[] costs = CostMatrices.Batch(MatrixKind.Uniform, s_problems, seed: 603);
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1e-9f, -float.Epsilon })
        {
            foreach ((int problem, int place) in new[] { (0, 0), (0, 2), (2, 17), (3, 0), (4, 4) })
            {
                float[] spoilt = [.. rows];
                spoilt[(int)s_problems.RowOffsets[problem] + place] = bad;
                Refused(engine, costs, spoilt, columns, $@"\bproblem {problem}\b.*\brow {place}\b.*at least 0");
                spoilt = [.. columns];
                spoilt[(int)s_problems.ColumnOffsets[problem] + place] = bad;
                Refused(engine, costs, rows, spoilt, $@"\bproblem {problem}\b.*\bcolumn {place}\b.*at least 0");
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Totals_may_differ_by_rounding_only(string engine)
    {
        float[] costs = CostMatrices.Make(MatrixKind.Uniform, 4, 5, seed: 604);
        float[] rows = [1, 2, 3, 4];
        foreach (double mismatch in new[] { 5e-7, -5e-7 })
        {
            SolvedTransport solved = SolvedTransports.Of(Engine(engine), costs, rows, [2, 2, 2, 2, (float)(2 + (10 * mismatch))]);
            solved.AssertOptimal($"Mismatch {mismatch}");
        }

        foreach (double mismatch in new[] { 5e-6, -5e-6, 1, -0.1 })
        {
            BatchLayout two = BatchLayout.Ragged([0, 4], [0, 5]);
            float[] columns = [2, 2, 2, 2, (float)(2 + (10 * mismatch))];
            double total = columns.Sum(weight => (double)weight);
            ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => SolvedTransports.Of(Engine(engine), two, costs, rows, columns));
            Assert.Contains("problem 1", exception.Message, StringComparison.Ordinal);
            Assert.Contains(FormattableString.Invariant($"{10.0:G9}"), exception.Message, StringComparison.Ordinal);
            Assert.Contains(FormattableString.Invariant($"{total:G9}"), exception.Message, StringComparison.Ordinal);
        }

        // Nothing does not go with something, and no rows at all not with columns that want something.
        Assert.ThrowsAny<ArgumentException>(() => SolvedTransports.Of(Engine(engine), costs, new float[4], [0, 0, 0, 0, 1e-30f]));
        Assert.ThrowsAny<ArgumentException>(() => SolvedTransports.Of(Engine(engine), [], [], [1]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Sizes_that_do_not_fit_are_refused(string engine)
    {
        ComputeEngine at = Engine(engine);
        BatchLayout problems = BatchLayout.Ragged([2, 3], [4, 5]);
        using EngineBuffer<float> costs = at.Upload(new float[23]);
        using EngineBuffer<float> rows = at.Upload(new float[5]);
        using EngineBuffer<float> columns = at.Upload(new float[9]);
        using TransportBuffers result = new(at, problems);
        at.Transport.Solve(problems, costs, rows, columns, result);
        Assert.Equal([0, 0], result.Primal.ToArray());

        using TransportBuffers others = new(at, BatchLayout.Ragged([2, 4], [4, 5]));
        Throws(() => at.Transport.Solve(problems, costs.Slice(0, 22), rows, columns, result));
        Throws(() => at.Transport.Solve(problems, costs, rows.Slice(0, 4), columns, result));
        Throws(() => at.Transport.Solve(problems, costs, rows, rows, result));
        Throws(() => at.Transport.Solve(problems, costs, rows, columns, others));
        Throws(() => at.Transport.Solve(null!, costs, rows, columns, result));
        Throws(() => at.Transport.Solve(problems, costs, rows, columns, null!));

        static void Throws(Action action) => Assert.ThrowsAny<ArgumentException>(action);
    }

    private void Refused(string engine, float[] costs, float[] rows, float[] columns, string pattern)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => SolvedTransports.Of(Engine(engine), s_problems, costs, rows, columns));
        Assert.Matches(pattern, exception.Message);
    }
}
