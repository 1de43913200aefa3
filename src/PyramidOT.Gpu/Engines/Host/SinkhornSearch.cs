namespace PyramidOT.Engines.Host;

/// <summary>
/// Solves one problem, with scalings of a float32 kernel first; what those cannot bring to the tolerance goes on with a float64 one.
/// </summary>
internal static unsafe class SinkhornSearch<S, V, D, W>
    where S : struct, ISimd<float, V>
    where V : struct
    where D : struct, ISimd<double, W>
    where W : struct
{
    // Sums over a float32 kernel are some 1e-7 from the truth.
    private const double SmallestFloatTolerance = 3e-7;

    /// <summary>Solves a problem and writes its results.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="number">The problem's number.</param>
    /// <param name="problem">The problem as it was read.</param>
    /// <param name="spread">How far its costs lie apart.</param>
    /// <param name="scratch">Memory.</param>
    public static void Solve(SinkhornBatch batch, int number, ref SinkhornProblem problem, double spread, HostScratch scratch)
    {
        if (problem.Rows == 0 || problem.Columns == 0)
        {
            batch.Write(number, problem, WithoutPairs(problem));
            return;
        }

        SinkhornLogDomain<D, W> passes = new(problem.Stride, scratch);
        double* sums = scratch.Take<double>(problem.Stride);
        SinkhornOutcome outcome = Search(ref problem, new(batch.Settings, problem.Epsilon, spread), passes, sums, scratch);
        Write(batch, number, problem, outcome, passes, sums);
    }

    /// <summary>Measures a problem whose search is over, goes on where it has not led to the tolerance, and writes its results.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="number">The problem's number.</param>
    /// <param name="problem">The problem with its columns' potentials.</param>
    /// <param name="spread">How far its costs lie apart; 0 where larger epsilons have led the way.</param>
    /// <param name="isInfeasible">Whether a point of positive weight has no pair that is allowed.</param>
    /// <param name="scratch">Memory.</param>
    public static void Finish(
        SinkhornBatch batch, int number, ref SinkhornProblem problem, double spread, bool isInfeasible, HostScratch scratch)
    {
        if (isInfeasible)
        {
            batch.Write(number, problem, new() { IsInfeasible = true });
            return;
        }

        SinkhornLogDomain<D, W> passes = new(problem.Stride, scratch);
        double* sums = scratch.Take<double>(problem.Stride);
        SinkhornOutcome outcome = SinkhornMeasure<D, W>.Measure(problem, passes, sums, null);
        if (!(outcome.Error <= problem.Tolerance) && problem.Iterations < batch.Settings.MaximumIterations)
        {
            outcome = Search(ref problem, new(batch.Settings, problem.Epsilon, spread), passes, sums, scratch);
        }

        Write(batch, number, problem, outcome, passes, sums);
    }

    private static SinkhornOutcome Search(
        ref SinkhornProblem problem, SinkhornSteps steps, SinkhornLogDomain<D, W> passes, double* sums, HostScratch scratch)
    {
        SinkhornOutcome outcome = new() { Error = double.PositiveInfinity };
        if (problem.Tolerance >= SmallestFloatTolerance)
        {
            outcome = Search<S, float, V>(ref problem, steps, passes, sums, scratch);
            steps = steps.AtTheWanted();
        }

        if (!outcome.IsInfeasible && !(outcome.Error <= problem.Tolerance) && problem.Iterations < steps.MaximumIterations)
        {
            outcome = Search<D, double, W>(ref problem, steps, passes, sums, scratch);
        }

        return outcome;
    }

    /// <summary>Solves from one epsilon down to the wanted one.</summary>
    private static SinkhornOutcome Search<F, T, X>(
        ref SinkhornProblem problem, SinkhornSteps steps, SinkhornLogDomain<D, W> passes, double* sums, HostScratch scratch)
        where F : struct, ISimd<T, X>
        where T : unmanaged
        where X : struct
    {
        SinkhornScaling<F, T, X, D, W> scaling = new(problem, scratch);
        int failures = 0;
        while (true)
        {
            steps.Advance(problem.Iterations);
            if (!Iterate<F, T, X>(ref problem, passes, scaling, steps))
            {
                return new() { IsInfeasible = true };
            }

            if (!steps.IsLast)
            {
                continue;
            }

            SinkhornOutcome outcome = SinkhornMeasure<D, W>.Measure(problem, passes, sums, null);
            if (outcome.Error <= problem.Tolerance
                || problem.Iterations >= steps.MaximumIterations
                || (typeof(T) == typeof(float) && failures++ > 0))
            {
                return outcome;
            }

            SinkhornMeasure<D, W>.Advance(problem, sums);
        }
    }

    /// <summary>Iterates with one epsilon until a tolerance or a limit is met, or no more is to be gained.</summary>
    /// <returns>Whether every point of positive weight has a pair that is allowed.</returns>
    private static bool Iterate<F, T, X>(
        ref SinkhornProblem problem,
        SinkhornLogDomain<D, W> passes,
        SinkhornScaling<F, T, X, D, W> scaling,
        in SinkhornSteps step)
        where F : struct, ISimd<T, X>
        where T : unmanaged
        where X : struct
    {
        double epsilon = step.Epsilon;
        double tolerance = step.Tolerance;
        int limit = step.Limit;
        SinkhornRelaxation relaxation = default;
        double best = double.PositiveInfinity;
        int sinceBest = 0;
        while (true)
        {
            // The kernel's rows fit by themselves, which is half an iteration. Columns that it cannot reach show in the next one.
            bool feasible = scaling.Build(passes, epsilon);
            int built = problem.Iterations;
            while (problem.Iterations < limit)
            {
                scaling.Iterate(relaxation.Factor);
                problem.Iterations++;
                if (scaling.IsWornOut)
                {
                    break;
                }

                if (scaling.Error <= tolerance)
                {
                    scaling.Absorb(epsilon);
                    return true;
                }

                relaxation.Observe(scaling.Error, 0.05);
                sinceBest = scaling.Error < 0.9 * best ? 0 : sinceBest + 1;
                best = Math.Min(best, scaling.Error);
                if (typeof(T) == typeof(float) && sinceBest > 200 && best < 50 * tolerance)
                {
                    // Perhaps what is left is float32's rounding; float64 goes on from here.
                    break;
                }
            }

            if (scaling.IsWornOut && problem.Iterations == built + 1)
            {
                // A fresh kernel that is worn out at once has lost columns: only logarithms reach them.
                feasible &= passes.UpdateRows(problem, epsilon) & passes.UpdateColumns(problem, epsilon);
            }
            else
            {
                scaling.Absorb(epsilon);
            }

            if (!feasible && problem.IsBalanced)
            {
                return false;
            }

            if (problem.Iterations >= limit || !scaling.IsWornOut)
            {
                return true;
            }
        }
    }

    private static void Write(
        SinkhornBatch batch, int number, in SinkhornProblem problem, in SinkhornOutcome outcome, SinkhornLogDomain<D, W> passes, double* sums)
    {
        if (!outcome.IsInfeasible)
        {
            SetWeightlessColumns(problem, passes, sums);
            if (batch.Plan != null)
            {
                SinkhornMeasure<D, W>.Measure(problem, passes, sums, batch.PlanOf(number));
            }
        }

        batch.Write(number, problem, outcome);
    }

    /// <summary>The potentials of columns without weight, which took no part.</summary>
    private static void SetWeightlessColumns(in SinkhornProblem problem, SinkhornLogDomain<D, W> passes, double* kept)
    {
        Span<double> weights = new(problem.ColumnWeights, problem.Columns);
        Span<double> potentials = new(problem.ColumnPotentials, problem.Columns);
        if (!weights.Contains(0))
        {
            return;
        }

        potentials.CopyTo(new(kept, problem.Columns));
        passes.UpdateColumns(problem, problem.Epsilon);
        for (int j = 0; j < weights.Length; j++)
        {
            potentials[j] = weights[j] > 0 ? kept[j] : potentials[j];
        }
    }

    /// <summary>A problem one of whose sides is empty.</summary>
    private static SinkhornOutcome WithoutPairs(in SinkhornProblem problem)
    {
        if (problem.IsBalanced)
        {
            return new() { IsInfeasible = problem.Rows != problem.Columns };
        }

        new Span<double>(problem.RowPotentials, problem.Rows).Fill(double.PositiveInfinity);
        new Span<double>(problem.ColumnPotentials, problem.Columns).Fill(double.PositiveInfinity);
        double penalty = problem.Penalty * (problem.RowTotal + problem.ColumnTotal);
        return new() { Primal = penalty, Dual = penalty };
    }
}
