using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// One vector width of one scalar type. Hot loops are written once over it, as generic code whose type arguments are structs, so
/// that the compiler specialises and inlines every operation; <see cref="SimdWidth"/> picks the width once a call.
/// </summary>
/// <typeparam name="T">The scalar that lanes compute in: float or double.</typeparam>
/// <typeparam name="V">The vector of such scalars.</typeparam>
/// <remarks>
/// Minima and maxima are those of the machine: what they give for NaN differs between machines, so callers keep NaN out. A product
/// and a sum are fused where the machine can, and rounded twice where it cannot.
/// </remarks>
internal unsafe interface ISimd<T, V>
    where T : unmanaged
    where V : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Loads float32 numbers and widens them to the scalar.</summary>
    static abstract V Widen(float* source);

    static abstract V Load(T* source);

    /// <summary>Loads the numbers at <see cref="Count"/> places.</summary>
    static abstract V Gather(T* source, int* places);

    static abstract void Store(T* destination, V value);

    /// <summary>Rounds to float32 numbers and stores them.</summary>
    static abstract void Narrow(float* destination, V value);

    static abstract V Broadcast(T value);

    static abstract V Add(V left, V right);

    static abstract V Subtract(V left, V right);

    static abstract V Multiply(V left, V right);

    static abstract V Divide(V left, V right);

    /// <summary>left * right + addend.</summary>
    static abstract V MultiplyAdd(V left, V right, V addend);

    static abstract V Abs(V value);

    static abstract V Min(V left, V right);

    static abstract V Max(V left, V right);

    /// <summary>e to the value, to an ulp or two; 0 for -infinity.</summary>
    static abstract V Exp(V value);

    /// <summary>The natural logarithm, to an ulp or two; -infinity for 0.</summary>
    static abstract V Log(V value);

    /// <summary>Lane by lane, <paramref name="ifLess"/> where left &lt; right, else <paramref name="otherwise"/>.</summary>
    static abstract V SelectLess(V left, V right, V ifLess, V otherwise);

    /// <summary>Lane by lane, <paramref name="ifEqual"/> where left = right, else <paramref name="otherwise"/>.</summary>
    static abstract V SelectEqual(V left, V right, V ifEqual, V otherwise);

    /// <summary>Bit by bit, <paramref name="ifSet"/> where the mask has one, else <paramref name="otherwise"/>.</summary>
    static abstract V Select(V mask, V ifSet, V otherwise);

    /// <summary>Lane i receives the lane whose number, a whole number of a scalar's size, lane i of <paramref name="lanes"/> holds.</summary>
    static abstract V Shuffle(V value, V lanes);

    /// <summary>Bit i is set where lane i of both is equal.</summary>
    static abstract uint EqualBits(V left, V right);

    /// <summary>Bit i is set where lane i of left is less than that of right.</summary>
    static abstract uint LessBits(V left, V right);

    /// <summary>Lane i of the one where bit i is set, and of the other where not. Bits beyond the lanes do not matter.</summary>
    static abstract V SelectBits(uint bits, V ifSet, V otherwise);

    /// <summary>The bits that either has.</summary>
    static abstract V Or(V left, V right);

    /// <summary>The bits that only the first one has.</summary>
    static abstract V Without(V bits, V others);

    /// <summary>0, 1, 2, … along the lanes.</summary>
    static abstract V Indices { get; }

    /// <summary>The least lane.</summary>
    static abstract T MinAcross(V value);

    /// <summary>The sum of the lanes, in a fixed order.</summary>
    static abstract T SumAcross(V value);
}

/// <summary>The widest vectors that the machine has.</summary>
internal static class SimdWidth
{
    /// <summary>Lanes of float32 in the widest hardware vector: 16, 8 or 4.</summary>
    public static int Floats => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;
}
