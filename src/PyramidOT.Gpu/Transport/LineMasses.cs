using System.Numerics.Tensors;
using PyramidOT.Data;
using PyramidOT.Engines;

namespace PyramidOT;

/// <summary>Weights as whole numbers that add up to <see cref="LineSide.Total"/>, in whose sums nothing is rounded.</summary>
internal static class LineMasses
{
    // Of the larger total; a mismatch up to there is taken for rounding.
    private const double LargestMismatch = 1e-6;

    /// <summary>Equal shares.</summary>
    public static void Share(Span<long> masses)
    {
        long whole = masses.IsEmpty ? 0 : LineSide.Total / masses.Length;
        masses.Fill(whole);

        // What a division leaves, one each to the first ones.
        int rest = (int)(LineSide.Total - (whole * masses.Length));
        for (int i = 0; i < rest && !masses.IsEmpty; i++)
        {
            masses[i]++;
        }
    }

    /// <summary>The shares of weights of any total.</summary>
    /// <param name="weights">Finite numbers of at least 0, not all 0.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="masses">Receives as many whole numbers.</param>
    public static void Share(ReadOnlySpan<double> weights, double total, Span<long> masses)
    {
        long left = LineSide.Total;
        int heaviest = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            masses[i] = (long)Math.Round(weights[i] / total * LineSide.Total);
            left -= masses[i];
            heaviest = masses[i] > masses[heaviest] ? i : heaviest;
        }

        // Rounding left some units over, or took some too many.
        masses[heaviest] += left;
    }

    /// <summary>The sum of weights.</summary>
    /// <param name="weights">The weights, at least one.</param>
    /// <param name="whose">Whose they are, for messages: "problem 3, source", say.</param>
    /// <param name="name">What the caller calls them.</param>
    /// <exception cref="ArgumentException">A weight is none, or all are 0; the message says whose.</exception>
    public static double Total(ReadOnlySpan<double> weights, string whose, string name)
    {
        if (IndexOfBad(weights) is >= 0 and int bad)
        {
            throw new ArgumentException($"Weight {bad} of {whose} is {PointCheck.Text(weights[bad])}; a finite number of at least 0 is expected.", name);
        }

        double total = TensorPrimitives.Sum(weights);
        return total > 0 && double.IsFinite(total)
            ? total
            : throw new ArgumentException($"The weights of {whose} sum to {PointCheck.Text(total)}; a finite number above 0 is expected.", name);
    }

    /// <summary>Refuses totals that differ by more than rounding.</summary>
    /// <exception cref="ArgumentException">They do; the message names the problem.</exception>
    public static void CheckTotals(double source, double target, int problem, string name)
    {
        if (Math.Abs(source - target) > LargestMismatch * Math.Max(source, target))
        {
            throw new ArgumentException(
                $"Problem {problem} has mass {source} at its sources and {target} at its targets; a relative mismatch of up to 1e-6 is rescaled.", name);
        }
    }

    private static int IndexOfBad(ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
