using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>
/// Minima and sums over the lanes of a group. A group has 1, 2, 4, ... lanes. Where it is made of whole warps, lanes talk by
/// shuffles, otherwise through shared memory; results do not depend on which.
/// </summary>
internal static class GroupMath
{
    /// <summary>Whether the group is made of whole warps.</summary>
    public static bool HasWholeWarps<TLanes>()
        where TLanes : struct, IGroupLanes => TLanes.WarpSize > 1 && (Group.DimX & (TLanes.WarpSize - 1)) == 0;

    /// <summary>Lanes of a team: a warp, or a single lane where the group is not made of whole warps.</summary>
    public static int TeamSize<TLanes>()
        where TLanes : struct, IGroupLanes => HasWholeWarps<TLanes>() ? TLanes.WarpSize : 1;

    /// <summary>The least number of the group's lanes, in all of them. Every lane must call it.</summary>
    /// <param name="value">The lane's number.</param>
    /// <param name="slots">Shared memory, <see cref="LaunchSizes.MinimumUnits"/>.</param>
    /// <param name="turn">
    /// 0 and 1 in turn, from call to call. The halves of the slots take turns too: so a lane that is already in the next call
    /// does not overwrite what another still reads, and one barrier a call is enough.
    /// </param>
    public static ulong Minimum<TLanes>(ulong value, ArrayView<ulong> slots, int turn)
        where TLanes : struct, IGroupLanes
    {
        int size = Group.DimX;
        if (size == 1)
        {
            return value;
        }

        if (!HasWholeWarps<TLanes>())
        {
            return MinimumByTree(value, slots, turn);
        }

        value = TeamMinimum<TLanes>(value);
        int warp = TLanes.WarpSize;
        if (size == warp)
        {
            return value;
        }

        int warps = size >> XMath.PopCount(warp - 1);
        int half = turn == 0 ? 0 : warps;
        int lane = Group.IdxX;
        if ((lane & (warp - 1)) == 0)
        {
            slots[half + (lane >> XMath.PopCount(warp - 1))] = value;
        }

        Group.Barrier();
        ulong least = slots[half];
        for (int i = 1; i < warps; i++)
        {
            ulong other = slots[half + i];
            least = other < least ? other : least;
        }

        return least;
    }

    /// <summary>The least number of a team's lanes, in all of them. Every lane of the group must call it.</summary>
    public static ulong TeamMinimum<TLanes>(ulong value)
        where TLanes : struct, IGroupLanes
    {
        if (HasWholeWarps<TLanes>())
        {
            for (int distance = TLanes.WarpSize >> 1; distance > 0; distance >>= 1)
            {
                ulong other = TLanes.Exchange(value, distance);
                value = other < value ? other : value;
            }
        }

        return value;
    }

    /// <summary>
    /// Adds up the numbers that the virtual lanes left in shared memory, in one fixed tree. Every lane must call it, after a barrier;
    /// when it returns, the sum is in the first slot, for all lanes to see.
    /// </summary>
    /// <param name="slots">Shared memory: several runs of <see cref="LaunchSizes.VirtualLanes"/> numbers.</param>
    /// <param name="runs">How many sums there are.</param>
    public static void SumVirtualLanes<T, TSummation>(ArrayView<T> slots, int runs)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        for (int stride = LaunchSizes.VirtualLanes >> 1; stride > 0; stride >>= 1)
        {
            for (int i = Group.IdxX; i < runs * stride; i += Group.DimX)
            {
                // Run by run, a power of two each: no division.
                int run = 0;
                int within = i;
                while (within >= stride)
                {
                    within -= stride;
                    run++;
                }

                int slot = (run * LaunchSizes.VirtualLanes) + within;
                slots[slot] = TSummation.Merge(slots[slot], slots[slot + stride]);
            }

            Group.Barrier();
        }
    }

    private static ulong MinimumByTree(ulong value, ArrayView<ulong> slots, int turn)
    {
        int lane = Group.IdxX;
        int size = Group.DimX;
        int half = turn == 0 ? 0 : size;
        slots[half + lane] = value;
        Group.Barrier();
        for (int stride = size >> 1; stride > 0; stride >>= 1)
        {
            if (lane < stride)
            {
                ulong other = slots[half + lane + stride];
                value = other < value ? other : value;
                slots[half + lane] = value;
            }

            Group.Barrier();
        }

        return slots[half];
    }
}
