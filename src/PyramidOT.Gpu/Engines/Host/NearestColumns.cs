using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>The lengths of the shortest paths found so far from a row to all columns, in float32, and where they come from.</summary>
/// <remarks>
/// What a pass reads and writes of a column stands together: a block holds <c>S.Count</c> columns' distances, then their open duals, then
/// their parents, as lanes of float: exact, as there are fewer than 2^24 rows (see <see cref="ShortestAugmentingPaths{S, T, V}"/>). Columns
/// that were settled are hidden by an open dual of -infinity, which makes every path to them infinitely long.
/// </remarks>
internal readonly unsafe struct NearestColumns<S, V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    private readonly float* _blocks;
    private readonly int _padded;

    /// <param name="columns">Columns.</param>
    /// <param name="scratch">Memory; what is taken stays taken.</param>
    public NearestColumns(int columns, HostScratch scratch)
    {
        _padded = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        _blocks = scratch.Take<float>(3L * _padded);
    }

    // Offsets within a block of 3 * S.Count numbers.
    private static int OpenDuals => S.Count;

    private static int Parents => 2 * S.Count;

    private static int Stride => 3 * S.Count;

    /// <summary>Forgets all paths.</summary>
    /// <param name="duals">The duals of the columns, whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Open(float* duals)
    {
        V infinity = S.Broadcast(float.PositiveInfinity);
        float* block = _blocks;
        for (int j = 0; j < _padded; j += S.Count)
        {
            S.Store(block, infinity);
            S.Store(block + OpenDuals, S.Load(duals + j));
            block += Stride;
        }
    }

    /// <summary>Takes a column out of the search.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Hide(int column)
    {
        *Place(column, 0) = float.PositiveInfinity;
        *Place(column, OpenDuals) = float.NegativeInfinity;
    }

    /// <summary>The row that a column's path comes from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Parent(int column) => (int)*Place(column, Parents);

    /// <summary>Shortens the paths by those through a row, and returns the least of them, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Relax(int rowNumber, float* row, float offset)
    {
        float* end = row + _padded;
        float* block = _blocks;
        V start = S.Broadcast(offset);
        V number = S.Broadcast(rowNumber);
        V least = S.Broadcast(float.PositiveInfinity);
        for (; row < end; row += S.Count)
        {
            V path = S.Add(S.Subtract(S.Load(row), S.Load(block + OpenDuals)), start);
            V old = S.Load(block);
            S.Store(block + Parents, S.SelectLess(path, old, number, S.Load(block + Parents)));
            path = S.Min(path, old);
            S.Store(block, path);
            least = S.Min(least, path);
            block += Stride;
        }

        return least;
    }

    /// <summary>The least lengths, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Least()
    {
        V least = S.Broadcast(float.PositiveInfinity);
        float* block = _blocks;
        for (int j = 0; j < _padded; j += S.Count)
        {
            least = S.Min(least, S.Load(block));
            block += Stride;
        }

        return least;
    }

    /// <summary>A column at a length that there is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(float length)
    {
        V wanted = S.Broadcast(length);
        float* block = _blocks;
        for (int j = 0; ; j += S.Count)
        {
            uint bits = S.EqualBits(S.Load(block), wanted);
            if (bits != 0)
            {
                return j + BitOperations.TrailingZeroCount(bits);
            }

            block += Stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Place(int column, int offset) =>
        _blocks + ((long)((uint)column / (uint)S.Count) * Stride) + offset + (column & (S.Count - 1));
}
