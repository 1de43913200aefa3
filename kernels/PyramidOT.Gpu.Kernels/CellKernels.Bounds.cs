using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// Boxes around the cells' points. While groups widen them, a bound is a whole number that only grows, from 0, which stands for no point at all:
// so memory that is set to zero is where boxes begin.
public static partial class CellKernels
{
    // What a NaN gives, beyond what any number does.
    private const uint NoNumber = uint.MaxValue;

    // Bits of infinity, beyond which those of a NaN are.
    private const uint Infinity = 0x7F800000U;

    /// <summary>
    /// Widens the boxes around the points of one stretch. Launch: as many groups as stretches; group of any size; no shared memory. A lane
    /// takes one coordinate of consecutive positions, so that lanes side by side read a point's coordinates side by side.
    /// </summary>
    /// <param name="shapes">Points (rows) of each cell; columns are not read.</param>
    /// <param name="firstCells">The cell of each stretch's first position.</param>
    /// <param name="cells">The points.</param>
    /// <param name="lows">Cells x d whole numbers, set to zero before.</param>
    /// <param name="highs">As many, set to zero before.</param>
    public static void WidenBounds(BatchShapes shapes, ArrayView<int> firstCells, CellPoints cells, ArrayView<uint> lows, ArrayView<uint> highs)
    {
        Stretch stretch = StretchOf(shapes, firstCells);
        int dimensions = cells.Dimensions;
        int runs = XMath.Max(1, Group.DimX / dimensions);
        int length = (LaunchSizes.PositionsPerStretch + runs - 1) / runs;
        for (long item = Group.IdxX; item < (long)runs * dimensions; item += Group.DimX)
        {
            int run = (int)(item / dimensions);
            int k = (int)(item - ((long)run * dimensions));
            long position = stretch.First + ((long)run * length);
            long end = XMath.Min(stretch.End, position + length);
            int cell = position < end ? CellAt(shapes, stretch, position) : 0;
            while (position < end)
            {
                long cellEnd = XMath.Min(end, shapes.RowOffsets[cell + 1]);
                uint low = 0;
                uint high = 0;
                for (; position < cellEnd; position++)
                {
                    float value = cells.Points[(cells.RowAt(position) * dimensions) + k];
                    uint bits = OrderedBits.Of(value);
                    bool isNumber = (Interop.FloatAsInt(value) & 0x7FFFFFFFU) <= Infinity;
                    low = XMath.Max(low, isNumber ? ~bits : NoNumber);
                    high = XMath.Max(high, isNumber ? bits : NoNumber);
                }

                long place = ((long)cell * dimensions) + k;
                if (high > 0)
                {
                    Atomic.Max(ref lows[place], low);
                    Atomic.Max(ref highs[place], high);
                }

                cell++;
            }
        }
    }

    /// <summary>
    /// Turns the whole numbers of <see cref="WidenBounds"/> into floats, in place. Launch: any number of groups of any size, a lane a number; no
    /// shared memory.
    /// </summary>
    /// <param name="lows">Whole numbers, which become the bits of floats: +infinity where there are no points, NaN where there is a NaN.</param>
    /// <param name="highs">As many; -infinity where there are no points.</param>
    public static void FinishBounds(ArrayView<uint> lows, ArrayView<uint> highs)
    {
        for (long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX; i < lows.Length; i += (long)Grid.DimX * Group.DimX)
        {
            lows[i] = Interop.FloatAsInt(BoundOf(lows[i], ~lows[i], float.PositiveInfinity));
            highs[i] = Interop.FloatAsInt(BoundOf(highs[i], highs[i], float.NegativeInfinity));
        }
    }

    private static float BoundOf(uint state, uint ordered, float none) =>
        state == 0 ? none : state == NoNumber ? float.NaN : OrderedBits.ToFloat(ordered);
}
