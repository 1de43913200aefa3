using ILGPU;
using ILGPU.Runtime;
using PyramidOT.Kernels;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Launches the row operations.</summary>
internal sealed class IlgpuPoints(IlgpuEngine engine) : IPointKernels
{
    public void Gather(EngineView<float> points, int dimensions, EngineView<int> rows, EngineView<float> destination)
    {
        KernelArguments.RowCount(points, dimensions, nameof(points));
        ArrayView<float> from = engine.ViewOf(points, points.Length);
        ArrayView<int> picks = engine.ViewOf(rows, rows.Length);
        ArrayView<float> to = engine.ViewOf(destination, rows.Length * dimensions);
        if (rows.IsEmpty)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        KernelConfig config = engine.RowConfig(rows.Length, LaunchSizes.RowsPerTile, group);
        if (dimensions % 4 == 0 && engine.IsAligned(points) && engine.IsAligned(destination))
        {
            Gather<Float4>(group)(engine.Stream, config, from.Cast<Float4>(), dimensions / 4, picks, to.Cast<Float4>());
        }
        else
        {
            Gather<float>(group)(engine.Stream, config, from, dimensions, picks, to);
        }
    }

    public void Gather(EngineView<int> values, EngineView<int> places, EngineView<int> destination)
    {
        ArrayView<int> from = engine.ViewOf(values, values.Length);
        ArrayView<int> picks = engine.ViewOf(places, places.Length);
        ArrayView<int> to = engine.ViewOf(destination, places.Length);
        if (places.IsEmpty)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PointKernels.GatherNumbers),
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<int>, ArrayView<int>, ArrayView<int>>(PointKernels.GatherNumbers, specialization))(
            engine.Stream, engine.RowConfig(places.Length, group, group), from, picks, to);
    }

    public void SquaredNorms(EngineView<float> points, int dimensions, EngineView<float> norms)
    {
        long count = KernelArguments.RowCount(points, dimensions, nameof(points));
        ArrayView<float> from = engine.ViewOf(points, points.Length);
        ArrayView<float> to = engine.ViewOf(norms, count);
        if (count == 0)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PointKernels.SquaredNorms),
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<float>, int, ArrayView<float>>(PointKernels.SquaredNorms, specialization))(
            engine.Stream, engine.RowConfig(count, group, group), from, dimensions, to);
    }

    public void MoveTowards(
        EngineView<float> points, EngineView<int> pointRows, EngineView<float> targets, EngineView<int> targetRows, int dimensions, float fraction)
    {
        KernelArguments.CheckFraction(fraction);
        ArrayView<float> x = engine.ViewOf(points, points.Length);
        ArrayView<float> y = engine.ViewOf(targets, targets.Length);
        ArrayView<int> a = engine.ViewOf(pointRows, pointRows.Length);
        ArrayView<int> b = engine.ViewOf(targetRows, pointRows.Length);
        KernelArguments.RowCount(points, dimensions, nameof(points));
        KernelArguments.RowCount(targets, dimensions, nameof(targets));
        if (pointRows.IsEmpty)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PointKernels.MoveTowards),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<int>, int, float>(
                PointKernels.MoveTowards, specialization))(
            engine.Stream, engine.RowConfig(pointRows.Length, LaunchSizes.RowsPerTile, group), x, a, y, b, dimensions, fraction);
    }

    public void Add(EngineView<float> values, EngineView<float> steps, float factor = 1)
    {
        KernelArguments.CheckFactor(factor);
        ArrayView<float> x = engine.ViewOf(values, values.Length);
        ArrayView<float> s = engine.ViewOf(steps, values.Length);
        if (values.IsEmpty)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PointKernels.Add),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, float>(
                PointKernels.Add, specialization))(
            engine.Stream, engine.RowConfig(values.Length, LaunchSizes.RowsPerTile, group), x, s, factor);
    }

    public void AddRows(
        EngineView<float> sums,
        int dimensions,
        EngineView<int> rows,
        EngineView<int> ends,
        EngineView<int> places,
        EngineView<float> addends,
        EngineView<float> factors)
    {
        KernelArguments.RowCount(sums, dimensions, nameof(sums));
        long addendCount = KernelArguments.RowCount(addends, dimensions, nameof(addends));
        ArrayView<float> x = engine.ViewOf(sums, sums.Length);
        ArrayView<int> to = engine.ViewOf(rows, rows.Length);
        ArrayView<int> end = engine.ViewOf(ends, rows.Length);
        ArrayView<int> from = engine.ViewOf(places, places.Length);
        ArrayView<float> y = engine.ViewOf(addends, addends.Length);
        ArrayView<float> factor = engine.ViewOf(factors, addendCount);
        if (rows.IsEmpty)
        {
            return;
        }

        engine.Bind();
        int group = engine.GroupSize(LaunchSizes.TileGroup);
        engine.Kernels.Get(
            nameof(PointKernels.AddRows),
            group,
            static (accelerator, specialization) => accelerator.LoadKernel<
                ArrayView<float>, int, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<float>, ArrayView<float>>(
                PointKernels.AddRows, specialization))(
            engine.Stream, engine.RowConfig(rows.Length, LaunchSizes.RowsPerTile, group), x, dimensions, to, end, from, y, factor);
    }

    private Action<AcceleratorStream, KernelConfig, ArrayView<T>, int, ArrayView<int>, ArrayView<T>> Gather<T>(int group)
        where T : unmanaged => engine.Kernels.Get(
            nameof(PointKernels.Gather),
            group,
            static (accelerator, specialization) =>
                accelerator.LoadKernel<ArrayView<T>, int, ArrayView<int>, ArrayView<T>>(PointKernels.Gather, specialization));
}
