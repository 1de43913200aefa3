using System.Runtime.Intrinsics;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Host;

/// <summary>
/// The clustering family of the Host. Cells are cut into blocks of points, and a block is a task; the cuts depend on the layout
/// alone, so that sums come out the same for any number of threads.
/// </summary>
internal sealed unsafe class HostClustering(HostEngine engine, HostWorkers workers) : IClusteringKernels
{
    // Points of a block that look for their centre: the cell's centres are packed once a block.
    private const int PointsPerSearch = 2048;

    // Points of a block whose sums are kept apart: few enough blocks that their sums take little memory.
    private const int PointsPerSum = 16384;

    public void NearestCentre(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        EngineView<int> nearest,
        EngineView<float> squaredDistances)
    {
        Cells work = new(engine, cells, points, order, dimensions, centres);
        int* nearestOf = engine.PointerTo(nearest, cells.Rows);
        float* distances = squaredDistances.IsEmpty ? null : engine.PointerTo(squaredDistances, cells.Rows);
        KernelArguments.RequireCentres(cells);
        List<Block> blocks = Cut(cells, PointsPerSearch);
        workers.For(blocks.Count, OperationsPerBlock(cells, blocks.Count, dimensions), (start, end, scratch) =>
        {
            for (int i = start; i < end; i++)
            {
                scratch.Reset();
                _ = SimdWidth.Floats switch
                {
                    16 => NearestCentreSearch<Floats16, Vector512<float>, Doubles8, Vector512<double>>.Run(work, blocks[i], nearestOf, distances, scratch),
                    8 => NearestCentreSearch<Floats8, Vector256<float>, Doubles4, Vector256<double>>.Run(work, blocks[i], nearestOf, distances, scratch),
                    _ => NearestCentreSearch<Floats4, Vector128<float>, Doubles2, Vector128<double>>.Run(work, blocks[i], nearestOf, distances, scratch),
                };
            }
        });
    }

    public void UpdateCentres(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<int> nearest,
        EngineView<float> centres,
        EngineView<int> counts)
    {
        Cells work = new(engine, cells, points, order, dimensions, centres);
        int* nearestOf = engine.PointerTo(nearest, cells.Rows);
        int* countOf = engine.PointerTo(counts, cells.Columns);
        CheckNearest(cells, nearestOf);
        List<Block> blocks = Cut(cells, PointsPerSum);

        // Where each block's sums begin: k x d sums and k counts, block by block.
        long[] places = new long[blocks.Count + 1];
        for (int i = 0; i < blocks.Count; i++)
        {
            places[i + 1] = places[i] + ((long)cells.ColumnsOf(blocks[i].Cell) * (dimensions + 1));
        }

        using EngineBuffer<double> sums = engine.Allocate<double>(places[^1]);
        double* allSums = engine.PointerTo<double>(sums, sums.Length);
        double operations = blocks.Count == 0 ? 0 : (double)cells.Rows * dimensions / blocks.Count;
        workers.For(blocks.Count, operations, (start, end, scratch) =>
        {
            for (int i = start; i < end; i++)
            {
                _ = SimdWidth.Floats switch
                {
                    16 => Sum<Doubles8, Vector512<double>>(work, blocks[i], nearestOf, allSums + places[i]),
                    8 => Sum<Doubles4, Vector256<double>>(work, blocks[i], nearestOf, allSums + places[i]),
                    _ => Sum<Doubles2, Vector128<double>>(work, blocks[i], nearestOf, allSums + places[i]),
                };
            }
        });

        new Span<int>(countOf, checked((int)cells.Columns)).Clear();
        for (int first = 0; first < blocks.Count;)
        {
            int cell = blocks[first].Cell;
            int next = first + 1;
            while (next < blocks.Count && blocks[next].Cell == cell)
            {
                next++;
            }

            Mean(work, cell, allSums, places.AsSpan(first, next - first), countOf);
            first = next;
        }
    }

    public void Lloyd(
        BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, int rounds, EngineView<float> centres)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        Cells work = new(engine, cells, points, order, dimensions, centres);
        KernelArguments.RequireCentres(cells);
        if (cells.MaxRows <= PointsPerSearch)
        {
            workers.For(cells.Count, rounds * OperationsPerBlock(cells, cells.Count, dimensions), (start, end, scratch) =>
            {
                for (int cell = start; cell < end; cell++)
                {
                    if (cells.RowsOf(cell) > 0)
                    {
                        scratch.Reset();
                        _ = SimdWidth.Floats switch
                        {
                            16 => LloydRounds<Floats16, Vector512<float>, Doubles8, Vector512<double>>.Run(work, cell, rounds, scratch),
                            8 => LloydRounds<Floats8, Vector256<float>, Doubles4, Vector256<double>>.Run(work, cell, rounds, scratch),
                            _ => LloydRounds<Floats4, Vector128<float>, Doubles2, Vector128<double>>.Run(work, cell, rounds, scratch),
                        };
                    }
                }
            });
            return;
        }

        using EngineBuffer<int> nearest = engine.Allocate<int>(cells.Rows);
        using EngineBuffer<int> counts = engine.Allocate<int>(cells.Columns);
        for (int round = 0; round < rounds; round++)
        {
            NearestCentre(cells, points, order, dimensions, centres, nearest, default);
            UpdateCentres(cells, points, order, dimensions, nearest, centres, counts);
        }
    }

    public void SeedCentres(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        int sampleSize,
        ulong seed,
        EngineView<float> centres)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleSize, 1);
        Cells work = new(engine, cells, points, order, dimensions, centres);
        KernelArguments.RequirePoints(cells);
        double operations = 0;
        for (int cell = 0; cell < cells.Count; cell++)
        {
            operations += (double)cells.ColumnsOf(cell) * Math.Min(sampleSize, cells.RowsOf(cell)) * dimensions;
        }

        workers.For(cells.Count, operations / Math.Max(1, cells.Count), (start, end, scratch) =>
        {
            for (int cell = start; cell < end; cell++)
            {
                scratch.Reset();
                _ = SimdWidth.Floats switch
                {
                    16 => CentreSeeding<Doubles8, Vector512<double>>.Run(work, cell, sampleSize, seed, scratch),
                    8 => CentreSeeding<Doubles4, Vector256<double>>.Run(work, cell, sampleSize, seed, scratch),
                    _ => CentreSeeding<Doubles2, Vector128<double>>.Run(work, cell, sampleSize, seed, scratch),
                };
            }
        });
    }

    private static List<Block> Cut(BatchLayout cells, int pointsPerBlock)
    {
        List<Block> blocks = [];
        for (int cell = 0; cell < cells.Count; cell++)
        {
            long end = cells.RowOffsets[cell + 1];
            for (long first = cells.RowOffsets[cell]; first < end; first += pointsPerBlock)
            {
                blocks.Add(new(cell, first, (int)Math.Min(pointsPerBlock, end - first)));
            }
        }

        return blocks;
    }

    private static double OperationsPerBlock(BatchLayout cells, int blocks, int dimensions) =>
        blocks == 0 ? 0 : (double)cells.Costs / blocks * dimensions / 8;

    private static void CheckNearest(BatchLayout cells, int* nearest)
    {
        for (int cell = 0; cell < cells.Count; cell++)
        {
            long first = cells.ColumnOffsets[cell];
            long end = cells.ColumnOffsets[cell + 1];
            for (long i = cells.RowOffsets[cell]; i < cells.RowOffsets[cell + 1]; i++)
            {
                if (nearest[i] < first || nearest[i] >= end)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(nearest), nearest[i], $"The centre of position {i} must be one of its cell, from {first} to {end - 1}.");
                }
            }
        }
    }

    /// <summary>Adds up a block's points by their centres: k x d sums, then k counts.</summary>
    internal static bool Sum<D, W>(in Cells cells, in Block block, int* nearest, double* sums)
        where D : struct, ISimd<double, W>
        where W : struct
    {
        int d = cells.Dimensions;
        int centres = cells.Layout.ColumnsOf(block.Cell);
        long firstCentre = cells.Layout.ColumnOffsets[block.Cell];
        double* counts = sums + ((long)centres * d);
        new Span<double>(sums, centres * (d + 1)).Clear();
        for (long position = block.First; position < block.First + block.Count; position++)
        {
            long centre = nearest[position] - firstCentre;
            double* sum = sums + (centre * d);
            float* point = cells.Point(position);
            int k = 0;
            for (; k + D.Count <= d; k += D.Count)
            {
                D.Store(sum + k, D.Add(D.Load(sum + k), D.Widen(point + k)));
            }

            for (; k < d; k++)
            {
                sum[k] += point[k];
            }

            counts[centre]++;
        }

        return true;
    }

    /// <summary>Adds the sums of a cell's blocks, in their order, and divides.</summary>
    internal static void Mean(in Cells cells, int cell, double* allSums, ReadOnlySpan<long> places, int* counts)
    {
        int d = cells.Dimensions;
        int centres = cells.Layout.ColumnsOf(cell);
        long firstCentre = cells.Layout.ColumnOffsets[cell];
        double* total = allSums + places[0];
        int size = centres * (d + 1);
        foreach (long place in places[1..])
        {
            System.Numerics.Tensors.TensorPrimitives.Add(new(total, size), new ReadOnlySpan<double>(allSums + place, size), new(total, size));
        }

        for (int c = 0; c < centres; c++)
        {
            double count = total[((long)centres * d) + c];
            counts[firstCentre + c] = (int)count;
            for (int k = 0; count > 0 && k < d; k++)
            {
                cells.Centres[((firstCentre + c) * d) + k] = (float)(total[((long)c * d) + k] / count);
            }
        }
    }

    /// <summary>Consecutive positions of one cell.</summary>
    internal readonly record struct Block(int Cell, long First, int Count);

    /// <summary>What all calls of the family take, as addresses.</summary>
    internal readonly struct Cells
    {
        private readonly float* _points;
        private readonly int* _order;

        public Cells(
            HostEngine engine, BatchLayout layout, EngineView<float> points, EngineView<int> order, int dimensions, EngineView<float> centres)
        {
            long count = KernelArguments.PointCount(layout, points, order, dimensions);
            Layout = layout;
            Dimensions = dimensions;
            Centres = engine.PointerTo(centres, layout.Columns * dimensions);
            _points = engine.PointerTo(points, points.Length);
            _order = order.IsEmpty ? null : engine.PointerTo(order, layout.Rows);
            if (_order != null)
            {
                HostEngine.CheckRows(_order, layout.Rows, count, nameof(order));
            }
        }

        public BatchLayout Layout { get; }

        public int Dimensions { get; }

        public float* Centres { get; }

        /// <summary>The coordinates of the point at a position.</summary>
        public float* Point(long position) => _points + ((_order == null ? position : _order[position]) * (long)Dimensions);
    }
}
