using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Writes what a transport search found. The rows' duals are the largest feasible ones, computed exactly and rounded down, so the reported
/// duals are feasible whatever rounding did to the search. What weighs nothing gets the largest duals that are feasible with those,
/// first columns, then rows.
/// </summary>
internal static class TransportOutcome
{
    /// <summary>Writes the results of a solved problem. All lanes take part, after a barrier.</summary>
    public static void Write<T, TReal, TLanes>(
        TransportProblem problem,
        ArrayView<float> costs,
        ArrayView<float> matrix,
        TransportWeightViews weights,
        TransportState<T> state,
        TransportResults results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        WriteDuals<T, TReal, TLanes>(problem, matrix, weights, state, results);
        Group.Barrier();
        for (int j = problem.Columns + Group.IdxX; j < problem.AllColumns; j += Group.DimX)
        {
            long column = weights.ColumnNumbers[problem.FirstColumn + j];
            float dual = float.PositiveInfinity;
            for (int i = 0; i < problem.Rows; i++)
            {
                long row = weights.RowNumbers[problem.FirstRow + i];
                float slack = Slack<T, TReal>(costs[problem.FirstCost + (row * problem.AllColumns) + column], results.RowDuals[problem.FirstRow + row]);
                dual = slack < dual ? slack : dual;
            }

            results.ColumnDuals[problem.FirstColumn + column] = dual < float.PositiveInfinity ? dual : 0;
            results.ColumnParts[problem.FirstColumn + column] = default;
        }

        Group.Barrier();
        for (int i = problem.Rows + Group.IdxX; i < problem.AllRows; i += Group.DimX)
        {
            long row = weights.RowNumbers[problem.FirstRow + i];
            float dual = float.PositiveInfinity;
            for (int j = 0; j < problem.AllColumns; j++)
            {
                float slack = Slack<T, TReal>(costs[problem.FirstCost + (row * problem.AllColumns) + j], results.ColumnDuals[problem.FirstColumn + j]);
                dual = slack < dual ? slack : dual;
            }

            results.RowDuals[problem.FirstRow + row] = dual < float.PositiveInfinity ? dual : 0;
            results.RowParts[problem.FirstRow + row] = default;
        }

        if (Group.IdxX == 0)
        {
            WriteCells(problem, matrix, weights, state, results);
        }
    }

    /// <summary>Writes the results of a problem that was not solved.</summary>
    public static void WriteNone(TransportProblem problem, int status, TransportResults results)
    {
        for (int i = Group.IdxX; i < problem.AllRows; i += Group.DimX)
        {
            results.RowDuals[problem.FirstRow + i] = float.NaN;
            results.RowParts[problem.FirstRow + i] = default;
        }

        for (int j = Group.IdxX; j < problem.AllColumns; j += Group.DimX)
        {
            results.ColumnDuals[problem.FirstColumn + j] = float.NaN;
            results.ColumnParts[problem.FirstColumn + j] = default;
        }

        if (Group.IdxX == 0)
        {
            Fill(problem, 0, results);
            results.Status[problem.Number] = status;
        }
    }

    private static void WriteDuals<T, TReal, TLanes>(
        TransportProblem problem, ArrayView<float> matrix, TransportWeightViews weights, TransportState<T> state, TransportResults results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        int team = GroupMath.TeamSize<TLanes>();
        int member = Group.IdxX & (team - 1);
        int first = Group.IdxX >> XMath.PopCount(team - 1);
        int teams = Group.DimX >> XMath.PopCount(team - 1);
        for (int round = 0; round < problem.Rows; round += teams)
        {
            int i = round + first;
            ulong least = ulong.MaxValue;
            if (i < problem.Rows)
            {
                ArrayView<float> row = matrix.SubView((long)i * problem.Columns, problem.Columns);
                for (int j = member; j < problem.Columns; j += team)
                {
                    ulong key = TReal.DifferenceKey(row[j], state.ColumnDuals[j]);
                    least = key < least ? key : least;
                }
            }

            least = GroupMath.TeamMinimum<TLanes>(least);
            if (i < problem.Rows && member == 0)
            {
                TwoFloats dual = TReal.Difference(least);
                long row = problem.FirstRow + weights.RowNumbers[problem.FirstRow + i];
                results.RowDuals[row] = OrderedBits.RoundDown(dual);
                results.RowParts[row] = dual;
            }
        }

        for (int j = Group.IdxX; j < problem.Columns; j += Group.DimX)
        {
            TwoFloats dual = TReal.Split(state.ColumnDuals[j]);
            long column = problem.FirstColumn + weights.ColumnNumbers[problem.FirstColumn + j];
            results.ColumnDuals[column] = OrderedBits.RoundDown(dual);
            results.ColumnParts[column] = dual;
        }
    }

    private static float Slack<T, TReal>(float cost, float dual)
        where T : unmanaged
        where TReal : struct, IReal<T> =>
        OrderedBits.RoundDown(TReal.Difference(TReal.DifferenceKey(cost, TReal.From(dual))));

    private static void WriteCells<T>(
        TransportProblem problem, ArrayView<float> matrix, TransportWeightViews weights, TransportState<T> state, TransportResults results)
        where T : unmanaged
    {
        long first = problem.FirstRow + problem.FirstColumn;
        int count = 0;
        for (int i = 0; i < problem.Rows; i++)
        {
            int row = weights.RowNumbers[problem.FirstRow + i];
            for (int cell = state.Cells.FirstInRow[i]; cell >= 0; cell = state.Cells.NextInRow[cell])
            {
                int j = state.Cells.Columns[cell];
                results.CellRows[first + count] = row;
                results.CellColumns[first + count] = weights.ColumnNumbers[problem.FirstColumn + j];
                results.CellUnits[first + count] = state.Cells.Units[cell];
                results.CellCosts[first + count] = matrix[((long)i * problem.Columns) + j];
                count++;
            }
        }

        Fill(problem, count, results);
        results.Status[problem.Number] = TransportStatus.Optimal;
    }

    private static void Fill(TransportProblem problem, int count, TransportResults results)
    {
        long first = problem.FirstRow + problem.FirstColumn;
        results.CellCounts[problem.Number] = count;
        for (int k = count; k < problem.AllRows + problem.AllColumns; k++)
        {
            results.CellRows[first + k] = -1;
            results.CellColumns[first + k] = -1;
            results.CellUnits[first + k] = 0;
            results.CellCosts[first + k] = 0;
        }
    }
}
