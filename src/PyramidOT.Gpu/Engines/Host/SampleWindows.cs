using System.Numerics;
using System.Runtime.CompilerServices;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// Gaussians and logistic functions: a sample has a window of bins around the one it lies in, as wide for all, and beyond it nothing that float32 could
/// hold. Rows of bins are padded by what a window reaches, so that windows need not be cut at the ends, and what a bin gets is the product of a power of
/// one exponential a sample and a constant. Weights lie bin by bin of the window, so that lanes are samples.
/// </summary>
internal static unsafe class SampleWindows
{
    /// <summary>Bins of a window.</summary>
    public static int WidthOf(in HistogramRule rule) => (2 * rule.Reach) + 1;

    /// <summary>Bins of a padded row: bin k stands at k + reach.</summary>
    public static int StrideOf(in HistogramRule rule) => rule.Bins + (2 * rule.Reach);

    /// <summary>What does not depend on the sample, for each bin of a window: exp(-j^2 / (2 b^2)), or exp(j / t), for the distance j from the middle.</summary>
    public static void Prepare(in HistogramRule rule, float* constants)
    {
        for (int j = -rule.Reach; j <= rule.Reach; j++)
        {
            double exponent = rule.Form == HistogramRule.Gaussian ? -(double)j * j : j;
            constants[j + rule.Reach] = (float)Math.Exp(exponent * rule.Steepness);
        }
    }

    /// <summary>The middle bin of each sample's window, and what its bins get.</summary>
    /// <param name="places">The places.</param>
    /// <param name="count">Their number, padded.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="constants">What <see cref="Prepare"/> gave.</param>
    /// <param name="middles">Receives the bins; in a padded row these are where windows begin.</param>
    /// <param name="units">Receives count weights for each bin of the window, in units of <see cref="SampleSegments.UnitBits"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Find(float* places, int count, in HistogramRule rule, float* constants, int* middles, int* units)
    {
        Vector<float> unit = new(1 << SampleSegments.UnitBits);
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.Load(places + i);
            Vector<float> middle = Middle(place, rule);
            float* weights = (float*)units + i;
            Vector.Store(Vector.ConvertToInt32Native(middle), middles + i);
            Vector<float> factor = unit;
            if (rule.Form == HistogramRule.Gaussian)
            {
                factor /= Gaussians(place, middle, rule, constants, weights, count);
            }
            else
            {
                Differences(place, middle, rule, constants, weights, count);
            }

            for (int j = 0; j < WidthOf(rule); j++)
            {
                float* weight = weights + ((long)j * count);
                Vector.Store(Vector.ConvertToInt32Native(Vector.Load(weight) * factor), (int*)weight);
            }
        }
    }

    /// <summary>The middle bin of each sample's window, and the derivatives in the sample of what its bins get.</summary>
    /// <param name="places">The places.</param>
    /// <param name="slopes">Their derivatives in the samples.</param>
    /// <param name="count">Their number, padded.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="constants">What <see cref="Prepare"/> gave.</param>
    /// <param name="middles">Receives the bins.</param>
    /// <param name="derivatives">Receives count derivatives for each bin of the window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FindSlopes(
        float* places, float* slopes, int count, in HistogramRule rule, float* constants, int* middles, float* derivatives)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> place = Vector.Load(places + i);
            Vector<float> slope = Vector.Load(slopes + i);
            Vector<float> middle = Middle(place, rule);
            Vector.Store(Vector.ConvertToInt32Native(middle), middles + i);
            if (rule.Form == HistogramRule.Gaussian)
            {
                GaussianSlopes(place, slope, middle, rule, constants, derivatives + i, count);
            }
            else
            {
                DifferenceSlopes(place, slope, middle, rule, constants, derivatives + i, count);
            }
        }
    }

    /// <summary>Counts one sample: the windows of its activations, each into the next feature's bins.</summary>
    /// <param name="bins">The bins of the sample's group, feature by feature.</param>
    /// <param name="width">Features.</param>
    /// <param name="stride">Bins of a padded row.</param>
    /// <param name="first">Where windows begin.</param>
    /// <param name="units">The weights.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="step">From a weight to that of the window's next bin.</param>
    public static void Count(long* bins, int width, nint stride, int* first, int* units, int window, nint step)
    {
        for (int c = 0; c < width; c++)
        {
            long* own = bins + first[c];
            int* unit = units + c;
            for (int j = 0; j < window; j++)
            {
                own[j] += *unit;
                unit += step;
            }

            bins += stride;
        }
    }

    /// <summary>Adds a padded row to the bins, and sets it to 0. What lies outside belongs to the end bins.</summary>
    public static void Empty(long* padded, in HistogramRule rule, long* bins)
    {
        for (int i = 0; i < StrideOf(rule); i++)
        {
            bins[Math.Clamp(i - rule.Reach, 0, rule.Bins - 1)] += padded[i];
            padded[i] = 0;
        }
    }

    /// <summary>The derivatives in one sample's activations: the sums over their windows of slopes times derivatives.</summary>
    /// <param name="tables">The slopes of the sample's group, feature by feature.</param>
    /// <param name="width">Features.</param>
    /// <param name="stride">Bins of a padded row.</param>
    /// <param name="first">Where windows begin.</param>
    /// <param name="derivatives">The derivatives of the windows' bins.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="step">From a derivative to that of the window's next bin.</param>
    /// <param name="to">Receives the derivatives in the activations.</param>
    public static void LookUp(float* tables, int width, nint stride, int* first, float* derivatives, int window, nint step, float* to)
    {
        for (int c = 0; c < width; c++)
        {
            float* own = tables + first[c];
            float* derivative = derivatives + c;
            float sum = 0;
            for (int j = 0; j < window; j++)
            {
                sum += own[j] * *derivative;
                derivative += step;
            }

            to[c] = sum;
            tables += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Middle(Vector<float> place, in HistogramRule rule)
    {
        Vector<float> nearest = Vector.Floor(rule.Form == HistogramRule.Gaussian ? place + new Vector<float>(0.5f) : place);
        return Vector.MaxNative(Vector.MinNative(nearest, new Vector<float>(rule.Bins - 1)), Vector<float>.Zero);
    }

    /// <summary>Gaussians over that of the middle bin, 0 outside.</summary>
    /// <returns>Their sum, at least 1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Gaussians(
        Vector<float> place, Vector<float> middle, in HistogramRule rule, float* constants, float* weights, int stride)
    {
        // With the distance d = place - middle, (place - middle - j)^2 - d^2 = j^2 - 2 j d: a constant, and the j-th power of one exponential. Powers
        // to the side that a sample outside lies on may be infinite, but there are no bins.
        Vector<float> distance = place - middle;
        Vector<float> nearer = SamplePlaces.Decay(Vector.Abs(distance) * new Vector<float>(2 * rule.Steepness));
        Vector<float> further = Vector<float>.One / nearer;
        Vector<int> isAbove = Vector.GreaterThan(distance, Vector<float>.Zero);
        Vector<float> up = Vector.ConditionalSelect(isAbove, further, nearer);
        Vector<float> down = Vector.ConditionalSelect(isAbove, nearer, further);
        Vector<float> above = up;
        Vector<float> below = down;
        Vector<float> room = new Vector<float>(rule.Bins - 1) - middle;
        Vector<float> sum = Vector<float>.One;
        float* center = weights + ((long)rule.Reach * stride);
        Vector.Store(sum, center);
        for (int j = 1; j <= rule.Reach; j++)
        {
            Vector<float> constant = new(constants[rule.Reach + j]);
            Vector<float> steps = new(j);
            Vector<float> upper = Vector.ConditionalSelect(Vector.LessThanOrEqual(steps, room), above * constant, Vector<float>.Zero);
            Vector<float> lower = Vector.ConditionalSelect(Vector.LessThanOrEqual(steps, middle), below * constant, Vector<float>.Zero);
            Vector.Store(upper, center + ((long)j * stride));
            Vector.Store(lower, center - ((long)j * stride));
            sum += upper + lower;
            above *= up;
            below *= down;
        }

        return sum;
    }

    private static void GaussianSlopes(
        Vector<float> place, Vector<float> slope, Vector<float> middle, in HistogramRule rule, float* constants, float* weights, int stride)
    {
        // Of weights w_k / sum w the derivative is w_k / sum w (k - mean) / b^2, where the mean is that of the bins by these weights.
        Vector<float> inverse = Vector<float>.One / Gaussians(place, middle, rule, constants, weights, stride);
        Vector<float> mean = Vector<float>.Zero;
        Vector<float> distance = new(-rule.Reach);
        for (int j = 0; j < WidthOf(rule); j++)
        {
            mean = Vector.MultiplyAddEstimate(Vector.Load(weights + ((long)j * stride)), distance, mean);
            distance += Vector<float>.One;
        }

        mean *= inverse;
        distance = new(-rule.Reach);
        Vector<float> factor = inverse * slope * new Vector<float>(2 * rule.Steepness);
        for (int j = 0; j < WidthOf(rule); j++)
        {
            float* weight = weights + ((long)j * stride);
            Vector.Store(Vector.Load(weight) * (distance - mean) * factor, weight);
            distance += Vector<float>.One;
        }
    }

    /// <summary>exp(-(place - middle) / t), within the range of float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Exponential(Vector<float> place, Vector<float> middle, in HistogramRule rule)
    {
        Vector<float> distance = (place - middle) * new Vector<float>(rule.Steepness);
        Vector<float> decay = SamplePlaces.Decay(Vector.Abs(distance));
        return Vector.ConditionalSelect(Vector.LessThan(distance, Vector<float>.Zero), Vector<float>.One / decay, decay);
    }

    private static void Differences(
        Vector<float> place, Vector<float> middle, in HistogramRule rule, float* constants, float* weights, int stride)
    {
        // The first edge is at -infinity, or as good as there, and the last one at infinity: so all differences add up to 1.
        Vector<float> exponential = Exponential(place, middle, rule);
        Vector<float> left = Vector<float>.One;
        for (int j = 1; j < WidthOf(rule); j++)
        {
            // The edge between bins j - 1 and j of the window. Where the exponential leaves float32, the quotient is 0 as it should.
            Vector<float> right = Vector<float>.One / Vector.MultiplyAddEstimate(exponential, new Vector<float>(constants[j]), Vector<float>.One);
            Vector.Store(left - right, weights + ((long)(j - 1) * stride));
            left = right;
        }

        Vector.Store(left, weights + ((long)(WidthOf(rule) - 1) * stride));
    }

    private static void DifferenceSlopes(
        Vector<float> place, Vector<float> slope, Vector<float> middle, in HistogramRule rule, float* constants, float* weights, int stride)
    {
        Vector<float> exponential = Exponential(place, middle, rule);
        Vector<float> factor = slope * new Vector<float>(rule.Steepness);
        Vector<float> left = Vector<float>.Zero;
        for (int j = 1; j < WidthOf(rule); j++)
        {
            Vector<float> share = Vector<float>.One / Vector.MultiplyAddEstimate(exponential, new Vector<float>(constants[j]), Vector<float>.One);
            Vector<float> right = factor * share * (Vector<float>.One - share);
            Vector.Store(left - right, weights + ((long)(j - 1) * stride));
            left = right;
        }

        Vector.Store(left, weights + ((long)(WidthOf(rule) - 1) * stride));
    }
}
