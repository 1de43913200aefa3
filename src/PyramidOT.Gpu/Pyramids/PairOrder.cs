namespace PyramidOT;

/// <summary>Pairs of source and target points in the order in which they meet in the tree: points that met in one cell stand together.</summary>
public sealed class PairOrder
{
    internal PairOrder(int[] sourceRows, int[] targetRows, int[] levels, double[]? masses)
    {
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

    /// <summary>Cuts the order into consecutive batches; the last one may be short.</summary>
    /// <param name="batchSize">Pairs of a batch, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public IEnumerable<PairBatch> Batches(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Cut();

        IEnumerable<PairBatch> Cut()
        {
            for (int start = 0; start < Count; start += Math.Min(batchSize, Count - start))
            {
                int count = Math.Min(batchSize, Count - start);
                yield return new(
                    SourceRowArray.AsMemory(start, count),
                    TargetRowArray.AsMemory(start, count),
                    LevelArray.AsMemory(start, count),
                    MassArray is null ? default : MassArray.AsMemory(start, count));
            }
        }
    }
}
