using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PyramidOT.Engines.Host;

/// <summary>What one lane of a block holds.</summary>
internal unsafe struct LanePart
{
    /// <summary>The numbers to sort.</summary>
    public float* Keys;

    /// <summary>How many; the rest of the lane is filled up.</summary>
    public int Count;

    /// <summary>Where the first of them stands in its segment.</summary>
    public int First;
}

/// <summary>
/// Floats as they are sorted in lanes, alone or with their places. With its place a float becomes a double: the float's bits lead, the place's
/// follow, turned over where the float is negative, so that of two equal floats the earlier one is the smaller double. Only a NaN would give
/// a double that is none; minima and maxima then need no more than the machine's own.
/// </summary>
internal static unsafe class LaneKeys<T>
    where T : unmanaged
{
    /// <summary>Puts numbers down the lanes of a block, with -0 as +0, and fills the lanes up with infinities.</summary>
    /// <param name="parts">What the lanes hold, one for each.</param>
    /// <param name="lanes">Lanes, a multiple of 4 (of 2 for pairs in the narrowest vectors).</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="block">Receives rows x lanes numbers.</param>
    /// <returns>Whether there was no NaN.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Pack(LanePart* parts, int lanes, int rows, T* block)
    {
        Vector128<float> fine = Vector128.Create(-1).AsSingle();
        int most = 0;
        for (int lane = 0; lane < lanes; lane++)
        {
            most = Math.Max(most, parts[lane].Count);
        }

        new Span<T>(block + ((long)most * lanes), (rows - most) * lanes).Fill(Last);
        for (int lane = 0; lane < lanes; lane += 4)
        {
            int together = 0;
            if (lane + 4 <= lanes)
            {
                LanePart* four = parts + lane;
                int least = Math.Min(Math.Min(four[0].Count, four[1].Count), Math.Min(four[2].Count, four[3].Count));
                together = least & ~3;
                fine &= PackFour(four, together, block + lane, lanes);
            }

            for (int own = lane; own < Math.Min(lane + 4, lanes); own++)
            {
                T* to = block + ((long)together * lanes) + own;
                for (int i = together; i < parts[own].Count; i++)
                {
                    float key = parts[own].Keys[i] + 0f;
                    fine &= Vector128.Equals(Vector128.Create(key), Vector128.Create(key));
                    *to = Encode(key, parts[own].First + i);
                    to += lanes;
                }

                for (int i = parts[own].Count; i < most; i++)
                {
                    *to = Last;
                    to += lanes;
                }
            }
        }

        return Vector128.EqualsAll(fine.AsInt32(), Vector128.Create(-1));
    }

    /// <summary>Takes numbers off the lanes of a block.</summary>
    /// <param name="parts">How many each lane holds.</param>
    /// <param name="lanes">Lanes.</param>
    /// <param name="block">The block.</param>
    /// <param name="sorted">Where each lane's go.</param>
    /// <param name="places">Where their places go; or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(LanePart* parts, int lanes, T* block, float** sorted, int** places)
    {
        for (int lane = 0; lane < lanes; lane += 4)
        {
            int together = 0;
            if (lane + 4 <= lanes)
            {
                LanePart* four = parts + lane;
                int least = Math.Min(Math.Min(four[0].Count, four[1].Count), Math.Min(four[2].Count, four[3].Count));
                together = least & ~3;
                UnpackFour(block + lane, lanes, together, sorted + lane, places == null ? null : places + lane);
            }

            for (int own = lane; own < Math.Min(lane + 4, lanes); own++)
            {
                T* from = block + ((long)together * lanes) + own;
                for (int i = together; i < parts[own].Count; i++)
                {
                    sorted[own][i] = Decode(*from, out int place);
                    if (places != null)
                    {
                        places[own][i] = place;
                    }

                    from += lanes;
                }
            }
        }
    }

    private static T Last => typeof(T) == typeof(float) ? (T)(object)float.PositiveInfinity : (T)(object)double.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Encode(float key, int place)
    {
        if (typeof(T) == typeof(float))
        {
            return (T)(object)key;
        }

        int bits = BitConverter.SingleToInt32Bits(key);
        return (T)(object)BitConverter.Int64BitsToDouble(((long)bits << 32) | (uint)(place ^ (bits >> 31)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Decode(T value, out int place)
    {
        place = 0;
        if (typeof(T) == typeof(float))
        {
            return (float)(object)value;
        }

        long pair = BitConverter.DoubleToInt64Bits((double)(object)value);
        int bits = (int)(pair >> 32);
        place = (int)pair ^ (bits >> 31);
        return BitConverter.Int32BitsToSingle(bits);
    }

    /// <summary>Packs four lanes, four rows at a time; returns all bits where no number was NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> PackFour(LanePart* parts, int rows, T* to, int stride)
    {
        float* p0 = parts[0].Keys;
        float* p1 = parts[1].Keys;
        float* p2 = parts[2].Keys;
        float* p3 = parts[3].Keys;
        Vector128<int> place = Vector128.Create(parts[0].First, parts[1].First, parts[2].First, parts[3].First);
        Vector128<float> fine = Vector128.Create(-1).AsSingle();
        for (int i = 0; i < rows; i += 4)
        {
            Vector128<float> a = Vector128.Load(p0 + i) + Vector128<float>.Zero;
            Vector128<float> b = Vector128.Load(p1 + i) + Vector128<float>.Zero;
            Vector128<float> c = Vector128.Load(p2 + i) + Vector128<float>.Zero;
            Vector128<float> d = Vector128.Load(p3 + i) + Vector128<float>.Zero;
            fine &= Vector128.Equals(a, a) & Vector128.Equals(b, b) & Vector128.Equals(c, c) & Vector128.Equals(d, d);
            Transpose(ref a, ref b, ref c, ref d);
            Put(a, place, to);
            Put(b, place + Vector128.Create(1), to + stride);
            Put(c, place + Vector128.Create(2), to + (2 * stride));
            Put(d, place + Vector128.Create(3), to + (3 * stride));
            place += Vector128.Create(4);
            to += 4L * stride;
        }

        return fine;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnpackFour(T* from, int stride, int rows, float** sorted, int** places)
    {
        float* sorted0 = sorted[0];
        float* sorted1 = sorted[1];
        float* sorted2 = sorted[2];
        float* sorted3 = sorted[3];
        bool withPlaces = typeof(T) != typeof(float);
        int* places0 = withPlaces ? places[0] : null;
        int* places1 = withPlaces ? places[1] : null;
        int* places2 = withPlaces ? places[2] : null;
        int* places3 = withPlaces ? places[3] : null;
        for (int i = 0; i < rows; i += 4)
        {
            Vector128<float> a = Take(from, out Vector128<float> placeA);
            Vector128<float> b = Take(from + stride, out Vector128<float> placeB);
            Vector128<float> c = Take(from + (2 * stride), out Vector128<float> placeC);
            Vector128<float> d = Take(from + (3 * stride), out Vector128<float> placeD);
            Transpose(ref a, ref b, ref c, ref d);
            a.Store(sorted0 + i);
            b.Store(sorted1 + i);
            c.Store(sorted2 + i);
            d.Store(sorted3 + i);
            if (withPlaces)
            {
                Transpose(ref placeA, ref placeB, ref placeC, ref placeD);
                placeA.AsInt32().Store(places0 + i);
                placeB.AsInt32().Store(places1 + i);
                placeC.AsInt32().Store(places2 + i);
                placeD.AsInt32().Store(places3 + i);
            }

            from += 4L * stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector128<float> keys, Vector128<int> places, T* to)
    {
        if (typeof(T) == typeof(float))
        {
            keys.Store((float*)to);
            return;
        }

        Vector128<uint> bits = keys.AsUInt32();
        Vector128<uint> low = (places ^ (keys.AsInt32() >> 31)).AsUInt32();
        ((Vector128.WidenLower(bits) << 32) | Vector128.WidenLower(low)).Store((ulong*)to);
        ((Vector128.WidenUpper(bits) << 32) | Vector128.WidenUpper(low)).Store((ulong*)to + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Take(T* from, out Vector128<float> places)
    {
        if (typeof(T) == typeof(float))
        {
            places = default;
            return Vector128.Load((float*)from);
        }

        Vector128<ulong> first = Vector128.Load((ulong*)from);
        Vector128<ulong> second = Vector128.Load((ulong*)from + 2);
        Vector128<int> keys = Vector128.Narrow(first >> 32, second >> 32).AsInt32();
        places = (Vector128.Narrow(first, second).AsInt32() ^ (keys >> 31)).AsSingle();
        return keys.AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> abLow = Sse.UnpackLow(a, b);
            Vector128<float> abHigh = Sse.UnpackHigh(a, b);
            Vector128<float> cdLow = Sse.UnpackLow(c, d);
            Vector128<float> cdHigh = Sse.UnpackHigh(c, d);
            a = Sse.MoveLowToHigh(abLow, cdLow);
            b = Sse.MoveHighToLow(cdLow, abLow);
            c = Sse.MoveLowToHigh(abHigh, cdHigh);
            d = Sse.MoveHighToLow(cdHigh, abHigh);
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<float> acLow = AdvSimd.Arm64.ZipLow(a, c);
            Vector128<float> acHigh = AdvSimd.Arm64.ZipHigh(a, c);
            Vector128<float> bdLow = AdvSimd.Arm64.ZipLow(b, d);
            Vector128<float> bdHigh = AdvSimd.Arm64.ZipHigh(b, d);
            a = AdvSimd.Arm64.ZipLow(acLow, bdLow);
            b = AdvSimd.Arm64.ZipHigh(acLow, bdLow);
            c = AdvSimd.Arm64.ZipLow(acHigh, bdHigh);
            d = AdvSimd.Arm64.ZipHigh(acHigh, bdHigh);
        }
        else
        {
            Vector128<float> first = a, second = b, third = c, fourth = d;
            a = Vector128.Create(first[0], second[0], third[0], fourth[0]);
            b = Vector128.Create(first[1], second[1], third[1], fourth[1]);
            c = Vector128.Create(first[2], second[2], third[2], fourth[2]);
            d = Vector128.Create(first[3], second[3], third[3], fourth[3]);
        }
    }
}
