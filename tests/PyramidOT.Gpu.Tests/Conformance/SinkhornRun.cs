namespace PyramidOT.Tests.Conformance;

/// <summary>What the Sinkhorn family gave for a batch.</summary>
internal sealed record SinkhornRun(
    BatchLayout Problems,
    float[] Costs,
    float[] RowWeights,
    float[] ColumnWeights,
    SinkhornSettings Settings,
    double[] RowPotentials,
    double[] ColumnPotentials,
    double[] Epsilon,
    double[] TransportCost,
    double[] Primal,
    double[] Dual,
    double[] Error,
    int[] Iterations,
    SolveStatus[] Status,
    float[] Plan)
{
    /// <summary>Solves a batch; weights, epsilons and potentials to begin with may be empty.</summary>
    public static SinkhornRun Of(
        ComputeEngine engine,
        BatchLayout problems,
        float[] costs,
        SinkhornSettings settings,
        float[]? rowWeights = null,
        float[]? columnWeights = null,
        double[]? epsilons = null,
        double[]? potentials = null)
    {
        using Guarded<double> givenEpsilons = Guarded<double>.Of(engine, epsilons ?? []);
        using Guarded<double> start = Guarded<double>.Of(engine, potentials ?? []);
        using Guarded<float> input = Guarded<float>.Of(engine, costs);
        using Guarded<float> rows = Guarded<float>.Of(engine, rowWeights ?? []);
        using Guarded<float> columns = Guarded<float>.Of(engine, columnWeights ?? []);
        using SinkhornBuffers result = new(engine, problems, withPlan: true);
        Fill(result.RowPotentials, -12345);
        Fill(result.ColumnPotentials, -12345);
        Fill(result.Plan!, -12345);
        engine.Sinkhorn.Solve(
            problems,
            input.View,
            rows.View,
            columns.View,
            settings,
            result,
            new() { Epsilons = givenEpsilons.View, ColumnPotentials = start.View });
        Assert.Equal(costs, input.ToArray());
        float[] plan = result.Plan!.ToArray();
        Assert.DoesNotContain(-12345, plan);
        Assert.DoesNotContain(-12345, result.RowPotentials.ToArray());
        Assert.DoesNotContain(-12345, result.ColumnPotentials.ToArray());
        return new(
            problems,
            costs,
            rowWeights ?? [],
            columnWeights ?? [],
            settings,
            result.RowPotentials.ToArray(),
            result.ColumnPotentials.ToArray(),
            result.Epsilon.ToArray(),
            result.TransportCost.ToArray(),
            result.Primal.ToArray(),
            result.Dual.ToArray(),
            result.Error.ToArray(),
            result.Iterations.ToArray(),
            result.Status.ToArray(),
            plan);
    }

    public double Penalty => Settings.MarginalPenalty ?? double.PositiveInfinity;

    /// <summary>A problem's weights of the rows.</summary>
    public double[] RowsOf(int problem) => Weights(RowWeights, Problems.RowOffsets, problem);

    /// <summary>A problem's weights of the columns; balanced, with the total of the rows.</summary>
    public double[] ColumnsOf(int problem)
    {
        double[] own = Weights(ColumnWeights, Problems.ColumnOffsets, problem);
        double scale = double.IsPositiveInfinity(Penalty) ? RowsOf(problem).Sum() / own.Sum() : 1;
        return Array.ConvertAll(own, weight => weight * scale);
    }

    /// <summary>The plan that a problem's potentials give, in float64.</summary>
    public double[] PlanOf(int problem) => ReferenceSinkhorn.Plan(
        Shapes.Part(Costs, Problems.CostOffsets, problem),
        RowsOf(problem),
        ColumnsOf(problem),
        Shapes.Part(RowPotentials, Problems.RowOffsets, problem),
        Shapes.Part(ColumnPotentials, Problems.ColumnOffsets, problem),
        Epsilon[problem]);

    /// <summary>Checks a problem's own account: everything that is reported, against the plan that its potentials give.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="slack">What rounding may do to a part of the mass: 1e-9 for float64, 1e-6 for a device.</param>
    public void AssertConsistent(int problem, double slack)
    {
        double[] a = RowsOf(problem);
        double[] b = ColumnsOf(problem);
        float[] costs = Shapes.Part(Costs, Problems.CostOffsets, problem);
        double[] plan = PlanOf(problem);
        double mass = a.Sum();
        string what = $"Problem {problem} ({a.Length} x {b.Length}), {Settings}";
        double error = MarginalError(plan, a, b) / mass;
        double largest = costs.Where(float.IsFinite).Select(c => Math.Abs((double)c)).DefaultIfEmpty(0).Max() + Epsilon[problem];
        if (double.IsPositiveInfinity(Penalty))
        {
            Assert.True(Math.Abs(error - Error[problem]) <= slack, $"{what}: the error is {error}, reported {Error[problem]}.");
        }

        if (Status[problem] == SolveStatus.Optimal)
        {
            Assert.True(Error[problem] <= Settings.Tolerance, $"{what}: error {Error[problem]}.");
        }

        double total = Math.Max(mass, plan.Sum());
        double cost = plan.Select((p, k) => p > 0 ? p * costs[k] : 0).Sum();
        AssertNear(cost, TransportCost[problem], slack * largest * total, $"{what}: cost");
        double depth = Shapes.Part(RowPotentials, Problems.RowOffsets, problem).Concat(Shapes.Part(ColumnPotentials, Problems.ColumnOffsets, problem))
            .Where(double.IsFinite).Select(Math.Abs).Append(largest).Max();
        double value = ReferenceSinkhorn.Value(costs, plan, a, b, Epsilon[problem], Penalty);
        double scale = depth * (total + b.Sum()) + (Epsilon[problem] * mass * b.Sum());
        AssertNear(value, Primal[problem], slack * scale, $"{what}: value");
        double gap = (slack + (3 * Error[problem])) * scale;
        AssertNear(Primal[problem], Dual[problem], gap, $"{what}: gap");
        float[] dense = Shapes.Part(Plan, Problems.CostOffsets, problem);
        for (int k = 0; k < dense.Length; k++)
        {
            AssertNear(plan[k], dense[k], (slack + 1e-7) * total, $"{what}: plan at {k}");
        }
    }

    /// <summary>The L1 distance of both marginals.</summary>
    public static double MarginalError(double[] plan, double[] a, double[] b)
    {
        double error = 0;
        for (int i = 0; i < a.Length; i++)
        {
            error += Math.Abs(Enumerable.Range(0, b.Length).Sum(j => plan[(i * b.Length) + j]) - a[i]);
        }

        for (int j = 0; j < b.Length; j++)
        {
            error += Math.Abs(Enumerable.Range(0, a.Length).Sum(i => plan[(i * b.Length) + j]) - b[j]);
        }

        return error;
    }

    public static void AssertNear(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: {actual} where {expected} is expected, to {tolerance}.");

    public static void AssertSame(SinkhornRun expected, SinkhornRun actual, string what)
    {
        Bits.AssertSame(expected.RowPotentials, actual.RowPotentials, $"{what}, row potentials");
        Bits.AssertSame(expected.ColumnPotentials, actual.ColumnPotentials, $"{what}, column potentials");
        Bits.AssertSame(expected.TransportCost, actual.TransportCost, $"{what}, cost");
        Bits.AssertSame(expected.Primal, actual.Primal, $"{what}, primal");
        Bits.AssertSame(expected.Dual, actual.Dual, $"{what}, dual");
        Bits.AssertSame(expected.Error, actual.Error, $"{what}, error");
        Bits.AssertSame(expected.Iterations, actual.Iterations, $"{what}, iterations");
        Bits.AssertSame(expected.Status, actual.Status, $"{what}, status");
        Bits.AssertSame(expected.Plan, actual.Plan, $"{what}, plan");
    }

    private static void Fill<T>(EngineBuffer<T> buffer, T value)
        where T : unmanaged => buffer.Upload([.. Enumerable.Repeat(value, (int)buffer.Length)]);

    private static double[] Weights(float[] weights, ReadOnlySpan<long> offsets, int problem)
    {
        int count = (int)(offsets[problem + 1] - offsets[problem]);
        return weights.Length == 0
            ? [.. Enumerable.Repeat(1.0 / count, count)]
            : [.. Shapes.Part(weights, offsets, problem).Select(weight => (double)weight)];
    }
}
