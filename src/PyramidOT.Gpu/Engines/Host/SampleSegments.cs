using System.Numerics;
using System.Runtime.CompilerServices;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Triangles: a place lies between two nodes, which share the sample. So one addition to the segment counts it: of 1, and of the upper node's share, in
/// the two halves of one whole number. Only at the end segments become bins.
/// </summary>
internal static unsafe class SampleSegments
{
    /// <summary>A sample in the units that are counted.</summary>
    public const int UnitBits = 30;

    /// <summary>Samples that may be counted before a segment is emptied into its bins, so that shares do not run into the counter.</summary>
    public const int MostSamples = 1 << 15;

    // Shares take the lower bits, up to 2^15 samples of up to 2^30 units.
    private const int CounterShift = UnitBits + 15 + 1;

    /// <summary>The segment of each place, and what the upper node has of the sample.</summary>
    /// <param name="places">The places.</param>
    /// <param name="count">Their number, padded.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="segments">Receives the segments.</param>
    /// <param name="shares">Receives the shares in units.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(float* places, int count, in HistogramRule rule, int* segments, int* shares)
    {
        Vector<float> least = new(rule.LeastPlace);
        Vector<float> largest = new(rule.LargestPlace);
        Vector<int> offset = new(rule.Offset);
        Vector<float> unit = new(1 << UnitBits);
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.MaxNative(Vector.MinNative(Vector.Load(places + i), largest), least);
            Vector<float> node = Vector.Floor(place);
            Vector.Store(Vector.ConvertToInt32Native(node) + offset, segments + i);
            Vector.Store(Vector.ConvertToInt32Native((place - node) * unit), shares + i);
        }
    }

    /// <summary>The segment of each place.</summary>
    /// <param name="places">The places.</param>
    /// <param name="count">Their number, padded.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="segments">Receives the segments.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(float* places, int count, in HistogramRule rule, int* segments)
    {
        Vector<float> least = new(rule.LeastPlace);
        Vector<float> largest = new(rule.LargestPlace);
        Vector<int> offset = new(rule.Offset);
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.MaxNative(Vector.MinNative(Vector.Load(places + i), largest), least);
            Vector.Store(Vector.ConvertToInt32Native(Vector.Floor(place)) + offset, segments + i);
        }
    }

    /// <summary>Counts one sample: a row of segments, each into the next feature's counters.</summary>
    /// <param name="counters">The counters of the sample's group, feature by feature.</param>
    /// <param name="width">Features.</param>
    /// <param name="stride">Counters of a feature.</param>
    /// <param name="segments">The segments.</param>
    /// <param name="shares">The shares.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Count(long* counters, int width, nint stride, int* segments, int* shares)
    {
        const long One = 1L << CounterShift;
        int c = 0;
        for (; c + 4 <= width; c += 4)
        {
            counters[segments[c]] += One + shares[c];
            counters[stride + segments[c + 1]] += One + shares[c + 1];
            counters[(2 * stride) + segments[c + 2]] += One + shares[c + 2];
            counters[(3 * stride) + segments[c + 3]] += One + shares[c + 3];
            counters += 4 * stride;
        }

        for (; c < width; c++)
        {
            counters[segments[c]] += One + shares[c];
            counters += stride;
        }
    }

    /// <summary>The derivatives in one sample's activations: what the table says of each segment, times the derivative of the place.</summary>
    /// <param name="tables">The tables of the sample's group, feature by feature.</param>
    /// <param name="width">Features.</param>
    /// <param name="stride">Numbers of a table.</param>
    /// <param name="segments">The segments.</param>
    /// <param name="slopes">The derivatives of the places.</param>
    /// <param name="to">Receives the derivatives.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookUp(float* tables, int width, nint stride, int* segments, float* slopes, float* to)
    {
        int c = 0;
        for (; c + 4 <= width; c += 4)
        {
            to[c] = slopes[c] * tables[segments[c]];
            to[c + 1] = slopes[c + 1] * tables[stride + segments[c + 1]];
            to[c + 2] = slopes[c + 2] * tables[(2 * stride) + segments[c + 2]];
            to[c + 3] = slopes[c + 3] * tables[(3 * stride) + segments[c + 3]];
            tables += 4 * stride;
        }

        for (; c < width; c++)
        {
            to[c] = slopes[c] * tables[segments[c]];
            tables += stride;
        }
    }

    /// <summary>Adds the counters of one histogram to its bins, and sets them to 0.</summary>
    /// <param name="counters">One counter a segment.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="bins">The bins, in units.</param>
    public static void Empty(long* counters, in HistogramRule rule, long* bins)
    {
        for (int segment = 0; segment < rule.Segments; segment++)
        {
            long counter = counters[segment];
            if (counter == 0)
            {
                continue;
            }

            counters[segment] = 0;
            long upper = counter & ((1L << CounterShift) - 1);
            long lower = ((counter >> CounterShift) << UnitBits) - upper;
            int lowerBin = rule.LowerBin(segment);
            int upperBin = rule.UpperBin(segment);
            if (lowerBin >= 0)
            {
                bins[lowerBin] += lower;
            }

            if (upperBin >= 0)
            {
                bins[upperBin] += upper;
            }
        }
    }
}
