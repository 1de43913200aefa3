using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// A group takes a problem by blocks of cuts, as many as there are virtual lanes. Masses are loaded side by side into shared memory; then a
// lane a histogram runs along its row, so that a running sum has one order whatever the group is; then a lane a cut runs over the histograms.
// Histograms that do not fit are taken in chunks, and again in each sweep over them: extremes do not depend on how they are cut.
public static partial class MultiMarginalKernels
{
    /// <summary>The tolerance of ties, as a share of a total: some units in the last place of float32, a power of two.</summary>
    public const float TieTolerance = 4f / (1 << 23);

    /// <summary>
    /// The value for the range cost, and the gradient in the masses. Launch: as many groups as problems; group of any size;
    /// <see cref="LaunchSizes.RangeBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="T">The number that sums are kept in.</typeparam>
    /// <typeparam name="TSummation">Its sums.</typeparam>
    /// <param name="shapes">The shapes.</param>
    /// <param name="batch">Where everything is.</param>
    public static void Range<T, TSummation>(BatchShapes shapes, RangeBatch<T> batch)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        int problem = Grid.IdxX;
        RangeGroup<T> group = new()
        {
            FirstRow = shapes.RowOffsets[problem],
            FirstMass = shapes.CostOffsets[problem],
            FirstPosition = batch.SharesPositions != 0 ? 0 : shapes.ColumnOffsets[problem],
            Rows = (int)(shapes.RowOffsets[problem + 1] - shapes.RowOffsets[problem]),
            Bins = (int)(shapes.ColumnOffsets[problem + 1] - shapes.ColumnOffsets[problem]),
        };
        if (group.Rows == 0 || group.Bins == 0)
        {
            if (Group.IdxX == 0)
            {
                batch.Values[problem] = TSummation.From(0);
            }

            return;
        }

        group.Carve(batch.ChunkRows);
        bool hasGradient = batch.Gradients.Length > 0;
        T tolerance = TSummation.From(0);
        if (hasGradient && batch.SharesCharges != 0)
        {
            tolerance = TSummation.Scale(group.TotalOfFirst<TSummation>(batch), TieTolerance);
        }

        group.Begin<TSummation>(batch, hasGradient);
        bool isFinite = true;
        int turn = 0;
        for (int cut = 0; cut < group.Bins; cut += LaunchSizes.VirtualLanes)
        {
            group.SetWidths(batch, cut);
            for (int row = 0; row < group.Rows; row += batch.ChunkRows)
            {
                isFinite &= group.Scan<TSummation>(batch, cut, row, turn);
                group.TakeExtremes<TSummation>(row, batch.ChunkRows);
            }

            group.AddValues<TSummation>();
            if (hasGradient)
            {
                group.Charge<TSummation>(batch, cut, turn, tolerance);
            }

            turn = 1 - turn;
        }

        group.Finite[Group.IdxX] = isFinite ? 1 : 0;
        Group.Barrier();
        GroupMath.SumVirtualLanes<T, TSummation>(group.Values, 1);
        if (Group.IdxX == 0)
        {
            for (int lane = 0; lane < Group.DimX; lane++)
            {
                isFinite &= group.Finite[lane] != 0;
            }

            batch.Values[problem] = isFinite ? group.Values[0] : TSummation.From(float.NaN);
        }
    }
}
