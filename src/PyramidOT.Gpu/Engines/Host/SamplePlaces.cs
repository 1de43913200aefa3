using System.Numerics;
using System.Runtime.CompilerServices;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Where samples lie among the bins of a soft histogram, a vector of samples at a time: <see cref="HistogramRule"/> as SIMD code. All lanes compute alike, and
/// what is left at the end is padded to a vector: so a sample's bits do not depend on where it stands.
/// </summary>
internal static unsafe class SamplePlaces
{
    // exp(-87) is among the least normal numbers of float32, and as good as 0 beside 1.
    private const float LargestExponent = 87;

    private const float Farthest = 1e15f;

    /// <summary>Room for so many samples' results.</summary>
    public static int Padded(int count) => (count + Vector<float>.Count - 1) & -Vector<float>.Count;

    /// <summary>The place of each sample.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="count">Their number.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="places">Receives <see cref="Padded"/> places.</param>
    /// <returns>Whether all samples are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Find(float* samples, int count, in HistogramRule rule, float* places)
    {
        float* padded = stackalloc float[Vector<float>.Count];
        Vector<float> scale = new(rule.Scale);
        Vector<float> shift = new(rule.Shift);
        Vector<float> low = new(rule.Low);
        bool isSquashed = rule.IsSquashed != 0;
        Vector<int> finite = Vector<int>.AllBitsSet;
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> sample = Load(samples, count, i, padded);
            Vector<float> magnitude = Vector.Abs(sample);
            finite &= Vector.LessThanOrEqual(magnitude, new Vector<float>(float.MaxValue));
            Vector<float> place;
            if (isSquashed)
            {
                Vector<float> exponential = Decay(magnitude);
                Vector<float> larger = Vector<float>.One / (Vector<float>.One + exponential);
                Vector<float> squashed = Vector.ConditionalSelect(Vector.LessThan(sample, Vector<float>.Zero), exponential * larger, larger);
                place = Vector.MultiplyAddEstimate(scale, squashed, -shift);
            }
            else
            {
                place = Bounded(((sample - low) * scale) - shift);
            }

            Vector.Store(place, places + i);
        }

        return finite == Vector<int>.AllBitsSet;
    }

    /// <summary>The place of each sample, and its derivative in the sample.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="count">Their number.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="places">Receives <see cref="Padded"/> places.</param>
    /// <param name="slopes">Receives as many derivatives.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FindWithSlopes(float* samples, int count, in HistogramRule rule, float* places, float* slopes)
    {
        float* padded = stackalloc float[Vector<float>.Count];
        Vector<float> scale = new(rule.Scale);
        Vector<float> shift = new(rule.Shift);
        Vector<float> low = new(rule.Low);
        bool isSquashed = rule.IsSquashed != 0;
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> sample = Load(samples, count, i, padded);
            Vector<float> place;
            Vector<float> slope = scale;
            if (isSquashed)
            {
                Vector<float> exponential = Decay(Vector.Abs(sample));
                Vector<float> larger = Vector<float>.One / (Vector<float>.One + exponential);
                Vector<float> smaller = exponential * larger;
                Vector<float> squashed = Vector.ConditionalSelect(Vector.LessThan(sample, Vector<float>.Zero), smaller, larger);
                place = Vector.MultiplyAddEstimate(scale, squashed, -shift);
                slope = scale * smaller * larger;
            }
            else
            {
                place = Bounded(((sample - low) * scale) - shift);
            }

            Vector.Store(place, places + i);
            Vector.Store(slope, slopes + i);
        }
    }

    /// <summary>e^-a for a from 0 on, to 1e-7 of itself; from 87 on that of 87.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Decay(Vector<float> a)
    {
        // e^-a = 2^k e^r with k a whole number and |r| <= ln(2) / 2, where the series to the seventh power is exact to 6e-9. The sum with 1.5 2^23
        // rounds to whole numbers and leaves k in the lowest bits, which are then added to the exponent.
        const float Rounder = 12582912f;
        Vector<float> exponent = -Vector.MinNative(a, new Vector<float>(LargestExponent));
        Vector<float> rounded = Vector.MultiplyAddEstimate(exponent, new Vector<float>(1.44269504f), new Vector<float>(Rounder));
        Vector<float> k = rounded - new Vector<float>(Rounder);
        Vector<float> r = Vector.MultiplyAddEstimate(k, new Vector<float>(-0.693359375f), exponent);
        r = Vector.MultiplyAddEstimate(k, new Vector<float>(2.12194440e-4f), r);
        Vector<float> sum = new(1f / 5040);
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 720));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 120));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 24));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(1f / 6));
        sum = Vector.MultiplyAddEstimate(sum, r, new Vector<float>(0.5f));
        sum = Vector.MultiplyAddEstimate(sum, r, Vector<float>.One);
        sum = Vector.MultiplyAddEstimate(sum, r, Vector<float>.One);
        return Vector.AsVectorSingle(Vector.AsVectorInt32(sum) + Vector.ShiftLeft(Vector.AsVectorInt32(rounded), 23));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Bounded(Vector<float> place) =>
        Vector.MaxNative(Vector.MinNative(place, new Vector<float>(Farthest)), new Vector<float>(-Farthest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(float* samples, int count, int i, float* padded)
    {
        if (i + Vector<float>.Count <= count)
        {
            return Vector.Load(samples + i);
        }

        for (int lane = 0; lane < Vector<float>.Count; lane++)
        {
            padded[lane] = i + lane < count ? samples[i + lane] : 0;
        }

        return Vector.Load(padded);
    }
}
