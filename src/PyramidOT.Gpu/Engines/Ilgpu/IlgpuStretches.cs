using ILGPU;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>The positions of a batch of cells cut into stretches on the device, whatever cells they belong to: the cell that each begins in.</summary>
internal sealed class IlgpuStretches : IDisposable
{
    private readonly EngineBuffer<int> _firstCells;

    public IlgpuStretches(IlgpuEngine engine, BatchLayout cells)
    {
        Count = (int)((cells.Rows + LaunchSizes.PositionsPerStretch - 1) / LaunchSizes.PositionsPerStretch);
        int[] firstCells = new int[Count + 1];
        ReadOnlySpan<long> offsets = cells.RowOffsets;
        for (int i = 0, cell = 0; i <= Count && cells.Rows > 0; i++)
        {
            // The last number is the cell of the last position.
            long position = Math.Min((long)i * LaunchSizes.PositionsPerStretch, cells.Rows - 1);
            while (offsets[cell + 1] <= position)
            {
                cell++;
            }

            firstCells[i] = cell;
        }

        _firstCells = engine.Upload(firstCells);
        FirstCells = engine.ViewOf<int>(_firstCells, firstCells.Length);
    }

    /// <summary>Number of stretches.</summary>
    public int Count { get; }

    /// <summary>The cell of each stretch's first position, and that of the last position of all.</summary>
    public ArrayView<int> FirstCells { get; }

    public void Dispose() => _firstCells.Dispose();
}
