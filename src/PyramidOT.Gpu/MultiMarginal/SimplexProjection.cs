using System.Buffers;
using System.Numerics.Tensors;
using PyramidOT.Data;

namespace PyramidOT;

/// <summary>
/// The nearest histogram: the Euclidean projection onto {h >= 0, sum h = mass}, exact (Michelot, J. Optim. Theory Appl. 50, 1986). All numbers
/// lose the same amount, and what falls below 0 becomes 0.
/// </summary>
public static class SimplexProjection
{
    private const int LargestOnStack = 256;

    /// <summary>Projects one vector in place, in a few passes over its numbers; n of them at the most.</summary>
    /// <param name="point">Finite numbers, at least one where <paramref name="mass"/> is above 0.</param>
    /// <param name="mass">The sum of the result, a finite number of at least 0.</param>
    /// <exception cref="ArgumentException">A number is not finite, or there is none to carry the mass.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The mass is negative, NaN or infinite.</exception>
    public static void Project(Span<double> point, double mass = 1) => ProjectRows(point, point.Length, mass);

    /// <summary>Projects each row of a matrix in place.</summary>
    /// <param name="rows">The rows, one behind the other.</param>
    /// <param name="length">Numbers of a row.</param>
    /// <param name="mass">The sum of each row of the result.</param>
    /// <exception cref="ArgumentException">As for <see cref="Project"/>, or the numbers are no whole number of rows; the message names the row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The mass is negative, NaN or infinite, or the length is negative.</exception>
    public static void ProjectRows(Span<double> rows, int length, double mass = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (!(mass >= 0) || double.IsInfinity(mass))
        {
            throw new ArgumentOutOfRangeException(nameof(mass), mass, "The mass is a finite number of at least 0.");
        }

        if (length == 0 ? !rows.IsEmpty || mass > 0 : rows.Length % length != 0)
        {
            throw new ArgumentException(
                length == 0 && rows.IsEmpty ? "There is no number that could carry the mass." : $"{rows.Length} numbers are no whole number of rows of {length}.",
                nameof(rows));
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if (!double.IsFinite(rows[i]))
            {
                throw new ArgumentException($"Number {i % length} of row {i / length} is {PointCheck.Text(rows[i])}; finite numbers are expected.", nameof(rows));
            }
        }

        double[]? rented = length > LargestOnStack ? ArrayPool<double>.Shared.Rent(length) : null;
        Span<double> left = rented is null ? stackalloc double[LargestOnStack] : rented;
        for (int start = 0; start < rows.Length; start += length)
        {
            ProjectRow(rows.Slice(start, length), left[..length], mass);
        }

        if (rented is not null)
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>Projects finite numbers, without a check.</summary>
    /// <param name="row">At least one number.</param>
    /// <param name="left">Room for as many.</param>
    /// <param name="mass">A finite number of at least 0.</param>
    internal static void ProjectRow(Span<double> row, Span<double> left, double mass)
    {
        // A common shift changes nothing; with the largest at 0, sums stay as small as the result.
        TensorPrimitives.Subtract(row, TensorPrimitives.Max<double>(row), row);
        row.CopyTo(left);
        double loss;
        for (int count = left.Length; ; )
        {
            // What these lose, if all of them stay above 0. Those that do not would not with fewer beside them either.
            loss = (TensorPrimitives.Sum<double>(left[..count]) - mass) / count;
            int kept = 0;
            foreach (double number in left[..count])
            {
                left[kept] = number;
                kept += number > loss ? 1 : 0;
            }

            // So small a mass that it is lost in rounding keeps none.
            if (kept == count || kept == 0)
            {
                break;
            }

            count = kept;
        }

        foreach (ref double number in row)
        {
            number = Math.Max(0, number - loss);
        }
    }
}
