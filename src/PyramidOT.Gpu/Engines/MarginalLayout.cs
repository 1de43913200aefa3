namespace PyramidOT;

/// <summary>
/// The shapes of a batch of multi-marginal problems of any sizes. Problem b has d_b histograms of n_b bins each; its masses are the
/// row-major block of d_b x n_b elements, a histogram a row, that begins at <c>ElementOffsets[b]</c>, and the problems lie behind each other.
/// Positions of bins, where bins have any, lie behind each other likewise: n_b of problem b from <c>BinOffsets[b]</c> on. Immutable.
/// </summary>
public sealed class MarginalLayout
{
    private MarginalLayout(BatchLayout shape) => Shape = shape;

    /// <summary>Number of problems.</summary>
    public int Count => Shape.Count;

    /// <summary>Histograms of all problems together.</summary>
    public long Histograms => Shape.Rows;

    /// <summary>Bins of all problems together: those of a problem count once, not once a histogram.</summary>
    public long Bins => Shape.Columns;

    /// <summary>Masses of all problems together.</summary>
    public long Elements => Shape.Costs;

    /// <summary>Histograms of the problem that has most.</summary>
    public int MaxHistograms => Shape.MaxRows;

    /// <summary>Bins of the problem that has most.</summary>
    public int MaxBins => Shape.MaxColumns;

    /// <summary>First histogram of each problem, and after the last one <see cref="Histograms"/>: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<long> HistogramOffsets => Shape.RowOffsets;

    /// <summary>First bin of each problem, and after the last one <see cref="Bins"/>: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<long> BinOffsets => Shape.ColumnOffsets;

    /// <summary>First mass of each problem, and after the last one <see cref="Elements"/>: <see cref="Count"/> + 1 numbers.</summary>
    public ReadOnlySpan<long> ElementOffsets => Shape.CostOffsets;

    /// <summary>The same shapes with histograms for rows and bins for columns.</summary>
    internal BatchLayout Shape { get; }

    /// <summary>A batch of problems that all have one shape.</summary>
    /// <param name="count">Number of problems, at least 0.</param>
    /// <param name="histograms">Histograms of each, at least 0.</param>
    /// <param name="bins">Bins of each histogram, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static MarginalLayout Uniform(int count, int histograms, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(histograms);
        ArgumentOutOfRangeException.ThrowIfNegative(bins);
        return new(BatchLayout.Uniform(count, histograms, bins));
    }

    /// <summary>A batch of problems of any shapes.</summary>
    /// <param name="histograms">Histograms of each problem, at least 0.</param>
    /// <param name="bins">Bins of each problem's histograms, at least 0; as many numbers.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is negative.</exception>
    public static MarginalLayout Ragged(ReadOnlySpan<int> histograms, ReadOnlySpan<int> bins)
    {
        if (histograms.Length != bins.Length)
        {
            throw new ArgumentException($"{bins.Length} numbers of bins were given for {histograms.Length} problems.", nameof(bins));
        }

        Check(histograms, nameof(histograms));
        Check(bins, nameof(bins));
        return new(BatchLayout.Ragged(histograms, bins));
    }

    /// <summary>Histograms of problem <paramref name="problem"/>.</summary>
    public int HistogramsOf(int problem) => Shape.RowsOf(problem);

    /// <summary>Bins of each histogram of problem <paramref name="problem"/>.</summary>
    public int BinsOf(int problem) => Shape.ColumnsOf(problem);

    /// <summary>The problem, histogram and bin that a position among all masses belongs to.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="element"/> is not from 0 to <see cref="Elements"/> - 1.</exception>
    public (int Problem, int Histogram, int Bin) Locate(long element) => Shape.Locate(element);

    private static void Check(ReadOnlySpan<int> counts, string name)
    {
        for (int b = 0; b < counts.Length; b++)
        {
            if (counts[b] < 0)
            {
                throw new ArgumentException($"Problem {b} has {counts[b]} {name}; at least 0 is expected.", name);
            }
        }
    }
}
