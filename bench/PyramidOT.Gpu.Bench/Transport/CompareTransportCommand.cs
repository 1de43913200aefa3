using System.CommandLine;
using PyramidOT.Bench.Comparison;

namespace PyramidOT.Bench.Transport;

/// <summary>The verb <c>compare-transport</c>.</summary>
internal static class CompareTransportCommand
{
    /// <summary>Makes the verb.</summary>
    public static Command Create() => SectionCommand.Create(
        "compare-transport",
        "Measures exact, entropic and sliced transport on the Host beside POT, on the same instances in one run.",
        "entropic, epsilon = 0.02 64",
        MarkedSection.Transport,
        quick =>
        [
            new("Exact transport", "exact", TransportTables.FormatExact, TransportWorkloads.Exact(quick)),
            new("Entropic transport", "entropic", TransportTables.FormatEntropic, TransportWorkloads.Entropic(quick)),
            new("Sliced distance", "sliced", TransportTables.FormatSliced, TransportWorkloads.Sliced(quick)),
        ]);
}
