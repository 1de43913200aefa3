namespace PyramidOT;

/// <summary>
/// A plan of a multi-marginal problem in coordinate form: cells, each with a bin of each histogram, and their masses. No histogram's bin
/// falls from one cell to the next; there are at most d (n - 1) + 1 cells.
/// </summary>
public sealed class MarginalPlan
{
    // Lighter cells are rounding of sums that are equal: they are joined with their neighbours.
    private const double Dust = 1.0 / (1L << 40);

    private readonly int[] _bins;
    private readonly double[] _masses;

    private MarginalPlan(int histograms, int[] bins, double[] masses)
    {
        Histograms = histograms;
        _bins = bins;
        _masses = masses;
    }

    /// <summary>d.</summary>
    public int Histograms { get; }

    /// <summary>Number of cells.</summary>
    public int Count => _masses.Length;

    /// <summary>The bins of all cells, [cells, d] row-major.</summary>
    public ReadOnlySpan<int> Bins => _bins;

    /// <summary>The mass of each cell, above 0.</summary>
    public ReadOnlySpan<double> Masses => _masses;

    /// <summary>The bin of each histogram in one cell.</summary>
    public ReadOnlySpan<int> BinsOf(int cell) => _bins.AsSpan(cell * Histograms, Histograms);

    /// <summary>The mass that the plan gives each bin of a histogram.</summary>
    /// <param name="histogram">From 0 to <see cref="Histograms"/> - 1.</param>
    /// <param name="bins">n: the number of bins.</param>
    public double[] MarginalOf(int histogram, int bins)
    {
        double[] marginal = new double[bins];
        for (int cell = 0; cell < Count; cell++)
        {
            marginal[BinsOf(cell)[histogram]] += _masses[cell];
        }

        return marginal;
    }

    /// <summary>The plan of a walk.</summary>
    /// <param name="histograms">d.</param>
    /// <param name="bins">n.</param>
    /// <param name="movers">The histogram that moves with each step, d (n - 1) of them.</param>
    /// <param name="masses">The mass before each step and at the end: one more.</param>
    internal static MarginalPlan Of(int histograms, int bins, ReadOnlySpan<int> movers, ReadOnlySpan<double> masses)
    {
        if (histograms == 0 || bins == 0)
        {
            return new(histograms, [], []);
        }

        int steps = histograms * (bins - 1);
        double total = 0;
        foreach (double mass in masses[..(steps + 1)])
        {
            total += mass;
        }

        List<int> cells = [];
        List<double> heaps = [];
        int[] at = new int[histograms];
        double heap = 0;
        for (int step = 0; step <= steps; step++)
        {
            heap += masses[step];
            if (heap > Dust * total)
            {
                cells.AddRange(at);
                heaps.Add(heap);
                heap = 0;
            }

            if (step < steps)
            {
                at[movers[step]]++;
            }
        }

        if (heaps.Count > 0)
        {
            heaps[^1] += heap;
        }

        return new(histograms, [.. cells], [.. heaps]);
    }
}
