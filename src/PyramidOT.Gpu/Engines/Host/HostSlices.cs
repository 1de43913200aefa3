using System.Runtime.Intrinsics;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The slice family of the Host: what goes between points and lines is products of matrices, by tiles; lines are sorted and walked one
/// a thread.
/// </summary>
internal sealed unsafe partial class HostSlices(HostEngine engine, HostWorkers workers) : ISliceKernels
{
    // Points that a task packs at a time, at the most: whole panels in all widths, and few enough that a block of some dimensions stays in a core's cache.
    private const int PointsPerBlock = 384;

    // The widest panel.
    private const int PointsPerPanel = 64;

    // Points whose moments are summed by one task. Part of the result: the sums of blocks are added in order.
    private const int PointsPerMoment = 1024;

    public void Project(EngineView<float> points, int dimensions, EngineView<float> directions, EngineView<float> projections)
    {
        int n = SliceArguments.PointCount(points, dimensions, nameof(points));
        int count = SliceArguments.DirectionCount(directions, dimensions, nameof(directions));
        float* from = engine.PointerTo(points, points.Length);
        float* along = engine.PointerTo(directions, directions.Length);
        float* to = engine.PointerTo(projections, (long)n * count);
        ForBlocks(n, (double)count * dimensions / 8, count, (first, size, scratch) =>
        {
            float* block = from + ((long)first * dimensions);
            switch (SimdWidth.Floats)
            {
                case 16:
                    Project<Floats16, Vector512<float>>(block, size, dimensions, along, count, to + first, n, scratch);
                    break;
                case 8:
                    Project<Floats8, Vector256<float>>(block, size, dimensions, along, count, to + first, n, scratch);
                    break;
                default:
                    Project<Floats4, Vector128<float>>(block, size, dimensions, along, count, to + first, n, scratch);
                    break;
            }
        });
    }

    public void BackProject(EngineView<float> slopes, EngineView<float> directions, int dimensions, float factor, EngineView<float> gradients)
    {
        KernelArguments.CheckFactor(factor);
        int n = SliceArguments.PointCount(gradients, dimensions, nameof(gradients));
        int count = SliceArguments.DirectionCount(directions, dimensions, nameof(directions));
        float* slope = engine.PointerTo(slopes, (long)n * count);
        float* along = engine.PointerTo(directions, directions.Length);
        float* to = engine.PointerTo(gradients, gradients.Length);
        if (count == 0)
        {
            return;
        }

        // Coordinates become the rows of the product, whose terms are the directions.
        using EngineBuffer<float> buffer = engine.Allocate<float>(directions.Length);
        float* coordinates = engine.PointerTo<float>(buffer, buffer.Length);
        for (int k = 0; k < count; k++)
        {
            for (int c = 0; c < dimensions; c++)
            {
                coordinates[((long)c * count) + k] = along[((long)k * dimensions) + c];
            }
        }

        ForBlocks(n, (double)count * dimensions / 8, count, (first, size, scratch) =>
        {
            float* block = to + ((long)first * dimensions);
            switch (SimdWidth.Floats)
            {
                case 16:
                    BackProject<Floats16, Vector512<float>>(slope + first, n, size, count, coordinates, dimensions, factor, block, scratch);
                    break;
                case 8:
                    BackProject<Floats8, Vector256<float>>(slope + first, n, size, count, coordinates, dimensions, factor, block, scratch);
                    break;
                default:
                    BackProject<Floats4, Vector128<float>>(slope + first, n, size, count, coordinates, dimensions, factor, block, scratch);
                    break;
            }
        });
    }

    public void Moments(EngineView<float> points, int dimensions, EngineView<float> slopes, Span<double> moments)
    {
        int n = SliceArguments.PointCount(points, dimensions, nameof(points));
        int count = SliceArguments.LineCount(slopes, n, nameof(slopes));
        SliceArguments.RequireMoments(moments, count, dimensions, n);
        float* from = engine.PointerTo(points, points.Length);
        float* slope = engine.PointerTo(slopes, slopes.Length);
        int width = count * dimensions;
        int blocks = (int)(((long)n + PointsPerMoment - 1) / PointsPerMoment);
        using EngineBuffer<double> buffer = engine.Allocate<double>((long)blocks * width);
        double* sums = engine.PointerTo<double>(buffer, buffer.Length);
        workers.For(blocks, (double)PointsPerMoment * width, (start, end, _) =>
        {
            for (int block = start; block < end; block++)
            {
                int first = block * PointsPerMoment;
                int size = Math.Min(PointsPerMoment, n - first);
                for (int k = 0; k < count; k++)
                {
                    double* to = sums + ((long)block * width) + ((long)k * dimensions);
                    float* line = slope + ((long)k * n) + first;
                    float* block0 = from + ((long)first * dimensions);
                    switch (Math.Min(SimdWidth.Floats / 2, dimensions))
                    {
                        case >= 8:
                            Moment<Doubles8, Vector512<double>>(block0, size, dimensions, line, to);
                            break;
                        case >= 4:
                            Moment<Doubles4, Vector256<double>>(block0, size, dimensions, line, to);
                            break;
                        default:
                            Moment<Doubles2, Vector128<double>>(block0, size, dimensions, line, to);
                            break;
                    }
                }
            }
        });
        moments.Clear();
        for (int block = 0; block < blocks; block++)
        {
            for (int i = 0; i < width; i++)
            {
                moments[i] += sums[((long)block * width) + i];
            }
        }
    }

    private static void Project<S, V>(
        float* points, int size, int dimensions, float* directions, int count, float* to, long stride, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        float* packed = scratch.Take<float>(PairTiles<S, V>.PackedSize(size, dimensions));
        float* tile = scratch.Take<float>(PairTiles<S, V>.TileSize);
        PairTiles<S, V>.Pack(points, size, dimensions, null, packed);
        for (int vectors = PairTiles<S, V>.Vectors(size); vectors > 0;)
        {
            int panel = PairTiles<S, V>.PanelVectors(vectors);
            vectors -= panel;
            int column = vectors * S.Count;
            int width = panel * S.Count;
            int columns = Math.Min(width, size - column);
            int tileRows = PairTiles<S, V>.TileRows(panel);
            for (int row = 0; row < count; row += tileRows)
            {
                int rows = Math.Min(tileRows, count - row);
                PairTiles<S, V>.Compute<ProductStep<S, V>>(
                    directions + ((long)row * dimensions), dimensions, rows, packed + ((long)column * dimensions), panel, dimensions, tile);
                for (int r = 0; r < rows; r++)
                {
                    new ReadOnlySpan<float>(tile + (r * width), columns).CopyTo(new(to + ((row + r) * stride) + column, columns));
                }
            }
        }
    }

    private static void BackProject<S, V>(
        float* slopes, long stride, int size, int count, float* coordinates, int dimensions, float factor, float* to, HostScratch scratch)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        float* packed = scratch.Take<float>(PairTiles<S, V>.PackedSize(Math.Min(size, 4 * S.Count), count) + S.Count);
        float* tile = scratch.Take<float>(PairTiles<S, V>.TileSize);
        for (int vectors = PairTiles<S, V>.Vectors(size); vectors > 0;)
        {
            int panel = PairTiles<S, V>.PanelVectors(vectors);
            vectors -= panel;
            int column = vectors * S.Count;
            int width = panel * S.Count;
            int columns = Math.Min(width, size - column);

            // Slopes lie direction by direction already, as a panel wants them.
            for (int k = 0; k < count; k++)
            {
                Span<float> line = new(packed + ((long)k * width), width);
                new ReadOnlySpan<float>(slopes + (k * stride) + column, columns).CopyTo(line);
                line[columns..].Clear();
            }

            int tileRows = PairTiles<S, V>.TileRows(panel);
            for (int row = 0; row < dimensions; row += tileRows)
            {
                int rows = Math.Min(tileRows, dimensions - row);
                PairTiles<S, V>.Compute<ProductStep<S, V>>(
                    coordinates + ((long)row * count), count, rows, packed, panel, count, tile);
                for (int j = 0; j < columns; j++)
                {
                    float* point = to + ((long)(column + j) * dimensions) + row;
                    for (int r = 0; r < rows; r++)
                    {
                        point[r] += factor * tile[(r * width) + j];
                    }
                }
            }
        }
    }

    /// <summary>The sum of slope times point, by lanes that are coordinates.</summary>
    private static void Moment<S, V>(float* points, int size, int dimensions, float* slopes, double* to)
        where S : struct, ISimd<double, V>
        where V : struct
    {
        new Span<double>(to, dimensions).Clear();
        for (int i = 0; i < size; i++)
        {
            float* point = points + ((long)i * dimensions);
            double slope = slopes[i];
            V slopeLanes = S.Broadcast(slope);
            int c = 0;
            for (; c + S.Count <= dimensions; c += S.Count)
            {
                S.Store(to + c, S.MultiplyAdd(slopeLanes, S.Widen(point + c), S.Load(to + c)));
            }

            for (; c < dimensions; c++)
            {
                to[c] += slope * point[c];
            }
        }
    }

    /// <summary>Runs over blocks of points, each with a scratch of its own.</summary>
    private void ForBlocks(int points, double operationsPerPoint, int directions, Action<int, int, HostScratch> body)
    {
        if (directions == 0)
        {
            return;
        }

        // Where there are few blocks, smaller ones share the work out more evenly; a point's numbers are the same in any block.
        int share = points / (4 * workers.Threads) / PointsPerPanel * PointsPerPanel;
        int most = workers.Threads == 1 ? PointsPerBlock : Math.Clamp(share, PointsPerPanel, PointsPerBlock);
        int blocks = (int)(((long)points + most - 1) / most);
        workers.For(blocks, most * operationsPerPoint, (start, end, scratch) =>
        {
            for (int block = start; block < end; block++)
            {
                scratch.Reset();
                int first = block * most;
                body(first, Math.Min(most, points - first), scratch);
            }
        });
    }
}
