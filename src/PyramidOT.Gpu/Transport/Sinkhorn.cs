using PyramidOT.Transport;

namespace PyramidOT;

/// <summary>
/// Entropic optimal transport between weighted points, balanced or not, given their costs. See <see cref="Engines.ISinkhornKernels"/> for
/// the problem, its sources and all conventions.
/// </summary>
public sealed class Sinkhorn : TransportSolver
{
    // Of a plan that has mass everywhere, cells with less of their row's mass are left out of the sparse plan.
    private const float LeastShare = 1e-6f;

    /// <summary>Makes a solver.</summary>
    /// <param name="settings">Epsilon, penalty, and when to stop.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public Sinkhorn(SinkhornSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        Settings = settings;
    }

    /// <summary>Epsilon, penalty, and when to stop.</summary>
    public SinkhornSettings Settings { get; }

    /// <summary>
    /// Whether losses of mini-batches are the debiased divergence (<see cref="SinkhornDivergence"/>) instead of the entropic value. Plans and
    /// estimates are not affected.
    /// </summary>
    public bool IsDebiased { get; init; }

    /// <inheritdoc/>
    public override bool HasPlan => true;

    /// <summary>Solves one problem.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">
    /// The cost matrix, rows x columns numbers, row-major: finite ones of magnitude at most 1e30, or positive infinity for a pair that takes
    /// no mass.
    /// </param>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0.</param>
    /// <param name="settings">Epsilon, penalty, and when to stop.</param>
    /// <param name="rowWeights">One finite number a row, at least 0; empty for 1 / rows each.</param>
    /// <param name="columnWeights">One finite number a column; empty for 1 / columns each.</param>
    /// <param name="withPlan">Whether the plan is wanted.</param>
    /// <exception cref="ArgumentException">
    /// Lengths do not fit, a cost or weight is not one (the message names it), or balanced totals differ by more than 1e-5 of them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range, or a number of rows or columns negative.</exception>
    public static SinkhornSolution Solve(
        ComputeEngine engine,
        ReadOnlySpan<float> costs,
        int rows,
        int columns,
        SinkhornSettings settings,
        ReadOnlySpan<float> rowWeights = default,
        ReadOnlySpan<float> columnWeights = default,
        bool withPlan = false) =>
        SolveBatch(engine, costs, BatchLayout.Uniform(1, rows, columns), settings, rowWeights, columnWeights, withPlan)[0];

    /// <summary>Solves a batch of problems of any shapes, all at once.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">The cost matrices, one behind the other, as <see cref="BatchLayout.CostOffsets"/> say.</param>
    /// <param name="problems">The shapes.</param>
    /// <param name="settings">Epsilon, penalty, and when to stop.</param>
    /// <param name="rowWeights">The weights of all rows; empty for equal ones in each problem.</param>
    /// <param name="columnWeights">The weights of all columns; empty for equal ones.</param>
    /// <param name="withPlan">Whether plans are wanted.</param>
    /// <returns>A solution for each problem.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Solve"/>; the message names the problem.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static IReadOnlyList<SinkhornSolution> SolveBatch(
        ComputeEngine engine,
        ReadOnlySpan<float> costs,
        BatchLayout problems,
        SinkhornSettings settings,
        ReadOnlySpan<float> rowWeights = default,
        ReadOnlySpan<float> columnWeights = default,
        bool withPlan = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        if (costs.Length != problems.Costs)
        {
            throw new ArgumentException($"There are {costs.Length} costs where the shapes ask for {problems.Costs}.", nameof(costs));
        }

        using EngineBuffer<float> resident = engine.Upload(costs);
        using EngineBuffer<float> rows = engine.Upload(rowWeights);
        using EngineBuffer<float> columns = engine.Upload(columnWeights);
        using SinkhornBuffers buffers = new(engine, problems, withPlan);
        engine.Sinkhorn.Solve(problems, resident, rows, columns, settings, buffers);
        return Read(problems, buffers);
    }

    internal override ResidentOutcome SolveResident(ResidentProblem problem)
    {
        using SinkhornBuffers buffers = Run(problem, problem.WantsPlan);
        return new()
        {
            Status = buffers.Status.ToArray(),
            Value = buffers.Primal.ToArray(),
            TransportCost = buffers.TransportCost.ToArray(),
            DualValue = buffers.Dual.ToArray(),
            Iterations = buffers.Iterations.ToArray(),
            Error = buffers.Error.ToArray(),
            RowPotentials = buffers.RowPotentials.ToArray(),
            ColumnPotentials = buffers.ColumnPotentials.ToArray(),
            Plans = buffers.Plan is null ? null : PlansOf(problem.Shapes, buffers.Plan.ToArray()),
        };
    }

    internal override double[] Differentiate(
        ResidentProblem problem, EngineView<float> inSource, EngineView<float> inTarget, SolverPotentials potentials = default)
    {
        if (IsDebiased)
        {
            using DebiasedProblems debiased = new(problem, Settings, potentials);
            if (debiased.Status.Contains(SolveStatus.Infeasible))
            {
                throw RefusedPoints(problem);
            }

            debiased.Gradients(inSource, inTarget);
            return debiased.Values();
        }

        using SinkhornBuffers buffers = Run(problem, withPlan: true, potentials.Start);
        if (buffers.Status.ToArray().Contains(SolveStatus.Infeasible))
        {
            throw RefusedPoints(problem);
        }

        if (!potentials.End.IsEmpty)
        {
            potentials.End.CopyFrom(buffers.ColumnPotentials);
        }

        problem.Engine.Sinkhorn.PlanGradients(
            problem.Shapes, buffers.Plan!, problem.Source, problem.Target, problem.Dimensions, problem.Cost, inSource, inTarget);
        return buffers.Dual.ToArray();
    }

    internal override long PotentialCount(BatchLayout shapes) => IsDebiased ? DebiasedProblems.PotentialCount(shapes) : shapes.Columns;

    private SinkhornBuffers Run(ResidentProblem problem, bool withPlan, EngineView<double> start = default)
    {
        using EngineBuffer<float> rows = problem.Engine.Upload(problem.RowWeights);
        using EngineBuffer<float> columns = problem.Engine.Upload(problem.ColumnWeights);
        SinkhornBuffers buffers = new(problem.Engine, problem.Shapes, withPlan);
        try
        {
            problem.Engine.Sinkhorn.Solve(
                problem.Shapes, problem.Costs(), rows, columns, Settings, buffers, new() { ColumnPotentials = start });
            return buffers;
        }
        catch
        {
            buffers.Dispose();
            throw;
        }
    }

    private static TransportCell[][] PlansOf(BatchLayout problems, float[] dense)
    {
        TransportCell[][] plans = new TransportCell[problems.Count][];
        List<TransportCell> cells = [];
        for (int b = 0; b < plans.Length; b++)
        {
            cells.Clear();
            int columns = problems.ColumnsOf(b);
            for (int row = 0; row < problems.RowsOf(b); row++)
            {
                ReadOnlySpan<float> masses = dense.AsSpan((int)problems.CostOffsets[b] + (row * columns), columns);
                float least = LeastShare * System.Numerics.Tensors.TensorPrimitives.Sum(masses);
                for (int column = 0; column < columns; column++)
                {
                    if (masses[column] > 0 && masses[column] >= least)
                    {
                        cells.Add(new(row, column, masses[column]));
                    }
                }
            }

            plans[b] = [.. cells];
        }

        return plans;
    }

    private static SinkhornSolution[] Read(BatchLayout problems, SinkhornBuffers buffers)
    {
        double[] f = buffers.RowPotentials.ToArray();
        double[] g = buffers.ColumnPotentials.ToArray();
        double[] costs = buffers.TransportCost.ToArray();
        double[] primal = buffers.Primal.ToArray();
        double[] dual = buffers.Dual.ToArray();
        double[] errors = buffers.Error.ToArray();
        double[] epsilons = buffers.Epsilon.ToArray();
        int[] iterations = buffers.Iterations.ToArray();
        SolveStatus[] status = buffers.Status.ToArray();
        float[]? plans = buffers.Plan?.ToArray();
        SinkhornSolution[] solutions = new SinkhornSolution[problems.Count];
        for (int b = 0; b < solutions.Length; b++)
        {
            solutions[b] = new()
            {
                Status = status[b],
                TransportCost = costs[b],
                Value = primal[b],
                DualValue = dual[b],
                Error = errors[b],
                Epsilon = epsilons[b],
                Iterations = iterations[b],
                RowPotentials = f[(int)problems.RowOffsets[b]..(int)problems.RowOffsets[b + 1]],
                ColumnPotentials = g[(int)problems.ColumnOffsets[b]..(int)problems.ColumnOffsets[b + 1]],
                Plan = plans?[(int)problems.CostOffsets[b]..(int)problems.CostOffsets[b + 1]],
            };
        }

        return solutions;
    }
}
