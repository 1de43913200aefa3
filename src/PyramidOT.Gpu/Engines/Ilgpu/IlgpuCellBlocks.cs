using System.Runtime.InteropServices;
using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The blocks that large cells are sorted by, and where their counts stand: for consecutive cells of a layout, counted from the first of them.</summary>
internal sealed class IlgpuCellBlocks : IDisposable
{
    private readonly EngineBuffer<CellBlock> _blocks;
    private readonly EngineBuffer<CellBlock> _cells;

    public IlgpuCellBlocks(IlgpuEngine engine, BatchLayout layout, int first, int end)
    {
        BlockRows = LaunchSizes.SortRows(layout.MaxColumns);
        List<CellBlock> blocks = [];
        List<CellBlock> cells = [];
        for (int cell = first; cell < end; cell++)
        {
            int rows = layout.RowsOf(cell);
            if (rows <= LaunchSizes.SmallCell)
            {
                continue;
            }

            cells.Add(new() { Cell = cell - first, Place = Counts });
            int count = 0;
            for (long row = 0; row < rows; row += BlockRows)
            {
                blocks.Add(new() { Cell = cell - first, FirstRow = (int)row, Place = Counts + count });
                count++;
            }

            Counts += (long)count * layout.ColumnsOf(cell);
        }

        _blocks = engine.Upload<CellBlock>(CollectionsMarshal.AsSpan(blocks));
        try
        {
            _cells = engine.Upload<CellBlock>(CollectionsMarshal.AsSpan(cells));
        }
        catch
        {
            _blocks.Dispose();
            throw;
        }

        Blocks = engine.ViewOf<CellBlock>(_blocks, blocks.Count);
        Cells = engine.ViewOf<CellBlock>(_cells, cells.Count);
    }

    /// <summary>Positions of a block.</summary>
    public int BlockRows { get; }

    /// <summary>Counts of all blocks.</summary>
    public long Counts { get; }

    /// <summary>The blocks.</summary>
    public ArrayView<CellBlock> Blocks { get; }

    /// <summary>The first block of each cell.</summary>
    public ArrayView<CellBlock> Cells { get; }

    public void Dispose()
    {
        _blocks.Dispose();
        _cells.Dispose();
    }
}
