using System.Runtime.InteropServices;

namespace PyramidOT.Alignment;

/// <summary>How many points of a cloud are equal, for a point of it.</summary>
internal static class EqualPoints
{
    private const int Looks = 1024;

    /// <summary>The mean number of points equal to one, itself included, of some that stand evenly spaced in the cloud; at least 1.</summary>
    public static double Mean(PointCloud cloud)
    {
        int step = Math.Max(1, cloud.Count / Looks);
        Dictionary<ulong, int> counts = [];
        for (int i = 0; i < cloud.Count; i += step)
        {
            counts[Mark(cloud[i])] = 0;
        }

        for (int i = 0; i < cloud.Count; i++)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, Mark(cloud[i]));
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count))
            {
                count++;
            }
        }

        double sum = 0;
        int looks = 0;
        for (int i = 0; i < cloud.Count; i += step, looks++)
        {
            sum += counts[Mark(cloud[i])];
        }

        return sum / looks;
    }

    /// <summary>A number that differs between most points that do.</summary>
    private static ulong Mark(ReadOnlySpan<float> point)
    {
        ulong mark = 0;
        foreach (float place in point)
        {
            // Zeros of both signs are equal.
            mark = (mark ^ BitConverter.SingleToUInt32Bits(place + 0f)) * 0x9E37_79B9_7F4A_7C15;
            mark ^= mark >> 29;
        }

        return mark;
    }
}
