using PyramidOT.Simulation;

namespace ILGPU;

/// <summary>
/// What the lanes of a warp do together. Exchanges need full warps: run natively they are allowed where a warp is one lane, and then give the
/// lane its own value.
/// </summary>
public static class Warp
{
    public static int WarpSize => NativeLane.Current.WarpSize;

    public static int LaneIdx => Group.LinearIndex % WarpSize;

    public static int WarpIdx => Group.LinearIndex / WarpSize;

    public static bool IsFirstLane => LaneIdx == 0;

    public static bool IsLastLane => LaneIdx == WarpSize - 1;

    public static int ComputeWarpIdx(Index1D groupThreadIdx) => groupThreadIdx.X / WarpSize;

    public static int ComputeWarpThreadIdx(Index1D groupThreadIdx) => groupThreadIdx.X % WarpSize;

    public static void Barrier() => NativeLane.Current.CheckWarp();

    public static T Broadcast<T>(T value, int sourceLane)
        where T : unmanaged => Own(value);

    public static T Shuffle<T>(T variable, int sourceLane)
        where T : unmanaged => Own(variable);

    public static T Shuffle<T>(T variable, int sourceLane, int width)
        where T : unmanaged => Own(variable);

    public static T ShuffleDown<T>(T variable, int delta)
        where T : unmanaged => Own(variable);

    public static T ShuffleDown<T>(T variable, int delta, int width)
        where T : unmanaged => Own(variable);

    public static T ShuffleUp<T>(T variable, int delta)
        where T : unmanaged => Own(variable);

    public static T ShuffleUp<T>(T variable, int delta, int width)
        where T : unmanaged => Own(variable);

    public static T ShuffleXor<T>(T variable, int mask)
        where T : unmanaged => Own(variable);

    public static T ShuffleXor<T>(T variable, int mask, int width)
        where T : unmanaged => Own(variable);

    private static T Own<T>(T value)
    {
        NativeLane.Current.CheckWarp();
        return value;
    }
}
