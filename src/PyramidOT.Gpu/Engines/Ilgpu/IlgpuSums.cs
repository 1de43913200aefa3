using System.Runtime.InteropServices;
using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The blocks of points whose sums a centre update keeps apart, and where each cell's sums stand: for consecutive cells of a layout.</summary>
internal sealed class IlgpuSums : IDisposable
{
    private readonly EngineBuffer<BatchTile> _tiles;
    private readonly EngineBuffer<long> _places;

    public IlgpuSums(IlgpuEngine engine, BatchLayout cells, int first, int end, int dimensions)
    {
        List<BatchTile> tiles = [];
        long[] places = new long[end - first];
        for (int cell = first; cell < end; cell++)
        {
            places[cell - first] = Length;
            int centres = cells.ColumnsOf(cell);
            MaxCentres = Math.Max(MaxCentres, centres);
            for (long row = 0; row < cells.RowsOf(cell) && centres > 0; row += LaunchSizes.PointsPerSum)
            {
                tiles.Add(new() { Problem = cell - first, FirstRow = (int)row });
                Length += LaunchSizes.SumsPerBlock(centres, dimensions);
            }
        }

        Blocks = tiles.Count;
        _tiles = engine.Upload<BatchTile>(CollectionsMarshal.AsSpan(tiles));
        try
        {
            _places = engine.Upload(places);
        }
        catch
        {
            _tiles.Dispose();
            throw;
        }

        Tiles = engine.ViewOf<BatchTile>(_tiles, tiles.Count);
        Places = engine.ViewOf<long>(_places, places.Length);
    }

    /// <summary>Number of blocks.</summary>
    public int Blocks { get; }

    /// <summary>Numbers of all sums.</summary>
    public long Length { get; }

    /// <summary>Centres of the cell that has most.</summary>
    public int MaxCentres { get; }

    /// <summary>The blocks; cells are counted from the first one.</summary>
    public ArrayView<BatchTile> Tiles { get; }

    /// <summary>Where each cell's sums begin.</summary>
    public ArrayView<long> Places { get; }

    public void Dispose()
    {
        _tiles.Dispose();
        _places.Dispose();
    }
}
