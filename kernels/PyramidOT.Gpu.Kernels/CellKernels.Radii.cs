using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// The largest distance from a centre, one a cell: each group's largest goes into the cell's. Bits of floats that are not negative order as
// the floats do.
public static partial class CellKernels
{
    /// <summary>
    /// Raises the radii to the distances of the points of one stretch. Launch: as many groups as stretches; group 1, 2, ..., 512, a lane a
    /// position; <see cref="LaunchSizes.FindBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="TBound">The ground distance, rounded up.</typeparam>
    /// <typeparam name="TSum">double, or <see cref="TwoFloats"/> where the device has no float64.</typeparam>
    /// <typeparam name="TSummation">The sums that belong to it.</typeparam>
    /// <param name="shapes">Points (rows) of each cell; columns are not read.</param>
    /// <param name="firstCells">The cell of each stretch's first position.</param>
    /// <param name="cells">The points.</param>
    /// <param name="centres">One centre a cell.</param>
    /// <param name="radii">The bits of one float a cell, set to zero before.</param>
    public static void RaiseRadii<TBound, TSum, TSummation>(
        BatchShapes shapes, ArrayView<int> firstCells, CellPoints cells, ArrayView<float> centres, ArrayView<uint> radii)
        where TBound : struct, IDistanceBound
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        ArrayView<ulong> slots = SharedPlaces.Dynamic().Cast<ulong>();
        Stretch stretch = StretchOf(shapes, firstCells);
        bool isOneCell = shapes.RowOffsets[stretch.FirstCell + 1] >= stretch.End;
        uint largest = 0;
        for (long position = stretch.First + Group.IdxX; position < stretch.End; position += Group.DimX)
        {
            int cell = CellAt(shapes, stretch, position);
            float distance = TBound.Above<TSum, TSummation>(
                cells.Points, cells.RowAt(position) * cells.Dimensions, centres, (long)cell * cells.Dimensions, cells.Dimensions);
            largest = XMath.Max(largest, Interop.FloatAsInt(distance));
            if (!isOneCell && largest > 0)
            {
                Atomic.Max(ref radii[cell], largest);
                largest = 0;
            }
        }

        if (isOneCell)
        {
            // Of the whole group: a large cell's lanes would otherwise queue for one number.
            largest = uint.MaxValue - (uint)GroupMath.Minimum<PlainLanes>(uint.MaxValue - largest, slots, 0);
            if (Group.IdxX == 0 && largest > 0)
            {
                Atomic.Max(ref radii[stretch.FirstCell], largest);
            }
        }
    }
}
