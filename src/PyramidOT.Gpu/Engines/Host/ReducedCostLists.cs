using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>
/// For each row of a cost matrix its cheapest columns by reduced cost c_ij - v_j, in ascending order, and a limit that no column left
/// out is below. Drawn up when a row is first asked for.
/// </summary>
internal readonly unsafe ref struct ReducedCostLists<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>Columns that a list has at the most.</summary>
    public const int Capacity = 64;

    private readonly CostRows _costs;
    private readonly CheapestColumns<S, V> _cheapest;

    // Row by row: bounds, costs, columns, Capacity of each.
    private readonly float* _entries;
    private readonly int* _counts;
    private readonly float* _limits;

    /// <param name="costs">The matrix.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="padded">Columns, rounded up to whole vectors.</param>
    /// <param name="duals">The duals v of the columns as they stand, -infinity in the padding.</param>
    /// <param name="scratch">Where to take memory from.</param>
    public ReducedCostLists(CostRows costs, int rows, int padded, float* duals, HostScratch scratch)
    {
        _costs = costs;
        _cheapest = new(padded, duals, scratch);
        _entries = scratch.Take<float>(3L * Capacity * rows);
        _counts = scratch.Take<int>(rows);
        _limits = scratch.Take<float>(rows);
        new Span<int>(_counts, rows).Fill(-1);
    }

    /// <summary>The list of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="bounds">Reduced costs when the list was drawn up, ascending.</param>
    /// <param name="costs">The costs.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="count">Length of the list; up to whole vectors, entries of infinite cost follow.</param>
    /// <param name="limit">No other column's reduced cost is below it; +infinity where all others are forbidden.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Get(int row, out float* bounds, out float* costs, out int* columns, out int count, out float limit)
    {
        if (_counts[row] < 0)
        {
            Draw(row);
        }

        bounds = _entries + (3L * Capacity * row);
        costs = bounds + Capacity;
        columns = (int*)(bounds + (2 * Capacity));
        count = _counts[row];
        limit = _limits[row];
    }

    /// <summary>Has the begin of a row's list brought near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int row)
    {
        if (Sse.IsSupported)
        {
            float* bounds = _entries + (3L * Capacity * row);
            Sse.Prefetch0(bounds);
            Sse.Prefetch0(bounds + Capacity);
            Sse.Prefetch0(bounds + (2 * Capacity));
        }
    }

    /// <summary>Draws a row's list up by the duals as they stand.</summary>
    public void Draw(int row)
    {
        float* costs = _costs[row];

        // Without a list (hundreds of equal costs) the row is always read as a whole.
        ReadOnlySpan<ulong> found = _cheapest.Find(costs, 1, Capacity, out float limit);
        int count = found.Length;
        float* bounds = _entries + (3L * Capacity * row);
        int* columns = (int*)(bounds + (2 * Capacity));
        for (int k = 0; k < count; k++)
        {
            int column = FloatOrder.Number(found[k]);
            bounds[k] = _cheapest.Reduced[column];
            bounds[Capacity + k] = costs[column];
            columns[k] = column;
        }

        // The rest of the last vector: entries that lead nowhere.
        for (int k = count; k % S.Count != 0; k++)
        {
            bounds[Capacity + k] = float.PositiveInfinity;
            columns[k] = 0;
        }

        _counts[row] = count;
        _limits[row] = limit;
    }
}
