using System.Numerics.Tensors;
using PyramidOT.Kernels;

namespace PyramidOT.Data;

/// <summary>
/// Standard normal numbers without a state, by Box and Muller from <see cref="CounterRandom"/>: a draw depends on seed, stream and index
/// alone.
/// </summary>
public static class CounterNormal
{
    /// <summary>Uniform numbers of streams below this are not touched: a caller may number streams of both kinds alike.</summary>
    private const ulong FirstStream = 1UL << 32;

    /// <summary>One number.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">Which sequence of the seed, below 2^32.</param>
    /// <param name="index">Which number of the sequence.</param>
    /// <returns>A normal number of mean 0 and deviation 1, of magnitude below 9.</returns>
    public static double At(ulong seed, ulong stream, ulong index)
    {
        (double even, double odd) = PairAt(seed, stream, index / 2);
        return index % 2 == 0 ? even : odd;
    }

    /// <summary>Two independent numbers, which together cost hardly more than one: those of indices 2 * pair and 2 * pair + 1.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">Which sequence of the seed, below 2^32.</param>
    /// <param name="pair">Which pair of the sequence.</param>
    /// <returns>Two normal numbers of mean 0 and deviation 1.</returns>
    public static (double Even, double Odd) PairAt(ulong seed, ulong stream, ulong pair)
    {
        // 1 - u is never 0, whose logarithm there is not.
        double radius = Math.Sqrt(-2 * Math.Log(1 - CounterRandom.Uniform(seed, FirstStream + (2 * stream), pair)));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * CounterRandom.Uniform(seed, FirstStream + (2 * stream) + 1, pair));
        return (radius * cosine, radius * sine);
    }

    /// <summary>The first numbers of a sequence, but for the last bits those that <see cref="At"/> gives: logarithms and sines are taken by vectors.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">Which sequence of the seed, below 2^32.</param>
    /// <param name="numbers">Receives an even count of numbers.</param>
    /// <param name="room">Room for three numbers of each pair, of any content.</param>
    internal static void Fill(ulong seed, ulong stream, Span<double> numbers, Span<double> room)
    {
        int pairs = numbers.Length / 2;
        Span<double> radius = room[..pairs];
        Span<double> angle = room.Slice(pairs, pairs);
        Span<double> sine = room.Slice(2 * pairs, pairs);
        for (int pair = 0; pair < pairs; pair++)
        {
            radius[pair] = 1 - CounterRandom.Uniform(seed, FirstStream + (2 * stream), (ulong)pair);
            angle[pair] = 2 * Math.PI * CounterRandom.Uniform(seed, FirstStream + (2 * stream) + 1, (ulong)pair);
        }

        TensorPrimitives.Log(radius, radius);
        TensorPrimitives.Multiply(radius, -2, radius);
        TensorPrimitives.Sqrt(radius, radius);
        TensorPrimitives.Sin(angle, sine);
        TensorPrimitives.Cos(angle, angle);
        for (int pair = 0; pair < pairs; pair++)
        {
            numbers[2 * pair] = radius[pair] * angle[pair];
            numbers[(2 * pair) + 1] = radius[pair] * sine[pair];
        }
    }
}
