using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// The centre update: sums by centre in blocks of points, then a mean over the blocks, all in a fixed order. A block's points
// are dealt to a number of streams that depends on d alone; one lane adds up one coordinate of one stream, so no two lanes ever
// write to the same sum.
public static partial class ClusteringKernels
{
    /// <summary>
    /// Adds up the points of one block by their centres, in shared memory. Launch: as many groups as blocks; group of any size;
    /// <see cref="LaunchSizes.SumBytes"/> of dynamic shared memory (where that is more than there is, <see cref="SumPointsGlobal"/>).
    /// </summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <param name="shapes">Points (rows) and centres (columns) of each cell.</param>
    /// <param name="blocks">
    /// The blocks, one a group: <see cref="LaunchSizes.PointsPerSum"/> points from <see cref="BatchTile.FirstRow"/> on, a multiple of that.
    /// </param>
    /// <param name="cells">The points.</param>
    /// <param name="nearest">The row of each position's centre.</param>
    /// <param name="places">
    /// Where each cell's sums begin: cell c's block b has <see cref="LaunchSizes.SumsPerBlock"/> numbers from
    /// <c>places[c] + b * SumsPerBlock</c> on.
    /// </param>
    /// <param name="sums">Receives the sums.</param>
    public static void SumPointsShared<TSum, TSummation>(
        BatchShapes shapes, ArrayView<BatchTile> blocks, CellPoints cells, ArrayView<int> nearest, ArrayView<long> places, ArrayView<TSum> sums)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        BatchTile block = blocks[Grid.IdxX];
        int centres = (int)(shapes.ColumnOffsets[block.Problem + 1] - shapes.ColumnOffsets[block.Problem]);
        int size = (int)LaunchSizes.SumsPerBlock(centres, cells.Dimensions);
        ArrayView<TSum> shared = SharedPlaces.Dynamic().Cast<TSum>();
        Sum<TSum, TSummation>(shapes, block, centres, cells, nearest, shared);
        Group.Barrier();
        ArrayView<TSum> to = sums.SubView(places[block.Problem] + ((long)(block.FirstRow >> LaunchSizes.PointsPerSumShift) * size), size);
        for (int i = Group.IdxX; i < size; i += Group.DimX)
        {
            to[i] = shared[i];
        }
    }

    /// <summary>As <see cref="SumPointsShared"/>, for any number of centres; no shared memory.</summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <param name="shapes">Points (rows) and centres (columns) of each cell.</param>
    /// <param name="blocks">The blocks, one a group.</param>
    /// <param name="cells">The points.</param>
    /// <param name="nearest">The row of each position's centre.</param>
    /// <param name="places">Where each cell's sums begin.</param>
    /// <param name="sums">Receives the sums.</param>
    public static void SumPointsGlobal<TSum, TSummation>(
        BatchShapes shapes, ArrayView<BatchTile> blocks, CellPoints cells, ArrayView<int> nearest, ArrayView<long> places, ArrayView<TSum> sums)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        BatchTile block = blocks[Grid.IdxX];
        int centres = (int)(shapes.ColumnOffsets[block.Problem + 1] - shapes.ColumnOffsets[block.Problem]);
        long size = LaunchSizes.SumsPerBlock(centres, cells.Dimensions);
        ArrayView<TSum> to = sums.SubView(places[block.Problem] + ((block.FirstRow >> LaunchSizes.PointsPerSumShift) * size), size);
        Sum<TSum, TSummation>(shapes, block, centres, cells, nearest, to);
    }

    /// <summary>
    /// Moves each centre to the mean of its points; one without points stays. Launch: as many groups as cells in x, any number of
    /// them in y, which share a cell's coordinates; group of any size; no shared memory.
    /// </summary>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <param name="shapes">Points (rows) and centres (columns) of each cell.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="places">Where each cell's sums begin.</param>
    /// <param name="sums">What the blocks left.</param>
    /// <param name="centres">The centres, changed.</param>
    /// <param name="counts">Receives the number of points of each centre.</param>
    public static void MoveCentres<TSum, TSummation>(
        BatchShapes shapes, int dimensions, ArrayView<long> places, ArrayView<TSum> sums, ArrayView<float> centres, ArrayView<int> counts)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        int cell = Grid.IdxX;
        long firstCentre = shapes.ColumnOffsets[cell];
        int count = (int)(shapes.ColumnOffsets[cell + 1] - firstCentre);
        long points = shapes.RowOffsets[cell + 1] - shapes.RowOffsets[cell];
        int blocks = (int)((points + LaunchSizes.PointsPerSum - 1) >> LaunchSizes.PointsPerSumShift);
        int streams = LaunchSizes.SumStreams(dimensions);
        int width = dimensions + 1;
        long step = (long)count * width;
        for (int j = Grid.IdxY; j < count; j += Grid.DimY)
        {
            for (int k = Group.IdxX; k < width; k += Group.DimX)
            {
                // Streams lie behind each other in a block, and blocks behind each other: one walk over both.
                TSum sum = TSummation.From(0);
                TSum number = sum;
                long place = places[cell] + ((long)j * width);
                for (long part = 0; part < (long)blocks * streams; part++)
                {
                    sum = TSummation.Merge(sum, sums[place + k]);
                    number = TSummation.Merge(number, sums[place + dimensions]);
                    place += step;
                }

                int members = TSummation.ToInt(number);
                if (k == dimensions)
                {
                    counts[firstCentre + j] = members;
                }
                else if (members > 0)
                {
                    centres[((firstCentre + j) * dimensions) + k] = TSummation.Mean(sum, members);
                }
            }
        }
    }

    /// <summary>A block's sums: per stream, d + 1 numbers for each centre, the last of them the number of points.</summary>
    private static void Sum<TSum, TSummation>(
        BatchShapes shapes, BatchTile block, int centres, CellPoints cells, ArrayView<int> nearest, ArrayView<TSum> sums)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        long first = shapes.RowOffsets[block.Problem] + block.FirstRow;
        int count = (int)XMath.Min(shapes.RowOffsets[block.Problem + 1] - first, (long)LaunchSizes.PointsPerSum);
        long firstCentre = shapes.ColumnOffsets[block.Problem];
        int dimensions = cells.Dimensions;
        int width = dimensions + 1;
        int streams = LaunchSizes.SumStreams(dimensions);
        long size = (long)streams * centres * width;
        for (long i = Group.IdxX; i < size; i += Group.DimX)
        {
            sums[i] = TSummation.From(0);
        }

        Group.Barrier();
        for (int item = Group.IdxX; item < streams * width; item += Group.DimX)
        {
            int stream = item / width;
            int k = item - (stream * width);
            long place = ((long)stream * centres * width) + k;
            for (int i = stream; i < count; i += streams)
            {
                long to = place + ((nearest[first + i] - firstCentre) * width);
                float value = 1;
                if (k < dimensions)
                {
                    value = cells.Points[(cells.RowAt(first + i) * dimensions) + k];
                }

                sums[to] = TSummation.Add(sums[to], value);
            }
        }
    }
}
