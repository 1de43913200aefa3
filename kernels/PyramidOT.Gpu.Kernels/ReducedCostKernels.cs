using ILGPU;

namespace PyramidOT.Kernels;

/// <summary>Costs reduced by potentials, one group a row.</summary>
public static class ReducedCostKernels
{
    /// <summary>
    /// u_i = min over j of (c_ij - v_j), and c_ij becomes (c_ij - v_j) - u_i. Launch: as many groups as tiles, of one row each; group of any
    /// size; <see cref="LaunchSizes.ReduceBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="shapes">The shapes. A problem with rows has columns.</param>
    /// <param name="tiles">The rows.</param>
    /// <param name="costs">The cost matrices, changed.</param>
    /// <param name="columnPotentials">The potentials v.</param>
    /// <param name="rowPotentials">Receives the potentials u.</param>
    public static void Reduce(
        BatchShapes shapes, ArrayView<BatchTile> tiles, ArrayView<float> costs, ArrayView<float> columnPotentials, ArrayView<float> rowPotentials)
    {
        BatchTile tile = tiles[Grid.IdxX];
        long firstColumn = shapes.ColumnOffsets[tile.Problem];
        int width = (int)(shapes.ColumnOffsets[tile.Problem + 1] - firstColumn);
        ArrayView<float> row = costs.SubView(shapes.CostOffsets[tile.Problem] + ((long)tile.FirstRow * width), width);
        ArrayView<float> potentials = columnPotentials.SubView(firstColumn, width);
        ArrayView<float> least = SharedPlaces.At<float>(SharedPlaces.Dynamic(), 0, SharedPlaces.Units4(LaunchSizes.ReduceSlots));
        for (int slot = Group.IdxX; slot < LaunchSizes.ReduceSlots; slot += Group.DimX)
        {
            float lowest = float.PositiveInfinity;
            for (int j = slot; j < width; j += LaunchSizes.ReduceSlots)
            {
                float reduced = row[j] - potentials[j];
                row[j] = reduced;
                lowest = reduced < lowest ? reduced : lowest;
            }

            least[slot] = lowest;
        }

        Group.Barrier();
        for (int stride = LaunchSizes.ReduceSlots >> 1; stride > 0; stride >>= 1)
        {
            for (int i = Group.IdxX; i < stride; i += Group.DimX)
            {
                float one = least[i];
                float other = least[i + stride];
                least[i] = other < one ? other : one;
            }

            Group.Barrier();
        }

        float all = least[0];
        for (int j = Group.IdxX; j < width; j += Group.DimX)
        {
            row[j] = row[j] - all;
        }

        if (Group.IdxX == 0)
        {
            rowPotentials[shapes.RowOffsets[tile.Problem] + tile.FirstRow] = all;
        }
    }
}
