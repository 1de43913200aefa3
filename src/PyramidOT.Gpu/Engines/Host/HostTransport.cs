using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The transport family of the Host: each thread takes problems and solves them one after the other, without the rows and columns that
/// weigh nothing, by the network simplex method. Duals that do not certify the result closely enough are computed afresh; where that
/// is not enough, the problem is solved again by shortest augmenting paths.
/// </summary>
internal sealed unsafe class HostTransport(HostEngine engine, HostWorkers workers) : ITransportKernels
{
    /// <summary>A plan stands when its gap is at most this part of its summed costs.</summary>
    internal const double CertifiedGap = 1e-6;

    /// <summary>Or at most this part of what the dual value consists of: what rounding leaves where the plan costs next to nothing.</summary>
    internal const double RoundingGap = 1e-12;

    public void Solve(
        BatchLayout problems,
        EngineView<float> costs,
        EngineView<float> rowWeights,
        EngineView<float> columnWeights,
        TransportBuffers result,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(result);
        TransportBatch batch = new()
        {
            Problems = problems,
            Costs = engine.PointerTo(costs, problems.Costs),
            RowWeights = engine.PointerTo(rowWeights, problems.Rows),
            ColumnWeights = engine.PointerTo(columnWeights, problems.Columns),
            CellRows = engine.PointerTo<int>(result.CellRows, problems.Rows + problems.Columns),
            CellColumns = engine.PointerTo<int>(result.CellColumns, problems.Rows + problems.Columns),
            CellMasses = engine.PointerTo<double>(result.CellMasses, problems.Rows + problems.Columns),
            CellCounts = engine.PointerTo<int>(result.CellCounts, problems.Count),
            RowDuals = engine.PointerTo<float>(result.RowDuals, problems.Rows),
            ColumnDuals = engine.PointerTo<float>(result.ColumnDuals, problems.Columns),
            Primal = engine.PointerTo<double>(result.Primal, problems.Count),
            Dual = engine.PointerTo<double>(result.Dual, problems.Count),
            Status = engine.PointerTo<SolveStatus>(result.Status, problems.Count),
            Cancellation = cancellation,
        };
        TransportWeights.Check(problems, batch.RowWeights, batch.ColumnWeights);
        double operations = problems.Count == 0 ? 0 : 300.0 * problems.Costs / problems.Count;
        workers.For(problems.Count, operations, SimdWidth.Floats switch
        {
            16 => Solver<Floats16, Vector512<float>, Doubles8, Vector512<double>>(batch),
            8 => Solver<Floats8, Vector256<float>, Doubles4, Vector256<double>>(batch),
            _ => Solver<Floats4, Vector128<float>, Doubles2, Vector128<double>>(batch),
        });
        cancellation.ThrowIfCancellationRequested();
        batch.ThrowIfRefused();
    }

    private static Action<int, int, HostScratch> Solver<S, V, D, W>(TransportBatch batch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct =>
        (start, end, scratch) =>
        {
            for (int problem = start; problem < end && !batch.Cancellation.IsCancellationRequested; problem++)
            {
                scratch.Reset();
                Solve<S, V, D, W>(batch, problem, scratch);
            }
        };

    private static void Solve<S, V, D, W>(TransportBatch batch, int number, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int rows = batch.Problems.RowsOf(number);
        int columns = batch.Problems.ColumnsOf(number);
        long first = batch.Problems.CostOffsets[number];
        float* costs = batch.Costs + first;
        if (HostAssignment.CheckCosts<S, V>(costs, rows, columns, null) is var bad and >= 0)
        {
            batch.Refuse(first + bad);
            return;
        }

        TransportProblem problem = TransportCompaction.Compact(batch, number, scratch);
        int most = problem.Rows + problem.Columns;
        int padded = Padded(problem.Columns);
        TransportOutcome outcome = new()
        {
            CellRows = scratch.Take<int>(most),
            CellColumns = scratch.Take<int>(most),
            CellUnits = scratch.Take<long>(most),
            RowDuals = scratch.Take<double>(problem.Rows),
            ColumnDuals = scratch.Take<double>(padded),
        };
        if (problem.Rows > 0)
        {
            Find<S, V, D, W>(problem, scratch, ref outcome);
        }

        double* rowDuals = scratch.Take<double>(rows);
        double* columnDuals = scratch.Take<double>(columns);
        if (outcome.Status == SolveStatus.Infeasible)
        {
            outcome.Cells = 0;
            outcome.Primal = double.PositiveInfinity;
            outcome.Dual = double.NaN;
            new Span<double>(rowDuals, rows).Fill(double.NaN);
            new Span<double>(columnDuals, columns).Fill(double.NaN);
        }
        else
        {
            TransportCompaction.Extend<D, W>(costs, rows, columns, problem, outcome, rowDuals, columnDuals);
        }

        batch.Write(number, problem, outcome);
        batch.WriteDuals(number, rowDuals, columnDuals);
    }

    private static int Padded(int columns) => (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;

    /// <summary>Finds the optimum of a problem that has weight.</summary>
    private static void Find<S, V, D, W>(in TransportProblem problem, HostScratch scratch, ref TransportOutcome outcome)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int padded = Padded(problem.Columns);
        new Span<double>(outcome.ColumnDuals + problem.Columns, padded - problem.Columns).Fill(double.NegativeInfinity);
        if (problem.IsAssignment)
        {
            Assign<S, V, D, W>(problem, scratch, ref outcome);
            return;
        }

        outcome.Status = Simplex<S, V, D, W>(problem, scratch, ref outcome, out bool hasForbidden);
        if (outcome.Status == SolveStatus.Infeasible)
        {
            return;
        }

        if (outcome.Status == SolveStatus.IterationLimit)
        {
            SolveCarefully<D, W>(problem, scratch, ref outcome);
            return;
        }

        // The potentials of a tree with forbidden pairs hold their make-believe costs.
        if (!hasForbidden || TransportDuals.Settle<D, W>(problem, ref outcome, scratch))
        {
            TransportDuals.Certify<D, W>(problem, ref outcome);
            if (outcome.IsCertified)
            {
                return;
            }
        }

        if (!hasForbidden && TransportDuals.Settle<D, W>(problem, ref outcome, scratch))
        {
            TransportDuals.Certify<D, W>(problem, ref outcome);
            if (outcome.IsCertified)
            {
                return;
            }
        }

        SolveCarefully<D, W>(problem, scratch, ref outcome);
    }

    /// <summary>Solves a problem whose weights are all equal, as an assignment.</summary>
    private static void Assign<S, V, D, W>(in TransportProblem problem, HostScratch scratch, ref TransportOutcome outcome)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int n = problem.Rows;
        float* minima = scratch.Take<float>(n);
        if (n > S.Count)
        {
            new Span<float>(minima, n).Fill(float.PositiveInfinity);
            for (int i = 0; i < n; i++)
            {
                TensorPrimitives.MinNumber(new(minima, n), new ReadOnlySpan<float>(problem.Matrix + ((long)i * n), n), new(minima, n));
            }
        }

        AssignmentOutcome assignment = new() { RowDuals = outcome.RowDuals, ColumnDuals = outcome.ColumnDuals };
        if (!HostAssignment.Find<S, V, D, W>(problem.Matrix, false, n, n, problem.Readable, minima, scratch, problem.Cancellation, ref assignment))
        {
            outcome.Status = SolveStatus.Infeasible;
            return;
        }

        // The search may have put its duals elsewhere.
        new ReadOnlySpan<double>(assignment.ColumnDuals, n).CopyTo(new(outcome.ColumnDuals, n));
        for (int i = 0; i < n; i++)
        {
            outcome.Add(i, assignment.ColumnOf[i], problem.RowUnits[i]);
        }

        TransportDuals.Certify<D, W>(problem, ref outcome);
    }

    /// <summary>Solves a problem by the network simplex method.</summary>
    private static SolveStatus Simplex<S, V, D, W>(in TransportProblem problem, HostScratch scratch, ref TransportOutcome outcome, out bool hasForbidden)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        NetworkSimplex<S, V, D, W> simplex = new(problem.Costs, problem.Rows, problem.Columns, scratch, problem.Cancellation);
        bool isSolved = simplex.Solve(problem.RowUnits, problem.ColumnUnits);
        FlowTree tree = simplex.Tree;
        hasForbidden = simplex.HasForbidden;
        for (int row = 0; row < problem.Rows; row++)
        {
            int node = tree.FirstRow + row;
            if (tree.Flow[node] > 0)
            {
                outcome.Add(row, tree.Parent[node], tree.Flow[node]);
            }
        }

        for (int column = 0; column < problem.Columns; column++)
        {
            if (tree.Flow[column] > 0)
            {
                outcome.Add(tree.Parent[column] - tree.FirstRow, column, tree.Flow[column]);
            }
        }

        for (int k = 0; hasForbidden && k < outcome.Cells; k++)
        {
            if (float.IsPositiveInfinity(problem.Costs[outcome.CellRows[k]][outcome.CellColumns[k]]))
            {
                return isSolved ? SolveStatus.Infeasible : SolveStatus.IterationLimit;
            }
        }

        // Any number may be added to all columns' duals. In the middle between the least and the largest, 0: so float32 holds them best.
        double least = double.PositiveInfinity;
        double largest = double.NegativeInfinity;
        for (int column = 0; column < problem.Columns; column++)
        {
            least = Math.Min(least, -tree.Potentials[column]);
            largest = Math.Max(largest, -tree.Potentials[column]);
        }

        for (int column = 0; column < problem.Columns; column++)
        {
            outcome.ColumnDuals[column] = -tree.Potentials[column] - ((least + largest) / 2);
        }

        return isSolved ? SolveStatus.Optimal : SolveStatus.IterationLimit;
    }

    /// <summary>Solves a problem by shortest augmenting paths.</summary>
    private static void SolveCarefully<D, W>(in TransportProblem problem, HostScratch scratch, ref TransportOutcome outcome)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        TransportPaths<D, W> paths = new(problem, scratch);
        paths.Solve(ref outcome);
        if (outcome.Status == SolveStatus.Optimal)
        {
            TransportDuals.Certify<D, W>(problem, ref outcome);
            bool isClosed = outcome.IsCertified || outcome.Primal - outcome.Dual <= RoundingGap * outcome.DualMagnitude;
            outcome.Status = isClosed ? SolveStatus.Optimal : SolveStatus.IterationLimit;
        }
        else if (outcome.Status == SolveStatus.IterationLimit)
        {
            // Without a plan; the duals are feasible all the same.
            new Span<double>(outcome.ColumnDuals, problem.Columns).Clear();
            TransportDuals.Certify<D, W>(problem, ref outcome);
            outcome.Primal = double.PositiveInfinity;
        }
    }
}
