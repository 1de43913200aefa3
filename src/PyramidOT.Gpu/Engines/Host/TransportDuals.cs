using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The duals of a transport plan in float64: what they prove, and how they are made better.</summary>
internal static unsafe class TransportDuals
{
    // Passes over the matrix that settling may take.
    private const int MostPasses = 200;

    /// <summary>
    /// Computes the rows' duals as the largest feasible ones, and both values. The dual value is then a lower bound whatever rounding did
    /// to the search.
    /// </summary>
    public static void Certify<D, W>(in TransportProblem problem, ref TransportOutcome outcome)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        double dual = 0;
        double dualMagnitude = 0;
        for (int i = 0; i < problem.Rows; i++)
        {
            double rowDual = RowDual<D, W>(problem.Costs[i], outcome.ColumnDuals, problem.Columns);
            double value = rowDual * (problem.RowUnits[i] * problem.Unit);
            outcome.RowDuals[i] = rowDual;
            dual += value;
            dualMagnitude += Math.Abs(value);
        }

        for (int j = 0; j < problem.Columns; j++)
        {
            double value = outcome.ColumnDuals[j] * (problem.ColumnUnits[j] * problem.Unit);
            dual += value;
            dualMagnitude += Math.Abs(value);
        }

        double primal = 0;
        double magnitude = 0;
        for (int k = 0; k < outcome.Cells; k++)
        {
            double cost = problem.Costs[outcome.CellRows[k]][outcome.CellColumns[k]] * (outcome.CellUnits[k] * problem.Unit);
            primal += cost;
            magnitude += Math.Abs(cost);
        }

        outcome.Primal = primal;
        outcome.Magnitude = magnitude;
        outcome.Dual = dual;
        outcome.DualMagnitude = dualMagnitude;
    }

    /// <summary>
    /// Computes duals afresh from the plan alone: the least ones that are tight on its cells, from 0 on. So they consist of few costs, where
    /// those of a tree may be sums along cells without mass, whose costs can be far larger than all that the plan uses.
    /// </summary>
    /// <returns>Whether there are such duals, as there are where the plan is optimal.</returns>
    public static bool Settle<D, W>(in TransportProblem problem, ref TransportOutcome outcome, HostScratch scratch)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        // The cells of each row, one behind the other.
        int* first = scratch.Take<int>(problem.Rows + 1);
        int* columns = scratch.Take<int>(outcome.Cells);
        new Span<int>(first, problem.Rows + 1).Clear();
        for (int k = 0; k < outcome.Cells; k++)
        {
            first[outcome.CellRows[k]]++;
        }

        for (int i = 1; i <= problem.Rows; i++)
        {
            first[i] += first[i - 1];
        }

        for (int k = 0; k < outcome.Cells; k++)
        {
            columns[--first[outcome.CellRows[k]]] = outcome.CellColumns[k];
        }

        double* duals = outcome.ColumnDuals;
        new Span<double>(duals, problem.Columns).Clear();
        for (int pass = 0; pass < MostPasses; pass++)
        {
            bool changed = false;
            for (int i = 0; i < problem.Rows; i++)
            {
                float* row = problem.Costs[i];
                double rowDual = RowDual<D, W>(row, duals, problem.Columns);
                for (int k = first[i]; k < first[i + 1]; k++)
                {
                    double tight = row[columns[k]] - rowDual;
                    if (tight > duals[columns[k]])
                    {
                        changed |= tight - duals[columns[k]] > 1e-15 * (Math.Abs(rowDual) + Math.Abs(tight));
                        duals[columns[k]] = tight;
                    }
                }
            }

            if (!changed)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The largest dual that a row may have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double RowDual<D, W>(float* row, double* columnDuals, int columns)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        W least = D.Broadcast(double.PositiveInfinity);
        for (int j = 0; j < columns; j += D.Count)
        {
            least = D.Min(least, D.Subtract(D.Widen(row + j), D.Load(columnDuals + j)));
        }

        return D.MinAcross(least);
    }
}
