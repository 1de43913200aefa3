using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// The transportation problem by shortest augmenting paths over dual variables, by one group. The first duals are the column minima, then
/// the row minima of what is left. Each row sends its mass along shortest paths in the reduced costs (Dijkstra's algorithm) to columns
/// that still want some, as much at a time as the path bears.
/// </summary>
/// <remarks>
/// <para>
/// Cells of the plan are tight, so all that is linked by cells is equally near, and a search enters it as a whole. What a path enters it has
/// not been in before; so cells never close a cycle, and the plan stays a forest.
/// </para>
/// <para>
/// Column j belongs to lane j modulo the group's size in the passes over rows. The first lane follows the lists of cells, between
/// barriers, and moves the mass. Masses are whole numbers, and of equally near columns the first one is taken: so the result does not depend
/// on the group.
/// </para>
/// </remarks>
internal static class TransportSearch
{
    // Some 2 were seen.
    private const long PathsPerNode = 1000;

    // A parent row whose column is settled.
    private const int Settled = unchecked((int)0x80000000);
    private const int Numbers = 0x7FFFFFFF;

    // What the first lane tells the others.
    private const int RowCount = 0;
    private const int ColumnCount = 1;
    private const int Found = 2;

    /// <summary>Solves one problem and writes its results.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="costs">The costs of the batch.</param>
    /// <param name="matrix">The problem's costs, without rows and columns that weigh nothing.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="header">Shared memory, <see cref="LaunchSizes.TransportHeaderUnits"/>.</param>
    /// <param name="memory">Shared or global memory, <see cref="LaunchSizes.TransportStateUnits"/>.</param>
    /// <param name="results">Receives the results.</param>
    public static void Run<T, TReal, TLanes>(
        TransportProblem problem,
        ArrayView<float> costs,
        ArrayView<float> matrix,
        TransportWeightViews weights,
        ArrayView<Float4> header,
        ArrayView<Float4> memory,
        TransportResults results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        TransportState<T> state = TransportState<T>.In(problem, TReal.Size, header, memory);
        int status = TransportStatus.Optimal;
        if (problem.Rows > 0)
        {
            status = Start<T, TReal, TLanes>(problem, matrix, weights, state)
                ? AugmentAll<T, TReal, TLanes>(problem, matrix, state)
                : TransportStatus.Infeasible;
        }

        if (status == TransportStatus.Optimal)
        {
            TransportOutcome.Write<T, TReal, TLanes>(problem, costs, matrix, weights, state, results);
        }
        else
        {
            TransportOutcome.WriteNone(problem, status, results);
        }
    }

    /// <summary>First duals, and masses.</summary>
    /// <returns>Whether every row and column has a finite cost.</returns>
    private static bool Start<T, TReal, TLanes>(TransportProblem problem, ArrayView<float> matrix, TransportWeightViews weights, TransportState<T> state)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        int rows = problem.Rows;
        int columns = problem.Columns;
        ulong obstacle = 1;
        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            float least = float.PositiveInfinity;
            long place = j;
            for (int i = 0; i < rows; i++)
            {
                float cost = matrix[place];
                least = cost < least ? cost : least;
                place += columns;
            }

            obstacle = least < float.PositiveInfinity ? obstacle : 0;
            state.ColumnDuals[j] = TReal.From(least);
            state.Wanted[j] = weights.ColumnUnits[problem.FirstColumn + j];
        }

        for (int i = Group.IdxX; i < rows; i += Group.DimX)
        {
            state.Excess[i] = weights.RowUnits[problem.FirstRow + i];
        }

        TransportCells.Clear(state.Cells, rows, columns);
        Group.Barrier();
        int team = GroupMath.TeamSize<TLanes>();
        int member = Group.IdxX & (team - 1);
        int first = Group.IdxX >> XMath.PopCount(team - 1);
        int teams = Group.DimX >> XMath.PopCount(team - 1);
        T infinity = TReal.From(float.PositiveInfinity);

        // All teams make as many rounds, as they may talk only together.
        for (int round = 0; round < rows; round += teams)
        {
            int i = round + first;
            T best = infinity;
            if (i < rows)
            {
                ArrayView<float> row = matrix.SubView((long)i * columns, columns);
                for (int j = member; j < columns; j += team)
                {
                    T reduced = TReal.Subtract(TReal.From(row[j]), state.ColumnDuals[j]);
                    best = TReal.Less(reduced, best) ? reduced : best;
                }
            }

            best = TReal.Value(GroupMath.TeamMinimum<TLanes>(TReal.Key(best, 0)));
            if (i < rows && member == 0)
            {
                obstacle = TReal.Less(best, infinity) ? obstacle : 0;
                state.RowDuals[i] = best;
            }
        }

        // The minimum's barrier is not enough: in a group of one warp it has none.
        bool feasible = GroupMath.Minimum<TLanes>(obstacle, state.Slots, 0) != 0;
        Group.Barrier();
        return feasible;
    }

    private static int AugmentAll<T, TReal, TLanes>(TransportProblem problem, ArrayView<float> matrix, TransportState<T> state)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        long left = PathsPerNode * (problem.Rows + (long)problem.Columns);
        int status = TransportStatus.Optimal;
        for (int root = 0; root < problem.Rows && status == TransportStatus.Optimal; root++)
        {
            while (status == TransportStatus.Optimal && state.Excess[root] > 0)
            {
                left--;
                status = left < 0 ? TransportStatus.IterationLimit : status;
                if (status == TransportStatus.Optimal && !Augment<T, TReal, TLanes>(problem, matrix, state, root))
                {
                    status = TransportStatus.Infeasible;
                }
            }
        }

        return status;
    }

    /// <summary>Moves mass from a row to the nearest column that wants some.</summary>
    /// <returns>Whether a path leads to one.</returns>
    private static bool Augment<T, TReal, TLanes>(TransportProblem problem, ArrayView<float> matrix, TransportState<T> state, int root)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        int columns = problem.Columns;
        T infinity = TReal.From(float.PositiveInfinity);
        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            state.Distances[j] = infinity;
            state.Parents[j] = 0;
        }

        Group.Barrier();
        T length = TReal.From(0);
        if (Group.IdxX == 0)
        {
            state.Control[RowCount] = 0;
            state.Control[ColumnCount] = 0;
            SettleRow(state, root, -1, length);
            state.Control[Found] = Spread(state, 0, 0, length);
        }

        Group.Barrier();
        int relaxed = 0;
        int turn = 0;
        bool reachable = true;
        while (reachable && state.Control[Found] < 0)
        {
            int end = state.Control[RowCount];
            for (int k = relaxed; k < end; k++)
            {
                Relax<T, TReal>(matrix, columns, state, state.SettledRows[k]);
            }

            relaxed = end;
            T least = infinity;
            uint low = uint.MaxValue;
            for (int j = Group.IdxX; j < columns; j += Group.DimX)
            {
                T distance = state.Distances[j];
                if (state.Parents[j] >= 0 && TReal.Less(distance, least))
                {
                    least = distance;
                    low = (uint)j;
                }
            }

            ulong key = GroupMath.Minimum<TLanes>(TReal.Key(least, low), state.Slots, turn);
            turn ^= 1;
            length = TReal.Value(key);
            uint nearest = (uint)key;
            if (TReal.IsWide)
            {
                nearest = (uint)GroupMath.Minimum<TLanes>(TReal.Key(least, 0) == key ? low : uint.MaxValue, state.Slots, turn);
                turn ^= 1;
            }

            reachable = nearest != uint.MaxValue && TReal.Less(length, infinity);
            Group.Barrier();
            if (reachable && Group.IdxX == 0)
            {
                int firstColumn = state.Control[ColumnCount];
                SettleColumn(state, (int)nearest, state.Parents[(int)nearest], length);
                state.Control[Found] = Spread(state, end, firstColumn, length);
            }

            Group.Barrier();
        }

        if (reachable)
        {
            int settledRows = state.Control[RowCount];
            int settledColumns = state.Control[ColumnCount];
            for (int k = Group.IdxX; k < settledRows; k += Group.DimX)
            {
                int row = state.SettledRows[k];
                state.RowDuals[row] = TReal.Add(state.RowDuals[row], TReal.Subtract(length, state.RowDistances[row]));
            }

            for (int k = Group.IdxX; k < settledColumns; k += Group.DimX)
            {
                int column = state.SettledColumns[k];
                state.ColumnDuals[column] = TReal.Subtract(state.ColumnDuals[column], TReal.Subtract(length, state.Distances[column]));
            }

            if (Group.IdxX == 0)
            {
                Send(state, root, state.Control[Found]);
            }
        }

        Group.Barrier();
        return reachable;
    }

    /// <summary>Shortens the lane's distances by the paths through a row.</summary>
    private static void Relax<T, TReal>(ArrayView<float> matrix, int columns, TransportState<T> state, int row)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        ArrayView<float> costs = matrix.SubView((long)row * columns, columns);
        T offset = TReal.Subtract(state.RowDistances[row], state.RowDuals[row]);
        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            T path = TReal.Add(TReal.Subtract(TReal.From(costs[j]), state.ColumnDuals[j]), offset);
            if (state.Parents[j] >= 0 && TReal.Less(path, state.Distances[j]))
            {
                state.Distances[j] = path;
                state.Parents[j] = row;
            }
        }
    }

    private static void SettleRow<T>(TransportState<T> state, int row, int parent, T distance)
        where T : unmanaged
    {
        int count = state.Control[RowCount];
        state.RowParents[row] = parent;
        state.RowDistances[row] = distance;
        state.SettledRows[count] = row;
        state.Control[RowCount] = count + 1;
    }

    private static void SettleColumn<T>(TransportState<T> state, int column, int parent, T distance)
        where T : unmanaged
    {
        int count = state.Control[ColumnCount];
        state.Parents[column] = parent | Settled;
        state.Distances[column] = distance;
        state.SettledColumns[count] = column;
        state.Control[ColumnCount] = count + 1;
    }

    /// <summary>Settles all that cells link to what was settled last. By one lane.</summary>
    /// <returns>A column among it that wants mass; -1 where there is none.</returns>
    private static int Spread<T>(TransportState<T> state, int nextRow, int nextColumn, T distance)
        where T : unmanaged
    {
        // A forest has one way to each node, so only the one that it was reached by must be kept from being gone back.
        int found = -1;
        while (found < 0 && (nextRow < state.Control[RowCount] || nextColumn < state.Control[ColumnCount]))
        {
            if (nextColumn < state.Control[ColumnCount])
            {
                int column = state.SettledColumns[nextColumn];
                nextColumn++;
                if (state.Wanted[column] > 0)
                {
                    found = column;
                }
                else
                {
                    int parent = state.Parents[column] & Numbers;
                    for (int cell = state.Cells.FirstInColumn[column]; cell >= 0; cell = state.Cells.NextInColumn[cell])
                    {
                        int row = state.Cells.Rows[cell];
                        if (row != parent)
                        {
                            SettleRow(state, row, column, distance);
                        }
                    }
                }
            }
            else
            {
                int row = state.SettledRows[nextRow];
                nextRow++;
                int parent = state.RowParents[row];
                for (int cell = state.Cells.FirstInRow[row]; cell >= 0; cell = state.Cells.NextInRow[cell])
                {
                    int column = state.Cells.Columns[cell];
                    if (column != parent)
                    {
                        SettleColumn(state, column, row, distance);
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Moves as much mass as the path bears. By one lane.</summary>
    private static void Send<T>(TransportState<T> state, int root, int target)
        where T : unmanaged
    {
        long mass = Least(state.Excess[root], state.Wanted[target]);
        int row = state.Parents[target] & Numbers;
        while (row != root)
        {
            int through = state.RowParents[row];
            mass = Least(mass, state.Cells.Units[TransportCells.Find(state.Cells, row, through)]);
            row = state.Parents[through] & Numbers;
        }

        int column = target;
        row = state.Parents[column] & Numbers;
        TransportCells.Add(state.Cells, row, column, mass);
        while (row != root)
        {
            column = state.RowParents[row];
            TransportCells.Add(state.Cells, row, column, -mass);
            row = state.Parents[column] & Numbers;
            TransportCells.Add(state.Cells, row, column, mass);
        }

        state.Excess[root] -= mass;
        state.Wanted[target] -= mass;
    }

    private static long Least(long a, long b) => a < b ? a : b;
}
