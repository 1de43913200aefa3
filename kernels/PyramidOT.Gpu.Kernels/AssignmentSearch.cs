using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Shortest augmenting paths over dual variables (Jonker and Volgenant, Computing 38, 1987), by one group. The first duals of a square
/// problem are the column minima; all rows at once ask for their cheapest column, and of several the first row gets it; each row
/// left over is matched along a shortest path in the reduced costs (Dijkstra's algorithm, one pass over a row of the matrix a
/// step).
/// </summary>
/// <remarks>
/// <para>
/// Column j belongs to lane j modulo the group's size: distances, predecessors and duals are its alone, so that a pass needs no barrier
/// but that of the minimum. What all lanes read of a column (its row, and the matched pair's reduced cost) changes between
/// searches only, behind barriers. Of equally near columns a free one is taken, then the first: the minimum is one of
/// whole numbers that hold distance, whether the column is matched, and its number; so it does not depend on the group.
/// </para>
/// <para>A scanned column keeps its distance, for the duals, and is marked in its predecessor.</para>
/// </remarks>
internal static class AssignmentSearch
{
    // A predecessor: the column (plus one; 0 for the root) through whose row the path came, and two marks.
    private const int Hidden = unchecked((int)0x80000000);
    private const int Matched = 0x40000000;
    private const int Numbers = 0x3FFFFFFF;

    // A column without a row: larger than all rows, so that the first row to ask is a minimum.
    private const int Free = int.MaxValue;

    /// <summary>Solves one problem and writes its results.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="costs">Its costs, rows being the shorter side.</param>
    /// <param name="header">Shared memory, <see cref="LaunchSizes.AssignmentHeaderUnits"/>.</param>
    /// <param name="memory">Shared or global memory, <see cref="LaunchSizes.AssignmentStateUnits"/>.</param>
    /// <param name="results">Receives the results.</param>
    public static void Run<T, TReal, TSum, TSummation, TLanes>(
        AssignmentProblem problem, ArrayView<float> costs, ArrayView<Float4> header, ArrayView<Float4> memory, AssignmentResults<TSum> results)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
        where TLanes : struct, IGroupLanes
    {
        int minimumUnits = LaunchSizes.MinimumUnits(Group.DimX);
        int real = SharedPlaces.Units(problem.Columns, TReal.Size);
        int whole = SharedPlaces.Units4(problem.Columns);
        int words = (problem.Columns + 31) >> 5;
        State<T> state = new()
        {
            Slots = SharedPlaces.At<ulong>(header, 0, minimumUnits),
            Duals = SharedPlaces.At<T>(memory, 0, real),
            Distances = SharedPlaces.At<T>(memory, real, real),
            Tight = SharedPlaces.At<T>(memory, 2 * real, real),
            Predecessors = SharedPlaces.At<int>(memory, 3 * real, whole),
            RowOf = SharedPlaces.At<int>(memory, (3 * real) + whole, whole),
            MatchedRows = SharedPlaces.At<int>(memory, (3 * real) + (2 * whole), SharedPlaces.Units4(words)),
        };
        bool feasible = Start<T, TReal, TLanes>(problem, costs, state, words);
        for (int root = 0; feasible && root < problem.Rows; root++)
        {
            if ((state.MatchedRows[root >> 5] & (1 << (root & 31))) == 0)
            {
                feasible = Augment<T, TReal, TLanes>(problem, costs, state, root);
            }
        }

        if (feasible)
        {
            ArrayView<TSum> sums = SharedPlaces.At<TSum>(header, minimumUnits, SharedPlaces.Units8(3 * LaunchSizes.VirtualLanes));
            AssignmentOutcome.Write<T, TReal, TSum, TSummation, TLanes>(problem, costs, state.Duals, state.Distances, state.Tight, state.RowOf, sums, results);
        }
        else
        {
            AssignmentOutcome.WriteInfeasible<TSum, TSummation>(problem, results);
        }
    }

    /// <summary>First duals, and the rows that get their cheapest column.</summary>
    /// <returns>Whether every row, and in a square problem every column, has a finite cost.</returns>
    private static bool Start<T, TReal, TLanes>(AssignmentProblem problem, ArrayView<float> costs, State<T> state, int words)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        int rows = problem.Rows;
        int columns = problem.Columns;
        ulong obstacle = 1;
        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            // Only where every column is matched may a dual be positive.
            float least = rows == columns ? ColumnMinimum(costs, rows, columns, j) : 0;
            if (!(least < float.PositiveInfinity))
            {
                obstacle = 0;
            }

            state.Duals[j] = TReal.From(least);
            state.RowOf[j] = Free;
        }

        for (int w = Group.IdxX; w < words; w += Group.DimX)
        {
            state.MatchedRows[w] = 0;
        }

        Group.Barrier();
        int team = GroupMath.TeamSize<TLanes>();
        int member = Group.IdxX & (team - 1);
        int first = Group.IdxX >> XMath.PopCount(team - 1);
        int teams = Group.DimX >> XMath.PopCount(team - 1);

        // All teams make as many rounds, as they may talk only together.
        for (int round = 0; round < rows; round += teams)
        {
            int i = round + first;
            T best = TReal.From(float.PositiveInfinity);
            uint bestColumn = uint.MaxValue;
            if (i < rows)
            {
                ArrayView<float> row = costs.SubView((long)i * columns, columns);
                for (int j = member; j < columns; j += team)
                {
                    T reduced = TReal.Subtract(TReal.From(row[j]), state.Duals[j]);
                    if (TReal.Less(reduced, best))
                    {
                        best = reduced;
                        bestColumn = (uint)j;
                    }
                }
            }

            ulong key = GroupMath.TeamMinimum<TLanes>(TReal.Key(best, bestColumn));
            if (TReal.IsWide)
            {
                key = GroupMath.TeamMinimum<TLanes>(TReal.Key(best, bestColumn) == key ? bestColumn : uint.MaxValue);
            }

            uint column = (uint)key;
            if (i < rows && member == 0)
            {
                if (column == uint.MaxValue)
                {
                    obstacle = 0;
                }
                else
                {
                    Atomic.Min(ref state.RowOf[(int)column], i);
                }
            }
        }

        // The minimum's barrier is not enough: in a group of one warp it has none.
        bool feasible = GroupMath.Minimum<TLanes>(obstacle, state.Slots, 0) != 0;
        Group.Barrier();
        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            int row = state.RowOf[j];
            if (row != Free)
            {
                Atomic.Or(ref state.MatchedRows[row >> 5], 1 << (row & 31));
                state.Tight[j] = TReal.Subtract(TReal.From(costs[((long)row * columns) + j]), state.Duals[j]);
            }
        }

        Group.Barrier();
        return feasible;
    }

    private static float ColumnMinimum(ArrayView<float> costs, int rows, int columns, int column)
    {
        float m0 = float.PositiveInfinity;
        float m1 = m0;
        float m2 = m0;
        float m3 = m0;
        long place = column;
        int i = 0;
        for (; i + 4 <= rows; i += 4)
        {
            float c0 = costs[place];
            float c1 = costs[place + columns];
            float c2 = costs[place + (2L * columns)];
            float c3 = costs[place + (3L * columns)];
            m0 = c0 < m0 ? c0 : m0;
            m1 = c1 < m1 ? c1 : m1;
            m2 = c2 < m2 ? c2 : m2;
            m3 = c3 < m3 ? c3 : m3;
            place += 4L * columns;
        }

        for (; i < rows; i++)
        {
            float c0 = costs[place];
            m0 = c0 < m0 ? c0 : m0;
            place += columns;
        }

        m0 = m1 < m0 ? m1 : m0;
        m2 = m3 < m2 ? m3 : m2;
        return m2 < m0 ? m2 : m0;
    }

    /// <summary>Matches one more row, along the shortest path from it to a free column.</summary>
    private static bool Augment<T, TReal, TLanes>(AssignmentProblem problem, ArrayView<float> costs, State<T> state, int root)
        where T : unmanaged
        where TReal : struct, IReal<T>
        where TLanes : struct, IGroupLanes
    {
        int columns = problem.Columns;
        int size = Group.DimX;
        int turn = 0;
        Candidate<T> best = Root<T, TReal>(costs.SubView((long)root * columns, columns), columns, state);
        int column = 0;
        T shortest = best.Distance;
        bool searching = true;
        bool found = false;
        while (searching)
        {
            ulong key = GroupMath.Minimum<TLanes>(TReal.Key(best.Distance, best.Low), state.Slots, turn);
            turn ^= 1;
            shortest = TReal.Value(key);
            uint low = (uint)key;
            if (TReal.IsWide)
            {
                low = (uint)GroupMath.Minimum<TLanes>(TReal.Key(best.Distance, 0) == key ? best.Low : uint.MaxValue, state.Slots, turn);
                turn ^= 1;
            }

            column = (int)low & Numbers;
            if (!TReal.Less(shortest, TReal.From(float.PositiveInfinity)) || low == uint.MaxValue)
            {
                searching = false;
            }
            else
            {
                int owner = state.RowOf[column];
                if (owner == Free)
                {
                    found = true;
                    searching = false;
                }
                else
                {
                    T offset = TReal.Subtract(shortest, state.Tight[column]);
                    if ((column & (size - 1)) == Group.IdxX)
                    {
                        state.Predecessors[column] |= Hidden;
                    }

                    best = Relax<T, TReal>(costs.SubView((long)owner * columns, columns), columns, state, offset, column + 1);
                }
            }
        }

        Group.Barrier();
        if (found)
        {
            if (Group.IdxX == 0)
            {
                Flip(state, column, root);
            }

            Group.Barrier();
            for (int j = Group.IdxX; j < columns; j += size)
            {
                bool scanned = state.Predecessors[j] < 0;
                T dual = state.Duals[j];
                if (scanned)
                {
                    dual = TReal.Add(dual, TReal.Subtract(state.Distances[j], shortest));
                    state.Duals[j] = dual;
                }

                if (scanned || j == column)
                {
                    state.Tight[j] = TReal.Subtract(TReal.From(costs[((long)state.RowOf[j] * columns) + j]), dual);
                }
            }

            Group.Barrier();
        }

        return found;
    }

    /// <summary>Sets the distances to those of the paths that lead from the root directly to the columns; returns the lane's nearest column.</summary>
    private static Candidate<T> Root<T, TReal>(ArrayView<float> row, int columns, State<T> state)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        Candidate<T> best = new() { Distance = TReal.From(float.PositiveInfinity), Low = uint.MaxValue };
        for (int j = Group.IdxX; j < columns; j += Group.DimX)
        {
            T path = TReal.Subtract(TReal.From(row[j]), state.Duals[j]);
            int mark = state.RowOf[j] == Free ? 0 : Matched;
            state.Distances[j] = path;
            state.Predecessors[j] = mark;
            best = Nearer<T, TReal>(best, path, mark, j);
        }

        return best;
    }

    /// <summary>Shortens the distances by the paths through a row; returns the lane's nearest column that is not scanned.</summary>
    private static Candidate<T> Relax<T, TReal>(ArrayView<float> row, int columns, State<T> state, T offset, int through)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        Candidate<T> best = new() { Distance = TReal.From(float.PositiveInfinity), Low = uint.MaxValue };
        int size = Group.DimX;
        int j = Group.IdxX;

        // All that four columns need is asked for before the first is computed: memory answers late, global memory most of all.
        for (; j + (3 * size) < columns; j += 4 * size)
        {
            int j1 = j + size;
            int j2 = j1 + size;
            int j3 = j2 + size;
            float c0 = row[j];
            float c1 = row[j1];
            float c2 = row[j2];
            float c3 = row[j3];
            int p0 = state.Predecessors[j];
            int p1 = state.Predecessors[j1];
            int p2 = state.Predecessors[j2];
            int p3 = state.Predecessors[j3];
            T v0 = state.Duals[j];
            T v1 = state.Duals[j1];
            T v2 = state.Duals[j2];
            T v3 = state.Duals[j3];
            T d0 = state.Distances[j];
            T d1 = state.Distances[j1];
            T d2 = state.Distances[j2];
            T d3 = state.Distances[j3];
            best = Shorten<T, TReal>(best, state, j, TReal.Add(TReal.Subtract(TReal.From(c0), v0), offset), d0, p0, through);
            best = Shorten<T, TReal>(best, state, j1, TReal.Add(TReal.Subtract(TReal.From(c1), v1), offset), d1, p1, through);
            best = Shorten<T, TReal>(best, state, j2, TReal.Add(TReal.Subtract(TReal.From(c2), v2), offset), d2, p2, through);
            best = Shorten<T, TReal>(best, state, j3, TReal.Add(TReal.Subtract(TReal.From(c3), v3), offset), d3, p3, through);
        }

        for (; j < columns; j += size)
        {
            T path = TReal.Add(TReal.Subtract(TReal.From(row[j]), state.Duals[j]), offset);
            best = Shorten<T, TReal>(best, state, j, path, state.Distances[j], state.Predecessors[j], through);
        }

        return best;
    }

    /// <summary>Takes a path to a column where it is shorter and the column not scanned; compares the column with the nearest so far.</summary>
    private static Candidate<T> Shorten<T, TReal>(
        Candidate<T> best, State<T> state, int column, T path, T distance, int predecessor, int through)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        int mark = predecessor & Matched;
        if (predecessor >= 0 && TReal.Less(path, distance))
        {
            distance = path;
            state.Distances[column] = path;
            state.Predecessors[column] = mark | through;
        }

        Candidate<T> next = Nearer<T, TReal>(best, distance, mark, column);
        return new()
        {
            Distance = predecessor >= 0 ? next.Distance : best.Distance,
            Low = predecessor >= 0 ? next.Low : best.Low,
        };
    }

    private static Candidate<T> Nearer<T, TReal>(Candidate<T> best, T distance, int mark, int column)
        where T : unmanaged
        where TReal : struct, IReal<T>
    {
        uint low = (uint)(mark | column);
        bool nearer = TReal.Less(distance, best.Distance) || (!TReal.Less(best.Distance, distance) && low < best.Low);
        return new() { Distance = nearer ? distance : best.Distance, Low = nearer ? low : best.Low };
    }

    /// <summary>Moves the rows of the path one column on; the root takes the first.</summary>
    private static void Flip<T>(State<T> state, int column, int root)
        where T : unmanaged
    {
        int before = state.Predecessors[column] & Numbers;
        while (before != 0)
        {
            int from = before - 1;
            state.RowOf[column] = state.RowOf[from];
            column = from;
            before = state.Predecessors[column] & Numbers;
        }

        state.RowOf[column] = root;
    }

    /// <summary>A column and the distance to it. Low holds its number and, above, whether it is matched.</summary>
    private struct Candidate<T>
        where T : unmanaged
    {
        public T Distance;
        public uint Low;
    }

    /// <summary>The memory of a search. All but the slots have a number a column.</summary>
    private struct State<T>
        where T : unmanaged
    {
        public ArrayView<ulong> Slots;
        public ArrayView<T> Duals;
        public ArrayView<T> Distances;
        public ArrayView<T> Tight;
        public ArrayView<int> Predecessors;
        public ArrayView<int> RowOf;
        public ArrayView<int> MatchedRows;
    }
}
