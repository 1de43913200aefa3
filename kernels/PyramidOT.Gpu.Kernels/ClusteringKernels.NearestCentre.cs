using ILGPU;
using ILGPU.Algorithms;

namespace PyramidOT.Kernels;

/// <summary>The steps of a k-means that runs in many cells at once; distances are Euclidean.</summary>
public static partial class ClusteringKernels
{
    // Squares beyond these are compared as scaled distances: smaller ones lose bits, larger ones overflow.
    private const float SmallestSquare = 1e-30f;
    private const float LargestSquare = 1e37f;

    /// <summary>
    /// Finds the nearest centre of each point of a tile. Squared distances are sums over differences, coordinate after coordinate in
    /// float32, so they depend on point and centre alone; of equally near centres the first is taken. Launch: as many groups as
    /// tiles; group 1, 2, ..., 512; <see cref="LaunchSizes.NearestBytes"/> of dynamic shared memory. A tile is
    /// <see cref="LaunchSizes.TileRows"/> points of one cell, with <paramref name="columnShift"/>.
    /// </summary>
    /// <param name="shapes">Points (rows) and centres (columns) of each cell.</param>
    /// <param name="tiles">The tiles, one a group; their first column is 0.</param>
    /// <param name="cells">The points.</param>
    /// <param name="centres">The centres of all cells.</param>
    /// <param name="columnShift"><see cref="LaunchSizes.NearestColumnShift"/> of group and largest number of centres.</param>
    /// <param name="fours">1 where d is a multiple of 4 and points and centres begin at a multiple of 16 bytes; else 0.</param>
    /// <param name="nearest">Receives, for each position, the row of its nearest centre.</param>
    /// <param name="squaredDistances">Receives the squared distance to it.</param>
    /// <param name="wantsDistances">0 where <paramref name="squaredDistances"/> is not to be written.</param>
    public static void NearestCentre(
        BatchShapes shapes,
        ArrayView<BatchTile> tiles,
        CellPoints cells,
        ArrayView<float> centres,
        int columnShift,
        int fours,
        ArrayView<int> nearest,
        ArrayView<float> squaredDistances,
        int wantsDistances)
    {
        BatchTile tile = tiles[Grid.IdxX];
        int tileRows = LaunchSizes.TileRows(Group.DimX, columnShift);
        int tileColumns = LaunchSizes.TileColumns(columnShift);
        long firstPoint = shapes.RowOffsets[tile.Problem] + tile.FirstRow;
        long firstCentre = shapes.ColumnOffsets[tile.Problem];
        int points = (int)XMath.Min(shapes.RowOffsets[tile.Problem + 1] - firstPoint, (long)tileRows);
        int count = (int)(shapes.ColumnOffsets[tile.Problem + 1] - firstCentre);

        ArrayView<Float4> memory = SharedPlaces.Dynamic();
        int pointUnits = LaunchSizes.ChunkUnits(tileRows);
        int centreUnits = LaunchSizes.ChunkUnits(tileColumns);
        ArrayView<Float4> pointQuads = memory.SubView(0, pointUnits);
        ArrayView<Float4> centreQuads = memory.SubView(pointUnits, centreUnits);
        ArrayView<float> pointChunk = pointQuads.Cast<float>();
        ArrayView<float> centreChunk = centreQuads.Cast<float>();
        int microColumn = Group.IdxX & ((1 << columnShift) - 1);
        int microRow = Group.IdxX >> columnShift;
        int pointStep = LaunchSizes.ChunkStride(tileRows) >> 2;
        int centreStep = LaunchSizes.ChunkStride(tileColumns) >> 2;

        // Squared distance and centre, as whole numbers that order by both.
        ulong best0 = ulong.MaxValue, best1 = ulong.MaxValue, best2 = ulong.MaxValue, best3 = ulong.MaxValue;
        for (int first = 0; first < count; first += tileColumns)
        {
            float s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0, s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
            for (int coordinate = 0; coordinate < cells.Dimensions; coordinate += LaunchSizes.ChunkDimensions)
            {
                PointTile.Load(cells, firstPoint, points, tileRows, coordinate, fours, pointChunk);
                PointTile.Load(
                    PointTile.InPlace(centres, cells.Dimensions), firstCentre + first, count - first, tileColumns, coordinate, fours, centreChunk);
                Group.Barrier();
                int x = microRow;
                int y = microColumn;
                for (int k = 0; k < LaunchSizes.ChunkDimensions; k++)
                {
                    Float4 a = pointQuads[x];
                    Float4 b = centreQuads[y];
                    x += pointStep;
                    y += centreStep;
                    s00 = EuclideanDistance.Accumulate(s00, a.X, b.X);
                    s01 = EuclideanDistance.Accumulate(s01, a.X, b.Y);
                    s02 = EuclideanDistance.Accumulate(s02, a.X, b.Z);
                    s03 = EuclideanDistance.Accumulate(s03, a.X, b.W);
                    s10 = EuclideanDistance.Accumulate(s10, a.Y, b.X);
                    s11 = EuclideanDistance.Accumulate(s11, a.Y, b.Y);
                    s12 = EuclideanDistance.Accumulate(s12, a.Y, b.Z);
                    s13 = EuclideanDistance.Accumulate(s13, a.Y, b.W);
                    s20 = EuclideanDistance.Accumulate(s20, a.Z, b.X);
                    s21 = EuclideanDistance.Accumulate(s21, a.Z, b.Y);
                    s22 = EuclideanDistance.Accumulate(s22, a.Z, b.Z);
                    s23 = EuclideanDistance.Accumulate(s23, a.Z, b.W);
                    s30 = EuclideanDistance.Accumulate(s30, a.W, b.X);
                    s31 = EuclideanDistance.Accumulate(s31, a.W, b.Y);
                    s32 = EuclideanDistance.Accumulate(s32, a.W, b.Z);
                    s33 = EuclideanDistance.Accumulate(s33, a.W, b.W);
                }

                Group.Barrier();
            }

            int column = first + (LaunchSizes.Micro * microColumn);
            best0 = Nearest(best0, column, count, s00, s01, s02, s03);
            best1 = Nearest(best1, column, count, s10, s11, s12, s13);
            best2 = Nearest(best2, column, count, s20, s21, s22, s23);
            best3 = Nearest(best3, column, count, s30, s31, s32, s33);
        }

        // The lanes side by side leave their best for each point; one lane a point picks the best of those.
        ArrayView<ulong> candidates = memory.Cast<ulong>();
        int place = ((LaunchSizes.Micro * microRow) << columnShift) + microColumn;
        candidates[place] = best0;
        candidates[place + (1 << columnShift)] = best1;
        candidates[place + (2 << columnShift)] = best2;
        candidates[place + (3 << columnShift)] = best3;
        Group.Barrier();
        for (int i = Group.IdxX; i < points; i += Group.DimX)
        {
            ulong best = candidates[i << columnShift];
            for (int c = 1; c < 1 << columnShift; c++)
            {
                ulong other = candidates[(i << columnShift) + c];
                best = other < best ? other : best;
            }

            int centre = (int)(uint)best;
            float square = Interop.IntAsFloat((uint)(best >> 32));
            if (!(square > SmallestSquare && square < LargestSquare))
            {
                centre = NearestScaled(cells, cells.RowAt(firstPoint + i), centres, firstCentre, count);
                float distance = PointTile.ScaledDistance(
                    cells.Points,
                    cells.RowAt(firstPoint + i) * cells.Dimensions,
                    centres,
                    (firstCentre + centre) * cells.Dimensions,
                    cells.Dimensions);
                square = distance * distance;
            }

            nearest[firstPoint + i] = (int)firstCentre + centre;
            if (wantsDistances != 0)
            {
                squaredDistances[firstPoint + i] = square;
            }
        }
    }

    /// <summary>The best of a point's best so far and four more centres.</summary>
    private static ulong Nearest(ulong best, int column, int count, float s0, float s1, float s2, float s3)
    {
        best = Nearer(best, column, count, s0);
        best = Nearer(best, column + 1, count, s1);
        best = Nearer(best, column + 2, count, s2);
        return Nearer(best, column + 3, count, s3);
    }

    private static ulong Nearer(ulong best, int column, int count, float square)
    {
        // Bits of floats that are not negative order as the floats do.
        ulong key = ((ulong)Interop.FloatAsInt(square) << 32) | (uint)column;
        return column < count && key < best ? key : best;
    }

    private static int NearestScaled(CellPoints cells, long point, ArrayView<float> centres, long firstCentre, int count)
    {
        int nearest = 0;
        float least = float.PositiveInfinity;
        for (int j = 0; j < count; j++)
        {
            float distance = PointTile.ScaledDistance(
                cells.Points, point * cells.Dimensions, centres, (firstCentre + j) * cells.Dimensions, cells.Dimensions);
            if (distance < least)
            {
                least = distance;
                nearest = j;
            }
        }

        return nearest;
    }
}
