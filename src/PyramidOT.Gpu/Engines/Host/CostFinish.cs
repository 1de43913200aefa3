using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>Below what a squared distance is left to float64: a part of the norms, and a square.</summary>
internal readonly struct Limits<V>
    where V : struct
{
    public V Part { get; init; }

    public V Square { get; init; }
}

/// <summary>Turns a tile's sums into what is stored.</summary>
internal interface IFinish<V>
    where V : struct
{
    static abstract V Finish(V sum, V norms, in Limits<V> limits);
}

internal readonly struct AsIs<S, V> : IFinish<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish(V sum, V norms, in Limits<V> limits) => sum;
}

internal readonly struct InRange<S, V> : IFinish<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish(V sum, V norms, in Limits<V> limits)
    {
        V mark = S.Broadcast(float.NaN);
        V value = S.SelectLess(limits.Square, sum, sum, mark);
        return S.SelectLess(value, S.Broadcast(HostCosts.LargestSquare), value, mark);
    }
}

internal readonly struct FromProduct<S, V> : IFinish<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Finish(V sum, V norms, in Limits<V> limits)
    {
        V square = S.MultiplyAdd(sum, S.Broadcast(-2), norms);
        return S.SelectLess(S.Max(S.Multiply(norms, limits.Part), limits.Square), square, square, S.Broadcast(float.NaN));
    }
}
