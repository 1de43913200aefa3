using PyramidOT.Tests.Conformance;

namespace PyramidOT.Tests.MultiMarginal;

/// <summary>Histograms that a walk may stumble over. Masses are whole multiples of 2^-12 that add up to 1, so that all sums are exact.</summary>
internal static class WalkHistograms
{
    public const int Kinds = 7;

    private const int Units = 4096;

    /// <summary>One histogram: any masses, few units, one bin, empty ends, empty end, empty beginning, or equal shares.</summary>
    public static double[] Draw(Draws draws, int bins, int kind)
    {
        double[] masses = new double[bins];
        (int first, int end) = kind switch
        {
            3 => (bins / 3, bins - (bins / 3)),
            4 => (0, bins - (bins / 2)),
            5 => (bins / 2, bins),
            _ => (0, bins),
        };
        int heaps = kind switch { 0 => 64, 1 => 4, 2 => 1, 6 => 2 * bins, _ => 8 };
        for (int heap = 0, left = Units; left > 0; heap++)
        {
            int part = heap == heaps - 1 || left < 4 ? left : kind is 0 ? 1 + draws.Below(2 * left / (heaps - heap)) : Math.Max(1, left / (heaps - heap));
            part = Math.Min(part, left);
            masses[kind == 6 ? first + (heap % (end - first)) : first + draws.Below(end - first)] += part / (double)Units;
            left -= part;
        }

        return masses;
    }

    /// <summary>A problem whose histograms are of one kind, or of all.</summary>
    public static double[][] Problem(Draws draws, int histograms, int bins, int kind) =>
        [.. Enumerable.Range(0, histograms).Select(_ => Draw(draws, bins, kind < Kinds ? kind : draws.Below(Kinds)))];
}
