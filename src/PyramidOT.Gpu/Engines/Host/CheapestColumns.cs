using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The columns of a row whose reduced cost factor c_ij - v_j is below a cut, which is found so that they are some tens.</summary>
/// <remarks>
/// The cut comes from 64 groups of columns: near the mean of the groups' minima, some forty columns are below it for whatever distribution.
/// Where ties or outliers make it many more or very few, the cut is moved.
/// </remarks>
internal readonly unsafe ref struct CheapestColumns<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    // Candidates are sorted before a list is cut; so many are never needed.
    private const int MostCandidates = 256;
    private const int LeastCandidates = 16;
    private const int Attempts = 6;

    private readonly int _columns;
    private readonly int _padded;
    private readonly float* _duals;
    private readonly float* _reduced;
    private readonly ulong* _candidates;

    /// <param name="columns">Columns of a row, at least 1.</param>
    /// <param name="duals">The duals v of the columns as they stand.</param>
    /// <param name="scratch">Where to take memory from.</param>
    public CheapestColumns(int columns, float* duals, HostScratch scratch)
    {
        _columns = columns;
        _padded = (columns + S.Count - 1) / S.Count * S.Count;
        _duals = duals;
        _reduced = scratch.Take<float>(_padded);
        _candidates = scratch.Take<ulong>(MostCandidates);
    }

    /// <summary>The reduced costs of the row that was looked at last.</summary>
    public float* Reduced => _reduced;

    /// <summary>
    /// Finds a row's cheapest columns, the cheapest first: keys of <see cref="FloatOrder"/>. None where there is no cut between one and too
    /// many, as for hundreds of equal costs.
    /// </summary>
    /// <param name="costs">The row's costs.</param>
    /// <param name="factor">What costs are multiplied by.</param>
    /// <param name="capacity">Columns that are wanted at the most.</param>
    /// <param name="limit">No column that is not among them is below it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public ReadOnlySpan<ulong> Find(float* costs, float factor, int capacity, out float limit)
    {
        float cut = FirstCut(costs, factor, out float least);
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
        limit = count == 0 ? least : cut;
        Span<ulong> candidates = new(_candidates, count);
        candidates.Sort();
        if (count > capacity)
        {
            limit = _reduced[FloatOrder.Number(candidates[capacity])];
            candidates = candidates[..capacity];
        }

        return candidates;
    }

    /// <summary>Computes the reduced costs, their least, and the mean of the least of each group.</summary>
    private float FirstCut(float* costs, float factor, out float least)
    {
        float* reduced = _reduced;
        float* duals = _duals;
        V scale = S.Broadcast(factor);
        V infinity = S.Broadcast(float.PositiveInfinity);
        V m0 = infinity, m1 = infinity, m2 = infinity, m3 = infinity;
        int j = 0;
        for (; j + (4 * S.Count) <= _columns; j += 4 * S.Count)
        {
            V r0 = S.Subtract(S.Multiply(S.Load(costs + j), scale), S.Load(duals + j));
            V r1 = S.Subtract(S.Multiply(S.Load(costs + j + S.Count), scale), S.Load(duals + j + S.Count));
            V r2 = S.Subtract(S.Multiply(S.Load(costs + j + (2 * S.Count)), scale), S.Load(duals + j + (2 * S.Count)));
            V r3 = S.Subtract(S.Multiply(S.Load(costs + j + (3 * S.Count)), scale), S.Load(duals + j + (3 * S.Count)));
            S.Store(reduced + j, r0);
            S.Store(reduced + j + S.Count, r1);
            S.Store(reduced + j + (2 * S.Count), r2);
            S.Store(reduced + j + (3 * S.Count), r3);
            m0 = S.Min(m0, r0);
            m1 = S.Min(m1, r1);
            m2 = S.Min(m2, r2);
            m3 = S.Min(m3, r3);
        }

        // What is left of the row, column by column; what is left of the last vector leads nowhere.
        int rest = j;
        for (; j < _columns; j++)
        {
            reduced[j] = (costs[j] * factor) - duals[j];
        }

        for (; j < _padded; j++)
        {
            reduced[j] = float.PositiveInfinity;
        }

        for (j = rest; j < _padded; j += S.Count)
        {
            m0 = S.Min(m0, S.Load(reduced + j));
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

                // -0 and +0 are equal: one of them stands for both.
                _candidates[count++] = FloatOrder.Key(_reduced[column] + 0f, column);
            }
        }

        return count;
    }
}
