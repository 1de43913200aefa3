using System.Numerics.Tensors;
using PyramidOT.Data;

namespace PyramidOT;

/// <summary>The rules of masses and positions.</summary>
internal static class MarginalChecks
{
    /// <summary>Refuses other than as many masses as the shapes ask for.</summary>
    public static void Length(int masses, MarginalLayout layout, string name)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (masses != layout.Elements)
        {
            throw new ArgumentException($"There are {masses} masses where the shapes ask for {layout.Elements}.", name);
        }
    }

    /// <summary>The number of masses, which must fit one array.</summary>
    public static int ArrayLength(MarginalLayout layout, string name) => layout.Elements <= Array.MaxLength
        ? (int)layout.Elements
        : throw new ArgumentException($"There are {layout.Elements} masses; at most {Array.MaxLength} are expected.", name);

    /// <summary>Checks all masses, and scales them so that totals within a problem are equal.</summary>
    /// <param name="layout">The shapes.</param>
    /// <param name="masses">The masses, scaled in place.</param>
    /// <param name="options">The rule.</param>
    /// <param name="totals">Receives a total a problem.</param>
    /// <param name="name">What the caller calls the masses.</param>
    public static void Equalise(MarginalLayout layout, Span<double> masses, MarginalHistogramOptions options, Span<double> totals, string name)
    {
        if (!Enum.IsDefined(options.Masses))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Masses, "Not a rule for masses.");
        }

        if (!(options.Tolerance >= 0 && options.Tolerance <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Tolerance, "The tolerance must be from 0 to 1.");
        }

        for (int b = 0; b < layout.Count; b++)
        {
            int n = layout.BinsOf(b);
            Span<double> problem = masses.Slice((int)layout.ElementOffsets[b], layout.HistogramsOf(b) * n);
            double first = 0;
            for (int j = 0; j < layout.HistogramsOf(b) && n > 0; j++)
            {
                Span<double> histogram = problem.Slice(j * n, n);
                double total = Total(histogram, b, j, name);
                if (options.Masses == MassRule.Normalise)
                {
                    if (!(total > 0))
                    {
                        throw new ArgumentException($"Problem {b}, histogram {j}: all masses are 0, which cannot be normalised.", name);
                    }

                    TensorPrimitives.Divide(histogram, total, histogram);
                    totals[b] = 1;
                    continue;
                }

                first = j == 0 ? total : first;
                totals[b] = first;
                if (Math.Abs(total - first) > options.Tolerance * Math.Max(total, first))
                {
                    throw new ArgumentException(
                        $"Problem {b}, histogram {j} has total mass {PointCheck.Text(total)} where histogram 0 has {PointCheck.Text(first)}; they must be equal "
                        + $"to a relative {PointCheck.Text(options.Tolerance)}, or else be normalised.",
                        name);
                }

                if (total != first && total > 0)
                {
                    TensorPrimitives.Multiply(histogram, first / total, histogram);
                }
            }
        }
    }

    /// <summary>A copy of the positions, checked; empty where there are none.</summary>
    public static double[] Positions(MarginalLayout layout, IReadOnlyList<double>? positions)
    {
        if (positions is null)
        {
            return [];
        }

        bool isShared = positions.Count == layout.MaxBins && (long)layout.MaxBins * layout.Count == layout.Bins;
        if (positions.Count != layout.Bins && !isShared)
        {
            throw new ArgumentException(
                $"There are {positions.Count} positions where {layout.Bins} are expected, or one problem's where all have equally many bins.", nameof(positions));
        }

        double[] copy = [.. positions];
        int problems = positions.Count == layout.Bins ? layout.Count : 1;
        for (int b = 0; b < problems; b++)
        {
            Span<double> own = problems == layout.Count ? copy.AsSpan((int)layout.BinOffsets[b], layout.BinsOf(b)) : copy;
            for (int i = 0; i < own.Length; i++)
            {
                if (!double.IsFinite(own[i]) || (i > 0 && !(own[i] > own[i - 1])))
                {
                    throw new ArgumentException(
                        $"Problem {b}, position {i} is {PointCheck.Text(own[i])}{(i > 0 ? $" after {PointCheck.Text(own[i - 1])}" : string.Empty)}; "
                        + "positions are finite and rise.",
                        nameof(positions));
                }
            }
        }

        return copy;
    }

    private static double Total(ReadOnlySpan<double> histogram, int problem, int index, string name)
    {
        double total = TensorPrimitives.Sum(histogram);
        if (!double.IsFinite(total) || TensorPrimitives.Min(histogram) < 0)
        {
            for (int i = 0; i < histogram.Length; i++)
            {
                if (!(histogram[i] >= 0) || double.IsInfinity(histogram[i]))
                {
                    throw new ArgumentException(
                        $"Problem {problem}, histogram {index}, bin {i}: the mass is {PointCheck.Text(histogram[i])}; a finite number of at least 0 is expected.", name);
                }
            }

            throw new ArgumentException($"Problem {problem}, histogram {index}: the total mass overflows float64.", name);
        }

        return total;
    }
}
