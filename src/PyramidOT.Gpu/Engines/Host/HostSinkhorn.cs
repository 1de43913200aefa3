using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The Sinkhorn family of the Host: each thread takes problems and solves them one after the other, with scalings of a float32 kernel
/// first. What those cannot bring to the tolerance goes on with a float64 one.
/// </summary>
internal sealed unsafe class HostSinkhorn(HostEngine engine, HostWorkers workers) : ISinkhornKernels
{
    // Sums over a float32 kernel are some 1e-7 from the truth.
    private const double SmallestFloatTolerance = 3e-7;

    // Larger epsilons only lead the way: a rough solution will do.
    private const double RoughTolerance = 0.02;
    private const int RoughIterations = 20;

    // Costs that lie apart by so many epsilons are solved at once.
    private const double LargeSpread = 32;

    public void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        SinkhornSettings settings,
        SinkhornBuffers result)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(result);
        settings.Check();
        SinkhornBatch batch = new()
        {
            Problems = problems,
            Settings = settings,
            Costs = engine.PointerTo(costs, problems.Costs),
            RowWeights = rowWeights.IsEmpty ? null : engine.PointerTo(rowWeights, problems.Rows),
            ColumnWeights = columnWeights.IsEmpty ? null : engine.PointerTo(columnWeights, problems.Columns),
            RowPotentials = engine.PointerTo<double>(result.RowPotentials, problems.Rows),
            ColumnPotentials = engine.PointerTo<double>(result.ColumnPotentials, problems.Columns),
            Epsilon = engine.PointerTo<double>(result.Epsilon, problems.Count),
            TransportCost = engine.PointerTo<double>(result.TransportCost, problems.Count),
            Primal = engine.PointerTo<double>(result.Primal, problems.Count),
            Dual = engine.PointerTo<double>(result.Dual, problems.Count),
            Error = engine.PointerTo<double>(result.Error, problems.Count),
            Iterations = engine.PointerTo<int>(result.Iterations, problems.Count),
            Status = engine.PointerTo<SolveStatus>(result.Status, problems.Count),
            Plan = result.Plan is null ? null : engine.PointerTo<float>(result.Plan, problems.Costs),
        };
        SinkhornWeights.Check(
            problems,
            new(batch.RowWeights, batch.RowWeights == null ? 0 : checked((int)problems.Rows)),
            new(batch.ColumnWeights, batch.ColumnWeights == null ? 0 : checked((int)problems.Columns)),
            settings.MarginalPenalty is null);
        double operations = problems.Count == 0 ? 0 : 500.0 * problems.Costs / problems.Count;
        workers.For(problems.Count, operations, SimdWidth.Floats switch
        {
            16 => Solver<Floats16, Vector512<float>, Doubles8, Vector512<double>>(batch),
            8 => Solver<Floats8, Vector256<float>, Doubles4, Vector256<double>>(batch),
            _ => Solver<Floats4, Vector128<float>, Doubles2, Vector128<double>>(batch),
        });
        batch.ThrowIfRefused();
    }

    public void PlanGradients(
        BatchLayout problems,
        EngineView<float> plans,
        EngineView<float> source,
        EngineView<float> target,
        int dimensions,
        GroundCost cost,
        EngineView<float> sourceGradients,
        EngineView<float> targetGradients)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        float* x = engine.PointerTo(source, problems.Rows * dimensions);
        float* y = engine.PointerTo(target, problems.Columns * dimensions);
        float* plan = engine.PointerTo(plans, problems.Costs);
        float* inX = engine.PointerTo(sourceGradients, problems.Rows * dimensions);
        float* inY = engine.PointerTo(targetGradients, problems.Columns * dimensions);
        double operations = problems.Count == 0 ? 0 : (double)problems.Costs / problems.Count * dimensions;
        workers.For(problems.Count, operations, (start, end, scratch) =>
        {
            for (int b = start; b < end; b++)
            {
                scratch.Reset();
                int rows = problems.RowsOf(b);
                int columns = problems.ColumnsOf(b);
                long row = problems.RowOffsets[b] * dimensions;
                long column = problems.ColumnOffsets[b] * dimensions;
                PlanGradient gradient = new(cost, dimensions, scratch);
                gradient.Compute(new(plan + problems.CostOffsets[b], columns, 1), x + row, rows, y + column, columns, inX + row);
                gradient.Compute(new(plan + problems.CostOffsets[b], 1, columns), y + column, columns, x + row, rows, inY + column);
            }
        });
    }

    private static Action<int, int, HostScratch> Solver<S, V, D, W>(SinkhornBatch batch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct =>
        (start, end, scratch) =>
        {
            for (int first = start; first < end;)
            {
                scratch.Reset();
                first = SolveSome<S, V, D, W>(batch, first, end, scratch);
            }
        };

    /// <summary>Solves a problem, or several of one tiny shape side by side.</summary>
    /// <returns>The problem that is next.</returns>
    private static int SolveSome<S, V, D, W>(SinkhornBatch batch, int first, int end, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int rows = batch.Problems.RowsOf(first);
        int columns = batch.Problems.ColumnsOf(first);
        SinkhornProblem problem;
        if (rows == 0 || columns == 0 || Math.Max(rows, columns) > TinySinkhorn<D, W>.Largest)
        {
            if (Read<S, V>(batch, first, scratch, out problem, out double spread))
            {
                Solve<S, V, D, W>(batch, first, ref problem, spread, isWarm: false, scratch);
            }

            return first + 1;
        }

        SinkhornProblem* problems = stackalloc SinkhornProblem[D.Count];
        int* numbers = stackalloc int[D.Count];
        int count = 0;
        int next = first;
        for (; next < end && count < D.Count && batch.Problems.RowsOf(next) == rows && batch.Problems.ColumnsOf(next) == columns; next++)
        {
            if (!Read<S, V>(batch, next, scratch, out problem, out double spread))
            {
                continue;
            }

            if (TinySinkhorn<D, W>.Takes(problem, spread))
            {
                numbers[count] = next;
                problems[count++] = problem;
                continue;
            }

            Solve<S, V, D, W>(batch, next, ref problem, spread, isWarm: false, scratch);
        }

        if (count > 0)
        {
            TinySinkhorn<D, W>.Solve(problems, count, batch.Settings.MaximumIterations, scratch);
        }

        for (int k = 0; k < count; k++)
        {
            Solve<S, V, D, W>(batch, numbers[k], ref problems[k], 0, isWarm: true, scratch);
        }

        return next;
    }

    /// <summary>Reads a problem, unless one of its costs is none.</summary>
    private static bool Read<S, V>(SinkhornBatch batch, int number, HostScratch scratch, out SinkhornProblem problem, out double spread)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        long first = batch.Problems.CostOffsets[number];
        long count = batch.Problems.CostOffsets[number + 1] - first;
        problem = default;
        spread = 0;
        if (HostAssignment.FirstBadCost<S, V>(batch.Costs + first, count) is var bad and >= 0)
        {
            batch.Refuse(first + bad);
            return false;
        }

        problem = SinkhornProblem.Read(batch, number, scratch);
        (problem.Epsilon, spread) = SinkhornEpsilon.Of(batch.Settings, new(batch.Costs + first, checked((int)count)));
        return true;
    }

    /// <summary>Solves one problem and writes its results.</summary>
    private static void Solve<S, V, D, W>(
        SinkhornBatch batch, int number, ref SinkhornProblem problem, double spread, bool isWarm, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        if (problem.Rows == 0 || problem.Columns == 0)
        {
            batch.Write(number, problem, WithoutPairs(problem));
            return;
        }

        SinkhornLogDomain<D, W> passes = new(problem, scratch);
        double* sums = scratch.Take<double>(problem.Stride);
        Search search = new() { Limit = batch.Settings.MaximumIterations, Scaling = batch.Settings.EpsilonScaling };
        SinkhornOutcome outcome = new() { Error = double.PositiveInfinity };
        double epsilon = FirstEpsilon(problem.Epsilon, spread, ref search.Scaling);
        if (isWarm)
        {
            outcome = SinkhornMeasure<D, W>.Measure(problem, passes, sums, null);
        }

        // A problem whose iterations are used up is still looked at, for what is infeasible.
        if (problem.Tolerance >= SmallestFloatTolerance && !(outcome.Error <= problem.Tolerance) && (!isWarm || problem.Iterations < search.Limit))
        {
            outcome = Solve<S, float, V, D, W>(ref problem, passes, epsilon, sums, ref search, scratch);
            epsilon = problem.Epsilon;
        }

        if (!outcome.IsInfeasible && !(outcome.Error <= problem.Tolerance) && problem.Iterations < search.Limit)
        {
            outcome = Solve<D, double, W, D, W>(ref problem, passes, epsilon, sums, ref search, scratch);
        }

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

    /// <summary>Solves from one epsilon down to the wanted one.</summary>
    private static SinkhornOutcome Solve<S, T, V, D, W>(
        ref SinkhornProblem problem, SinkhornLogDomain<D, W> passes, double epsilon, double* sums, ref Search search, HostScratch scratch)
        where S : struct, ISimd<T, V>
        where T : unmanaged
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        SinkhornScaling<S, T, V, D, W> scaling = new(problem, scratch);
        while (true)
        {
            // One iteration is left for the wanted epsilon in any case.
            bool isLast = epsilon <= problem.Epsilon * 1.0001 || problem.Iterations >= search.Limit - 1;
            epsilon = isLast ? problem.Epsilon : epsilon;
            double tolerance = isLast ? problem.Tolerance / 2 : Math.Max(RoughTolerance, problem.Tolerance);
            int limit = isLast ? search.Limit : Math.Min(search.Limit - 1, problem.Iterations + RoughIterations);
            bool goesOn = Iterate(ref problem, passes, scaling, epsilon, tolerance, limit);
            if (!goesOn)
            {
                return new() { IsInfeasible = true };
            }

            if (!isLast)
            {
                epsilon = Math.Max(epsilon * search.Scaling, problem.Epsilon);
                continue;
            }

            SinkhornOutcome outcome = SinkhornMeasure<D, W>.Measure(problem, passes, sums, null);
            if (outcome.Error <= problem.Tolerance || problem.Iterations >= search.Limit || (typeof(T) == typeof(float) && search.Failures++ > 0))
            {
                return outcome;
            }

            SinkhornMeasure<D, W>.Advance(problem, sums);
        }
    }

    /// <summary>The epsilon to begin with, for steps of equal ratios down to the wanted one. Where that is large, no other is needed.</summary>
    private static double FirstEpsilon(double epsilon, double spread, ref double scaling)
    {
        if (scaling == 1 || spread <= LargeSpread * epsilon)
        {
            return epsilon;
        }

        double steps = Math.Ceiling(Math.Log(spread / LargeSpread / epsilon) / -Math.Log(scaling));
        scaling = Math.Pow(epsilon * LargeSpread / spread, 1 / steps);
        return spread / LargeSpread;
    }

    /// <summary>Iterates with one epsilon until a tolerance or a limit is met, or no more is to be gained.</summary>
    /// <returns>Whether every point of positive weight has a pair that is allowed.</returns>
    private static bool Iterate<S, T, V, D, W>(
        ref SinkhornProblem problem,
        SinkhornLogDomain<D, W> passes,
        SinkhornScaling<S, T, V, D, W> scaling,
        double epsilon,
        double tolerance,
        int limit)
        where S : struct, ISimd<T, V>
        where T : unmanaged
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
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

    /// <summary>The potentials of columns without weight, which took no part.</summary>
    private static void SetWeightlessColumns<D, W>(in SinkhornProblem problem, SinkhornLogDomain<D, W> passes, double* kept)
        where D : struct, ISimd<double, W>
        where W : struct
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

    /// <summary>What a search is held to.</summary>
    private struct Search
    {
        public int Limit;
        public double Scaling;
        public int Failures;
    }
}
