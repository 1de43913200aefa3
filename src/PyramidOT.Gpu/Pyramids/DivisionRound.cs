namespace PyramidOT.Pyramids;

/// <summary>
/// Some cells that are divided together: their points' rows, cell by cell, on the engine, and for each point the child that a divider
/// sends it to. Children are the columns of the layouts, the same ones for both clouds.
/// </summary>
internal sealed class DivisionRound : IDisposable
{
    private readonly ComputeEngine _engine;

    public DivisionRound(PyramidBuilder builder, ReadOnlySpan<OpenCell> cells, ulong seed)
    {
        _engine = builder.Engine;
        Seed = seed;
        Count = cells.Length;
        SourceCounts = new int[Count];
        TargetCounts = new int[Count];
        Children = new int[Count];
        Cells = cells.ToArray();
        for (int i = 0; i < Count; i++)
        {
            PyramidLevel level = builder.Levels[cells[i].Level];
            SourceCounts[i] = level.SourceEnd[cells[i].Cell] - level.SourceStart[cells[i].Cell];
            TargetCounts[i] = level.TargetEnd[cells[i].Cell] - level.TargetStart[cells[i].Cell];
        }

        SourceRows = new int[SourceCounts.Sum()];
        TargetRows = new int[TargetCounts.Sum()];
        int source = 0;
        int target = 0;
        for (int i = 0; i < Count; i++)
        {
            PyramidLevel level = builder.Levels[cells[i].Level];
            builder.Source.Order.AsSpan(level.SourceStart[cells[i].Cell], SourceCounts[i]).CopyTo(SourceRows.AsSpan(source));
            builder.Target.Order.AsSpan(level.TargetStart[cells[i].Cell], TargetCounts[i]).CopyTo(TargetRows.AsSpan(target));
            source += SourceCounts[i];
            target += TargetCounts[i];
        }

        try
        {
            SourceOrder = _engine.Upload(SourceRows);
            TargetOrder = _engine.Upload(TargetRows);
            SourceChild = _engine.Allocate<int>(SourceRows.Length);
            TargetChild = _engine.Allocate<int>(TargetRows.Length);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of cells.</summary>
    public int Count { get; }

    /// <summary>The cells.</summary>
    public OpenCell[] Cells { get; }

    /// <summary>The seed of this round's draws.</summary>
    public ulong Seed { get; }

    /// <summary>Source points of each cell.</summary>
    public int[] SourceCounts { get; }

    /// <summary>Target points of each cell.</summary>
    public int[] TargetCounts { get; }

    /// <summary>Children of each cell: for a divider to say.</summary>
    public int[] Children { get; }

    /// <summary>The rows of the source points, cell by cell; sorted by child once <see cref="Partition()"/> is done.</summary>
    public int[] SourceRows { get; }

    /// <summary>The rows of the target points, cell by cell; sorted by child once <see cref="Partition()"/> is done.</summary>
    public int[] TargetRows { get; }

    /// <summary><see cref="SourceRows"/> on the engine.</summary>
    public EngineBuffer<int> SourceOrder { get; }

    /// <summary><see cref="TargetRows"/> on the engine.</summary>
    public EngineBuffer<int> TargetOrder { get; }

    /// <summary>Receives the child of each source point.</summary>
    public EngineBuffer<int> SourceChild { get; }

    /// <summary>Receives the child of each target point.</summary>
    public EngineBuffer<int> TargetChild { get; }

    /// <summary>Source points and children of each cell.</summary>
    public BatchLayout SourceLayout => field ??= BatchLayout.Ragged(SourceCounts, Children);

    /// <summary>Target points and children of each cell.</summary>
    public BatchLayout TargetLayout => field ??= BatchLayout.Ragged(TargetCounts, Children);

    /// <summary>Sorts the rows of all cells by child.</summary>
    /// <returns>The number of source points and of target points of each child.</returns>
    public (int[] Source, int[] Target) Partition() => (
        Partition(SourceLayout, SourceOrder, SourceChild, SourceRows),
        Partition(TargetLayout, TargetOrder, TargetChild, TargetRows));

    public void Dispose()
    {
        SourceOrder?.Dispose();
        TargetOrder?.Dispose();
        SourceChild?.Dispose();
        TargetChild?.Dispose();
    }

    private int[] Partition(BatchLayout layout, EngineBuffer<int> order, EngineBuffer<int> child, int[] rows)
    {
        using EngineBuffer<int> partitioned = _engine.Allocate<int>(layout.Rows);
        using EngineBuffer<int> counts = _engine.Allocate<int>(layout.Columns);
        _engine.Cells.Partition(layout, order, child, partitioned, counts);
        partitioned.Download(rows);
        return counts.ToArray();
    }
}
