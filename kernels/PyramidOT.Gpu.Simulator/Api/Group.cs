using PyramidOT.Simulation;

namespace ILGPU;

/// <summary>Where the running lane stands in its group, and what all lanes of a group do together. Run natively, a group is one lane.</summary>
public static class Group
{
    public static Index3D Dimension => NativeLane.Current.GroupDim;

    public static Index3D Index => Index3D.Zero;

    public static int DimX => NativeLane.Current.GroupDim.X;

    public static int DimY => NativeLane.Current.GroupDim.Y;

    public static int DimZ => NativeLane.Current.GroupDim.Z;

    public static int IdxX => 0;

    public static int IdxY => 0;

    public static int IdxZ => 0;

    public static int LinearIndex => IdxX + (DimX * (IdxY + (DimY * IdxZ)));

    public static bool IsFirstThread => LinearIndex == 0;

    public static bool IsLastThread => LinearIndex == (DimX * DimY * DimZ) - 1;

    public static void Barrier() => NativeLane.Current.Step();

    public static int BarrierPopCount(bool predicate) => predicate ? 1 : 0;

    public static bool BarrierAnd(bool predicate) => predicate;

    public static bool BarrierOr(bool predicate) => predicate;

    public static T Broadcast<T>(T value, int groupIndex)
        where T : unmanaged
    {
        NativeLane.Current.CheckPartner(groupIndex);
        return value;
    }
}
