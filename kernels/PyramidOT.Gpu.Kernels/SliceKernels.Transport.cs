using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

// Each position of one side finds by a search where its mass begins on the other side, and walks from there to its end: so positions do not
// wait for each other. Masses are whole numbers, and nothing is lost between them.
public static partial class SliceKernels
{
    /// <summary>
    /// The running sums of the masses of each segment, in sorted order. Launch: as many groups as segments; group of any size;
    /// <see cref="LaunchSizes.ScanBytes"/> of dynamic shared memory.
    /// </summary>
    /// <param name="shapes">The segments are the rows of each problem.</param>
    /// <param name="masses">The masses, segment by segment, or of one segment.</param>
    /// <param name="isShared">1 where those of one segment are those of all, else 0.</param>
    /// <param name="places">Where each sorted number stood.</param>
    /// <param name="ends">Receives the sums.</param>
    public static void Accumulate(BatchShapes shapes, ArrayView<long> masses, int isShared, ArrayView<int> places, ArrayView<long> ends)
    {
        ArrayView<long> sums = SharedPlaces.Dynamic().Cast<long>();
        long first = shapes.RowOffsets[Grid.IdxX];
        long count = shapes.RowOffsets[Grid.IdxX + 1] - first;
        long own = isShared != 0 ? 0 : first;

        // Each lane adds up a run of masses, then walks it again from what the lanes before it have.
        long run = (count + Group.DimX - 1) / Group.DimX;
        long start = XMath.Min(count, Group.IdxX * run);
        long end = XMath.Min(count, start + run);
        long sum = 0;
        for (long i = start; i < end; i++)
        {
            sum += masses[own + places[first + i]];
        }

        sums[Group.IdxX] = sum;
        Group.Barrier();
        sum = 0;
        for (int lane = 0; lane < Group.IdxX; lane++)
        {
            sum += sums[lane];
        }

        for (long i = start; i < end; i++)
        {
            sum += masses[own + places[first + i]];
            ends[first + i] = sum;
        }
    }

    /// <summary>
    /// Moves the mass of one block of one side's positions: the cost, and the derivatives in these positions. Launch: as many groups as
    /// tiles, of <see cref="LaunchSizes.PositionsPerWalk"/> positions; group of any size, a lane a position;
    /// <see cref="LaunchSizes.WalkBytes"/> of dynamic shared memory.
    /// </summary>
    /// <typeparam name="T">The number that sums are kept in.</typeparam>
    /// <typeparam name="TSummation">Its sums.</typeparam>
    /// <param name="own">The side of the positions.</param>
    /// <param name="other">The other side.</param>
    /// <param name="tiles">The blocks.</param>
    /// <param name="exponent">p.</param>
    /// <param name="kind">A constant of <see cref="Powers"/> that belongs to p.</param>
    /// <param name="slopeKind">The one that belongs to p - 1; not read for p = 1.</param>
    /// <param name="sums">Receives the cost of each block, its mass in units of <see cref="MassUnit"/>.</param>
    public static void Walk<T, TSummation>(
        LineView own, LineView other, ArrayView<BatchTile> tiles, float exponent, int kind, int slopeKind, ArrayView<T> sums)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        BatchTile tile = tiles[Grid.IdxX];
        ArrayView<T> slots = SharedPlaces.Dynamic().Cast<T>();
        LineExtent mine = own.ExtentOf(other, tile.Problem);
        LineExtent theirs = other.ExtentOf(own, tile.Problem);
        long total = own.Ends.Length > 0 ? LineView.Total : (long)mine.Count * theirs.Count;
        float unit = 1 / MassUnit(total);
        float slopeFactor = exponent * (MassUnit(total) / total);
        for (int slot = Group.IdxX; slot < LaunchSizes.PositionsPerWalk; slot += Group.DimX)
        {
            T sum = TSummation.From(0);
            int position = tile.FirstRow + slot;
            if (position < mine.Count)
            {
                float x = own.Positions[mine.First + position];
                long done = position == 0 ? 0 : own.EndOf(mine, position - 1);
                long end = own.EndOf(mine, position);
                float slope = 0;
                int j = done < end ? other.Find(theirs, done) : 0;
                while (done < end && j < theirs.Count)
                {
                    long next = XMath.Min(end, other.EndOf(theirs, j));
                    if (next > done)
                    {
                        float y = other.Positions[theirs.First + j];
                        float share = (next - done) * unit;
                        float difference = x - y;
                        float distance = XMath.Abs(difference);
                        T cost = kind == Powers.Two
                            ? TSummation.AddSquare(TSummation.From(0), x, y)
                            : TSummation.From(Powers.Raise(distance, kind, exponent));
                        sum = TSummation.Merge(sum, TSummation.Scale(cost, share));
                        float steepness = exponent == 1 ? (distance > 0 ? 1 : 0) : Powers.Raise(distance, slopeKind, exponent - 1);
                        slope += difference < 0 ? -(share * steepness) : share * steepness;
                        done = next;
                    }

                    j++;
                }

                if (own.Slopes.Length > 0)
                {
                    own.Slopes[mine.First + own.Places[mine.First + position]] = slopeFactor * slope;
                }
            }

            slots[slot] = sum;
        }

        Group.Barrier();

        // One tree over all positions of a block, whatever the size of the group.
        for (int stride = LaunchSizes.PositionsPerWalk >> 1; stride > 0; stride >>= 1)
        {
            for (int slot = Group.IdxX; slot < stride; slot += Group.DimX)
            {
                slots[slot] = TSummation.Merge(slots[slot], slots[slot + stride]);
            }

            Group.Barrier();
        }

        if (Group.IdxX == 0)
        {
            sums[Grid.IdxX] = slots[0];
        }
    }

    /// <summary>A power of two near a total of masses, in which shares are counted: a share that is a small whole number stays exact.</summary>
    public static float MassUnit(long total) => Interop.IntAsFloat(Interop.FloatAsInt((float)total) & 0x7F800000U);
}

/// <summary>One side of all lines, on the device.</summary>
public struct LineView
{
    /// <summary>What the running sums of a line end with.</summary>
    public const long Total = 1L << 60;

    /// <summary>The first position of each line, and after the last one the number of all.</summary>
    public ArrayView<long> Offsets;

    /// <summary>The sorted positions.</summary>
    public ArrayView<float> Positions;

    /// <summary>Where each stood. Not read where there are no slopes.</summary>
    public ArrayView<int> Places;

    /// <summary>The mass up to and with each; empty where all have equal shares.</summary>
    public ArrayView<long> Ends;

    /// <summary>Receives derivatives; or empty.</summary>
    public ArrayView<float> Slopes;

    /// <summary>Where a line's positions are, and what each of equal ones has.</summary>
    internal readonly LineExtent ExtentOf(LineView other, int line) => new()
    {
        First = Offsets[line],
        Count = (int)(Offsets[line + 1] - Offsets[line]),
        Share = other.Offsets[line + 1] - other.Offsets[line],
    };

    /// <summary>The mass up to and with a position of a line.</summary>
    internal readonly long EndOf(LineExtent extent, int position) =>
        Ends.Length > 0 ? Ends[extent.First + position] : (position + 1) * extent.Share;

    /// <summary>The first position whose mass ends beyond a place.</summary>
    internal readonly int Find(LineExtent extent, long place)
    {
        if (Ends.Length == 0)
        {
            return (int)(place / extent.Share);
        }

        int low = 0;
        int high = extent.Count - 1;
        while (low < high)
        {
            int middle = low + ((high - low) >> 1);
            if (Ends[extent.First + middle] > place)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}

/// <summary>One side of one line.</summary>
internal struct LineExtent
{
    /// <summary>The first position.</summary>
    public long First;

    /// <summary>How many there are.</summary>
    public int Count;

    /// <summary>The mass of each, where all have equal ones: the other side's number, so that both totals are alike.</summary>
    public long Share;
}
