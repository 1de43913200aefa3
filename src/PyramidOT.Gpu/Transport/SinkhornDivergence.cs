using PyramidOT.Transport;

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

        using EngineBuffer<float> x = engine.Upload(source);
        using EngineBuffer<float> y = engine.Upload(target);
        using ResidentProblem problem = new()
        {
            Engine = engine,
            Shapes = BatchLayout.Uniform(1, n, m),
            Source = x,
            Target = y,
            Dimensions = dimensions,
            Cost = cost,
            RowWeights = a,
            ColumnWeights = b,
        };
        using DebiasedProblems solved = new(problem, settings);
        using EngineBuffer<float> inSource = engine.Allocate<float>(x.Length);
        using EngineBuffer<float> inTarget = engine.Allocate<float>(y.Length);
        solved.Gradients(inSource, inTarget);
        SolveStatus[] status = solved.Status;
        return new()
        {
            Value = solved.Values()[0],
            Status = status.Contains(SolveStatus.Infeasible) ? SolveStatus.Infeasible
                : status.Contains(SolveStatus.IterationLimit) ? SolveStatus.IterationLimit : SolveStatus.Optimal,
            Error = solved.Error,
            Iterations = solved.Iterations,
            SourceGradient = Array.ConvertAll(inSource.ToArray(), part => (double)part),
            TargetGradient = Array.ConvertAll(inTarget.ToArray(), part => (double)part),
        };
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
}
