using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Balanced problems of one tiny shape side by side, a lane each: no sums across lanes, no padding. Every lane computes as if it were alone
/// and is read off when it is done, so that a problem's bits depend on no other. Lanes that need more than that (their kernel wears out, or
/// they take too long) are left to the search for single problems.
/// </summary>
internal static unsafe class TinySinkhorn<D, W>
    where D : struct, ISimd<double, W>
    where W : struct
{
    /// <summary>The most rows and columns.</summary>
    public const int Largest = 16;

    // From then on most lanes are idle, and wait for a few.
    private const int Iterations = 500;

    // Far from where float64 ends: so no scaling is ever absorbed.
    private const double LargestLog = 200;

    // Costs that lie apart by more epsilons need epsilon scaling.
    private const double LargestSpread = 64;

    /// <summary>Whether a problem is one for a lane.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="spread">How far its costs lie apart.</param>
    public static bool Takes(in SinkhornProblem problem, double spread) =>
        problem.IsBalanced
        && spread <= LargestSpread * problem.Epsilon
        && !new Span<double>(problem.RowWeights, problem.Rows).Contains(0)
        && !new Span<double>(problem.ColumnWeights, problem.Columns).Contains(0);

    /// <summary>Finds the columns' potentials of up to a vector of problems.</summary>
    /// <param name="problems">The problems, all of one shape; potentials and iterations are written.</param>
    /// <param name="count">Their number, at least 1.</param>
    /// <param name="limit">The most iterations.</param>
    /// <param name="scratch">Memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Solve(SinkhornProblem* problems, int count, int limit, HostScratch scratch)
    {
        int rows = problems->Rows;
        int columns = problems->Columns;
        int lanes = D.Count;
        double* kernel = scratch.Take<double>(rows * columns * lanes);
        Side row = new(rows * lanes, scratch);
        Side column = new(columns * lanes, scratch);
        Fill(problems, count, kernel, row, column, scratch);
        SinkhornRelaxation* relaxations = stackalloc SinkhornRelaxation[lanes];
        double* factors = stackalloc double[lanes];
        double* rowErrors = stackalloc double[lanes];
        double* columnErrors = stackalloc double[lanes];
        double* largest = stackalloc double[lanes];
        new Span<SinkhornRelaxation>(relaxations, lanes).Clear();
        new Span<double>(factors, lanes).Fill(1);
        uint open = (uint)((1UL << count) - 1);
        for (int iteration = 1; open != 0 && iteration <= Math.Min(Iterations, limit); iteration++)
        {
            W factor = D.Load(factors);
            W least = D.Broadcast(0);
            D.Store(rowErrors, UpdateRows(kernel, rows, columns, row, column, factor, ref least));
            D.Store(columnErrors, UpdateColumns(kernel, rows, columns, row, column, factor, ref least));
            D.Store(largest, least);
            for (int lane = 0; lane < count; lane++)
            {
                if ((open & (1u << lane)) == 0)
                {
                    continue;
                }

                double error = factors[lane] == 1 ? columnErrors[lane] : rowErrors[lane] + columnErrors[lane];
                bool isWornOut = largest[lane] > LargestLog || !double.IsFinite(error);
                problems[lane].Iterations = iteration;
                if (isWornOut || error <= problems[lane].Tolerance * 0.5 || iteration == Math.Min(Iterations, limit))
                {
                    open &= ~(1u << lane);
                    ReadOff(ref problems[lane], column.Logs + lane, isWornOut);
                    continue;
                }

                relaxations[lane].Observe(error, 0.05);
                factors[lane] = relaxations[lane].Factor;
            }
        }
    }

    /// <summary>Kernels and weights of all problems, lane by lane; lanes without a problem repeat the first one.</summary>
    private static void Fill(SinkhornProblem* problems, int count, double* kernel, Side row, Side column, HostScratch scratch)
    {
        int rows = problems->Rows;
        int columns = problems->Columns;
        int lanes = D.Count;
        for (int lane = 0; lane < lanes; lane++)
        {
            ref SinkhornProblem problem = ref problems[lane < count ? lane : 0];
            SinkhornLogDomain<D, W> passes = new(problem, scratch);
            passes.SetColumns(problem, problem.Epsilon);
            for (int i = 0; i < rows; i++)
            {
                (_, double sum) = passes.Exponentials(problem, i, problem.Epsilon);
                for (int j = 0; j < columns; j++)
                {
                    kernel[(((i * columns) + j) * lanes) + lane] = passes.Row[j] / sum;
                }

                row.Weights[(i * lanes) + lane] = problem.RowWeights[i] / problem.RowTotal;
            }

            double logTotal = Math.Log(problem.RowTotal);
            for (int j = 0; j < columns; j++)
            {
                column.Weights[(j * lanes) + lane] = problem.ColumnWeights[j] / problem.RowTotal;
                column.Offsets[(j * lanes) + lane] = problem.ColumnLogs[j] - logTotal;
            }
        }

        new Span<double>(row.Offsets, rows * lanes).Clear();
        new Span<double>(row.Logs, rows * lanes).Clear();
        new Span<double>(row.Scales, rows * lanes).Fill(1);
        new Span<double>(column.Logs, columns * lanes).Clear();
        new Span<double>(column.Scales, columns * lanes).Fill(1);
    }

    /// <summary>The rows' scalings.</summary>
    /// <returns>What the rows' marginals missed before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static W UpdateRows(double* kernel, int rows, int columns, Side row, Side column, W factor, ref W largest)
    {
        W error = D.Broadcast(0);
        W one = D.Broadcast(1);
        for (int i = 0; i < rows; i++)
        {
            double* elements = kernel + (i * columns * D.Count);
            W even = D.Broadcast(0);
            W odd = even;
            int j = 0;
            for (; j + 1 < columns; j += 2)
            {
                even = D.MultiplyAdd(D.Load(elements + (j * D.Count)), D.Load(column.Scales + (j * D.Count)), even);
                odd = D.MultiplyAdd(D.Load(elements + ((j + 1) * D.Count)), D.Load(column.Scales + ((j + 1) * D.Count)), odd);
            }

            if (j < columns)
            {
                even = D.MultiplyAdd(D.Load(elements + (j * D.Count)), D.Load(column.Scales + (j * D.Count)), even);
            }

            W sum = D.Add(even, odd);
            int at = i * D.Count;
            W missed = D.Abs(D.Subtract(D.Multiply(D.Load(row.Scales + at), sum), one));
            error = D.MultiplyAdd(D.Load(row.Weights + at), missed, error);
            Update(row, at, sum, factor, ref largest);
        }

        return error;
    }

    /// <summary>The columns' scalings.</summary>
    /// <returns>What the columns' marginals missed before.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static W UpdateColumns(double* kernel, int rows, int columns, Side row, Side column, W factor, ref W largest)
    {
        W error = D.Broadcast(0);
        for (int i = 0; i < rows; i++)
        {
            int at = i * D.Count;
            D.Store(row.Sums + at, D.Multiply(D.Load(row.Scales + at), D.Load(row.Weights + at)));
        }

        for (int j = 0; j < columns; j++)
        {
            double* elements = kernel + (j * D.Count);
            W even = D.Broadcast(0);
            W odd = even;
            int i = 0;
            for (; i + 1 < rows; i += 2)
            {
                even = D.MultiplyAdd(D.Load(elements + (i * columns * D.Count)), D.Load(row.Sums + (i * D.Count)), even);
                odd = D.MultiplyAdd(D.Load(elements + ((i + 1) * columns * D.Count)), D.Load(row.Sums + ((i + 1) * D.Count)), odd);
            }

            if (i < rows)
            {
                even = D.MultiplyAdd(D.Load(elements + (i * columns * D.Count)), D.Load(row.Sums + (i * D.Count)), even);
            }

            W sum = D.Add(even, odd);
            int at = j * D.Count;
            error = D.Add(error, D.Abs(D.Subtract(D.Multiply(D.Load(column.Scales + at), sum), D.Load(column.Weights + at))));
            Update(column, at, sum, factor, ref largest);
        }

        return error;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Update(Side side, int at, W sum, W factor, ref W largest)
    {
        W old = D.Load(side.Logs + at);
        W wanted = D.Subtract(D.Load(side.Offsets + at), D.Log(D.Max(sum, D.Broadcast(1e-300))));
        W log = D.MultiplyAdd(factor, D.Subtract(wanted, old), old);
        D.Store(side.Logs + at, log);
        D.Store(side.Scales + at, D.Exp(log));
        largest = D.Max(largest, D.Abs(log));
    }

    private static void ReadOff(ref SinkhornProblem problem, double* logs, bool isWornOut)
    {
        for (int j = 0; j < problem.Columns && !isWornOut; j++)
        {
            problem.ColumnPotentials[j] = problem.Epsilon * logs[j * D.Count];
        }
    }

    /// <summary>The rows, or the columns: a vector each.</summary>
    private readonly struct Side(int count, HostScratch scratch)
    {
        public readonly double* Weights = scratch.Take<double>(count);
        public readonly double* Offsets = scratch.Take<double>(count);
        public readonly double* Logs = scratch.Take<double>(count);
        public readonly double* Scales = scratch.Take<double>(count);
        public readonly double* Sums = scratch.Take<double>(count);
    }
}
