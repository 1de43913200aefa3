using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>
/// For each row of a cost matrix its cheapest columns by reduced cost c_ij - v_j, in ascending order, and a limit that no column left
/// out is below. Drawn up when a row is first asked for.
/// </summary>
/// <remarks>
/// The limit comes from 64 groups of columns: with a cut near the mean of the groups' minima, some forty columns are below it for
/// whatever distribution. Where ties or outliers make it many more or very few, the cut is moved.
/// </remarks>
internal readonly unsafe ref struct ReducedCostLists<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    /// <summary>Columns that a list has at the most.</summary>
    public const int Capacity = 64;

    // Candidates are sorted before the list is cut; so many are never needed.
    private const int MostCandidates = 4 * Capacity;
    private const int LeastCandidates = 16;
    private const int Attempts = 6;

    private readonly CostRows _costs;
    private readonly int _padded;
    private readonly float* _duals;
    private readonly float* _reduced;
    private readonly ulong* _candidates;

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
        _padded = padded;
        _duals = duals;
        _reduced = scratch.Take<float>(padded);
        _candidates = scratch.Take<ulong>(MostCandidates);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Draw(int row)
    {
        float* costs = _costs[row];
        float cut = FirstCut(costs, out float least);
        float tooLow = least;
        float tooHigh = float.PositiveInfinity;
        int count = Collect(cut);
        for (int attempt = 0; attempt < Attempts && (count < LeastCandidates || count > MostCandidates) && !float.IsPositiveInfinity(cut); attempt++)
        {
            if (count > MostCandidates)
            {
                tooHigh = cut;
            }
            else
            {
                tooLow = cut;
            }

            // Between two cuts that failed halfway; while there is but one, four times as far from the least, or a quarter.
            cut = tooLow > least && tooHigh < float.PositiveInfinity ? tooLow + ((tooHigh - tooLow) / 2)
                : count > MostCandidates ? least + ((cut - least) / 4)
                : least + (4 * (cut - least)) + float.Epsilon;
            count = Collect(cut);
        }

        count = count > MostCandidates ? 0 : count;

        // Without a list (hundreds of equal costs) the row is always read as a whole.
        float limit = count == 0 ? least : cut;
        Span<ulong> candidates = new(_candidates, count);
        candidates.Sort();
        if (count > Capacity)
        {
            limit = _reduced[FloatOrder.Number(candidates[Capacity])];
            count = Capacity;
        }

        float* bounds = _entries + (3L * Capacity * row);
        int* columns = (int*)(bounds + (2 * Capacity));
        for (int k = 0; k < count; k++)
        {
            int column = FloatOrder.Number(candidates[k]);
            bounds[k] = _reduced[column];
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

    /// <summary>Computes the reduced costs, their least, and the mean of the least of each group.</summary>
    private float FirstCut(float* costs, out float least)
    {
        float* reduced = _reduced;
        float* duals = _duals;
        V infinity = S.Broadcast(float.PositiveInfinity);
        V m0 = infinity, m1 = infinity, m2 = infinity, m3 = infinity;
        int j = 0;
        for (; j + (4 * S.Count) <= _padded; j += 4 * S.Count)
        {
            V r0 = S.Subtract(S.Load(costs + j), S.Load(duals + j));
            V r1 = S.Subtract(S.Load(costs + j + S.Count), S.Load(duals + j + S.Count));
            V r2 = S.Subtract(S.Load(costs + j + (2 * S.Count)), S.Load(duals + j + (2 * S.Count)));
            V r3 = S.Subtract(S.Load(costs + j + (3 * S.Count)), S.Load(duals + j + (3 * S.Count)));
            S.Store(reduced + j, r0);
            S.Store(reduced + j + S.Count, r1);
            S.Store(reduced + j + (2 * S.Count), r2);
            S.Store(reduced + j + (3 * S.Count), r3);
            m0 = S.Min(m0, r0);
            m1 = S.Min(m1, r1);
            m2 = S.Min(m2, r2);
            m3 = S.Min(m3, r3);
        }

        for (; j < _padded; j += S.Count)
        {
            V r0 = S.Subtract(S.Load(costs + j), S.Load(duals + j));
            S.Store(reduced + j, r0);
            m0 = S.Min(m0, r0);
        }

        least = S.MinAcross(S.Min(S.Min(m0, m1), S.Min(m2, m3)));
        return S.SumAcross(S.Add(S.Add(m0, m1), S.Add(m2, m3))) / (4 * S.Count);
    }

    /// <summary>Lists the columns below the cut, as sortable numbers; returns more than <see cref="MostCandidates"/> if there are more.</summary>
    private int Collect(float cut)
    {
        V limit = S.Broadcast(cut);
        int count = 0;
        for (int j = 0; j < _padded; j += S.Count)
        {
            uint bits = S.LessBits(S.Load(_reduced + j), limit);
            if (count + BitOperations.PopCount(bits) > MostCandidates)
            {
                return MostCandidates + 1;
            }

            for (; bits != 0; bits &= bits - 1)
            {
                int column = j + BitOperations.TrailingZeroCount(bits);

                _candidates[count++] = FloatOrder.Key(_reduced[column], column);
            }
        }

        return count;
    }
}
