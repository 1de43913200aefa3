using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>A batch of multi-marginal problems for the walk, and where its results go.</summary>
public struct MarginalWalkViews
{
    /// <summary>The shapes: histograms are rows, bins columns, masses costs.</summary>
    public BatchShapes Shapes;

    /// <summary>The masses, at least 0.</summary>
    public ArrayView<float> Masses;

    /// <summary>Where the bins stand, not falling; empty where bin i stands at i.</summary>
    public ArrayView<float> Positions;

    /// <summary>Receives a value a problem.</summary>
    public ArrayView<double> Values;

    /// <summary>Receives a dual value a problem.</summary>
    public ArrayView<double> DualValues;

    /// <summary>Receives a gradient a mass; or empty.</summary>
    public ArrayView<float> Gradients;

    /// <summary>Receives the histogram that moves with each step, from the first element of each problem on; or empty.</summary>
    public ArrayView<int> Movers;

    /// <summary>Receives the mass of the cell before each step, and of the last one; empty where movers are.</summary>
    public ArrayView<double> CellMasses;

    /// <summary>How much of the total mass is a tie, for averaging.</summary>
    public double Tolerance;

    /// <summary>1; or 3 where duals are averaged over the orders of bins that are empty at once.</summary>
    public int Passes;

    /// <summary>1 where one problem's positions are those of all, else 0.</summary>
    public int HasSharedPositions;

    /// <summary>Histograms of the problem that has most.</summary>
    public int MaxHistograms;
}

/// <summary>What one lane walks with.</summary>
internal struct MarginalLane
{
    /// <summary>The cumulative mass of each histogram up to and with its bin; infinite for those that have come to their last.</summary>
    public ArrayView<double> Ends;

    /// <summary>The dual of each histogram's bin.</summary>
    public ArrayView<double> Duals;

    /// <summary>The position of each histogram's bin.</summary>
    public ArrayView<float> Positions;

    /// <summary>The positions in order, where the cost asks for that.</summary>
    public ArrayView<float> Ordered;

    /// <summary>Each histogram's bin.</summary>
    public ArrayView<int> Bins;

    /// <summary>The problem's first mass.</summary>
    public long First;

    /// <summary>The problem's first position.</summary>
    public long FirstPosition;

    /// <summary>d.</summary>
    public int Histograms;

    /// <summary>n - 1.</summary>
    public int LastBin;

    /// <summary>The lane.</summary>
    public int Lane;

    /// <summary>Lanes of the group.</summary>
    public int Stride;

    /// <summary>Where the lane keeps what belongs to a histogram.</summary>
    public readonly int PlaceOf(int histogram) => (histogram * Stride) + Lane;
}

/// <summary>What one walk found.</summary>
internal struct MarginalPass
{
    /// <summary>The sum of mass times cost.</summary>
    public double Value;

    /// <summary>The sum of mass times dual, and the total mass times the first cell's cost.</summary>
    public double DualValue;

    /// <summary>The total mass.</summary>
    public double Total;
}

/// <summary>The cell that a lane's walk is at.</summary>
public struct MarginalCell : IOrderedCell
{
    /// <summary>A position a histogram.</summary>
    public ArrayView<float> Positions;

    /// <summary>The positions in order; void where the cost does not ask for that.</summary>
    public ArrayView<float> Ordered;

    /// <summary>d.</summary>
    public int Histograms;

    /// <summary>The lane.</summary>
    public int Lane;

    /// <summary>Lanes of the group.</summary>
    public int Stride;

    /// <inheritdoc/>
    public readonly int Count => Histograms;

    /// <inheritdoc/>
    public readonly double this[int histogram] => Positions[(histogram * Stride) + Lane];

    /// <inheritdoc/>
    readonly double IOrderedCell.Ordered(int rank) => Ordered[(rank * Stride) + Lane];
}
