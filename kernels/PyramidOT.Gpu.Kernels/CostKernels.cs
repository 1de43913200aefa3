using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>Pairwise costs g(x, y)^p between the small clouds of a batch.</summary>
/// <remarks>
/// All distances are sums over differences, coordinate after coordinate in float32, by one lane: nothing cancels, so nearly equal
/// points far from the origin keep their accuracy, and a cost depends on its two points alone. Relative error at most 1e-5 up to some
/// thousands of dimensions. Squares beyond float32's range are computed again, scaled.
/// </remarks>
public static class CostKernels
{
    /// <summary>Flag: d is a multiple of 4 and both clouds begin at a multiple of 16 bytes.</summary>
    public const int AlignedPoints = 1;

    /// <summary>Flag: the costs begin at a multiple of 16 bytes.</summary>
    public const int AlignedCosts = 2;

    // Squared distances beyond these are computed again: smaller ones lose bits, larger ones overflow.
    private const float SmallestSquare = 1e-30f;
    private const float LargestSquare = 1e37f;

    // Coordinates of a part of a sum, a power of two.
    private const int PartDimensions = 64;

    /// <summary>
    /// Computes one tile of one problem's cost matrix. Launch: as many groups as tiles; group 1, 2, ..., 512;
    /// <see cref="LaunchSizes.CostBytes"/> of dynamic shared memory. Tiles are <see cref="LaunchSizes.TileRows"/> x
    /// <see cref="LaunchSizes.TileColumns"/> with <see cref="LaunchSizes.SquareColumnShift"/> of the group.
    /// </summary>
    /// <typeparam name="TDistance">The ground distance.</typeparam>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="tiles">The tiles of all problems, one a group.</param>
    /// <param name="source">The source points, rows x d; their directions for <see cref="CosineDistance"/>.</param>
    /// <param name="target">The target points, columns x d; likewise.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="fours"><see cref="AlignedPoints"/>, <see cref="AlignedCosts"/>, both or 0: where accesses of 16 bytes may be used.</param>
    /// <param name="kind">A constant of <see cref="Powers"/> that belongs to <paramref name="power"/>.</param>
    /// <param name="power">The power of the sum: p / 2 for Euclidean, p for all others.</param>
    /// <param name="costs">Receives the costs.</param>
    public static void Pairwise<TDistance>(
        BatchShapes shapes,
        ArrayView<BatchTile> tiles,
        ArrayView<float> source,
        ArrayView<float> target,
        int dimensions,
        int fours,
        int kind,
        float power,
        ArrayView<float> costs)
        where TDistance : struct, IGroundDistance
    {
        BatchTile tile = tiles[Grid.IdxX];
        int shift = LaunchSizes.SquareColumnShift(Group.DimX);
        int tileRows = LaunchSizes.TileRows(Group.DimX, shift);
        int tileColumns = LaunchSizes.TileColumns(shift);
        long firstRow = shapes.RowOffsets[tile.Problem];
        long firstColumn = shapes.ColumnOffsets[tile.Problem];
        int rows = (int)(shapes.RowOffsets[tile.Problem + 1] - firstRow);
        int columns = (int)(shapes.ColumnOffsets[tile.Problem + 1] - firstColumn);
        long firstCost = shapes.CostOffsets[tile.Problem];
        firstRow += tile.FirstRow;
        firstColumn += tile.FirstColumn;

        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        int sourceUnits = LaunchSizes.ChunkUnits(tileRows);
        int targetUnits = LaunchSizes.ChunkUnits(tileColumns);
        ArrayView<Float4> sourceQuads = memory.SubView(0, sourceUnits);
        ArrayView<Float4> targetQuads = memory.SubView(sourceUnits, targetUnits);
        ArrayView<float> sourceChunk = sourceQuads.Cast<float>();
        ArrayView<float> targetChunk = targetQuads.Cast<float>();
        int microColumn = Group.IdxX & ((1 << shift) - 1);
        int microRow = Group.IdxX >> shift;

        float s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0, s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
        float t00 = 0, t01 = 0, t02 = 0, t03 = 0, t10 = 0, t11 = 0, t12 = 0, t13 = 0, t20 = 0, t21 = 0, t22 = 0, t23 = 0, t30 = 0, t31 = 0, t32 = 0, t33 = 0;
        for (int coordinate = 0; coordinate < dimensions; coordinate += LaunchSizes.ChunkDimensions)
        {
            PointTile.Load(PointTile.InPlace(source, dimensions), firstRow, rows - tile.FirstRow, tileRows, coordinate, fours & AlignedPoints, sourceChunk);
            PointTile.Load(PointTile.InPlace(target, dimensions), firstColumn, columns - tile.FirstColumn, tileColumns, coordinate, fours & AlignedPoints, targetChunk);
            Group.Barrier();
            int x = microRow;
            int y = microColumn;
            for (int k = 0; k < LaunchSizes.ChunkDimensions; k++)
            {
                Float4 a = sourceQuads[x];
                Float4 b = targetQuads[y];
                x += LaunchSizes.ChunkStride(tileRows) >> 2;
                y += LaunchSizes.ChunkStride(tileColumns) >> 2;
                s00 = TDistance.Accumulate(s00, a.X, b.X);
                s01 = TDistance.Accumulate(s01, a.X, b.Y);
                s02 = TDistance.Accumulate(s02, a.X, b.Z);
                s03 = TDistance.Accumulate(s03, a.X, b.W);
                s10 = TDistance.Accumulate(s10, a.Y, b.X);
                s11 = TDistance.Accumulate(s11, a.Y, b.Y);
                s12 = TDistance.Accumulate(s12, a.Y, b.Z);
                s13 = TDistance.Accumulate(s13, a.Y, b.W);
                s20 = TDistance.Accumulate(s20, a.Z, b.X);
                s21 = TDistance.Accumulate(s21, a.Z, b.Y);
                s22 = TDistance.Accumulate(s22, a.Z, b.Z);
                s23 = TDistance.Accumulate(s23, a.Z, b.W);
                s30 = TDistance.Accumulate(s30, a.W, b.X);
                s31 = TDistance.Accumulate(s31, a.W, b.Y);
                s32 = TDistance.Accumulate(s32, a.W, b.Z);
                s33 = TDistance.Accumulate(s33, a.W, b.W);
            }

            Group.Barrier();

            // Sums of many coordinates are kept in parts: so rounding errors that all go one way stay below 1e-5.
            if (((coordinate + LaunchSizes.ChunkDimensions) & (PartDimensions - 1)) == 0)
            {
                t00 = TDistance.Merge(t00, s00);
                t01 = TDistance.Merge(t01, s01);
                t02 = TDistance.Merge(t02, s02);
                t03 = TDistance.Merge(t03, s03);
                t10 = TDistance.Merge(t10, s10);
                t11 = TDistance.Merge(t11, s11);
                t12 = TDistance.Merge(t12, s12);
                t13 = TDistance.Merge(t13, s13);
                t20 = TDistance.Merge(t20, s20);
                t21 = TDistance.Merge(t21, s21);
                t22 = TDistance.Merge(t22, s22);
                t23 = TDistance.Merge(t23, s23);
                t30 = TDistance.Merge(t30, s30);
                t31 = TDistance.Merge(t31, s31);
                t32 = TDistance.Merge(t32, s32);
                t33 = TDistance.Merge(t33, s33);
                s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = 0;
            }
        }

        s00 = TDistance.Merge(t00, s00);
        s01 = TDistance.Merge(t01, s01);
        s02 = TDistance.Merge(t02, s02);
        s03 = TDistance.Merge(t03, s03);
        s10 = TDistance.Merge(t10, s10);
        s11 = TDistance.Merge(t11, s11);
        s12 = TDistance.Merge(t12, s12);
        s13 = TDistance.Merge(t13, s13);
        s20 = TDistance.Merge(t20, s20);
        s21 = TDistance.Merge(t21, s21);
        s22 = TDistance.Merge(t22, s22);
        s23 = TDistance.Merge(t23, s23);
        s30 = TDistance.Merge(t30, s30);
        s31 = TDistance.Merge(t31, s31);
        s32 = TDistance.Merge(t32, s32);
        s33 = TDistance.Merge(t33, s33);

        Ending ending = new()
        {
            Source = source,
            Target = target,
            Costs = costs,
            FirstRow = firstRow,
            FirstColumn = firstColumn,
            FirstCost = firstCost + ((long)tile.FirstRow * columns) + tile.FirstColumn,
            Columns = columns,
            RowsLeft = rows - tile.FirstRow,
            ColumnsLeft = columns - tile.FirstColumn,
            Dimensions = dimensions,
            Kind = kind,
            Power = power,
        };
        int column = LaunchSizes.Micro * microColumn;

        // A loop with selections, not four calls: all is inlined.
        for (int r = 0; r < LaunchSizes.Micro; r++)
        {
            int row = (LaunchSizes.Micro * microRow) + r;
            if (row < ending.RowsLeft && column < ending.ColumnsLeft)
            {
                Float4 sums = new()
                {
                    X = r == 0 ? s00 : r == 1 ? s10 : r == 2 ? s20 : s30,
                    Y = r == 0 ? s01 : r == 1 ? s11 : r == 2 ? s21 : s31,
                    Z = r == 0 ? s02 : r == 1 ? s12 : r == 2 ? s22 : s32,
                    W = r == 0 ? s03 : r == 1 ? s13 : r == 2 ? s23 : s33,
                };
                Store<TDistance>(ending, row, column, sums, fours);
            }
        }
    }

    /// <summary>
    /// Computes again, in float64, the cosine costs of nearly parallel points, whose directions are too coarse in float32. For devices
    /// with float64; without it, angles below 0.01 have fewer than five digits. Launch: any number of groups of any size, which
    /// share the tiles of <see cref="Pairwise"/>; no shared memory.
    /// </summary>
    /// <param name="shapes">The shapes of the batch.</param>
    /// <param name="tiles">The tiles, one a group.</param>
    /// <param name="source">The source points themselves.</param>
    /// <param name="target">The target points themselves.</param>
    /// <param name="dimensions">d.</param>
    /// <param name="tileRows">Rows of a tile.</param>
    /// <param name="tileColumns">Columns of a tile.</param>
    /// <param name="kind">A constant of <see cref="Powers"/>.</param>
    /// <param name="power">p.</param>
    /// <param name="costs">The costs of <see cref="Pairwise"/>, changed.</param>
    public static void RefineCosine(
        BatchShapes shapes,
        ArrayView<BatchTile> tiles,
        ArrayView<float> source,
        ArrayView<float> target,
        int dimensions,
        int tileRows,
        int tileColumns,
        int kind,
        float power,
        ArrayView<float> costs)
    {
        BatchTile tile = tiles[Grid.IdxX];
        long firstRow = shapes.RowOffsets[tile.Problem];
        long firstColumn = shapes.ColumnOffsets[tile.Problem];
        int rows = (int)(shapes.RowOffsets[tile.Problem + 1] - firstRow);
        int columns = (int)(shapes.ColumnOffsets[tile.Problem + 1] - firstColumn);
        long firstCost = shapes.CostOffsets[tile.Problem];
        int endRow = XMath.Min(rows, tile.FirstRow + tileRows);
        int endColumn = XMath.Min(columns, tile.FirstColumn + tileColumns);

        // 1 - cos at an angle of 0.05; of that, the power.
        float largest = Powers.Raise(0.00125f, kind, power);
        for (int i = tile.FirstRow; i < endRow; i++)
        {
            for (int j = tile.FirstColumn + Group.IdxX; j < endColumn; j += Group.DimX)
            {
                long place = firstCost + ((long)i * columns) + j;
                if (costs[place] < largest)
                {
                    float distance = ExactCosine(source, (firstRow + i) * dimensions, target, (firstColumn + j) * dimensions, dimensions);
                    costs[place] = Powers.Raise(distance, kind, power);
                }
            }
        }
    }

    private static float ExactCosine(ArrayView<float> source, long x, ArrayView<float> target, long y, int dimensions)
    {
        double xx = 0;
        double yy = 0;
        for (int k = 0; k < dimensions; k++)
        {
            double a = source[x + k];
            double b = target[y + k];
            xx += a * a;
            yy += b * b;
        }

        if (xx == 0 || yy == 0)
        {
            return xx == yy ? 0 : 1;
        }

        double toX = 1 / XMath.Sqrt(xx);
        double toY = 1 / XMath.Sqrt(yy);
        double sum = 0;
        for (int k = 0; k < dimensions; k++)
        {
            double difference = (source[x + k] * toX) - (target[y + k] * toY);
            sum += difference * difference;
        }

        return (float)(sum * 0.5);
    }

    /// <summary>Stores four neighbours of a row, those that there are.</summary>
    private static void Store<TDistance>(Ending ending, int row, int column, Float4 sums, int fours)
        where TDistance : struct, IGroundDistance
    {
        int count = XMath.Min(LaunchSizes.Micro, ending.ColumnsLeft - column);
        for (int c = 0; c < count; c++)
        {
            float sum = Finish<TDistance>(ending, row, column + c, c == 0 ? sums.X : c == 1 ? sums.Y : c == 2 ? sums.Z : sums.W);
            sums.X = c == 0 ? sum : sums.X;
            sums.Y = c == 1 ? sum : sums.Y;
            sums.Z = c == 2 ? sum : sums.Z;
            sums.W = c == 3 ? sum : sums.W;
        }

        long place = ending.FirstCost + ((long)row * ending.Columns) + column;
        if ((fours & AlignedCosts) != 0 && count == LaunchSizes.Micro && (place & 3) == 0)
        {
            ending.Costs.Cast<Float4>()[place >> 2] = sums;
            return;
        }

        ending.Costs[place] = sums.X;
        if (count > 1)
        {
            ending.Costs[place + 1] = sums.Y;
        }

        if (count > 2)
        {
            ending.Costs[place + 2] = sums.Z;
        }

        if (count > 3)
        {
            ending.Costs[place + 3] = sums.W;
        }
    }

    private static float Finish<TDistance>(Ending ending, int row, int column, float sum)
        where TDistance : struct, IGroundDistance
    {
        if (TDistance.IsAngular)
        {
            sum *= 0.5f;
            if (sum > 0.4f && sum < 0.6f)
            {
                // A zero vector shows as a half: it is at distance 1 from all that are none.
                sum = HasNoDirection(ending.Source, ending.FirstRow + row, ending.Dimensions)
                    || HasNoDirection(ending.Target, ending.FirstColumn + column, ending.Dimensions) ? 1 : sum;
            }
        }

        return Raise<TDistance>(
            sum,
            ending.Source,
            (ending.FirstRow + row) * ending.Dimensions,
            ending.Target,
            (ending.FirstColumn + column) * ending.Dimensions,
            ending.Dimensions,
            ending.Kind,
            ending.Power);
    }

    /// <summary>The cost that belongs to the sum over two points; computed again where squares left float32's range.</summary>
    internal static float Raise<TDistance>(
        float sum, ArrayView<float> source, long x, ArrayView<float> target, long y, int dimensions, int kind, float power)
        where TDistance : struct, IGroundDistance
    {
        if (TDistance.IsSquared && !IsInRange(sum))
        {
            float distance = PointTile.ScaledDistance(source, x, target, y, dimensions);

            // The distance itself now, so twice the power.
            return kind == Powers.One ? distance * distance
                : kind == Powers.Half ? distance
                : Powers.Raise(distance, Powers.Other, 2 * power);
        }

        return Powers.Raise(sum, kind, power);
    }

    /// <summary>Whether a sum of squares kept its digits.</summary>
    internal static bool IsInRange(float squares) => squares > SmallestSquare && squares < LargestSquare;

    private static bool HasNoDirection(ArrayView<float> directions, long point, int dimensions)
    {
        for (int k = 0; k < dimensions; k++)
        {
            if (directions[(point * dimensions) + k] != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What the end of a tile needs to know.</summary>
    private struct Ending
    {
        public ArrayView<float> Source;
        public ArrayView<float> Target;
        public ArrayView<float> Costs;
        public long FirstRow;
        public long FirstColumn;
        public long FirstCost;
        public int Columns;
        public int RowsLeft;
        public int ColumnsLeft;
        public int Dimensions;
        public int Kind;
        public float Power;
    }
}
