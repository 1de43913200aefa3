using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Sorting and transport on lines: a group a block of a line.</summary>
internal sealed partial class IlgpuSlices
{
    public void Sort(BatchLayout segments, EngineView<float> keys, EngineView<float> sorted, EngineView<int> places)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArrayView<float> from = engine.ViewOf(keys, segments.Rows);
        ArrayView<float> to = engine.ViewOf(sorted, segments.Rows);
        ArrayView<int> placeView = places.IsEmpty ? engine.Nothing<int>() : engine.ViewOf(places, segments.Rows);
        if (segments.Rows == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(segments);
        IlgpuTiles tiles = Tiles(lease.Layout, LaunchSizes.SliceSortBlock);
        bool merges = segments.MaxRows > LaunchSizes.SliceSortBlock;
        using EngineBuffer<ulong> pairs = engine.Allocate<ulong>(segments.Rows);
        using EngineBuffer<ulong> spare = engine.Allocate<ulong>(merges ? segments.Rows : 0);
        ArrayView<ulong> current = engine.ViewOf<ulong>(pairs, segments.Rows);
        ArrayView<ulong> next = engine.ViewOf<ulong>(spare, spare.Length);
        engine.Kernels.Get(
            nameof(SliceKernels.SortBlocks),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<BatchTile>, ArrayView<float>, ArrayView<ulong>>(SliceKernels.SortBlocks, specialization))(
            engine.Stream, IlgpuEngine.Config(tiles.Count, group, LaunchSizes.SliceSortBytes), lease.Layout.Shapes, tiles.View, from, current);
        for (int shift = LaunchSizes.SliceSortShift; 1L << shift < segments.MaxRows; shift++)
        {
            engine.Kernels.Get(
                nameof(SliceKernels.MergeRuns),
                group,
                static (accelerator, specialization) => accelerator.LoadKernel<
                    BatchShapes, ArrayView<BatchTile>, int, ArrayView<ulong>, ArrayView<ulong>>(SliceKernels.MergeRuns, specialization))(
                engine.Stream, IlgpuEngine.Config(tiles.Count, group, 0), lease.Layout.Shapes, tiles.View, shift, current, next);
            (current, next) = (next, current);
        }

        engine.Kernels.Get(
            nameof(SliceKernels.TakeApart),
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<ulong>, ArrayView<float>, ArrayView<int>>(SliceKernels.TakeApart, specialization))(
            engine.Stream, engine.RowConfig(segments.Rows, group, group), current, to, placeView);
    }

    public void Accumulate(BatchLayout segments, EngineView<long> masses, EngineView<int> places, EngineView<long> ends)
    {
        ArgumentNullException.ThrowIfNull(segments);
        bool isShared = SliceArguments.AreShared(segments, masses);
        ArrayView<long> from = engine.ViewOf(masses, masses.Length);
        ArrayView<int> placeView = engine.ViewOf(places, segments.Rows);
        ArrayView<long> to = engine.ViewOf(ends, segments.Rows);
        if (segments.Rows == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(segments);
        engine.Kernels.Get(
            nameof(SliceKernels.Accumulate),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                BatchShapes, ArrayView<long>, int, ArrayView<int>, ArrayView<long>>(SliceKernels.Accumulate, specialization))(
            engine.Stream,
            IlgpuEngine.Config(segments.Count, group, LaunchSizes.ScanBytes(group)),
            lease.Layout.Shapes,
            from,
            isShared ? 1 : 0,
            placeView,
            to);
    }

    public void Transport(BatchLayout problems, LineSide source, LineSide target, double exponent, Span<double> costs)
    {
        bool isWeighted = SliceArguments.CheckLines(problems, source, target, exponent, costs.Length);
        LineView rows = ViewOf(source, problems.Rows, isWeighted, nameof(source));
        LineView columns = ViewOf(target, problems.Columns, isWeighted, nameof(target));
        costs.Clear();
        if (problems.Rows == 0)
        {
            return;
        }

        engine.Bind();
        using IlgpuLayouts.Lease lease = engine.Layouts.Rent(problems);
        rows.Offsets = lease.Layout.RowOffsets;
        columns.Offsets = lease.Layout.ColumnOffsets;
        IlgpuTiles tiles = Tiles(lease.Layout, LaunchSizes.PositionsPerWalk);
        double[] sums = Walk(rows, columns, tiles, exponent);
        if (columns.Slopes.Length > 0)
        {
            IlgpuTiles columnTiles = lease.Layout.List(
                ("walk of columns", LaunchSizes.PositionsPerWalk),
                static (engine, lines) => IlgpuTiles.OfRows(engine, SliceLayouts.ColumnsOf(lines), LaunchSizes.PositionsPerWalk));
            Walk(columns, rows, columnTiles, exponent);
        }

        for (int b = 0, tile = 0; b < problems.Count; b++)
        {
            int end = tile + ((problems.RowsOf(b) + LaunchSizes.PositionsPerWalk - 1) / LaunchSizes.PositionsPerWalk);
            for (; tile < end; tile++)
            {
                costs[b] += sums[tile];
            }

            long total = isWeighted ? LineSide.Total : (long)problems.RowsOf(b) * problems.ColumnsOf(b);
            costs[b] *= total == 0 ? 0 : (double)SliceKernels.MassUnit(total) / total;
        }
    }

    private double[] Walk(LineView own, LineView other, IlgpuTiles tiles, double exponent) => engine.HasDoubles
        ? Walk<double, DoubleSummation>(own, other, tiles, exponent)
        : Walk<TwoFloats, TwoFloatSummation>(own, other, tiles, exponent);

    private double[] Walk<T, TSummation>(LineView own, LineView other, IlgpuTiles tiles, double exponent)
        where T : unmanaged
        where TSummation : struct, ISummation<T>
    {
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        using EngineBuffer<double> buffer = engine.Allocate<double>(tiles.Count);
        ArrayView<double> sums = engine.ViewOf<double>(buffer, tiles.Count);
        engine.Kernels.Get(
            nameof(SliceKernels.Walk),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                LineView, LineView, ArrayView<BatchTile>, float, int, int, ArrayView<T>>(SliceKernels.Walk<T, TSummation>, specialization))(
            engine.Stream,
            IlgpuEngine.Config(tiles.Count, group, LaunchSizes.WalkBytes),
            own,
            other,
            tiles.View,
            (float)exponent,
            Powers.KindOf((float)exponent),
            Powers.KindOf((float)(exponent - 1)),
            sums.Cast<T>());
        return Read(sums);
    }

    private LineView ViewOf(LineSide side, long length, bool isWeighted, string name)
    {
        bool hasSlopes = !side.Slopes.IsEmpty;
        return new()
        {
            Positions = engine.ViewOf(side.Positions, length, name),
            Places = hasSlopes ? engine.ViewOf(side.Places, length, name) : engine.Nothing<int>(),
            Ends = isWeighted ? engine.ViewOf(side.Ends, length, name) : engine.Nothing<long>(),
            Slopes = hasSlopes ? engine.ViewOf(side.Slopes, length, name) : engine.Nothing<float>(),
        };
    }

    private static IlgpuTiles Tiles(IlgpuLayout layout, int rows) =>
        layout.List(("lines", rows), (engine, lines) => IlgpuTiles.OfRows(engine, lines, rows));
}
