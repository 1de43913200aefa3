namespace PyramidOT.Alignment;

/// <summary>The cells of a coupling by the point of one side, each point's in the order that the coupling has them in: so sums over them have one order.</summary>
internal sealed class CouplingRows
{
    private readonly int[] _starts;
    private readonly int[] _partners;
    private readonly double[]? _masses;

    private CouplingRows(int[] starts, int[] partners, double[]? masses, double[] totals) =>
        (_starts, _partners, _masses, Totals) = (starts, partners, masses, totals);

    /// <summary>The mass of each point: the sum of its cells'.</summary>
    public double[] Totals { get; }

    /// <summary>Groups the cells by source points.</summary>
    /// <param name="coupling">The cells.</param>
    /// <param name="sources">Number of source points.</param>
    /// <param name="targets">Number of target points.</param>
    /// <exception cref="ArgumentException">A pair names a point that there is not, or has no mass that could move.</exception>
    public static CouplingRows OfSources(Coupling coupling, int sources, int targets)
    {
        double[]? masses = coupling.MassArray;
        for (int k = 0; k < coupling.Count; k++)
        {
            (int source, int target) = (coupling.SourceRowArray[k], coupling.TargetRowArray[k]);
            if ((uint)source >= (uint)sources || (uint)target >= (uint)targets)
            {
                bool isSource = (uint)source >= (uint)sources;
                throw new ArgumentException(
                    $"Pair {k} names point {(isSource ? source : target)} of a side that has {(isSource ? sources : targets)}.", nameof(coupling));
            }

            if (masses is not null && !(masses[k] >= 0 && double.IsFinite(masses[k])))
            {
                throw new ArgumentException($"The mass of pair {k} is {masses[k]}; masses are finite numbers of at least 0.", nameof(coupling));
            }
        }

        CouplingRows rows = Group(coupling.SourceRowArray, coupling.TargetRowArray, masses, sources);
        int infinite = Array.FindIndex(rows.Totals, double.IsInfinity);
        return infinite < 0
            ? rows
            : throw new ArgumentException($"The masses of point {infinite} add up to more than float64 holds.", nameof(coupling));
    }

    /// <summary>The points of the other side that a point has cells with.</summary>
    public ReadOnlySpan<int> PartnersOf(int point) => _partners.AsSpan(_starts[point].._starts[point + 1]);

    /// <summary>The mass of a point's cell; 1 / count where pairs have none of their own.</summary>
    public double MassOf(int point, int cell) => _masses is null ? 1.0 / _partners.Length : _masses[_starts[point] + cell];

    /// <summary>The share of a point's mass that one of its cells has, at most 1: sums of shares times coordinates stay within the coordinates' range.</summary>
    public double ShareOf(int point, int cell) =>
        _masses is null ? 1.0 / (_starts[point + 1] - _starts[point]) : _masses[_starts[point] + cell] / Totals[point];

    private static CouplingRows Group(int[] rows, int[] partners, double[]? masses, int count)
    {
        int[] starts = new int[count + 1];
        foreach (int row in rows)
        {
            starts[row + 1]++;
        }

        for (int i = 0; i < count; i++)
        {
            starts[i + 1] += starts[i];
        }

        int[] next = starts[..^1];
        int[] sortedPartners = new int[rows.Length];
        double[]? sortedMasses = masses is null ? null : new double[rows.Length];
        double[] totals = new double[count];
        for (int k = 0; k < rows.Length; k++)
        {
            int place = next[rows[k]]++;
            sortedPartners[place] = partners[k];
            if (masses is not null)
            {
                sortedMasses![place] = masses[k];
                totals[rows[k]] += masses[k];
            }
        }

        for (int i = 0; masses is null && i < count; i++)
        {
            totals[i] = (double)(starts[i + 1] - starts[i]) / Math.Max(1, rows.Length);
        }

        return new(starts, sortedPartners, sortedMasses, totals);
    }
}
