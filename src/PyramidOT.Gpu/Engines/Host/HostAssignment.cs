using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The assignment family of the Host: each thread takes problems and solves them one after the other, in float32 first. Duals
/// that do not certify the result closely enough (costs of very different magnitudes in one matrix) send a problem through the
/// same search in float64.
/// </summary>
internal sealed unsafe class HostAssignment(HostEngine engine, HostWorkers workers) : IAssignmentKernels
{
    // From so many columns on, drawing up lists to look at few of a row's columns beats passing over all of them.
    private const int PrunedColumns = 1200;

    // A float32 solve stands when its gap is at most this part of the summed costs: some ulps of float32.
    private const double CertifiedGap = 1e-6;

    public void Solve(BatchLayout problems, EngineView<float> costs, AssignmentBuffers result, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(result);
        AssignmentBatch batch = new()
        {
            Problems = problems,
            Costs = engine.PointerTo(costs, problems.Costs),
            ColumnOfRow = engine.PointerTo<int>(result.ColumnOfRow, problems.Rows),
            RowDuals = engine.PointerTo<float>(result.RowDuals, problems.Rows),
            ColumnDuals = engine.PointerTo<float>(result.ColumnDuals, problems.Columns),
            Primal = engine.PointerTo<double>(result.Primal, problems.Count),
            Dual = engine.PointerTo<double>(result.Dual, problems.Count),
            Status = engine.PointerTo<SolveStatus>(result.Status, problems.Count),
            Cancellation = cancellation,
        };
        double operations = problems.Count == 0 ? 0 : 30.0 * problems.Costs / problems.Count;
        workers.For(problems.Count, operations, SimdWidth.Floats switch
        {
            16 => Solver<Floats16, Vector512<float>, Doubles8, Vector512<double>>(batch),
            8 => Solver<Floats8, Vector256<float>, Doubles4, Vector256<double>>(batch),
            _ => Solver<Floats4, Vector128<float>, Doubles2, Vector128<double>>(batch),
        });

        // Searches that were given up look like infeasible ones.
        cancellation.ThrowIfCancellationRequested();
        batch.ThrowIfRefused();
    }

    public void Reduce(BatchLayout problems, EngineView<float> costs, EngineView<float> columnPotentials, EngineView<float> rowPotentials)
    {
        ArgumentNullException.ThrowIfNull(problems);
        CandidateArguments.CheckColumns(problems);
        float* matrices = engine.PointerTo(costs, problems.Costs);
        float* v = engine.PointerTo(columnPotentials, problems.Columns);
        float* u = engine.PointerTo(rowPotentials, problems.Rows);
        double operations = problems.Count == 0 ? 0 : (double)problems.Costs / problems.Count;
        workers.For(problems.Count, operations, (start, end, _) =>
        {
            for (int b = start; b < end; b++)
            {
                int columns = problems.ColumnsOf(b);
                ReadOnlySpan<float> potentials = new(v + problems.ColumnOffsets[b], columns);
                for (int i = 0; i < problems.RowsOf(b); i++)
                {
                    Span<float> row = new(matrices + problems.CostOffsets[b] + ((long)i * columns), columns);
                    TensorPrimitives.Subtract(row, potentials, row);
                    float least = TensorPrimitives.Min<float>(row);
                    TensorPrimitives.Subtract(row, least, row);
                    u[problems.RowOffsets[b] + i] = least;
                }
            }
        });
    }

    private static Action<int, int, HostScratch> Solver<S, V, D, W>(AssignmentBatch batch)
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

    private static void Solve<S, V, D, W>(AssignmentBatch batch, int problem, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int sourceRows = batch.Problems.RowsOf(problem);
        int sourceColumns = batch.Problems.ColumnsOf(problem);
        long first = batch.Problems.CostOffsets[problem];
        float* costs = batch.Costs + first;

        // The search matches every row, so rows are the shorter side.
        bool transposed = sourceRows > sourceColumns;
        int rows = transposed ? sourceColumns : sourceRows;
        int columns = transposed ? sourceRows : sourceColumns;
        float* minima = scratch.Take<float>(columns);
        if (CheckCosts<S, V>(costs, sourceRows, sourceColumns, rows == columns && columns > S.Count ? minima : null) is var bad and >= 0)
        {
            batch.Refuse(first + bad);
            return;
        }

        minima = rows == columns ? minima : null;
        int padded = ShortestAugmentingPaths<S, float, V>.Padded(columns);
        AssignmentOutcome outcome = new() { RowDuals = scratch.Take<double>(rows), ColumnDuals = scratch.Take<double>(padded) };
        if (rows == 0)
        {
            new Span<double>(outcome.ColumnDuals, columns).Clear();
        }
        else
        {
            outcome.IsInfeasible = !Find<S, V, D, W>(
                costs, transposed, rows, columns, batch.Problems.Costs - first, minima, scratch, batch.Cancellation, ref outcome);
        }

        batch.Write(problem, transposed, rows, columns, outcome);
    }

    /// <summary>Finds the optimum, with its values, in float32 where that is close enough.</summary>
    /// <param name="costs">The matrix, of checked costs.</param>
    /// <param name="transposed">Whether it has more rows than columns; what follows calls its shorter side rows.</param>
    /// <param name="rows">The shorter side, at least 1.</param>
    /// <param name="columns">The longer side.</param>
    /// <param name="readable">Numbers that may be read from the matrix's first one on; at least all of its own.</param>
    /// <param name="minima">The least cost of each column of a square matrix wider than a vector; null where rows are fewer.</param>
    /// <param name="scratch">Memory.</param>
    /// <param name="cancellation">Gives the search up.</param>
    /// <param name="outcome">Receives the result; has room for the duals.</param>
    /// <returns>Whether a finite assignment exists; after a cancellation mostly not.</returns>
    internal static bool Find<S, V, D, W>(
        float* costs,
        bool transposed,
        int rows,
        int columns,
        long readable,
        float* minima,
        HostScratch scratch,
        CancellationToken cancellation,
        ref AssignmentOutcome outcome)
        where S : struct, ISimd<float, V>
        where V : struct
        where D : struct, ISimd<double, W>
        where W : struct
    {
        if (Search<S, V>(costs, transposed, rows, columns, readable, minima, scratch, cancellation, ref outcome) is not { } matrix)
        {
            return false;
        }

        int padded = ShortestAugmentingPaths<S, float, V>.Padded(columns);
        Certify<D, W>(matrix, rows, columns, padded, ref outcome);
        if (outcome.Primal - outcome.Dual > CertifiedGap * outcome.Magnitude)
        {
            return SolveInDouble<D, W>(matrix, rows, columns, padded, scratch, cancellation, ref outcome);
        }

        return true;
    }

    /// <summary>Finds the optimum in float32 by the search that suits the size.</summary>
    /// <returns>The matrix as the search had it; null where there is no finite assignment.</returns>
    private static CostRows? Search<S, V>(
        float* costs,
        bool transposed,
        int rows,
        int columns,
        long readable,
        float* minima,
        HostScratch scratch,
        CancellationToken cancellation,
        ref AssignmentOutcome outcome)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int padded = ShortestAugmentingPaths<S, float, V>.Padded(columns);
        CostRows matrix;
        bool found;
        float* duals;
        if (columns <= S.Count)
        {
            float* copy = CopyTiny<S, V>(costs, transposed, rows, columns, readable, scratch);
            matrix = new(copy, S.Count, copy + ((rows - 1) * S.Count), rows);
            duals = scratch.Take<float>(S.Count);
            outcome.ColumnOf = scratch.Take<int>(rows);
            found = TinyAssignment<S, V>.Solve(copy, rows, columns, outcome.ColumnOf, duals);
        }
        else
        {
            matrix = Prepare(costs, transposed, rows, columns, padded, scratch);
            if (columns < PrunedColumns)
            {
                ShortestAugmentingPaths<S, float, V> search = new(matrix, rows, columns, scratch, cancellation);
                found = search.Solve(minima);
                outcome.ColumnOf = search.ColumnOf;
                duals = search.ColumnDuals;
            }
            else
            {
                PrunedAugmentingPaths<S, V> search = new(matrix, rows, columns, scratch, cancellation);
                found = search.Solve(minima);
                outcome.ColumnOf = search.ColumnOf;
                duals = search.ColumnDuals;
                if (search.GaveUp)
                {
                    ShortestAugmentingPaths<S, float, V> rest = new(matrix, rows, columns, scratch, cancellation);
                    found = rest.Resume(duals, outcome.ColumnOf);
                    outcome.ColumnOf = rest.ColumnOf;
                    duals = rest.ColumnDuals;
                }
            }
        }

        TensorPrimitives.ConvertTruncating(new ReadOnlySpan<float>(duals, padded), new Span<double>(outcome.ColumnDuals, padded));
        return found ? matrix : null;
    }

    /// <summary>Finds the optimum in float64, for a matrix whose float32 duals do not certify it.</summary>
    /// <returns>Whether it was found, and not given up.</returns>
    private static bool SolveInDouble<D, W>(
        CostRows costs, int rows, int columns, int padded, HostScratch scratch, CancellationToken cancellation, ref AssignmentOutcome outcome)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        float* minima = scratch.Take<float>(columns);
        Span<float> least = new(minima, columns);
        least.Fill(float.PositiveInfinity);
        for (int i = 0; i < rows; i++)
        {
            TensorPrimitives.Min(least, new ReadOnlySpan<float>(costs[i], columns), least);
        }

        ShortestAugmentingPaths<D, double, W> search = new(costs, rows, columns, scratch, cancellation);
        if (!search.Solve(rows == columns ? minima : null))
        {
            return false;
        }

        outcome.ColumnOf = search.ColumnOf;
        outcome.ColumnDuals = search.ColumnDuals;
        Certify<D, W>(costs, rows, columns, padded, ref outcome);
        return true;
    }

    /// <summary>
    /// Computes the rows' duals as the largest feasible ones, and both values, in float64. The dual value is then a lower bound
    /// whatever rounding did to the search.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Certify<D, W>(CostRows costs, int rows, int columns, int padded, ref AssignmentOutcome outcome)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        double* duals = outcome.ColumnDuals;
        double primal = 0;
        double magnitude = 0;
        double dual = 0;
        for (int i = 0; i < rows; i++)
        {
            float* row = costs[i];
            W least = D.Broadcast(double.PositiveInfinity);
            for (int j = 0; j < padded; j += D.Count)
            {
                least = D.Min(least, D.Subtract(D.Widen(row + j), D.Load(duals + j)));
            }

            double rowDual = D.MinAcross(least);
            double cost = row[outcome.ColumnOf[i]];
            outcome.RowDuals[i] = rowDual;
            dual += rowDual;
            primal += cost;
            magnitude += Math.Abs(cost);
        }

        for (int j = 0; j < columns; j++)
        {
            dual += duals[j];
        }

        outcome.Primal = primal;
        outcome.Dual = dual;
        outcome.Magnitude = magnitude;
    }

    /// <summary>Copies a matrix that fits in vectors, a vector a row.</summary>
    private static float* CopyTiny<S, V>(float* costs, bool transposed, int rows, int columns, long readable, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        float* matrix = scratch.Take<float>(rows * S.Count);
        V infinity = S.Broadcast(float.PositiveInfinity);
        V width = S.Broadcast(columns);
        for (int i = 0; i < rows; i++)
        {
            float* to = matrix + (i * S.Count);
            if (!transposed && (i * columns) + S.Count <= readable)
            {
                S.Store(to, S.SelectLess(S.Indices, width, S.Load(costs + (i * columns)), infinity));
                continue;
            }

            S.Store(to, infinity);
            for (int j = 0; j < columns; j++)
            {
                to[j] = transposed ? costs[(j * rows) + i] : costs[(i * columns) + j];
            }
        }

        return matrix;
    }

    /// <summary>Lays a matrix out for the search: in place, but for its last row and where it must be transposed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CostRows Prepare(float* costs, bool transposed, int rows, int columns, int padded, HostScratch scratch)
    {
        if (transposed)
        {
            float* copy = scratch.Take<float>((long)rows * columns);
            Transpose(costs, columns, rows, copy);
            costs = copy;
        }

        float* last = scratch.Take<float>(padded);
        new ReadOnlySpan<float>(costs + ((long)(rows - 1) * columns), columns).CopyTo(new(last, columns));
        new Span<float>(last + columns, padded - columns).Fill(float.PositiveInfinity);
        return new(costs, columns, last, rows);
    }

    /// <summary>Transposes in tiles that fit the nearest cache.</summary>
    private static void Transpose(float* from, int fromRows, int fromColumns, float* to)
    {
        const int Tile = 32;
        for (int i0 = 0; i0 < fromRows; i0 += Tile)
        {
            int i1 = Math.Min(i0 + Tile, fromRows);
            for (int j0 = 0; j0 < fromColumns; j0 += Tile)
            {
                int j1 = Math.Min(j0 + Tile, fromColumns);
                for (int j = j0; j < j1; j++)
                {
                    for (int i = i0; i < i1; i++)
                    {
                        to[((long)j * fromRows) + i] = from[((long)i * fromColumns) + j];
                    }
                }
            }
        }
    }

    /// <summary>
    /// Finds the first number that is no cost, and the column minima where they are wanted: both row by row, so that a large matrix is
    /// read but once.
    /// </summary>
    /// <param name="costs">rows x columns numbers.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns; at least a vector of them where minima are wanted.</param>
    /// <param name="minima">Receives the minima; or null.</param>
    /// <returns>Its position; -1 where all are costs.</returns>
    internal static long CheckCosts<S, V>(float* costs, int rows, int columns, float* minima)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        if (minima == null)
        {
            return FirstBadCost<S, V>(costs, (long)rows * columns);
        }

        new Span<float>(minima, columns).Fill(float.PositiveInfinity);
        for (int i = 0; i < rows; i++)
        {
            float* row = costs + ((long)i * columns);
            if (FirstBadCost<S, V>(row, columns) is var bad and >= 0)
            {
                return ((long)i * columns) + bad;
            }

            // The last vector overlaps the one before: a minimum may be taken twice.
            for (int j = 0; j < columns; j += S.Count)
            {
                int place = Math.Min(j, columns - S.Count);
                S.Store(minima + place, S.Min(S.Load(minima + place), S.Load(row + place)));
            }
        }

        return -1;
    }

    /// <summary>Finds the first number that is no cost; -1 where all are.</summary>
    internal static long FirstBadCost<S, V>(float* costs, long count)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        V largest = S.Broadcast(KernelArguments.LargestCost);
        uint all = S.EqualBits(largest, largest);
        for (long i = 0; i < count;)
        {
            if (i + S.Count <= count)
            {
                // A number cut at the largest is itself, unless it is larger or NaN.
                V magnitude = S.Abs(S.Load(costs + i));
                if (S.EqualBits(S.Min(magnitude, largest), magnitude) == all)
                {
                    i += S.Count;
                    continue;
                }
            }

            for (long stop = Math.Min(count, i + S.Count); i < stop; i++)
            {
                if (!(Math.Abs(costs[i]) <= KernelArguments.LargestCost) && !float.IsPositiveInfinity(costs[i]))
                {
                    return i;
                }
            }
        }

        return -1;
    }
}
