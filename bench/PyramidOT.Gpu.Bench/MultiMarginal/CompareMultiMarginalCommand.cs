using System.CommandLine;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.MultiMarginal;

/// <summary>The verb <c>compare-mmot</c>.</summary>
internal static class CompareMultiMarginalCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create() => SectionCommand.Create(
        "compare-mmot",
        "Measures multi-marginal transport on the Host beside NumPy and POT, on the same instances in one run.",
        "range, 10 x 100, in cache 100",
        MarkedSection.MultiMarginal,
        quick =>
        [
            new("Range cost, value and gradient", "range", MultiMarginalTables.FormatRange, Range(quick)),
            new(
                "Regularizer, loss and gradient: 10,000 samples of 64 features, 9 groups, 10 bins",
                "regularizer",
                MultiMarginalTables.FormatRegularizer,
                Enum.GetValues<SoftHistogramKind>().Select(kind => new RegularizerWorkload(kind))),
        ]);

    private static IEnumerable<Workload> Range(bool quick)
    {
        // 80 MB of masses, and as many of gradients.
        (int Histograms, int Bins, int Streamed)[] shapes = [(10, 100, quick ? 5_000 : 20_000), (50, 50, quick ? 2_000 : 8_000)];
        foreach ((int histograms, int bins, _) in shapes)
        {
            yield return new RangeWorkload(histograms, bins, 200);
        }

        foreach ((int histograms, int bins, int count) in shapes)
        {
            yield return new RangeWorkload(histograms, bins, count) { IsStreamed = true };
        }

        foreach ((int histograms, int bins, _) in shapes)
        {
            yield return new RangeWorkload(histograms, bins, 200) { Ties = TieRule.Averaged };
        }
    }
}
