using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches the steps of k-means: a group a tile of points, a block of points, or a cell.</summary>
internal sealed class IlgpuClustering(IlgpuEngine engine) : IClusteringKernels
{
    public void NearestCentre(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        EngineView<int> nearest,
        EngineView<float> squaredDistances)
    {
        CellPoints cellPoints = Check(cells, points, order, dimensions, centres);
        ArrayView<float> centreView = engine.ViewOf(centres, centres.Length);
        ArrayView<int> nearestView = engine.ViewOf(nearest, cells.Rows);
        bool wantsDistances = !squaredDistances.IsEmpty;
        ArrayView<float> distances = wantsDistances ? engine.ViewOf(squaredDistances, cells.Rows) : engine.Nothing<float>();
        KernelArguments.RequireCentres(cells);
        if (cells.Rows == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        int shift = LaunchSizes.NearestColumnShift(group, cells.MaxColumns);
        int tileRows = LaunchSizes.TileRows(group, shift);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
        IlgpuTiles tiles = lease.Layout.List(("rows", tileRows), (engine, layout) => IlgpuTiles.OfRows(engine, layout, tileRows));
        engine.Kernels.Get(
            nameof(ClusteringKernels.NearestCentre),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, CellPoints, ArrayView<float>, int, int, ArrayView<int>, ArrayView<float>, int>(
                ClusteringKernels.NearestCentre, specialization))(
            engine.Stream,
            IlgpuEngine.Config(tiles.Count, group, LaunchSizes.NearestBytes(group, shift)),
            lease.Layout.Shapes,
            tiles.View,
            cellPoints,
            centreView,
            shift,
            dimensions % 4 == 0 && engine.IsAligned(points) && engine.IsAligned(centres) ? 1 : 0,
            nearestView,
            distances,
            wantsDistances ? 1 : 0);
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
        CellPoints cellPoints = Check(cells, points, order, dimensions, centres);
        CentreUpdate update = new(
            cellPoints,
            engine.ViewOf(nearest, cells.Rows),
            engine.ViewOf(centres, centres.Length),
            engine.ViewOf(counts, cells.Columns));
        if (cells.Columns == 0)
        {
            return;
        }

        engine.Bind();
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
        if (engine.HasDoubles)
        {
            Update<double, DoubleSummation>(lease.Layout, update, 0, cells.Count);
        }
        else
        {
            Update<TwoFloats, TwoFloatSummation>(lease.Layout, update, 0, cells.Count);
        }
    }

    public void Lloyd(
        BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, int rounds, EngineView<float> centres)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        ArgumentNullException.ThrowIfNull(cells);
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
        CellPoints cellPoints = Check(cells, points, order, dimensions, centres);
        ArrayView<float> centreView = engine.ViewOf(centres, centres.Length);
        KernelArguments.RequirePoints(cells);
        if (cells.Columns == 0)
        {
            return;
        }

        engine.Bind();
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
        if (engine.HasDoubles)
        {
            Seed<double, DoubleSummation>(lease.Layout, cellPoints, sampleSize, seed, centreView, 0, cells.Count);
        }
        else
        {
            Seed<TwoFloats, TwoFloatSummation>(lease.Layout, cellPoints, sampleSize, seed, centreView, 0, cells.Count);
        }
    }

    private CellPoints Check(BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, EngineView<float> centres)
    {
        KernelArguments.PointCount(cells, points, order, dimensions);
        engine.ViewOf(centres, cells.Columns * dimensions);
        return new()
        {
            Points = engine.ViewOf(points, points.Length),
            Order = order.IsEmpty ? engine.Nothing<int>() : engine.ViewOf(order, cells.Rows),
            IsOrdered = order.IsEmpty ? 0 : 1,
            Dimensions = dimensions,
        };
    }

    /// <summary>Updates the centres of some cells: all at once, or in halves where there is no room for so many sums.</summary>
    private void Update<TSum, TSummation>(IlgpuLayout layout, in CentreUpdate update, int first, int end)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        int dimensions = update.Cells.Dimensions;
        bool isWhole = first == 0 && end == layout.Layout.Count;
        IlgpuSums? sums = null;
        EngineBuffer<TSum>? buffer = null;
        try
        {
            sums = isWhole
                ? layout.List(("sums", dimensions), (engine, cells) => new IlgpuSums(engine, cells, first, end, dimensions))
                : new(engine, layout.Layout, first, end, dimensions);
            buffer = engine.Allocate<TSum>(sums.Length);
            Launch<TSum, TSummation>(layout, update, first, end, sums, engine.ViewOf<TSum>(buffer, sums.Length));
            return;
        }
        catch (OutOfMemoryException exception)
        {
            if (end - first <= 1)
            {
                throw new InsufficientMemoryException($"Centre update: there is no room for the sums of cell {first} alone. {exception.Message}", exception);
            }
        }
        finally
        {
            buffer?.Dispose();
            if (!isWhole)
            {
                sums?.Dispose();
            }
        }

        int half = first + ((end - first) / 2);
        Update<TSum, TSummation>(layout, update, first, half);
        Update<TSum, TSummation>(layout, update, half, end);
    }

    private void Launch<TSum, TSummation>(
        IlgpuLayout layout, in CentreUpdate update, int first, int end, IlgpuSums plan, ArrayView<TSum> sums)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        int dimensions = update.Cells.Dimensions;
        BatchShapes shapes = layout.ShapesOf(first, end);
        if (plan.Blocks > 0)
        {
            int group = engine.GroupSize(GroupFor((long)LaunchSizes.SumStreams(dimensions) * (dimensions + 1)));
            long shared = LaunchSizes.SumBytes(plan.MaxCentres, dimensions);
            bool fits = shared <= engine.SharedMemory;
            var sum = fits
                ? engine.Kernels.Get(
                    nameof(ClusteringKernels.SumPointsShared),
                    group,
                    static (accelerator, specialization) => accelerator.LoadKernel<
                        BatchShapes, ArrayView<BatchTile>, CellPoints, ArrayView<int>, ArrayView<long>, ArrayView<TSum>>(
                        ClusteringKernels.SumPointsShared<TSum, TSummation>, specialization))
                : engine.Kernels.Get(
                    nameof(ClusteringKernels.SumPointsGlobal),
                    group,
                    static (accelerator, specialization) => accelerator.LoadKernel<
                        BatchShapes, ArrayView<BatchTile>, CellPoints, ArrayView<int>, ArrayView<long>, ArrayView<TSum>>(
                        ClusteringKernels.SumPointsGlobal<TSum, TSummation>, specialization));
            sum(
                engine.Stream,
                IlgpuEngine.Config(plan.Blocks, group, fits ? shared : 0),
                shapes,
                plan.Tiles,
                update.Cells,
                update.Nearest,
                plan.Places,
                sums);
        }

        // Few cells share the device by their centres.
        int moveGroup = engine.GroupSize(GroupFor(dimensions + 1));
        int cells = end - first;
        int wanted = (engine.MostRowGroups + cells - 1) / cells;
        KernelConfig config = new(
            new Index3D(cells, Math.Clamp(wanted, 1, Math.Clamp(plan.MaxCentres, 1, ushort.MaxValue)), 1), new Index3D(moveGroup, 1, 1));
        engine.Kernels.Get(
            nameof(ClusteringKernels.MoveCentres),
            moveGroup,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, int, ArrayView<long>, ArrayView<TSum>, ArrayView<float>, ArrayView<int>>(
                ClusteringKernels.MoveCentres<TSum, TSummation>, specialization))(
            engine.Stream, config, shapes, dimensions, plan.Places, sums, update.Centres, update.Counts);
    }

    /// <summary>Seeds some cells: all at once, or in halves where there is no room for so many samples.</summary>
    private void Seed<TSum, TSummation>(
        IlgpuLayout layout, CellPoints cells, int sampleSize, ulong seed, ArrayView<float> centres, int first, int end)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        int stride = Math.Min(sampleSize, layout.Layout.MaxRows);
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        var launch = engine.Kernels.Get(
            nameof(ClusteringKernels.SeedCentres),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, int, CellPoints, int, ulong, int, ArrayView<long>, ArrayView<TSum>, ArrayView<float>>(
                ClusteringKernels.SeedCentres<TSum, TSummation>, specialization));
        try
        {
            using EngineBuffer<long> rows = engine.Allocate<long>((long)(end - first) * stride);
            using EngineBuffer<TSum> distances = engine.Allocate<TSum>((long)(end - first) * stride);
            launch(
                engine.Stream,
                IlgpuEngine.Config(end - first, group, LaunchSizes.SeedBytes),
                layout.ShapesOf(first, end),
                first,
                cells,
                sampleSize,
                seed,
                stride,
                engine.ViewOf<long>(rows, rows.Length),
                engine.ViewOf<TSum>(distances, distances.Length),
                centres);
            return;
        }
        catch (OutOfMemoryException exception)
        {
            if (end - first <= 1)
            {
                throw new InsufficientMemoryException($"Seeding: there is no room for the sample of cell {first} alone. {exception.Message}", exception);
            }
        }

        int half = first + ((end - first) / 2);
        Seed<TSum, TSummation>(layout, cells, sampleSize, seed, centres, first, half);
        Seed<TSum, TSummation>(layout, cells, sampleSize, seed, centres, half, end);
    }

    private static int GroupFor(long lanes) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(lanes, 32, LaunchSizes.TileGroup));

    /// <summary>What a centre update takes, on the device.</summary>
    private readonly record struct CentreUpdate(CellPoints Cells, ArrayView<int> Nearest, ArrayView<float> Centres, ArrayView<int> Counts);
}
