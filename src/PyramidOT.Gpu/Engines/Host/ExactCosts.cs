using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>Costs of single pairs in float64, for what is certified on the host.</summary>
internal static unsafe class ExactCosts
{
    /// <summary>g(x, y)^p of two points of as many coordinates: the same number wherever they stand, and 0 where they are equal.</summary>
    public static double Of(GroundCost cost, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        fixed (float* left = x, right = y)
        {
            return SimdWidth.Floats switch
            {
                16 => ExactDistance<Doubles8, Vector512<double>>.Cost(cost, left, right, x.Length),
                8 => ExactDistance<Doubles4, Vector256<double>>.Cost(cost, left, right, x.Length),
                _ => ExactDistance<Doubles2, Vector128<double>>.Cost(cost, left, right, x.Length),
            };
        }
    }
}
