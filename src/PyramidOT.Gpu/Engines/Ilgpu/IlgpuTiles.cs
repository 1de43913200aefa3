using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>A batch cut into tiles on the device, a group of threads each: so a large problem is many groups' work, and an empty one nobody's.</summary>
internal sealed class IlgpuTiles : IDisposable
{
    private readonly EngineBuffer<BatchTile> _tiles;

    private IlgpuTiles(IlgpuEngine engine, List<BatchTile> tiles)
    {
        _tiles = engine.Upload<BatchTile>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tiles));
        Count = tiles.Count;
        View = engine.ViewOf<BatchTile>(_tiles, Count);
    }

    /// <summary>Number of tiles.</summary>
    public int Count { get; }

    /// <summary>The tiles.</summary>
    public ArrayView<BatchTile> View { get; }

    /// <summary>Cuts the pairs of rows and columns of each problem.</summary>
    public static IlgpuTiles OfPairs(IlgpuEngine engine, BatchLayout layout, int tileRows, int tileColumns)
    {
        List<BatchTile> tiles = [];
        for (int problem = 0; problem < layout.Count; problem++)
        {
            int rows = layout.RowsOf(problem);
            int columns = layout.ColumnsOf(problem);
            for (long row = 0; row < rows; row += tileRows)
            {
                for (long column = 0; column < columns; column += tileColumns)
                {
                    tiles.Add(new() { Problem = problem, FirstRow = (int)row, FirstColumn = (int)column });
                }
            }
        }

        return new(engine, tiles);
    }

    /// <summary>Cuts the rows of each problem; every tile has all columns.</summary>
    public static IlgpuTiles OfRows(IlgpuEngine engine, BatchLayout layout, int tileRows)
    {
        List<BatchTile> tiles = [];
        for (int problem = 0; problem < layout.Count; problem++)
        {
            int rows = layout.RowsOf(problem);
            for (long row = 0; row < rows; row += tileRows)
            {
                tiles.Add(new() { Problem = problem, FirstRow = (int)row });
            }
        }

        return new(engine, tiles);
    }

    public void Dispose() => _tiles.Dispose();
}
