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
}
