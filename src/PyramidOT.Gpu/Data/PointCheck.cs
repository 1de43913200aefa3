using System.Globalization;
using System.Numerics.Tensors;

namespace PyramidOT.Data;

/// <summary>What is checked of every cloud: coordinates by the billion, so in SIMD code and on all cores.</summary>
internal static class PointCheck
{
    /// <summary>4 MiB: many parts of a large cloud, one of a small one, for which a second thread is not worth its waking.</summary>
    private const int PartLength = 1 << 20;

    /// <summary>Weights are summed in blocks, whose sums are then summed: the error grows with the blocks, not with the weights.</summary>
    private const int SumBlock = 4096;

    /// <summary>The largest magnitude; NaN or infinity where one of the numbers is. There must be one number at least.</summary>
    public static float MaxMagnitude(float[] numbers)
    {
        int parts = ((numbers.Length - 1) / PartLength) + 1;
        if (parts == 1)
            return OfPart(0);

        float[] largest = new float[parts];
        Parallel.For(0, parts, part => largest[part] = OfPart(part));
        return MathF.Abs(TensorPrimitives.MaxMagnitude<float>(largest));

        float OfPart(int part)
        {
            int start = part * PartLength;
            return MathF.Abs(TensorPrimitives.MaxMagnitude<float>(numbers.AsSpan(start, Math.Min(PartLength, numbers.Length - start))));
        }
    }

    /// <summary>Where the first NaN or infinity stands; -1 where there is none.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
                return i;
        }

        return -1;
    }

    /// <summary>A number that is not finite, in words.</summary>
    public static string Text(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? value > 0 ? "infinity" : "-infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Divides weights by their sum. Returns what is wrong with them, if something is; they are unchanged then.</summary>
    public static string? Normalise(Span<double> weights)
    {
        double sum = 0;
        for (int start = 0; start < weights.Length; start += SumBlock)
        {
            double part = 0;
            foreach (double weight in weights[start..Math.Min(start + SumBlock, weights.Length)])
                part += weight;
            sum += part;

            // A negative weight hides in a sum; NaN and infinity show in it.
            if (!double.IsFinite(sum) || TensorPrimitives.Min<double>(weights[start..Math.Min(start + SumBlock, weights.Length)]) < 0)
                return FirstProblem(weights);
        }

        if (sum == 0)
            return "All weights are 0.";
        TensorPrimitives.Divide(weights, sum, weights);
        return null;
    }

    private static string FirstProblem(ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] < 0)
                return $"Weight {i} is {Text(weights[i])}; weights are finite numbers, not negative.";
        }

        return "The sum of the weights overflows float64.";
    }
}
