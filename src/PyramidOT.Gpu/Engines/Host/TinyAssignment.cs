using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// <see cref="ShortestAugmentingPaths{S, T, V}"/> for problems whose rows fit in one vector: distances, duals and parents stay in
/// registers, and a step costs one load of a row and one minimum across the lanes.
/// </summary>
internal static unsafe class TinyAssignment<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>Solves one problem.</summary>
    /// <param name="matrix">The costs, a vector a row, padded with positive infinity.</param>
    /// <param name="rows">Rows, from 1 to <paramref name="columns"/>.</param>
    /// <param name="columns">Columns, at most <see cref="ISimd{T, V}.Count"/>.</param>
    /// <param name="columnOf">Receives the column of each row.</param>
    /// <param name="columnDuals">Receives a vector of duals, the padding -infinity.</param>
    /// <returns>Whether a finite assignment exists.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Solve(float* matrix, int rows, int columns, int* columnOf, float* columnDuals)
    {
        V infinity = S.Broadcast(float.PositiveInfinity);
        V negative = S.Broadcast(float.NegativeInfinity);
        V indices = S.Indices;
        V duals = S.Broadcast(0);
        if (rows == columns)
        {
            duals = infinity;
            for (int i = 0; i < rows; i++)
            {
                duals = S.Min(duals, S.Load(matrix + (i * S.Count)));
            }
        }

        // Padding lanes get -infinity, so that no path leads there.
        duals = S.SelectLess(indices, S.Broadcast(columns), duals, negative);
        uint real = (uint)((1UL << columns) - 1);
        if ((S.EqualBits(duals, infinity) & real) != 0)
        {
            return false;
        }

        // By column, since a step's latency begins there: the matched row, and the pair's reduced cost (the row's dual).
        int* rowOf = stackalloc int[S.Count];
        float* tight = stackalloc float[S.Count];
        uint free = real;
        uint leftRows = 0;
        for (int i = 0; i < rows; i++)
        {
            V reduced = S.Subtract(S.Load(matrix + (i * S.Count)), duals);
            float least = S.MinAcross(reduced);
            if (float.IsPositiveInfinity(least))
            {
                return false;
            }

            uint candidates = S.EqualBits(reduced, S.Broadcast(least)) & free;
            int column = BitOperations.TrailingZeroCount(candidates) & (S.Count - 1);

            // Every third row finds its column taken, unpredictably: so its data is kept or not by masks instead of a branch.
            int taken = (int)(candidates | (0 - candidates)) >> 31;
            rowOf[column] = (i & taken) | (rowOf[column] & ~taken);
            tight[column] = BitConverter.Int32BitsToSingle(
                (BitConverter.SingleToInt32Bits(least) & taken) | (BitConverter.SingleToInt32Bits(tight[column]) & ~taken));
            columnOf[i] = column;
            free &= ~((1u & (uint)taken) << column);
            leftRows |= (1u & ~(uint)taken) << i;
        }

        float* parents = stackalloc float[S.Count];
        S.Store(columnDuals, duals);
        while (leftRows != 0)
        {
            int root = BitOperations.TrailingZeroCount(leftRows);
            leftRows &= leftRows - 1;
            V distances = S.Subtract(S.Load(matrix + (root * S.Count)), duals);
            V parent = S.Broadcast(root);
            V open = duals;

            // The distance at which a column was scanned; +infinity for the others, which take no part in the update.
            V scanned = infinity;
            float shortest;
            int column;
            while (true)
            {
                shortest = S.MinAcross(distances);
                if (!(shortest < float.PositiveInfinity))
                {
                    return false;
                }

                uint nearest = S.EqualBits(distances, S.Broadcast(shortest));
                if ((nearest & free) != 0)
                {
                    column = BitOperations.TrailingZeroCount(nearest & free);
                    break;
                }

                column = BitOperations.TrailingZeroCount(nearest);
                int owner = rowOf[column];
                float offset = shortest - tight[column];

                V lane = S.Broadcast(column);
                scanned = S.SelectEqual(indices, lane, S.Broadcast(shortest), scanned);
                distances = S.SelectEqual(indices, lane, infinity, distances);
                open = S.SelectEqual(indices, lane, negative, open);

                V path = S.Add(S.Subtract(S.Load(matrix + (owner * S.Count)), open), S.Broadcast(offset));
                parent = S.SelectLess(path, distances, S.Broadcast(owner), parent);
                distances = S.Min(path, distances);
            }

            // Duals of scanned columns fall by what the shortest path is longer than their own.
            V last = S.Broadcast(shortest);
            duals = S.Add(duals, S.Subtract(S.Min(scanned, last), last));
            S.Store(columnDuals, duals);
            S.Store(parents, parent);
            free &= ~(1u << column);
            while (true)
            {
                int parentRow = (int)parents[column];
                rowOf[column] = parentRow;
                if (parentRow == root)
                {
                    columnOf[root] = column;
                    break;
                }

                (columnOf[parentRow], column) = (column, columnOf[parentRow]);
            }

            for (uint matched = real & ~free; matched != 0; matched &= matched - 1)
            {
                int j = BitOperations.TrailingZeroCount(matched);
                tight[j] = matrix[(rowOf[j] * S.Count) + j] - columnDuals[j];
            }
        }

        return true;
    }
}
