using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>Costs g(x, y)^p of single pairs of points, and their gradients.</summary>
/// <remarks>
/// A group takes a tile of <see cref="LaunchSizes.PairsPerTile"/> pairs, then strides to its next one. 2^<see cref="LaunchSizes.PairShift"/> lanes
/// share a pair's coordinates, side by side in memory; each leaves its sum in shared memory, and after a barrier one lane a pair adds them up in
/// order. How many share a pair depends on d alone, so results do not depend on the size of the group, nor on where a pair stands.
/// </remarks>
public static partial class PairKernels
{
    // Coordinates of a part of a lane's sum: so rounding errors that all go one way stay below 1e-5.
    private const int PartLength = 16;

    /// <summary>
    /// Computes the costs of pairs, Euclidean, Manhattan or Chebyshev. Launch: any number of groups of any size;
    /// <see cref="LaunchSizes.PairBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TDistance">The ground distance.</typeparam>
    /// <param name="pairs">The pairs.</param>
    /// <param name="kind">A constant of <see cref="Powers"/> that belongs to <paramref name="power"/>.</param>
    /// <param name="power">The power of the sum: p / 2 for Euclidean, p for all others.</param>
    /// <param name="costs">Receives one number a pair.</param>
    public static void Costs<TDistance>(PairPoints pairs, int kind, float power, ArrayView<float> costs)
        where TDistance : struct, IGroundDistance
    {
        int d = pairs.Dimensions;
        int shift = LaunchSizes.PairShift(d);
        int tile = LaunchSizes.PairsPerTile(d);
        int places = LaunchSizes.PairSlots(d);
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<float> slots = SharedPlaces.At<float>(memory, 0, SharedPlaces.Units4(places));
        for (long first = (long)Grid.IdxX * tile; first < costs.Length; first += (long)Grid.DimX * tile)
        {
            int count = (int)XMath.Min(costs.Length - first, (long)tile);
            SumParts<TDistance>(pairs, first, count, shift, slots);
            Group.Barrier();
            for (int i = Group.IdxX; i < count; i += Group.DimX)
            {
                float sum = Total<TDistance>(slots, i, shift);
                long x = pairs.SourceOf(first + i);
                long y = pairs.TargetOf(first + i);
                costs[first + i] = CostKernels.Raise<TDistance>(sum, pairs.Source, x, pairs.Target, y, d, kind, power);
            }

            Group.Barrier();
        }
    }

    /// <summary>Leaves the lanes' sums of a tile's pairs in the slots. All lanes take part; barriers are the caller's.</summary>
    private static void SumParts<TDistance>(PairPoints pairs, long first, int count, int shift, ArrayView<float> slots)
        where TDistance : struct, IGroundDistance
    {
        int lanes = 1 << shift;
        for (int e = Group.IdxX; e < count << shift; e += Group.DimX)
        {
            int pair = e >> shift;
            int lane = e & (lanes - 1);
            long x = pairs.SourceOf(first + pair);
            long y = pairs.TargetOf(first + pair);
            float sum = 0;
            for (int begin = lane; begin < pairs.Dimensions; begin += lanes * PartLength)
            {
                float part = 0;
                int end = XMath.Min(pairs.Dimensions, begin + (lanes * PartLength));
                for (int k = begin; k < end; k += lanes)
                {
                    part = TDistance.Accumulate(part, pairs.Source[x + k], pairs.Target[y + k]);
                }

                sum = TDistance.Merge(sum, part);
            }

            slots[(pair * LaunchSizes.PairStride(shift)) + lane] = sum;
        }
    }

    /// <summary>The sum of a pair, from those of its lanes.</summary>
    private static float Total<TDistance>(ArrayView<float> slots, int pair, int shift)
        where TDistance : struct, IGroundDistance
    {
        int place = pair * LaunchSizes.PairStride(shift);
        float sum = slots[place];
        for (int lane = 1; lane < 1 << shift; lane++)
        {
            sum = TDistance.Merge(sum, slots[place + lane]);
        }

        return sum;
    }
}
