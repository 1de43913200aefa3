using PyramidOT.Simulation;

namespace ILGPU;

/// <summary>Where the running lane's group stands in the grid.</summary>
public static class Grid
{
    public static Index3D Dimension => NativeLane.Current.GridDim;

    public static Index3D Index => NativeLane.Current.GridIdx;

    public static int DimX => NativeLane.Current.GridDim.X;

    public static int DimY => NativeLane.Current.GridDim.Y;

    public static int DimZ => NativeLane.Current.GridDim.Z;

    public static int IdxX => NativeLane.Current.GridIdx.X;

    public static int IdxY => NativeLane.Current.GridIdx.Y;

    public static int IdxZ => NativeLane.Current.GridIdx.Z;

    public static Index3D GlobalIndex => new(
        (IdxX * Group.DimX) + Group.IdxX,
        (IdxY * Group.DimY) + Group.IdxY,
        (IdxZ * Group.DimZ) + Group.IdxZ);

    public static int LinearIndex => IdxX + (DimX * (IdxY + (DimY * IdxZ)));

    public static int GlobalLinearIndex => (LinearIndex * Group.Dimension.Size) + Group.LinearIndex;

    public static Index1D ComputeGlobalIndex(Index1D gridIdx, Index1D groupIdx) => new(groupIdx.X + (gridIdx.X * Group.DimX));

    public static LongIndex1D ComputeLongGlobalIndex(Index1D gridIdx, Index1D groupIdx) => new(groupIdx.X + ((long)gridIdx.X * Group.DimX));
}
