using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>What one coordinate of two points adds to their distance. Lanes are different points y.</summary>
internal interface IPairStep<V>
    where V : struct
{
    static abstract V Add(V sum, V x, V y);
}

/// <summary>sum + x y: the scalar product.</summary>
internal readonly struct ProductStep<S, V> : IPairStep<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sum, V x, V y) => S.MultiplyAdd(x, y, sum);
}

/// <summary>sum + (x - y)^2: the squared Euclidean distance.</summary>
internal readonly struct SquareStep<S, V> : IPairStep<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sum, V x, V y)
    {
        V difference = S.Subtract(x, y);
        return S.MultiplyAdd(difference, difference, sum);
    }
}

/// <summary>sum + |x - y|: the Manhattan distance.</summary>
internal readonly struct AbsoluteStep<S, V> : IPairStep<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sum, V x, V y) => S.Add(sum, S.Abs(S.Subtract(x, y)));
}

/// <summary>max(sum, |x - y|): the Chebyshev distance.</summary>
internal readonly struct LargestStep<S, V> : IPairStep<V>
    where S : struct, ISimd<float, V>
    where V : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Add(V sum, V x, V y) => S.Max(sum, S.Abs(S.Subtract(x, y)));
}
