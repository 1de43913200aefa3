using System.Numerics;
using System.Runtime.CompilerServices;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Gaussians and logistic functions: a sample has a window of bins, as wide for all, and beyond it nothing that float32 could hold. Weights lie bin by
/// bin of the window, so that lanes are samples.
/// </summary>
internal static unsafe class SampleWindows
{
    /// <summary>The first bin of each sample's window, and what its bins get.</summary>
    /// <param name="places">The places.</param>
    /// <param name="count">Their number, padded.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="first">Receives the first bins.</param>
    /// <param name="weights">Receives count weights for each bin of the window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(float* places, int count, in HistogramRule rule, int* first, float* weights)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.Load(places + i);
            Vector<float> middle = Middle(place, rule);
            Vector<float> begin = First(middle, rule);
            Vector.Store(Vector.ConvertToInt32Native(begin), first + i);
            if (rule.Form == HistogramRule.Gaussian)
            {
                Gaussians(place, middle, begin, rule, weights + i, count);
            }
            else
            {
                Differences(place, begin, rule, weights + i, count);
            }
        }
    }

    /// <summary>The first bin of each sample's window, and the derivatives in the sample of what its bins get.</summary>
    /// <param name="places">The places.</param>
    /// <param name="slopes">Their derivatives in the samples.</param>
    /// <param name="count">Their number, padded.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="first">Receives the first bins.</param>
    /// <param name="derivatives">Receives count derivatives for each bin of the window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FindSlopes(float* places, float* slopes, int count, in HistogramRule rule, int* first, float* derivatives)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.Load(places + i);
            Vector<float> slope = Vector.Load(slopes + i);
            Vector<float> middle = Middle(place, rule);
            Vector<float> begin = First(middle, rule);
            Vector.Store(Vector.ConvertToInt32Native(begin), first + i);
            if (rule.Form == HistogramRule.Gaussian)
            {
                GaussianSlopes(place, slope, middle, begin, rule, derivatives + i, count);
            }
            else
            {
                DifferenceSlopes(place, slope, begin, rule, derivatives + i, count);
            }
        }
    }

    /// <summary>Counts one sample: the windows of its activations, each into the next feature's bins.</summary>
    /// <param name="bins">The bins of the sample's group, feature by feature.</param>
    /// <param name="width">Features.</param>
    /// <param name="stride">Bins of a feature.</param>
    /// <param name="first">The first bins.</param>
    /// <param name="units">The weights, as whole numbers of units.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="step">From a weight to that of the window's next bin.</param>
    public static void Count(long* bins, int width, int stride, int* first, int* units, int window, int step)
    {
        for (int c = 0; c < width; c++)
        {
            long* own = bins + ((long)c * stride) + first[c];
            int* unit = units + c;
            for (int j = 0; j < window; j++)
            {
                own[j] += *unit;
                unit += step;
            }
        }
    }

    /// <summary>The derivatives in one sample's activations: the sums over their windows of slopes times derivatives.</summary>
    /// <param name="tables">The slopes of the sample's group, feature by feature.</param>
    /// <param name="width">Features.</param>
    /// <param name="stride">Bins of a feature.</param>
    /// <param name="first">The first bins.</param>
    /// <param name="derivatives">The derivatives of the windows' bins.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="step">From a derivative to that of the window's next bin.</param>
    /// <param name="to">Receives the derivatives in the activations.</param>
    public static void LookUp(float* tables, int width, int stride, int* first, float* derivatives, int window, int step, float* to)
    {
        for (int c = 0; c < width; c++)
        {
            float* own = tables + ((long)c * stride) + first[c];
            float* derivative = derivatives + c;
            float sum = 0;
            for (int j = 0; j < window; j++)
            {
                sum += own[j] * *derivative;
                derivative += step;
            }

            to[c] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Middle(Vector<float> place, in HistogramRule rule)
    {
        Vector<float> nearest = Vector.Floor(rule.Form == HistogramRule.Gaussian ? place + new Vector<float>(0.5f) : place);
        return Vector.MaxNative(Vector.MinNative(nearest, new Vector<float>(rule.Bins - 1)), Vector<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> First(Vector<float> middle, in HistogramRule rule) => Vector.MaxNative(
        Vector.MinNative(middle - new Vector<float>(rule.Reach), new Vector<float>(rule.Bins - rule.Width)), Vector<float>.Zero);

    /// <summary>Gaussians over that of the middle bin.</summary>
    /// <returns>Their sum, at least 1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Raw(
        Vector<float> place, Vector<float> middle, Vector<float> begin, in HistogramRule rule, float* weights, int stride)
    {
        Vector<float> steepness = new(rule.Steepness);
        Vector<float> twice = place + place - middle;
        Vector<float> bin = begin;
        Vector<float> sum = Vector<float>.Zero;
        for (int j = 0; j < rule.Width; j++)
        {
            // (place - bin)^2 - (place - middle)^2 as a product, which does not cancel for places far away.
            Vector<float> weight = SamplePlaces.Decay((middle - bin) * (twice - bin) * steepness);
            Vector.Store(weight, weights + ((long)j * stride));
            sum += weight;
            bin += Vector<float>.One;
        }

        return sum;
    }

    private static void Gaussians(
        Vector<float> place, Vector<float> middle, Vector<float> begin, in HistogramRule rule, float* weights, int stride)
    {
        Vector<float> inverse = Vector<float>.One / Raw(place, middle, begin, rule, weights, stride);
        for (int j = 0; j < rule.Width; j++)
        {
            float* weight = weights + ((long)j * stride);
            Vector.Store(Vector.Load(weight) * inverse, weight);
        }
    }

    private static void GaussianSlopes(
        Vector<float> place, Vector<float> slope, Vector<float> middle, Vector<float> begin, in HistogramRule rule, float* weights, int stride)
    {
        // Of weights w_k / sum w the derivative is w_k / sum w (k - mean) / b^2, where the mean is that of the bins by these weights.
        Vector<float> inverse = Vector<float>.One / Raw(place, middle, begin, rule, weights, stride);
        Vector<float> distance = begin - middle;
        Vector<float> mean = Vector<float>.Zero;
        for (int j = 0; j < rule.Width; j++)
        {
            mean = Vector.MultiplyAddEstimate(Vector.Load(weights + ((long)j * stride)), distance, mean);
            distance += Vector<float>.One;
        }

        mean *= inverse;
        distance = begin - middle;
        Vector<float> factor = inverse * slope * new Vector<float>(2 * rule.Steepness);
        for (int j = 0; j < rule.Width; j++)
        {
            float* weight = weights + ((long)j * stride);
            Vector.Store(Vector.Load(weight) * (distance - mean) * factor, weight);
            distance += Vector<float>.One;
        }
    }

    private static void Differences(Vector<float> place, Vector<float> begin, in HistogramRule rule, float* weights, int stride)
    {
        // The first edge is at -infinity, or as good as there, and the last one at infinity: so all differences add up to 1.
        Vector<float> steepness = new(rule.Steepness);
        Vector<float> left = Vector<float>.One;
        Vector<float> edge = begin;
        for (int j = 0; j < rule.Width; j++)
        {
            edge += Vector<float>.One;
            Vector<float> right = Vector<float>.Zero;
            if (j + 1 < rule.Width)
            {
                Vector<float> distance = (place - edge) * steepness;
                Vector<float> exponential = SamplePlaces.Decay(Vector.Abs(distance));
                Vector<float> larger = Vector<float>.One / (Vector<float>.One + exponential);
                right = Vector.ConditionalSelect(Vector.LessThan(distance, Vector<float>.Zero), exponential * larger, larger);
            }

            Vector.Store(left - right, weights + ((long)j * stride));
            left = right;
        }
    }

    private static void DifferenceSlopes(
        Vector<float> place, Vector<float> slope, Vector<float> begin, in HistogramRule rule, float* weights, int stride)
    {
        Vector<float> steepness = new(rule.Steepness);
        Vector<float> factor = slope * steepness;
        Vector<float> left = Vector<float>.Zero;
        Vector<float> edge = begin;
        for (int j = 0; j < rule.Width; j++)
        {
            edge += Vector<float>.One;
            Vector<float> right = Vector<float>.Zero;
            if (j + 1 < rule.Width)
            {
                Vector<float> exponential = SamplePlaces.Decay(Vector.Abs((place - edge) * steepness));
                Vector<float> larger = Vector<float>.One / (Vector<float>.One + exponential);
                right = factor * exponential * larger * larger;
            }

            Vector.Store(left - right, weights + ((long)j * stride));
            left = right;
        }
    }
}
