namespace PyramidOT;

/// <summary>
/// The debiased Sinkhorn divergence between weighted points, S(a, b) = OT(a, b) - OT(a, a) / 2 - OT(b, b) / 2, plus
/// epsilon / 2 (m(a) - m(b))^2 where unbalanced, m being total weights and OT the entropic value (Feydy et al., AISTATS 2019; Séjourné et
/// al., arXiv 1910.12958, 2019). It is 0 for equal clouds, and not negative for the Euclidean costs with exponents up to 2.
/// </summary>
public static class SinkhornDivergence
{
    /// <summary>Computes the divergence and its gradients in the points.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="source">n x d finite numbers, row-major.</param>
    /// <param name="target">m x d finite numbers.</param>
    /// <param name="dimensions">d, at least 1.</param>
    /// <param name="cost">Ground distance and exponent.</param>
    /// <param name="settings">
    /// Epsilon, penalty, and when to stop. An epsilon in units of the mean cost is taken from the costs between the two clouds.
    /// </param>
    /// <param name="sourceWeights">One finite number a point, at least 0; empty for 1 / n each.</param>
    /// <param name="targetWeights">One finite number a point, at least 0; empty for 1 / m each.</param>
    /// <exception cref="ArgumentException">
    /// There is no point, points or weights do not fit the dimensions, a coordinate makes a cost beyond 1e30, or as
    /// <see cref="Sinkhorn.SolveBatch"/> says.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1, or a setting out of its range.</exception>
    public static SinkhornDivergenceResult Evaluate(
        ComputeEngine engine,
        ReadOnlySpan<float> source,
        ReadOnlySpan<float> target,
        int dimensions,
        GroundCost cost,
        SinkhornSettings settings,
        ReadOnlySpan<float> sourceWeights = default,
        ReadOnlySpan<float> targetWeights = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(settings);
        int n = Count(source, dimensions, nameof(source));
        int m = Count(target, dimensions, nameof(target));
        float[] a = Weights(sourceWeights, n, nameof(sourceWeights));
        float[] b = Weights(targetWeights, m, nameof(targetWeights));

        // Between the clouds, then each with itself: all in one batch.
        BatchLayout problems = BatchLayout.Ragged([n, n, m], [m, n, m]);
        using EngineBuffer<float> rows = engine.Upload<float>([.. source, .. source, .. target]);
        using EngineBuffer<float> columns = engine.Upload<float>([.. target, .. source, .. target]);
        using EngineBuffer<float> rowWeights = engine.Upload<float>([.. a, .. a, .. b]);
        using EngineBuffer<float> columnWeights = engine.Upload<float>([.. b, .. a, .. b]);
        using EngineBuffer<float> costs = engine.Allocate<float>(problems.Costs);
        engine.Costs.Pairwise(problems, rows, columns, dimensions, cost, costs);
        using SinkhornBuffers solved = new(engine, problems, withPlan: true);
        engine.Sinkhorn.Solve(problems, costs, rowWeights, columnWeights, Absolute(settings, costs.Slice(0, (long)n * m)), solved);
        using EngineBuffer<float> inRows = engine.Allocate<float>(rows.Length);
        using EngineBuffer<float> inColumns = engine.Allocate<float>(columns.Length);
        engine.Sinkhorn.PlanGradients(problems, solved.Plan!, rows, columns, dimensions, cost, inRows, inColumns);
        return Combine(solved, Total(a) - Total(b), settings.MarginalPenalty is not null, inRows.ToArray(), inColumns.ToArray(), source.Length, target.Length);
    }

    private static SinkhornDivergenceResult Combine(
        SinkhornBuffers solved, double masses, bool isUnbalanced, float[] inRows, float[] inColumns, int source, int target)
    {
        double[] values = solved.Dual.ToArray();
        SolveStatus[] status = solved.Status.ToArray();
        double[] inSource = new double[source];
        double[] inTarget = new double[target];
        for (int k = 0; k < source; k++)
        {
            inSource[k] = inRows[k] - (0.5 * ((double)inRows[source + k] + inColumns[target + k]));
        }

        for (int k = 0; k < target; k++)
        {
            inTarget[k] = inColumns[k] - (0.5 * ((double)inRows[(2 * source) + k] + inColumns[target + source + k]));
        }

        double massTerm = isUnbalanced ? 0.5 * solved.Epsilon.ToArray()[0] * masses * masses : 0;
        return new()
        {
            Value = values[0] - (0.5 * (values[1] + values[2])) + massTerm,
            Status = Array.Exists(status, s => s == SolveStatus.Infeasible) ? SolveStatus.Infeasible
                : Array.Exists(status, s => s == SolveStatus.IterationLimit) ? SolveStatus.IterationLimit : SolveStatus.Optimal,
            Error = solved.Error.ToArray().Max(),
            Iterations = solved.Iterations.ToArray().Max(),
            SourceGradient = inSource,
            TargetGradient = inTarget,
        };
    }

    /// <summary>The three problems share one epsilon.</summary>
    private static SinkhornSettings Absolute(SinkhornSettings settings, EngineView<float> costs)
    {
        if (!settings.IsRelativeEpsilon)
        {
            return settings;
        }

        double mean = costs.ToArray().Average(c => (double)c);
        return settings with { Epsilon = settings.Epsilon * (mean > 0 ? mean : 1), IsRelativeEpsilon = false };
    }

    private static int Count(ReadOnlySpan<float> points, int dimensions, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        if (points.IsEmpty || points.Length % dimensions != 0)
        {
            throw new ArgumentException($"There are {points.Length} numbers; at least one row of {dimensions} is expected, and whole rows.", name);
        }

        for (int k = 0; k < points.Length; k++)
        {
            if (!float.IsFinite(points[k]))
            {
                throw new ArgumentException($"The coordinate at row {k / dimensions}, column {k % dimensions} is {points[k]}; a finite number is expected.", name);
            }
        }

        return points.Length / dimensions;
    }

    private static float[] Weights(ReadOnlySpan<float> weights, int count, string name)
    {
        if (!weights.IsEmpty && weights.Length != count)
        {
            throw new ArgumentException($"There are {weights.Length} weights for {count} points.", name);
        }

        float[] own = weights.ToArray();
        if (own.Length == 0)
        {
            own = new float[count];
            Array.Fill(own, 1f / count);
        }

        return own;
    }

    private static double Total(float[] weights) => weights.Sum(weight => (double)weight);
}
