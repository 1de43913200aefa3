using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The closed form for the range cost, one problem a call: eight cuts at a time across all histograms. The first sweep over the histograms
/// takes their cumulative masses at these cuts and the extremes with those that attain them; the second one writes the gradient, whose
/// running sums go on from block to block as the cumulative masses do.
/// </summary>
/// <remarks>All sums in float64 and in one order, whatever the machine's vectors are.</remarks>
internal static unsafe class RangeDistance
{
    // The steps stay methods of their own: together they would be more than the compiler is willing to inline, and on machines with narrow vectors
    // every operation on eight lanes is a method that must be.

    /// <summary>Solves one problem.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="masses">d x n numbers.</param>
    /// <param name="d">Histograms.</param>
    /// <param name="n">Bins.</param>
    /// <param name="positions">n numbers; null where bin i stands at i.</param>
    /// <param name="ties">Who is charged where several attain an extremum.</param>
    /// <param name="tolerance">Of <see cref="TieRule.Averaged"/>, as a share of the total mass.</param>
    /// <param name="gradient">Receives d x n numbers; or null.</param>
    /// <param name="scratch">For the running sums; the caller resets it.</param>
    /// <returns>The value; NaN where a mass is not finite.</returns>
    public static double Solve<T>(
        T* masses, int d, int n, T* positions, TieRule ties, double tolerance, T* gradient, HostScratch scratch)
        where T : unmanaged
    {
        if (d == 0 || n == 0)
        {
            return 0;
        }

        // Each histogram's cumulative masses at the current cuts, and its gradient at the last bin before them.
        double* cumulative = scratch.Take<double>((long)EightDoubles.Count * d);
        double* slopes = scratch.Take<double>(gradient == null ? 0 : d);
        double* carried = scratch.Take<double>(d);
        new Span<double>(carried, d).Clear();
        if (gradient != null)
        {
            for (int j = 0; j < d; j++)
            {
                slopes[j] = 0;
                gradient[(long)j * n] = default;
            }

            if (ties == TieRule.Averaged)
            {
                tolerance *= Total(masses, n);
            }
        }

        Vector512<double> value = default;
        for (int k = 0; k < n; k += EightDoubles.Count)
        {
            int bins = Math.Min(EightDoubles.Count, n - k);
            int cuts = Math.Min(EightDoubles.Count, n - 1 - k);
            Vector512<double> widths = Widths(positions, k, cuts);
            Extremes extremes;
            if (gradient == null)
            {
                extremes = Sweep<T, Off>(masses + k, d, n, bins, cumulative, carried);
            }
            else if (ties == TieRule.FirstLast)
            {
                extremes = Sweep<T, On>(masses + k, d, n, bins, cumulative, carried);
                if (positions == null)
                {
                    Count(extremes, d, n, cuts, slopes, gradient + k + 1);
                }
                else
                {
                    Charge(extremes, widths, d, n, cuts, slopes, gradient + k + 1);
                }
            }
            else
            {
                extremes = Sweep<T, Off>(masses + k, d, n, bins, cumulative, carried);
                Share(extremes, widths, d, n, cuts, cumulative, tolerance, slopes, gradient + k + 1);
            }

            value += widths * (extremes.Most - extremes.Least);
        }

        // A NaN or an infinity anywhere is in its histogram's total, and makes the difference NaN.
        double totals = 0;
        for (int j = 0; j < d; j++)
        {
            totals += carried[j];
        }

        return EightDoubles.Sum(value) + (totals - totals);
    }

    /// <summary>The cumulative masses of all histograms at eight cuts, and their extremes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Extremes Sweep<T, TPlaces>(T* masses, int d, int n, int bins, double* cumulative, double* carried)
        where T : unmanaged
        where TPlaces : struct, ISwitch
    {
        Vector512<double> least = Vector512.Create(double.PositiveInfinity);
        Vector512<double> most = Vector512.Create(double.NegativeInfinity);
        Vector512<double> first = default;
        Vector512<double> last = default;
        Vector512<double> place = default;
        Vector512<double> one = Vector512.Create(1.0);
        for (int j = 0; j < d; j++)
        {
            Vector512<double> sum = EightDoubles.Scan(EightDoubles.Load(masses, bins)) + Vector512.Create(carried[j]);
            sum.Store(cumulative);
            carried[j] = cumulative[EightDoubles.Count - 1];
            Vector512<double> isLess = Vector512.LessThan(sum, least);
            Vector512<double> isBelow = Vector512.LessThan(sum, most);
            least = Vector512.ConditionalSelect(isLess, sum, least);
            most = Vector512.ConditionalSelect(isBelow, most, sum);
            if (TPlaces.IsOn)
            {
                first = Vector512.ConditionalSelect(isLess, place, first);
                last = Vector512.ConditionalSelect(isBelow, last, place);
                place += one;
            }

            masses += n;
            cumulative += EightDoubles.Count;
        }

        return new() { Least = least, Most = most, First = first, Last = last };
    }

    /// <summary>The gradient of the bins behind eight cuts, charged to one histogram an extreme.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Charge<T>(Extremes extremes, Vector512<double> widths, int d, int n, int cuts, double* slopes, T* gradient)
        where T : unmanaged
    {
        Vector512<double> first = extremes.First;
        Vector512<double> last = extremes.Last;
        Vector512<double> place = default;
        Vector512<double> one = Vector512.Create(1.0);
        for (int j = 0; j < d; j++)
        {
            Vector512<double> isFirst = Vector512.Equals(first, place);
            Vector512<double> isLast = Vector512.Equals(last, place);
            Vector512<double> slope = Vector512.Create(slopes[j]);

            // Among many histograms most attain no extreme at these cuts.
            if ((isFirst | isLast) != Vector512<double>.Zero)
            {
                slope += EightDoubles.Scan((widths & isFirst) - (widths & isLast));
                slopes[j] = slope.GetElement(EightDoubles.Count - 1);
            }

            EightDoubles.Store(gradient, slope, cuts);
            gradient += n;
            place += one;
        }
    }

    /// <summary>The same where every cut weighs 1, so that the gradient is whole.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Count<T>(Extremes extremes, int d, int n, int cuts, double* slopes, T* gradient)
        where T : unmanaged
    {
        int* counts = (int*)slopes;
        Vector256<int> first = EightCounts.Of(extremes.First);
        Vector256<int> last = EightCounts.Of(extremes.Last);
        Vector256<int> place = default;
        for (int j = 0; j < d; j++)
        {
            // What is equal is -1.
            Vector256<int> charge = Vector256.Equals(last, place) - Vector256.Equals(first, place);
            Vector256<int> count = EightCounts.Scan(charge) + Vector256.Create(counts[j]);
            counts[j] = count.GetElement(EightDoubles.Count - 1);
            EightCounts.Store(gradient, count, cuts);
            gradient += n;
            place += Vector256<int>.One;
        }
    }

    /// <summary>The gradient of the bins behind eight cuts, shared by all histograms that attain an extreme.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Share<T>(
        Extremes extremes, Vector512<double> widths, int d, int n, int cuts, double* cumulative, double tolerance, double* slopes, T* gradient)
        where T : unmanaged
    {
        Vector512<double> one = Vector512.Create(1.0);
        Vector512<double> near = Vector512.Create(tolerance);
        Vector512<double> lowest = default;
        Vector512<double> highest = default;
        for (int j = 0; j < d; j++)
        {
            Vector512<double> sum = Vector512.Load(cumulative + ((long)j * EightDoubles.Count));
            lowest += one & Vector512.LessThanOrEqual(sum - extremes.Least, near);
            highest += one & Vector512.LessThanOrEqual(extremes.Most - sum, near);
        }

        lowest = widths / lowest;
        highest = widths / highest;
        for (int j = 0; j < d; j++)
        {
            Vector512<double> sum = Vector512.Load(cumulative + ((long)j * EightDoubles.Count));
            Vector512<double> gain = lowest & Vector512.LessThanOrEqual(sum - extremes.Least, near);
            Vector512<double> loss = highest & Vector512.LessThanOrEqual(extremes.Most - sum, near);
            Vector512<double> slope = Vector512.Create(slopes[j]) + EightDoubles.Scan(gain - loss);
            slopes[j] = slope.GetElement(EightDoubles.Count - 1);
            EightDoubles.Store(gradient, slope, cuts);
            gradient += n;
        }
    }

    /// <summary>What a cut weighs: the way from one bin to the next, 0 behind the last cut.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Widths<T>(T* positions, int k, int cuts)
        where T : unmanaged
    {
        if (positions == null)
        {
            return Vector512.Create(1.0) & Vector512.LessThan(Vector512<double>.Indices, Vector512.Create((double)cuts));
        }

        return EightDoubles.Load(positions + k + 1, cuts) - EightDoubles.Load(positions + k, cuts);
    }

    private static double Total<T>(T* masses, int n)
        where T : unmanaged
    {
        Vector512<double> sum = default;
        for (int k = 0; k < n; k += EightDoubles.Count)
        {
            sum += EightDoubles.Load(masses + k, n - k);
        }

        return EightDoubles.Sum(sum);
    }

    /// <summary>The extremes at eight cuts, and who attains them.</summary>
    private struct Extremes
    {
        public Vector512<double> Least;
        public Vector512<double> Most;

        /// <summary>The first histogram with the least.</summary>
        public Vector512<double> First;

        /// <summary>The last histogram with the most.</summary>
        public Vector512<double> Last;
    }

    /// <summary>A choice that is made when the code is compiled.</summary>
    private interface ISwitch
    {
        static abstract bool IsOn { get; }
    }

    private readonly struct On : ISwitch
    {
        public static bool IsOn => true;
    }

    private readonly struct Off : ISwitch
    {
        public static bool IsOn => false;
    }
}
