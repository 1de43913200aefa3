using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The first tree of the network simplex method: that of a plan, or, in small problems and where pairs are forbidden, a greedy one: row by row,
/// what a row has goes to its cheapest columns that still want some. Cheap is a cost less the least one of its column.
/// </summary>
/// <remarks>
/// Each cell of the greedy plan settles one row or column, which becomes a child of the other: so the last one to be settled is the root. Of a row and a column
/// that a cell would settle both, the column goes, and the row stays with nothing to give; so an edge without mass is always one
/// from a row up to a column. Trees of that kind (strongly feasible ones: Cunningham, Mathematical Programming 11, 1976) do not let
/// the simplex method cycle.
/// </remarks>
internal static unsafe class StartingTree
{
    /// <summary>Makes the tree, without its potentials.</summary>
    /// <param name="costs">The matrix.</param>
    /// <param name="tree">The tree, of nothing yet.</param>
    /// <param name="rowUnits">What the rows have, all above 0.</param>
    /// <param name="columnUnits">What the columns want, all above 0, of the same total.</param>
    /// <param name="scratch">Memory.</param>
    /// <returns>The root, and whether mass moves between forbidden pairs, or may have to.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (int Root, bool HasForbidden) Build<S, V>(CostRows costs, in FlowTree tree, long* rowUnits, long* columnUnits, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int rows = tree.Rows;
        int columns = tree.Columns;
        int padded = tree.FirstRow;

        // Settled columns and the padding are hidden by -infinity.
        float* minima = scratch.Take<float>(padded);
        float* lanes = scratch.Take<float>(2 * S.Count);
        ColumnMinima<S, V>(costs, rows, columns, padded, minima);
        long* wanted = scratch.Take<long>(columns);
        new ReadOnlySpan<long>(columnUnits, columns).CopyTo(new(wanted, columns));

        // Who is settled last stands highest, so nodes are noted from the back.
        int* settled = scratch.Take<int>(rows + columns);
        int first = rows + columns;
        int openColumns = columns;
        int anyOpen = 0;
        bool forbidden = false;
        int root = -1;
        for (int i = 0; i < rows; i++)
        {
            int row = tree.FirstRow + i;
            long has = rowUnits[i];
            bool isLast = i == rows - 1;
            while (true)
            {
                int column = Cheapest<S, V>(costs[i], minima, padded, lanes);
                if (column < 0)
                {
                    while (float.IsNegativeInfinity(minima[anyOpen]))
                    {
                        anyOpen++;
                    }

                    column = anyOpen;
                    forbidden = true;
                }

                long mass = Math.Min(has, wanted[column]);
                has -= mass;
                wanted[column] -= mass;

                // The last column stays until all rows are settled, the last row until all other columns are.
                bool settlesColumn = openColumns > 1 && (wanted[column] == 0 || isLast);
                int node = settlesColumn ? column : row;
                tree.Parent[node] = settlesColumn ? row : column;
                tree.Flow[node] = mass;
                settled[--first] = node;
                if (!settlesColumn)
                {
                    root = column;
                    break;
                }

                minima[column] = float.NegativeInfinity;
                openColumns--;
            }
        }

        tree.Parent[root] = -1;
        tree.Flow[root] = 0;
        settled[--first] = root;
        tree.Complete<S, V>(settled);
        return (root, forbidden);
    }

    /// <summary>Makes a tree of a plan whose cells are a forest, without its potentials.</summary>
    /// <param name="costs">The matrix.</param>
    /// <param name="cells">The plan: each row and column has a cell.</param>
    /// <param name="columnDuals">Duals of the columns, whole vectors: where a part hangs best under another is told by them.</param>
    /// <param name="tree">The tree, of nothing yet.</param>
    /// <param name="scratch">Memory.</param>
    /// <returns>The root, and whether parts could only be linked by forbidden pairs.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (int Root, bool HasForbidden) Of<S, V>(CostRows costs, in PlanCells cells, float* columnDuals, in FlowTree tree, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int firstRow = tree.FirstRow;
        float* open = scratch.Take<float>(firstRow);
        float* lanes = scratch.Take<float>(2 * S.Count);
        bool* isPlanted = (bool*)scratch.Take<byte>(tree.Rows);
        int* queue = scratch.Take<int>(tree.Rows + tree.Columns);
        new Span<float>(open, firstRow).Fill(float.NegativeInfinity);
        new Span<bool>(isPlanted, tree.Rows).Clear();
        int root = cells.Columns[cells.FirstInRow[0]];
        tree.Parent[root] = -1;
        tree.Flow[root] = 0;
        open[root] = columnDuals[root];
        queue[0] = root;
        int count = 1;
        int next = 0;
        bool forbidden = false;
        for (int i = 0; i <= tree.Rows; i++)
        {
            while (next < count)
            {
                int node = queue[next++];
                bool isRow = node >= firstRow;
                int* nextCell = isRow ? cells.NextInRow : cells.NextInColumn;
                for (int cell = isRow ? cells.FirstInRow[node - firstRow] : cells.FirstInColumn[node]; cell >= 0; cell = nextCell[cell])
                {
                    int child = isRow ? cells.Columns[cell] : firstRow + cells.Rows[cell];
                    if (child == tree.Parent[node])
                    {
                        continue;
                    }

                    if (isRow)
                    {
                        open[child] = columnDuals[child];
                    }
                    else
                    {
                        isPlanted[cells.Rows[cell]] = true;
                    }

                    tree.Parent[child] = node;
                    tree.Flow[child] = cells.Units[cell];
                    queue[count++] = child;
                }
            }

            // The plan falls into parts: a row of the next one hangs without mass under a column of those before.
            if (i < tree.Rows && !isPlanted[i])
            {
                int column = Cheapest<S, V>(costs[i], open, firstRow, lanes);
                int row = firstRow + i;
                forbidden |= column < 0;
                tree.Parent[row] = column < 0 ? root : column;
                tree.Flow[row] = 0;
                isPlanted[i] = true;
                queue[count++] = row;
            }
        }

        tree.Complete<S, V>(queue);
        return (root, forbidden);
    }

    private static void ColumnMinima<S, V>(CostRows costs, int rows, int columns, int padded, float* minima)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        new Span<float>(minima, padded).Fill(float.PositiveInfinity);
        for (int i = 0; i < rows; i++)
        {
            float* row = costs[i];
            for (int j = 0; j < padded; j += S.Count)
            {
                S.Store(minima + j, S.Min(S.Load(minima + j), S.Load(row + j)));
            }
        }

        new Span<float>(minima + columns, padded - columns).Fill(float.NegativeInfinity);
        for (int j = 0; j < columns; j++)
        {
            // A column that all rows are forbidden: infinity less infinity would be no number.
            minima[j] = float.IsPositiveInfinity(minima[j]) ? 0 : minima[j];
        }
    }

    /// <summary>The cheapest column that is not hidden, of equal ones the first; -1 where all are forbidden.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Cheapest<S, V>(float* row, float* minima, int padded, float* lanes)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        V least = S.Broadcast(float.PositiveInfinity);
        V place = S.Broadcast(-1);
        V indices = S.Indices;
        V step = S.Broadcast(S.Count);
        for (int j = 0; j < padded; j += S.Count)
        {
            V reduced = S.Subtract(S.Load(row + j), S.Load(minima + j));
            place = S.SelectLess(reduced, least, indices, place);
            least = S.Min(reduced, least);
            indices = S.Add(indices, step);
        }

        S.Store(lanes, least);
        S.Store(lanes + S.Count, place);
        float best = float.PositiveInfinity;
        int column = -1;
        for (int lane = 0; lane < S.Count; lane++)
        {
            int at = (int)lanes[S.Count + lane];
            if (lanes[lane] < best || (lanes[lane] == best && at < column))
            {
                best = lanes[lane];
                column = at;
            }
        }

        return column;
    }
}
