using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>The histograms of a batch and where what is found out about them goes. Of the shapes, rows are histograms and columns bins.</summary>
/// <typeparam name="T">The number that sums are kept in.</typeparam>
public struct RangeBatch<T>
    where T : unmanaged
{
    /// <summary>The masses, in the order of the costs.</summary>
    public ArrayView<float> Masses;

    /// <summary>Where the bins stand; empty where bin i stands at i.</summary>
    public ArrayView<float> Positions;

    /// <summary>Receives the gradients, as the masses lie; or empty.</summary>
    public ArrayView<float> Gradients;

    /// <summary>Three numbers a histogram: its cumulative mass before the current cuts and behind them, in turn, and its gradient.</summary>
    public ArrayView<T> Carried;

    /// <summary>Receives a value a problem.</summary>
    public ArrayView<T> Values;

    /// <summary>1 where one problem's positions are those of all.</summary>
    public int SharesPositions;

    /// <summary>1 where all that attain an extremum share its charge, 0 where the first of the lowest and the last of the highest have it.</summary>
    public int SharesCharges;

    /// <summary>Histograms that stand in shared memory at a time.</summary>
    public int ChunkRows;
}
