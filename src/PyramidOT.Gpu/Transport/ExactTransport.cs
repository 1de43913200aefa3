using PyramidOT.Transport;

namespace PyramidOT;

/// <summary>
/// Optimal transport between weighted points, exactly: move all mass from the rows of a cost matrix to its columns at the least total cost
/// (the earth mover's distance, when costs are distances). With a certificate.
/// </summary>
public sealed class ExactTransport : TransportSolver
{
    /// <summary>The solver that moves all mass.</summary>
    public static ExactTransport Default { get; } = new();

    /// <summary>
    /// The share of the mass that moves, above 0 and at most 1: with less than 1, partial transport, which leaves the dearest rest where it
    /// is (Chapel, Alaya and Gasso, NeurIPS 2020). Plan and cost are then those of what moves, which is the share to 1e-7 of the mass.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public double MassShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(MassShare), value, "The share of the mass that moves is above 0 and at most 1.");
    }
    = 1;

    /// <inheritdoc/>
    public override bool HasPlan => true;

    /// <summary>Solves one problem.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">
    /// The cost of moving a unit of mass, rows x columns numbers, row-major: as many rows and columns as there are weights. A cost is a finite
    /// number of magnitude at most 1e30, or positive infinity for a pair that mass must not move between.
    /// </param>
    /// <param name="rowWeights">The mass at each row: finite numbers of at least 0.</param>
    /// <param name="columnWeights">
    /// The mass that each column takes. Their total must be that of the rows; a relative mismatch of up to 1e-6 is made good by scaling the
    /// columns' weights.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are not rows x columns costs, a number is no cost or no weight, or the totals differ; the message names it.
    /// </exception>
    public static TransportSolution Solve(
        ComputeEngine engine, ReadOnlySpan<float> costs, ReadOnlySpan<float> rowWeights, ReadOnlySpan<float> columnWeights) =>
        SolveBatch(engine, costs, rowWeights, columnWeights, BatchLayout.Uniform(1, rowWeights.Length, columnWeights.Length))[0];

    /// <summary>Solves a batch of problems of any shapes, all at once.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="costs">The cost matrices, one behind the other, as <see cref="BatchLayout.CostOffsets"/> say.</param>
    /// <param name="rowWeights">The weights of the rows, one problem's behind the other's.</param>
    /// <param name="columnWeights">The weights of the columns, likewise.</param>
    /// <param name="problems">The shapes.</param>
    /// <returns>A solution for each problem.</returns>
    /// <exception cref="ArgumentException">
    /// There are not as many numbers as the shapes ask for, a number is no cost or no weight, or the totals of a problem differ; the message
    /// names problem, row and column.
    /// </exception>
    public static IReadOnlyList<TransportSolution> SolveBatch(
        ComputeEngine engine, ReadOnlySpan<float> costs, ReadOnlySpan<float> rowWeights, ReadOnlySpan<float> columnWeights, BatchLayout problems)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(problems);
        Require(costs.Length, problems.Costs, "costs", nameof(costs));
        Require(rowWeights.Length, problems.Rows, "weights of rows", nameof(rowWeights));
        Require(columnWeights.Length, problems.Columns, "weights of columns", nameof(columnWeights));
        using EngineBuffer<float> residentCosts = engine.Upload(costs);
        using EngineBuffer<float> residentRows = engine.Upload(rowWeights);
        using EngineBuffer<float> residentColumns = engine.Upload(columnWeights);
        using TransportBuffers buffers = new(engine, problems);
        engine.Transport.Solve(problems, residentCosts, residentRows, residentColumns, buffers);
        return Read(problems, buffers);
    }

    internal override ResidentOutcome SolveResident(ResidentProblem problem)
    {
        if (MassShare == 1)
        {
            return SolveAll(problem);
        }

        using EngineBuffer<float> costs = problem.Engine.Allocate<float>(PartialProblem.Shapes(problem.Shapes).Costs);
        using ResidentProblem larger = PartialProblem.Of(problem, MassShare, costs);
        return PartialProblem.Strip(SolveAll(larger), problem.Shapes);
    }

    internal override double[] Differentiate(
        ResidentProblem problem, EngineView<float> inSource, EngineView<float> inTarget, SolverPotentials potentials = default)
    {
        ResidentOutcome outcome = SolveResident(problem);
        if (outcome.Status.Contains(SolveStatus.Infeasible))
        {
            throw RefusedPoints(problem);
        }

        // By the envelope theorem the plan counts as fixed: each of its cells adds to its two points.
        int count = outcome.Plans!.Sum(plan => plan.Length);
        int[] sources = new int[count];
        int[] targets = new int[count];
        float[] masses = new float[count];
        int next = 0;
        for (int b = 0; b < problem.Shapes.Count; b++)
        {
            foreach (TransportCell cell in outcome.Plans![b])
            {
                sources[next] = (int)problem.Shapes.RowOffsets[b] + cell.Row;
                targets[next] = (int)problem.Shapes.ColumnOffsets[b] + cell.Column;
                masses[next++] = (float)cell.Mass;
            }
        }

        ComputeEngine engine = problem.Engine;
        int d = problem.Dimensions;
        using EngineBuffer<int> sourceRows = engine.Upload(sources);
        using EngineBuffer<int> targetRows = engine.Upload(targets);
        using EngineBuffer<float> weights = engine.Upload(masses);
        using EngineBuffer<float> ofSources = engine.Allocate<float>((long)count * d);
        using EngineBuffer<float> ofTargets = engine.Allocate<float>(inTarget.IsEmpty ? 0 : (long)count * d);
        engine.Costs.PairedGradients(problem.Source, sourceRows, problem.Target, targetRows, d, problem.Cost, weights, ofSources, ofTargets);
        Array.Fill(masses, 1);
        using RowSums sums = new(engine);
        inSource.Clear();
        sums.Add(inSource, d, sources, ofSources, masses);
        if (!inTarget.IsEmpty)
        {
            inTarget.Clear();
            sums.Add(inTarget, d, targets, ofTargets, masses);
        }

        return outcome.TransportCost;
    }

    private static ResidentOutcome SolveAll(ResidentProblem problem)
    {
        BatchLayout shapes = problem.Shapes;
        using EngineBuffer<float> rows = problem.Engine.Upload(problem.AllRowWeights());
        using EngineBuffer<float> columns = problem.Engine.Upload(problem.AllColumnWeights());
        using TransportBuffers buffers = new(problem.Engine, shapes);
        problem.Engine.Transport.Solve(shapes, problem.Costs(), rows, columns, buffers);
        double[] primal = buffers.Primal.ToArray();
        return new()
        {
            Status = buffers.Status.ToArray(),
            Value = primal,
            TransportCost = primal,
            DualValue = buffers.Dual.ToArray(),
            RowPotentials = Array.ConvertAll(buffers.RowDuals.ToArray(), dual => (double)dual),
            ColumnPotentials = Array.ConvertAll(buffers.ColumnDuals.ToArray(), dual => (double)dual),
            Plans = problem.WantsPlan ? PlansOf(shapes, buffers) : null,
        };
    }

    private static TransportCell[][] PlansOf(BatchLayout problems, TransportBuffers buffers)
    {
        int[] rows = buffers.CellRows.ToArray();
        int[] columns = buffers.CellColumns.ToArray();
        double[] masses = buffers.CellMasses.ToArray();
        int[] counts = buffers.CellCounts.ToArray();
        TransportCell[][] plans = new TransportCell[problems.Count][];
        for (int b = 0; b < plans.Length; b++)
        {
            plans[b] = new TransportCell[counts[b]];
            long first = problems.RowOffsets[b] + problems.ColumnOffsets[b];
            for (int k = 0; k < counts[b]; k++)
            {
                plans[b][k] = new(rows[first + k], columns[first + k], masses[first + k]);
            }

            Array.Sort(plans[b], static (a, b) => a.Row != b.Row ? a.Row.CompareTo(b.Row) : a.Column.CompareTo(b.Column));
        }

        return plans;
    }

    private static void Require(int length, long wanted, string what, string name)
    {
        if (length != wanted)
        {
            throw new ArgumentException($"There are {length} {what} where the shapes ask for {wanted}.", name);
        }
    }

    private static TransportSolution[] Read(BatchLayout problems, TransportBuffers buffers)
    {
        TransportCell[][] plans = PlansOf(problems, buffers);
        float[] rowDuals = buffers.RowDuals.ToArray();
        float[] columnDuals = buffers.ColumnDuals.ToArray();
        double[] primal = buffers.Primal.ToArray();
        double[] dual = buffers.Dual.ToArray();
        SolveStatus[] status = buffers.Status.ToArray();
        TransportSolution[] solutions = new TransportSolution[problems.Count];
        for (int b = 0; b < solutions.Length; b++)
        {
            solutions[b] = new()
            {
                Status = status[b],
                Plan = plans[b],
                RowPotentials = rowDuals[(int)problems.RowOffsets[b]..(int)problems.RowOffsets[b + 1]],
                ColumnPotentials = columnDuals[(int)problems.ColumnOffsets[b]..(int)problems.ColumnOffsets[b + 1]],
                Value = primal[b],
                DualValue = dual[b],
            };
        }

        return solutions;
    }
}
