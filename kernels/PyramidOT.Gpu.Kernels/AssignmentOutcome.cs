using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Writes what a search found. The rows' duals are the largest feasible ones, computed exactly and rounded down, so the reported duals
/// are feasible whatever rounding did to the search; the values are summed by a fixed number of virtual lanes in one fixed tree.
/// </summary>
internal static class AssignmentOutcome
{
    // As on the host: a float32 solve stands when its gap is at most this part of the summed magnitudes.
    private const float CertifiedGap = 1e-6f;

    /// <summary>Writes the results of a solved problem. All lanes take part, after a barrier.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="costs">Its costs, rows being the shorter side.</param>
    /// <param name="duals">The columns' duals.</param>
    /// <param name="high">Memory for the rows' duals, rounded.</param>
    /// <param name="low">Memory for what the rounding left out.</param>
    /// <param name="rowOf">The row of each column, beyond all rows where it has none.</param>
    /// <param name="sums">Shared memory, three runs of virtual lanes.</param>
    /// <param name="results">Receives the results.</param>
    public static void Write<T, TReal, TSum, TSummation, TLanes>(
        AssignmentProblem problem,
        ArrayView<float> costs,
        ArrayView<T> duals,
        ArrayView<T> high,
        ArrayView<T> low,
        ArrayView<int> rowOf,
        ArrayView<TSum> sums,
        AssignmentResults<TSum> results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        int rows = problem.Rows;
        int columns = problem.Columns;
        ArrayView<float> shortDuals = problem.IsTransposed ? results.ColumnDuals : results.RowDuals;
        ArrayView<float> longDuals = problem.IsTransposed ? results.RowDuals : results.ColumnDuals;
        long firstShort = problem.IsTransposed ? problem.FirstColumn : problem.FirstRow;
        long firstLong = problem.IsTransposed ? problem.FirstRow : problem.FirstColumn;

        int team = GroupMath.TeamSize<TLanes>();
        int member = Group.IdxX & (team - 1);
        int first = Group.IdxX >> XMath.PopCount(team - 1);
        int teams = Group.DimX >> XMath.PopCount(team - 1);
        for (int round = 0; round < rows; round += teams)
        {
            int i = round + first;
            ulong least = ulong.MaxValue;
            if (i < rows)
            {
                ArrayView<float> row = costs.SubView((long)i * columns, columns);
                for (int j = member; j < columns; j += team)
                {
                    ulong key = TReal.DifferenceKey(row[j], duals[j]);
                    least = key < least ? key : least;
                }
            }

            least = GroupMath.TeamMinimum<TLanes>(least);
            if (i < rows && member == 0)
            {
                TwoFloats dual = TReal.Difference(least);
                shortDuals[firstShort + i] = OrderedBits.RoundDown(dual);
                high[i] = TReal.From(dual.High);
                low[i] = TReal.From(dual.Low);
            }
        }

        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            int row = rowOf[j];
            bool matched = row < rows;
            longDuals[firstLong + j] = OrderedBits.RoundDown(TReal.Split(duals[j]));
            if (problem.IsTransposed)
            {
                results.ColumnOfRow[problem.FirstRow + j] = matched ? row : -1;
            }
            else if (matched)
            {
                results.ColumnOfRow[problem.FirstRow + row] = j;
            }
        }

        Group.Barrier();
        for (int v = Group.IdxX; v < LaunchSizes.VirtualLanes; v += Group.DimX)
        {
            TSum primal = TSummation.From(0);
            TSum dual = primal;
            TSum magnitude = primal;
            for (int j = v; j < columns; j += LaunchSizes.VirtualLanes)
            {
                int row = rowOf[j];
                if (row < rows)
                {
                    float cost = costs[((long)row * columns) + j];
                    primal = TSummation.Add(primal, cost);
                    magnitude = TSummation.Add(magnitude, XMath.Abs(cost));
                }

                TwoFloats columnDual = TReal.Split(duals[j]);
                dual = TSummation.Add(TSummation.Add(dual, columnDual.High), columnDual.Low);
            }

            for (int i = v; i < rows; i += LaunchSizes.VirtualLanes)
            {
                dual = TSummation.Add(TSummation.Add(dual, TReal.Split(high[i]).High), TReal.Split(low[i]).High);
            }

            sums[v] = primal;
            sums[LaunchSizes.VirtualLanes + v] = dual;
            sums[(2 * LaunchSizes.VirtualLanes) + v] = magnitude;
        }

        Group.Barrier();
        GroupMath.SumVirtualLanes<TSum, TSummation>(sums, 3);
        if (Group.IdxX == 0)
        {
            TSum primal = sums[0];
            TSum dual = sums[LaunchSizes.VirtualLanes];
            TSum tolerated = TSummation.Scale(sums[2 * LaunchSizes.VirtualLanes], CertifiedGap);
            bool coarse = !TReal.IsWide && TSummation.Less(tolerated, TSummation.Difference(primal, dual));
            results.Primal[problem.Number] = primal;
            results.Dual[problem.Number] = dual;
            results.Status[problem.Number] = coarse ? AssignmentStatus.Uncertified : AssignmentStatus.Optimal;
        }
    }

    /// <summary>Writes the results of a problem that has no finite assignment.</summary>
    public static void WriteInfeasible<TSum, TSummation>(AssignmentProblem problem, AssignmentResults<TSum> results)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        int rows = problem.IsTransposed ? problem.Columns : problem.Rows;
        int columns = problem.IsTransposed ? problem.Rows : problem.Columns;
        for (int i = Group.IdxX; i < rows; i += Group.DimX)
        {
            results.ColumnOfRow[problem.FirstRow + i] = -1;
            results.RowDuals[problem.FirstRow + i] = float.NaN;
        }

        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            results.ColumnDuals[problem.FirstColumn + j] = float.NaN;
        }

        if (Group.IdxX == 0)
        {
            results.Primal[problem.Number] = TSummation.From(float.PositiveInfinity);
            results.Dual[problem.Number] = TSummation.From(float.NaN);
            results.Status[problem.Number] = AssignmentStatus.Infeasible;
        }
    }
}
