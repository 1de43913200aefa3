namespace PyramidOT;

/// <summary>Pairs of source and target points in the order in which they meet in the tree: points that met in one cell stand together.</summary>
public sealed class PairOrder
{
    private readonly int[]? _labels;

    /// <param name="sourceRows">The source points.</param>
    /// <param name="targetRows">The target points.</param>
    /// <param name="levels">The levels.</param>
    /// <param name="masses">The masses; null where all are equal.</param>
    /// <param name="labels">The label of each source point, where batches must not mix labels; else null.</param>
    internal PairOrder(int[] sourceRows, int[] targetRows, int[] levels, double[]? masses, int[]? labels)
    {
        _labels = labels;
        SourceRowArray = sourceRows;
        TargetRowArray = targetRows;
        LevelArray = levels;
        MassArray = masses;
    }

    /// <summary>Number of pairs.</summary>
    public int Count => SourceRowArray.Length;

    /// <summary>The source point of each pair, its row in the cloud.</summary>
    public ReadOnlySpan<int> SourceRows => SourceRowArray;

    /// <summary>The target point of each pair, its row in the cloud.</summary>
    public ReadOnlySpan<int> TargetRows => TargetRowArray;

    /// <summary>The level of the cell that each pair met in, the root's being 0.</summary>
    public ReadOnlySpan<int> Levels => LevelArray;

    /// <summary>The mass of each pair, of sum 1; empty where all pairs have the same.</summary>
    public ReadOnlySpan<double> Masses => MassArray;

    internal int[] SourceRowArray { get; }

    internal int[] TargetRowArray { get; }

    internal int[] LevelArray { get; }

    internal double[]? MassArray { get; }

    /// <summary>
    /// Cuts the order into consecutive batches. The last one may be short, and, where points meet within equal labels only, the last one of
    /// each label.
    /// </summary>
    /// <param name="batchSize">Pairs of a batch, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public IEnumerable<PairBatch> Batches(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Cut();

        IEnumerable<PairBatch> Cut()
        {
            int end;
            for (int start = 0; start < Count; start = end)
            {
                end = EndOf(start, batchSize);
                yield return new(
                    SourceRowArray.AsMemory(start..end),
                    TargetRowArray.AsMemory(start..end),
                    LevelArray.AsMemory(start..end),
                    MassArray is null ? default : MassArray.AsMemory(start..end));
            }
        }
    }

    private int EndOf(int start, int batchSize)
    {
        int end = start + Math.Min(batchSize, Count - start);
        if (_labels is null)
        {
            return end;
        }

        int label = _labels[SourceRowArray[start]];
        int next = start + 1;
        while (next < end && _labels[SourceRowArray[next]] == label)
        {
            next++;
        }

        return next;
    }
}
