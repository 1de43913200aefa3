using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// First centres by k-means++, one group a cell. The draws are the host's: of stream c (the cell), one a sampled point, then one a centre.
public static partial class ClusteringKernels
{
    /// <summary>
    /// Chooses the first centres of each cell by k-means++ (Arthur and Vassilvitskii, SODA 2007) on a sample of its points: the host's
    /// choice, but for draws that fall between two points within rounding. Launch: as many groups as cells; group of any size;
    /// <see cref="LaunchSizes.SeedBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <param name="shapes">Points (rows) and centres (columns) of each cell.</param>
    /// <param name="firstCell">The number of the first cell, which a cell's draws depend on; <paramref name="shapes"/> begin with it.</param>
    /// <param name="cells">The points.</param>
    /// <param name="sampleSize">Points of a sample at the most.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stride">Numbers of workspace a cell: the smaller of sample size and points of the largest cell.</param>
    /// <param name="sampledRows">Workspace, <paramref name="stride"/> numbers a cell.</param>
    /// <param name="distances">Workspace, <paramref name="stride"/> numbers a cell.</param>
    /// <param name="centres">Receives the centres of all cells.</param>
    public static void SeedCentres<TSum, TSummation>(
        BatchShapes shapes,
        int firstCell,
        CellPoints cells,
        int sampleSize,
        ulong seed,
        int stride,
        ArrayView<long> sampledRows,
        ArrayView<TSum> distances,
        ArrayView<float> centres)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        int cell = Grid.IdxX;
        int lane = Group.IdxX;
        int size = Group.DimX;
        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        ArrayView<TSum> parts = SharedPlaces.At<TSum>(memory, 0, SharedPlaces.Units8(LaunchSizes.VirtualLanes));
        ArrayView<int> choice = SharedPlaces.At<int>(memory, SharedPlaces.Units8(LaunchSizes.VirtualLanes), 1);
        long firstPoint = shapes.RowOffsets[cell];
        int points = (int)(shapes.RowOffsets[cell + 1] - firstPoint);
        long firstCentre = shapes.ColumnOffsets[cell];
        int count = (int)(shapes.ColumnOffsets[cell + 1] - firstCentre);
        int sample = XMath.Min(sampleSize, points);
        if (points == 0)
        {
            count = 0;
        }

        ulong stream = (ulong)(firstCell + cell);
        ArrayView<long> rows = sampledRows.SubView((long)cell * stride, sample);
        ArrayView<TSum> weights = distances.SubView((long)cell * stride, sample);
        for (int i = lane; i < sample; i += size)
        {
            int pick = points <= sampleSize ? i : CounterRandom.Below(points, seed, stream, (ulong)i);
            rows[i] = cells.RowAt(firstPoint + pick);
            weights[i] = TSummation.From(float.PositiveInfinity);
        }

        Group.Barrier();
        int chosen = points == 0 ? 0 : CounterRandom.Below(sample, seed, stream, (ulong)sample);
        for (int c = 0; c < count; c++)
        {
            long centre = rows[chosen] * cells.Dimensions;
            long to = (firstCentre + c) * cells.Dimensions;
            for (int k = lane; k < cells.Dimensions; k += size)
            {
                centres[to + k] = cells.Points[centre + k];
            }

            if (c + 1 < count)
            {
                Shorten<TSum, TSummation>(cells, rows, centre, sample, weights);
                Group.Barrier();
                Choose<TSum, TSummation>(weights, sample, CounterRandom.Bits(seed, stream, (ulong)(sample + c) + 1), parts, choice);
                chosen = choice[0];

                // The next choice must not overtake a lane that still reads this one.
                Group.Barrier();
            }
        }
    }

    /// <summary>Shortens the squared distances by those to a new centre; a lane a point.</summary>
    private static void Shorten<TSum, TSummation>(CellPoints cells, ArrayView<long> rows, long centre, int sample, ArrayView<TSum> weights)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        for (int i = Group.IdxX; i < sample; i += Group.DimX)
        {
            long point = rows[i] * cells.Dimensions;
            TSum square = TSummation.From(0);
            for (int k = 0; k < cells.Dimensions; k++)
            {
                square = TSummation.AddSquare(square, cells.Points[point + k], cells.Points[centre + k]);
            }

            if (TSummation.Less(square, weights[i]))
            {
                weights[i] = square;
            }
        }
    }

    /// <summary>
    /// The point at which the running sum of weights passes a random part of the total. Each virtual lane adds up one stretch of the
    /// sample; one lane walks over the stretches, then over the points of one.
    /// </summary>
    private static void Choose<TSum, TSummation>(ArrayView<TSum> weights, int count, ulong bits, ArrayView<TSum> parts, ArrayView<int> choice)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        TSum zero = TSummation.From(0);
        int stretch = (count + LaunchSizes.VirtualLanes - 1) >> XMath.PopCount(LaunchSizes.VirtualLanes - 1);
        for (int v = Group.IdxX; v < LaunchSizes.VirtualLanes; v += Group.DimX)
        {
            TSum part = zero;
            int end = XMath.Min(count, (v + 1) * stretch);
            for (int i = v * stretch; i < end; i++)
            {
                part = TSummation.Merge(part, weights[i]);
            }

            parts[v] = part;
        }

        Group.Barrier();
        if (Group.IdxX == 0)
        {
            TSum total = zero;
            for (int v = 0; v < LaunchSizes.VirtualLanes; v++)
            {
                total = TSummation.Merge(total, parts[v]);
            }

            // Where every point is a centre already: any of them again.
            choice[0] = TSummation.Less(zero, total)
                ? Walk<TSum, TSummation>(weights, count, TSummation.ScaleUniform(total, bits), parts, stretch)
                : (int)(((bits >> 32) * (ulong)count) >> 32);
        }

        Group.Barrier();
    }

    private static int Walk<TSum, TSummation>(ArrayView<TSum> weights, int count, TSum left, ArrayView<TSum> parts, int stretch)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        TSum zero = TSummation.From(0);
        int run = 0;
        bool passed = false;
        for (int v = 0; v < LaunchSizes.VirtualLanes && !passed; v++)
        {
            // A stretch without weight cannot hold the point, so the last one with weight is where rounding ends the walk.
            if (TSummation.Less(zero, parts[v]))
            {
                run = v;
                passed = TSummation.Less(left, parts[v]);
                left = passed ? left : TSummation.Difference(left, parts[v]);
            }
        }

        int chosen = 0;
        int end = XMath.Min(count, (run + 1) * stretch);
        bool found = false;
        for (int i = run * stretch; i < end && !found; i++)
        {
            if (TSummation.Less(zero, weights[i]))
            {
                chosen = i;
                found = passed && TSummation.Less(left, weights[i]);
                left = TSummation.Difference(left, weights[i]);
            }
        }

        return chosen;
    }
}
