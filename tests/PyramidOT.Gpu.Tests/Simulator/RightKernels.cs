#if !HAS_ILGPU
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace PyramidOT.Tests.Simulator;

/// <summary>A distance between two numbers, to be inlined into a kernel.</summary>
public interface IDifference
{
    static abstract float Weight { get; }

    float Between(float x, float y);
}

public readonly struct AbsoluteDifference : IDifference
{
    public static float Weight => 2f;

    public float Between(float x, float y) => MathF.Abs(x - y);
}

public readonly struct ScaledSquare(float scale) : IDifference
{
    public static float Weight => 0.5f;

    public float Between(float x, float y)
    {
        float d = x - y;
        return scale * d * d;
    }
}

[StructLayout(LayoutKind.Sequential)]
public struct Four
{
    public float A;
    public float B;
    public float C;
    public float D;

    public readonly float Sum => A + B + C + D;
}

[StructLayout(LayoutKind.Sequential)]
public struct Three
{
    public int A;
    public int B;
    public int C;
}

/// <summary>A parameter that holds views, numbers of several sizes and a nested struct.</summary>
public struct Problem
{
    public ArrayView<float> Values;
    public ArrayView<float> Sums;
    public int Columns;
    public byte Repeat;
    public bool Negate;
    public short Shift;
    public double Factor;
    public Four Extra;
}

public readonly struct Best(float value, int index)
{
    public float Value { get; } = value;

    public int Index { get; } = index;

    public Best Smaller(Best other) => other.Value < Value || (other.Value == Value && other.Index < Index) ? other : this;
}

/// <summary>Kernels that are right, to be held against plain C#.</summary>
public static class RightKernels
{
    /// <summary>A row a group: lanes stride over it, a tree in shared memory sums the lanes.</summary>
    public static void RowSums(ArrayView<float> values, ArrayView<float> sums, int columns)
    {
        ArrayView<float> shared = SharedMemory.GetDynamic<float>();
        int lane = Group.IdxX;
        float sum = 0;
        long row = (long)Grid.IdxX * columns;
        for (int i = lane; i < columns; i += Group.DimX)
            sum += values[row + i];
        shared[lane] = sum;
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (lane < half)
                shared[lane] += shared[lane + half];
            Group.Barrier();
        }

        if (lane == 0)
            sums[Grid.IdxX] = shared[0];
    }

    /// <summary>An inclusive scan of one element a lane (Hillis and Steele) with two buffers in turn.</summary>
    public static void Scan(ArrayView<int> values)
    {
        ArrayView<int> a = SharedMemory.Allocate<int>(64);
        ArrayView<int> b = SharedMemory.Allocate<int>(64);
        int lane = Group.IdxX;
        int at = (Grid.IdxX * Group.DimX) + lane;
        a[lane] = values[at];
        Group.Barrier();
        for (int step = 1; step < Group.DimX; step <<= 1)
        {
            b[lane] = lane >= step ? a[lane] + a[lane - step] : a[lane];
            Group.Barrier();
            ArrayView<int> c = a;
            a = b;
            b = c;
        }

        values[at] = a[lane];
    }

    /// <summary>Warp sums by exchange, then by a tree over the warps.</summary>
    public static void WarpSums(ArrayView<int> values, ArrayView<int> sums)
    {
        int value = values[Grid.GlobalIndex.X];
        for (int by = Warp.WarpSize / 2; by > 0; by /= 2)
            value += Warp.ShuffleXor(value, by);
        ArrayView<int> warps = SharedMemory.Allocate<int>(64);
        if (Warp.IsFirstLane)
            warps[Warp.WarpIdx] = value;
        Group.Barrier();
        if (Group.IsFirstThread)
        {
            int sum = 0;
            for (int i = 0; i < Group.DimX / Warp.WarpSize; i++)
                sum += warps[i];
            sums[Grid.IdxX] = sum;
        }

        int last = Group.Broadcast(value, Group.DimX - 1);
        int first = Warp.Shuffle(value, 0);
        if (Group.IdxX == 0)
            sums[Grid.DimX + Grid.IdxX] = last + first;
    }

    /// <summary>A histogram by atomics: shared first, then global.</summary>
    public static void Histogram(ArrayView<int> values, ArrayView<int> counts, ArrayView<float> total)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(8);
        for (int i = Group.IdxX; i < 8; i += Group.DimX)
            shared[i] = 0;
        Group.Barrier();
        for (int i = Grid.GlobalIndex.X; i < values.IntLength; i += Grid.DimX * Group.DimX)
        {
            Atomic.Add(ref shared[values[i] & 7], 1);
            Atomic.Add(ref total[0], values[i] & 7);
        }

        Group.Barrier();
        for (int i = Group.IdxX; i < 8; i += Group.DimX)
            Atomic.Add(ref counts[i], shared[i]);
    }

    /// <summary>A functor with a member of its own and a static abstract one.</summary>
    public static void Differences<TDifference>(ArrayView<float> x, ArrayView<float> y, ArrayView<float> result, TDifference difference)
        where TDifference : unmanaged, IDifference
    {
        for (int i = Grid.GlobalIndex.X; i < x.IntLength; i += Grid.DimX * Group.DimX)
            result[i] = TDifference.Weight * difference.Between(x[i], y[i]);
    }

    /// <summary>Everything comes in one struct.</summary>
    public static void Structured(Problem problem)
    {
        int at = Grid.GlobalIndex.X;
        float value = problem.Values[at];
        if (problem.Negate)
            value = -value;
        for (byte i = 0; i < problem.Repeat; i++)
            value += problem.Shift;
        value = (float)(value * problem.Factor);
        Four extra = problem.Extra;
        extra.B += at % problem.Columns;
        problem.Extra = extra;
        problem.Sums[at] = value + problem.Extra.Sum;
    }

    /// <summary>Dynamic shared memory carved into floats, fours and ints; 16 bytes at a time.</summary>
    public static void Carved(ArrayView<float> values, ArrayView<float> result)
    {
        ArrayView<byte> all = SharedMemory.GetDynamic<byte>();
        ArrayView<float> floats = all.SubView(0, 16 * Group.DimX).Cast<float>();
        ArrayView<int> marks = all.SubView(16 * Group.DimX, 4 * Group.DimX).Cast<int>();
        ArrayView<Four> fours = floats.Cast<Four>();
        int lane = Group.IdxX;
        long from = 4L * Group.DimX * Grid.IdxX;
        for (int i = lane; i < 4 * Group.DimX; i += Group.DimX)
            floats[i] = values[from + i];
        marks[lane] = lane;
        Group.Barrier();
        int other = marks[Group.DimX - 1 - lane];
        Four four = fours[other];
        ref Four mine = ref values.Cast<Four>()[(Group.DimX * Grid.IdxX) + lane];
        result[(Grid.IdxX * Group.DimX) + lane] = four.Sum - mine.D;
    }

    /// <summary>The least element and its place, ties to the lower place, by a struct in shared memory.</summary>
    public static void ArgMin(ArrayView<float> values, ArrayView<int> places, SpecializedValue<int> columns)
    {
        ArrayView<Best> shared = SharedMemory.GetDynamic<long>().Cast<Best>();
        Best best = new(float.PositiveInfinity, int.MaxValue);
        ArrayView<float> row = values.SubView((long)Grid.IdxX * columns.Value, columns.Value);
        for (int i = Group.IdxX; i < row.IntLength; i += Group.DimX)
            best = best.Smaller(new Best(row[i], i));
        shared[Group.IdxX] = best;
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                shared[Group.IdxX] = shared[Group.IdxX].Smaller(shared[Group.IdxX + half]);
            Group.Barrier();
        }

        if (Group.IdxX == 0)
            places[Grid.IdxX] = shared[0].Index;
    }

    /// <summary>Integer and floating arithmetic of many kinds, conversions, switches, loops and library functions.</summary>
    public static void Arithmetic(ArrayView<long> seeds, ArrayView<double> results, ArrayView<byte> bytes)
    {
        int at = Grid.GlobalIndex.X;
        results[at] = Mixed(seeds[at]);
        bytes[at] = (byte)(seeds[at] * 3);
    }

    public static double Mixed(long seed)
    {
        ulong bits = (ulong)seed * 0x9E3779B97F4A7C15UL;
        bits ^= bits >> 29;
        int low = (int)bits;
        uint high = (uint)(bits >> 32);
        double sum = 0;
        for (int i = 0; i < 6; i++)
        {
            switch ((low >> i) & 3)
            {
                case 0:
                    sum += Math.Sqrt(high % 1000u) + (low / (i + 1));
                    break;
                case 1:
                    sum -= XMath.Exp(-(low & 7)) * (sbyte)low;
                    break;
                case 2:
                    sum += (short)(low >> 3) % 17 + (high > 0x8000_0000u ? 1 : -1) + (ushort)high;
                    break;
                default:
                    sum += XMath.Max(low, i) * 0.5f + XMath.Clamp(low & 15, 3, 9) + Interop.FloatAsInt((float)low) % 13u;
                    break;
            }

            (low, high) = ((int)high + i, (uint)low ^ (uint)(sum is > 0 and < 1e12 ? (long)sum : 5));
        }

        Index1D index = (Index1D)3 + 4;
        LongIndex1D wide = index;
        return sum + XMath.PopCount(bits) + (long)wide + XMath.Log2(1 + (high & 255)) + (double)bits;
    }

    /// <summary>Lanes vote.</summary>
    public static void Votes(ArrayView<int> values, ArrayView<int> result)
    {
        int value = values[Grid.GlobalIndex.X];
        int odd = Group.BarrierPopCount((value & 1) != 0);
        bool all = Group.BarrierAnd(value >= 0);
        bool any = Group.BarrierOr(value > 90);
        if (Group.IdxX == 0)
            result[Grid.IdxX] = odd + (all ? 1000 : 0) + (any ? 2000 : 0);
    }
}
#endif
