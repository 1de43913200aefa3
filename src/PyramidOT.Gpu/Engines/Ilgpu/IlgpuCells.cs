using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches what building a tree takes: a group a stretch of positions, whatever cells they belong to, or a block of a large cell.</summary>
internal sealed class IlgpuCells(IlgpuEngine engine) : ICellKernels
{
    public void Partition(BatchLayout cells, EngineView<int> order, EngineView<int> child, EngineView<int> partitioned, EngineView<int> counts)
    {
        ArgumentNullException.ThrowIfNull(cells);
        Sorting sorting = new(
            engine.ViewOf(order, cells.Rows),
            engine.ViewOf(child, cells.Rows),
            engine.ViewOf(partitioned, cells.Rows),
            engine.ViewOf(counts, cells.Columns));
        KernelArguments.RequireChildren(cells);
        counts.Clear();
        if (cells.Rows == 0)
        {
            return;
        }

        engine.Bind();
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
        IlgpuStretches stretches = Stretches(lease.Layout);
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(CellKernels.SortSmallCells),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<int>>(
                CellKernels.SortSmallCells, specialization))(
            engine.Stream,
            IlgpuEngine.Config(stretches.Count, group, 0),
            lease.Layout.Shapes,
            stretches.FirstCells,
            sorting.Order,
            sorting.Child,
            sorting.Partitioned,
            sorting.Counts);
        SortLarge(lease.Layout, sorting, 0, cells.Count);
    }

    public void Bounds(
        BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions, EngineView<float> lows, EngineView<float> highs)
    {
        CellPoints cellPoints = PointsOf(cells, points, order, dimensions);
        ArrayView<uint> low = engine.ViewOf(lows, (long)cells.Count * dimensions).Cast<uint>();
        ArrayView<uint> high = engine.ViewOf(highs, (long)cells.Count * dimensions).Cast<uint>();
        if (cells.Count == 0)
        {
            return;
        }

        engine.Bind();
        lows.Clear();
        highs.Clear();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        if (cells.Rows > 0)
        {
            using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
            IlgpuStretches stretches = Stretches(lease.Layout);
            engine.Kernels.Get(
                nameof(CellKernels.WidenBounds),
                group,
                static (accelerator, specialization) => accelerator.LoadKernel<
                    BatchShapes, ArrayView<int>, CellPoints, ArrayView<uint>, ArrayView<uint>>(CellKernels.WidenBounds, specialization))(
                engine.Stream, IlgpuEngine.Config(stretches.Count, group, 0), lease.Layout.Shapes, stretches.FirstCells, cellPoints, low, high);
        }

        engine.Kernels.Get(
            nameof(CellKernels.FinishBounds),
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<uint>, ArrayView<uint>>(CellKernels.FinishBounds, specialization))(
            engine.Stream, engine.RowConfig(low.Length, group, group), low, high);
    }

    public void Halve(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<int> coordinates,
        EngineView<float> thresholds,
        EngineView<int> child)
    {
        CellPoints cellPoints = PointsOf(cells, points, order, dimensions);
        ArrayView<int> coordinateView = engine.ViewOf(coordinates, cells.Count);
        ArrayView<float> thresholdView = engine.ViewOf(thresholds, cells.Count);
        ArrayView<int> childView = engine.ViewOf(child, cells.Rows);
        KernelArguments.RequireHalves(cells);
        if (cells.Rows == 0)
        {
            return;
        }

        engine.Bind();
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
        IlgpuStretches stretches = Stretches(lease.Layout);
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(CellKernels.Halve),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<int>, CellPoints, ArrayView<int>, ArrayView<float>, ArrayView<int>>(CellKernels.Halve, specialization))(
            engine.Stream,
            IlgpuEngine.Config(stretches.Count, group, 0),
            lease.Layout.Shapes,
            stretches.FirstCells,
            cellPoints,
            coordinateView,
            thresholdView,
            childView);
    }

    public void Radii(
        BatchLayout cells,
        EngineView<float> points,
        EngineView<int> order,
        int dimensions,
        EngineView<float> centres,
        GroundDistance distance,
        EngineView<float> radii)
    {
        CellPoints cellPoints = PointsOf(cells, points, order, dimensions);
        KernelArguments.CheckDistance(distance);
        ArrayView<float> centreView = engine.ViewOf(centres, (long)cells.Count * dimensions);
        ArrayView<uint> radiusView = engine.ViewOf(radii, cells.Count).Cast<uint>();
        radii.Clear();
        if (cells.Rows == 0)
        {
            return;
        }

        engine.Bind();
        if (engine.HasDoubles)
        {
            Radii<double, DoubleSummation>(cells, cellPoints, centreView, distance, radiusView);
        }
        else
        {
            Radii<TwoFloats, TwoFloatSummation>(cells, cellPoints, centreView, distance, radiusView);
        }
    }

    private void Radii<TSum, TSummation>(
        BatchLayout cells, in CellPoints points, ArrayView<float> centres, GroundDistance distance, ArrayView<uint> radii)
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        switch (distance)
        {
            case GroundDistance.Euclidean:
                Radii<EuclideanBound, TSum, TSummation>(cells, points, centres, radii);
                break;
            case GroundDistance.Manhattan:
                Radii<ManhattanBound, TSum, TSummation>(cells, points, centres, radii);
                break;
            case GroundDistance.Chebyshev:
                Radii<ChebyshevBound, TSum, TSummation>(cells, points, centres, radii);
                break;
            case GroundDistance.Cosine when engine.HasDoubles:
                Radii<CosineBound, TSum, TSummation>(cells, points, centres, radii);
                break;
            default:
                Radii<CoarseCosineBound, TSum, TSummation>(cells, points, centres, radii);
                break;
        }
    }

    private void Radii<TBound, TSum, TSummation>(BatchLayout cells, in CellPoints points, ArrayView<float> centres, ArrayView<uint> radii)
        where TBound : struct, IDistanceBound
        where TSum : unmanaged
        where TSummation : struct, ISummation<TSum>
    {
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(cells);
        IlgpuStretches stretches = Stretches(lease.Layout);
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            $"{nameof(CellKernels.RaiseRadii)}, {typeof(TBound).Name}",
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<int>, CellPoints, ArrayView<float>, ArrayView<uint>>(
                CellKernels.RaiseRadii<TBound, TSum, TSummation>, specialization))(
            engine.Stream,
            IlgpuEngine.Config(stretches.Count, group, LaunchSizes.FindBytes(group)),
            lease.Layout.Shapes,
            stretches.FirstCells,
            points,
            centres,
            radii);
    }

    /// <summary>Sorts the large ones of some cells: all at once, or in halves where there is no room for so many counts.</summary>
    private void SortLarge(IlgpuLayout layout, in Sorting sorting, int first, int end)
    {
        bool isWhole = first == 0 && end == layout.Layout.Count;
        IlgpuCellBlocks? blocks = null;
        EngineBuffer<int>? tallies = null;
        try
        {
            blocks = isWhole
                ? layout.List("blocks", static (engine, cells) => new IlgpuCellBlocks(engine, cells, 0, cells.Count))
                : new(engine, layout.Layout, first, end);
            if (blocks.Cells.Length > 0)
            {
                tallies = engine.Allocate<int>(blocks.Counts);
                Launch(layout.ShapesOf(first, end), sorting, blocks, engine.ViewOf<int>(tallies, blocks.Counts));
            }

            return;
        }
        catch (OutOfMemoryException exception)
        {
            if (end - first <= 1)
            {
                throw new InsufficientMemoryException($"Partition: there is no room for the counts of cell {first} alone. {exception.Message}", exception);
            }
        }
        finally
        {
            tallies?.Dispose();
            if (!isWhole)
            {
                blocks?.Dispose();
            }
        }

        int half = first + ((end - first) / 2);
        SortLarge(layout, sorting, first, half);
        SortLarge(layout, sorting, half, end);
    }

    private void Launch(in BatchShapes shapes, in Sorting sorting, IlgpuCellBlocks plan, ArrayView<int> tallies)
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        KernelConfig blocks = IlgpuEngine.Config(plan.Blocks.Length, group, LaunchSizes.SortBytes(group));
        engine.Kernels.Get(
            nameof(CellKernels.CountChildren),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<CellBlock>, int, ArrayView<int>, ArrayView<int>>(CellKernels.CountChildren, specialization))(
            engine.Stream, blocks, shapes, plan.Blocks, plan.BlockRows, sorting.Child, tallies);
        engine.Kernels.Get(
            nameof(CellKernels.PlaceChildren),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<CellBlock>, int, ArrayView<int>, ArrayView<int>>(CellKernels.PlaceChildren, specialization))(
            engine.Stream,
            IlgpuEngine.Config(plan.Cells.Length, group, LaunchSizes.SortBytes(group)),
            shapes,
            plan.Cells,
            plan.BlockRows,
            tallies,
            sorting.Counts);
        engine.Kernels.Get(
            nameof(CellKernels.SortBlocks),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<CellBlock>, int, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<int>>(
                CellKernels.SortBlocks, specialization))(
            engine.Stream, blocks, shapes, plan.Blocks, plan.BlockRows, sorting.Order, sorting.Child, tallies, sorting.Partitioned);
    }

    private CellPoints PointsOf(BatchLayout cells, EngineView<float> points, EngineView<int> order, int dimensions)
    {
        KernelArguments.PointCount(cells, points, order, dimensions);
        return new()
        {
            Points = engine.ViewOf(points, points.Length),
            Order = order.IsEmpty ? engine.Nothing<int>() : engine.ViewOf(order, cells.Rows),
            IsOrdered = order.IsEmpty ? 0 : 1,
            Dimensions = dimensions,
        };
    }

    private static IlgpuStretches Stretches(IlgpuLayout layout) =>
        layout.List("stretches", static (engine, cells) => new IlgpuStretches(engine, cells));

    /// <summary>What a partition takes, on the device.</summary>
    private readonly record struct Sorting(ArrayView<int> Order, ArrayView<int> Child, ArrayView<int> Partitioned, ArrayView<int> Counts);
}
